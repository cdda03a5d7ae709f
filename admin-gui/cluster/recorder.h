// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "cluster/clustersource.h"
#include "cluster/recordedline.h"

#include <QFile>

namespace toystore
{

/// Writes all that a source tells to a file, a JSON object a line, for a ReplaySource. Lives on the source's
/// thread.
class ClusterRecorder : public QObject
{
    Q_OBJECT

public:
    /// Starts a recording of @p source in the file @p path, which must not exist yet. The first lines say how
    /// things are now. Errors: storage_failed, naming the file.
    [[nodiscard]] static Result<std::unique_ptr<ClusterRecorder>> start(ClusterSource &source,
                                                                        const QString &path);

    /// Things that were too long for a line (protocol/lineframer.h) and were left out.
    [[nodiscard]] qint64 leftOut() const { return m_leftOut; }
    [[nodiscard]] qint64 bytes() const { return m_file.pos(); }

Q_SIGNALS:
    /// Nothing more can be written, for example because the disk is full; what is written can be played.
    void failed(const QString &reason);

private:
    explicit ClusterRecorder(const QString &path) : m_file(path) {}

    void listenTo(ClusterSource &source);
    template <typename T>
    void record(std::optional<T> RecordedLine::*what, const T &value);
    void write(const QByteArray &line);

    QFile m_file;
    Instant m_begin = monotonicNow();
    qint64 m_leftOut = 0;
};

} // namespace toystore
