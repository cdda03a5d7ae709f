// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "cluster/clustersource.h"
#include "cluster/linewriter.h"
#include "cluster/recordedline.h"

namespace toystore
{

/// Writes all that a source tells to a file, a JSON object a line, for a ReplaySource. Lives on the source's
/// thread, and leaves the disk to another; when it goes, all is written that the disk takes in time (see
/// LineWriter).
class ClusterRecorder : public QObject
{
    Q_OBJECT

public:
    /// Some hours of a store in the middle of a lecture, half an hour of one under full load.
    static constexpr qint64 usualMostBytes = 1024LL * 1024 * 1024;

    /// Starts a recording of @p source in the file @p path, which must not exist yet. The first lines say how
    /// things are now. @p mostBytes: it ends before the file grows beyond that. Errors: storage_failed,
    /// naming the file.
    [[nodiscard]] static Result<std::unique_ptr<ClusterRecorder>>
    start(ClusterSource &source, const QString &path, qint64 mostBytes = usualMostBytes);

Q_SIGNALS:
    /// For the first time something was too long for a line (protocol/lineframer.h): that is missing, the
    /// rest goes on.
    void leftOut(const QString &what);
    /// Nothing more is written, because the disk is full or too slow, or the file big enough; what is written
    /// can be played.
    void failed(const QString &reason);

private:
    ClusterRecorder(std::unique_ptr<QFile> file, qint64 mostBytes);

    void listenTo(ClusterSource &source);
    template <typename T>
    void record(std::optional<T> RecordedLine::*what, const T &value);
    void write(const QByteArray &line);
    void end(const QString &reason);

    const QString m_path;
    const qint64 m_mostBytes;
    const Instant m_begin = monotonicNow();
    qint64 m_bytes; // of the file, with all that waits to be written
    bool m_hasLeftOut = false;
    bool m_hasEnded = false;
    LineWriter m_writer;
};

} // namespace toystore
