// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <QFile>
#include <QObject>

#include <memory>
#include <thread>

namespace toystore
{

/// Writes lines to a file in a thread of its own: a disk that is slow stops nobody else.
class LineWriter : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 usualMostWaiting = 32LL * 1024 * 1024;
    static constexpr Milliseconds usualPatience{2000};

    /// @p file is open for writing. @p mostWaiting: bytes that wait for the disk. @p patience: how long the
    /// end may wait for it.
    explicit LineWriter(std::unique_ptr<QFile> file, qint64 mostWaiting = usualMostWaiting,
                        Milliseconds patience = usualPatience);
    /// Writes what waits, as far as the disk takes it in time: the rest is given up, which the log says.
    ~LineWriter() override;

    /// Writes @p line behind all before. Whether it is going to be written: not if too much waits already.
    [[nodiscard]] bool write(const QByteArray &line);

Q_SIGNALS:
    /// The disk is full or broken: nothing more is written. On the thread that made it.
    void failed(const QString &reason);

private:
    struct Queue;

    static void writeAll(Queue &queue);

    const qint64 m_mostWaiting;
    const Milliseconds m_patience;
    const std::shared_ptr<Queue> m_queue; // the thread's, too, which may outlive the writer
    std::thread m_thread;
};

} // namespace toystore
