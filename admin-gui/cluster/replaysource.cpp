// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/replaysource.h"

#include "protocol/lineframer.h"

#include <QPointer>

#include <algorithm>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr int batches = 20;                 // a second, as every source's
constexpr Milliseconds mostWork = 20ms;     // of reading, for one of them
constexpr Milliseconds betweenWays = 200ms; // as every source's

template <Fields T>
Result<T> read(const QByteArray &line)
{
    const Result<JsonTree> tree = JsonTree::parse(line);
    if (!tree)
        return failure(tree.error());
    return decodeFields<T>(tree->root());
}

// Before and after it all is told on its own: what it ends or answers is not mixed with what follows.
bool standsAlone(const RecordedLine &line)
{
    return line.storeChanged || line.outcome;
}

template <typename T>
void replace(std::optional<T> &old, std::optional<T> &&latest)
{
    if (latest)
        old = std::move(latest);
}

template <typename T>
void append(std::optional<QList<T>> &before, std::optional<QList<T>> &&more)
{
    if (before && more)
        before->append(*std::move(more));
    else
        replace(before, std::move(more));
}

/// Makes one of what two lines tell, none of which stands alone.
void merge(RecordedLine &told, RecordedLine &&next)
{
    if (told.way && next.way)
        next.way->standsFor += told.way->standsFor;
    replace(told.way, std::move(next.way));
    replace(told.snapshot, std::move(next.snapshot));
    replace(told.cache, std::move(next.cache));
    replace(told.toys, std::move(next.toys));
    append(told.orders, std::move(next.orders));
    append(told.events, std::move(next.events));
}

} // namespace

Result<std::unique_ptr<ReplaySource>> ReplaySource::open(const QString &path)
{
    std::unique_ptr<ReplaySource> source(new ReplaySource(path));
    if (!source->m_file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::StorageFailed,
                       "can't read " + path.toUtf8() + ": " + source->m_file.errorString().toUtf8());
    source->readLength();
    if (const Result<void> header = source->readHeader(); !header)
        return failure(header.error().code, path.toUtf8() + ", line 1: " + header.error().message);
    source->m_timer.setTimerType(Qt::PreciseTimer);
    source->m_timer.setInterval(1000 / batches);
    connect(&source->m_timer, &QTimer::timeout, source.get(), [self = source.get()] { self->playDue(); });
    return source;
}

Result<void> ReplaySource::readHeader()
{
    m_line = 0;
    m_file.seek(0);
    const Result<QByteArray> line = readLine();
    if (!line)
        return failure(line.error());
    const Result<RecordingHeader> header = read<RecordingHeader>(*line);
    if (!header)
        return failure(header.error());
    if (header->format != RecordingHeader::currentFormat)
        return failure(ErrorCode::InvalidField, "toystore_recording: this program knows format " +
                                                    QByteArray::number(RecordingHeader::currentFormat) +
                                                    ", not " + QByteArray::number(header->format));
    return {};
}

void ReplaySource::readLength()
{
    m_file.seek(std::max<qint64>(0, m_file.size() - maxLineBytes));
    const QByteArray end = m_file.readAll().trimmed();
    const Result<RecordedLine> last = read<RecordedLine>(end.mid(end.lastIndexOf('\n') + 1));
    if (last)
        m_length = Milliseconds(last->afterMs);
}

// Empty at the end.
Result<QByteArray> ReplaySource::readLine()
{
    ++m_line;
    QByteArray line = m_file.readLine(maxLineBytes + 1);
    if (line.size() >= maxLineBytes && !line.endsWith('\n'))
        return failure(ErrorCode::MessageTooLarge,
                       "is longer than " + QByteArray::number(maxLineBytes) + " bytes");
    return line;
}

void ReplaySource::readAhead()
{
    if (m_next || !m_file.isOpen())
        return;
    const Result<QByteArray> line = readLine();
    if (!line)
        return fail(line.error());
    if (line->isEmpty()) {
        m_file.close();
        return;
    }
    Result<RecordedLine> next = read<RecordedLine>(*line);
    if (!next)
        return fail(next.error());
    if (next->afterMs < m_position.count())
        return fail({ErrorCode::InvalidField, "after_ms: is less than in the line before"});
    m_next = *std::move(next);
}

// Told when all before it is.
void ReplaySource::fail(const Error &error)
{
    m_wrong = QStringLiteral("%1, line %2: %3")
                  .arg(m_file.fileName(), QString::number(m_line), QString::fromUtf8(error.message));
    m_isWrongTold = false;
    m_file.close();
}

void ReplaySource::tellWrong()
{
    if (std::exchange(m_isWrongTold, true))
        return;
    m_timer.stop();
    const QPointer<ReplaySource> alive(this);
    Q_EMIT moved();
    if (alive)
        Q_EMIT failed(m_wrong);
}

void ReplaySource::play(double speed)
{
    TOYSTORE_ENSURE(speed > 0);
    m_speed = speed;
    m_from = m_position;
    m_playedFrom = monotonicNow();
    if (!m_wrong.isEmpty()) {
        Q_EMIT moved(); // who asks is told again why not
        return;
    }
    m_timer.start();
    playDue();
}

void ReplaySource::pause()
{
    m_timer.stop();
    Q_EMIT moved();
}

void ReplaySource::rewind()
{
    m_file.close();
    m_next.reset();
    m_position = m_from = Milliseconds(0);
    m_playedFrom = monotonicNow();
    m_isOver = false;
    m_wrong.clear();
    m_isWrongTold = true;
    m_waysLeftOut = 0;
    m_snapshot = {};
    Q_EMIT storeChanged();
    m_line = 1;
    if (!m_file.open(QIODevice::ReadOnly))
        fail({ErrorCode::StorageFailed, m_file.errorString().toUtf8()});
    else if (const Result<void> header = readHeader(); !header)
        fail(header.error());
    if (!m_wrong.isEmpty())
        return tellWrong();
    Q_EMIT moved();
}

RecordedLine ReplaySource::take()
{
    RecordedLine line = *std::exchange(m_next, std::nullopt);
    m_position = Milliseconds(line.afterMs);
    return line;
}

bool ReplaySource::step()
{
    readAhead();
    if (!m_next) {
        tellWrong();
        return false;
    }
    tell(take());
    return true;
}

void ReplaySource::playDue()
{
    const Instant began = monotonicNow();
    const std::chrono::duration<double> played = began - m_playedFrom;
    const auto due = m_from + std::chrono::duration_cast<Milliseconds>(played * m_speed);
    const QPointer<ReplaySource> alive(this);
    do {
        tell(takeDue(due, began + mostWork));
        if (!alive || !m_timer.isActive())
            return;
        readAhead();
    } while (m_next && Milliseconds(m_next->afterMs) <= due && monotonicNow() - began < mostWork);
    if (!m_next && !m_wrong.isEmpty())
        return tellWrong();
    m_isOver = !m_next;
    if (m_isOver)
        m_timer.stop();
    Q_EMIT moved();
    if (alive && m_isOver)
        Q_EMIT finished();
}

// All that can be told at once.
RecordedLine ReplaySource::takeDue(Milliseconds due, Instant until)
{
    RecordedLine told;
    bool isFirst = true;
    for (readAhead(); m_next && Milliseconds(m_next->afterMs) <= due; readAhead()) {
        const bool isAlone = standsAlone(*m_next);
        if (isFirst)
            told = take();
        else if (!isAlone)
            merge(told, take());
        if (isAlone || monotonicNow() >= until)
            break;
        isFirst = false;
    }
    sampleWays(told);
    return told;
}

void ReplaySource::sampleWays(RecordedLine &told)
{
    if (!told.way)
        return;
    const Instant now = monotonicNow();
    if (now - m_wayToldAt < betweenWays) {
        m_waysLeftOut += told.way->standsFor;
        told.way.reset();
        return;
    }
    m_wayToldAt = now;
    told.way->standsFor += std::exchange(m_waysLeftOut, 0);
}

void ReplaySource::tell(RecordedLine line)
{
    if (line.snapshot) {
        m_snapshot = *std::move(line.snapshot);
        for (ServiceCard &card : m_snapshot.services) {
            for (ActionView &action : card.actions)
                action = {action.action, false, "This is a recording.", {}};
        }
        Q_EMIT snapshotChanged(m_snapshot);
    }
    if (line.storeChanged)
        Q_EMIT storeChanged();
    if (line.orders)
        Q_EMIT ordersAdded(*line.orders);
    if (line.cache)
        Q_EMIT cacheChanged(*line.cache);
    if (line.toys)
        Q_EMIT catalogChanged(*line.toys);
    if (line.events)
        Q_EMIT eventsAdded(*line.events);
    if (line.way)
        Q_EMIT orderTravelled(*line.way);
    if (line.outcome)
        Q_EMIT actionFinished(*line.outcome);
}

qint64 ReplaySource::refuse(const QByteArray &what, const QByteArray &service)
{
    const ActionOutcome outcome{++m_lastAction, what, service, false, "This is a recording."};
    QMetaObject::invokeMethod(
        this, [this, outcome] { Q_EMIT actionFinished(outcome); }, Qt::QueuedConnection);
    return outcome.action;
}

qint64 ReplaySource::act(ServiceAction action, const QByteArray &service)
{
    const QByteArrayView name = valueNames(action)[static_cast<std::size_t>(action)];
    return refuse(name.toByteArray() + ' ' + service, service);
}

qint64 ReplaySource::closeStore()
{
    return refuse("close the store", {});
}

qint64 ReplaySource::setCache(std::optional<bool>, std::optional<qint64>)
{
    return refuse("change the cache", "frontend");
}

qint64 ReplaySource::setFault(const QByteArray &, const QByteArray &, const Fault &)
{
    return refuse("break a link", {});
}

qint64 ReplaySource::clearFaults()
{
    return refuse("end all faults", {});
}

// What the load of today meets has no place in a recording.
void ReplaySource::setLoadErrors(qint64) {}

} // namespace toystore
