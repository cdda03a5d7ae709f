// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/recorder.h"

#include "base/version.h"
#include "protocol/lineframer.h"

#include <utility>

namespace toystore
{

Result<std::unique_ptr<ClusterRecorder>> ClusterRecorder::start(ClusterSource &source, const QString &path,
                                                                qint64 mostBytes)
{
    auto file = std::make_unique<QFile>(path);
    if (!file->open(QIODevice::WriteOnly | QIODevice::NewOnly))
        return failure(ErrorCode::StorageFailed,
                       "can't record to " + path.toUtf8() + ": " + file->errorString().toUtf8());
    if (file->write(lineOf(RecordingHeader{RecordingHeader::currentFormat, version, wallClockMs()})) < 0 ||
        !file->flush())
        return failure(ErrorCode::StorageFailed,
                       "can't write " + path.toUtf8() + ": " + file->errorString().toUtf8());
    std::unique_ptr<ClusterRecorder> recorder(new ClusterRecorder(std::move(file), mostBytes));
    recorder->record(&RecordedLine::snapshot, source.snapshot());
    recorder->listenTo(source);
    return recorder;
}

ClusterRecorder::ClusterRecorder(std::unique_ptr<QFile> file, qint64 mostBytes)
    : m_path(file->fileName()), m_mostBytes(mostBytes), m_bytes(file->size()), m_writer(std::move(file))
{
    connect(&m_writer, &LineWriter::failed, this, &ClusterRecorder::end);
}

void ClusterRecorder::listenTo(ClusterSource &source)
{
    connect(&source, &ClusterSource::snapshotChanged, this,
            [this](const ClusterSnapshot &snapshot) { record(&RecordedLine::snapshot, snapshot); });
    connect(&source, &ClusterSource::storeChanged, this,
            [this] { record(&RecordedLine::storeChanged, true); });
    connect(&source, &ClusterSource::ordersAdded, this,
            [this](const QList<Order> &orders) { record(&RecordedLine::orders, orders); });
    connect(&source, &ClusterSource::cacheChanged, this,
            [this](const CacheEntries &entries) { record(&RecordedLine::cache, entries); });
    connect(&source, &ClusterSource::catalogChanged, this,
            [this](const Toys &toys) { record(&RecordedLine::toys, toys); });
    connect(&source, &ClusterSource::eventsAdded, this,
            [this](const QList<TimelineEvent> &events) { record(&RecordedLine::events, events); });
    connect(&source, &ClusterSource::orderTravelled, this,
            [this](const OrderWay &way) { record(&RecordedLine::way, way); });
    connect(&source, &ClusterSource::actionFinished, this,
            [this](const ActionOutcome &outcome) { record(&RecordedLine::outcome, outcome); });
}

template <typename T>
void ClusterRecorder::record(std::optional<T> RecordedLine::*what, const T &value)
{
    RecordedLine line;
    line.afterMs = std::chrono::duration_cast<Milliseconds>(monotonicNow() - m_begin).count();
    line.*what = value;
    write(lineOf(line));
}

void ClusterRecorder::write(const QByteArray &line)
{
    if (m_hasEnded)
        return;
    if (line.size() > maxLineBytes) {
        if (!std::exchange(m_hasLeftOut, true))
            Q_EMIT leftOut(
                QStringLiteral("What takes more than %1 MiB at once is left out of the recording %2.")
                    .arg(maxLineBytes / 1024 / 1024)
                    .arg(m_path));
        return;
    }
    if (m_bytes + line.size() > m_mostBytes)
        return end(QStringLiteral("it has %1 MiB, and grows no more").arg(m_mostBytes / 1024 / 1024));
    m_bytes += line.size();
    if (!m_writer.write(line))
        end(QStringLiteral("the disk is too slow for it"));
}

void ClusterRecorder::end(const QString &reason)
{
    if (!std::exchange(m_hasEnded, true))
        Q_EMIT failed(QStringLiteral("The recording %1 has ended: %2.").arg(m_path, reason));
}

} // namespace toystore
