// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFile>
#include <QObject>
#include <QThread>

#include <atomic>
#include <memory>

namespace toystore
{

/// Writes lines to a file in a thread of its own: a disk that is slow stops nobody else.
class LineWriter : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 usualMostWaiting = 32LL * 1024 * 1024;

    /// @p file is open for writing. @p mostWaiting: bytes that wait for the disk.
    explicit LineWriter(std::unique_ptr<QFile> file, qint64 mostWaiting = usualMostWaiting);
    /// Writes what waits.
    ~LineWriter() override;

    /// Writes @p line behind all before. Whether it is going to be written: not if too much waits already.
    [[nodiscard]] bool write(const QByteArray &line);

Q_SIGNALS:
    /// The disk is full or broken: nothing more is written. On the thread that made it.
    void failed(const QString &reason);

private:
    void append(const QByteArray &line);

    const qint64 m_mostWaiting;
    std::atomic<qint64> m_waiting = 0; // bytes
    std::unique_ptr<QFile> m_file;     // the thread's
    QThread m_thread;
    QObject *m_worker; // lives in the thread
};

} // namespace toystore
