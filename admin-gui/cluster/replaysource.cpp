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

constexpr int batches = 20; // a second, as every source's

template <Fields T>
Result<T> read(const QByteArray &line)
{
    const Result<JsonTree> tree = JsonTree::parse(line);
    if (!tree)
        return failure(tree.error());
    return decodeFields<T>(tree->root());
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

void ReplaySource::fail(const Error &error)
{
    const QString reason =
        QStringLiteral("%1, line %2: %3")
            .arg(m_file.fileName(), QString::number(m_line), QString::fromUtf8(error.message));
    m_file.close();
    m_timer.stop();
    Q_EMIT moved();
    Q_EMIT failed(reason);
}

void ReplaySource::play(double speed)
{
    TOYSTORE_ENSURE(speed > 0);
    m_speed = speed;
    m_from = m_position;
    m_playedFrom = monotonicNow();
    m_timer.start();
    playDue();
    Q_EMIT moved();
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
    m_snapshot = {};
    Q_EMIT storeChanged();
    if (!m_file.open(QIODevice::ReadOnly))
        return fail({ErrorCode::StorageFailed, m_file.errorString().toUtf8()});
    if (const Result<void> header = readHeader(); !header)
        return fail(header.error());
    Q_EMIT moved();
}

bool ReplaySource::step()
{
    readAhead();
    if (!m_next)
        return false;
    tell(*std::exchange(m_next, std::nullopt));
    return true;
}

void ReplaySource::playDue()
{
    const std::chrono::duration<double> played = monotonicNow() - m_playedFrom;
    const auto due = m_from + std::chrono::duration_cast<Milliseconds>(played * m_speed);
    const QPointer<ReplaySource> alive(this);
    while (alive && m_timer.isActive()) {
        readAhead();
        if (!alive || !m_timer.isActive())
            return; // it failed
        if (!m_next) {
            m_timer.stop();
            m_isOver = true;
            Q_EMIT moved();
            Q_EMIT finished();
            return;
        }
        if (Milliseconds(m_next->afterMs) > due)
            break;
        step();
    }
    if (alive)
        Q_EMIT moved();
}

void ReplaySource::tell(RecordedLine line)
{
    m_position = Milliseconds(line.afterMs);
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
