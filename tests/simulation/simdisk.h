// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "orders/disk.h"
#include "simulation/process.h"

#include <deque>

namespace toystore::simulation
{

/// A replica's file. What was written and not flushed may be torn at any byte, or be gone, or be garbage,
/// when its process ends; the rest outlives it. As FileDisk it writes and flushes all that waits together.
class SimDisk final : public Disk
{
public:
    explicit SimDisk(Process &owner) : m_owner(owner) {}

    Result<qint64> size() const override { return m_content.size(); }
    Result<QByteArray> read(qint64 offset, qint64 length) const override;
    void append(QByteArray bytes, Done done) override;
    void abandonAppends() override;
    Result<void> truncate(qint64 size) override;

    /// Told of all that is written, before anybody else knows: where it begins, and the bytes.
    void setWritten(std::function<void(qint64 offset, const QByteArray &bytes)> written)
    {
        m_written = std::move(written);
    }

    // Faults.
    void setFull(bool full) { m_full = full; }
    void failNextWrite() { m_failNextWrite = true; }
    void failNextFlush() { m_failNextFlush = true; }
    void heal() { m_full = m_failNextWrite = m_failNextFlush = false; }
    void lose(); ///< while its process is down
    /// The file as somebody has left it; while its process is down.
    void setContent(QByteArray content);
    void processEnded(); ///< tears what was not flushed

    [[nodiscard]] const QByteArray &content() const { return m_content; }
    /// What no crash can take.
    [[nodiscard]] qint64 flushedSize() const { return m_flushed; }

private:
    struct Waiting {
        QByteArray bytes;
        Done done;
    };

    void startFlush();
    void write();
    void flush();
    void reportFailure(ErrorCode code);

    Process &m_owner;
    QByteArray m_content;
    qint64 m_flushed = 0;
    std::deque<Waiting> m_waiting;
    std::deque<Waiting> m_underWay; // written together, or being so
    bool m_busy = false;
    bool m_failed = false; // until abandonAppends()
    bool m_full = false;
    bool m_failNextWrite = false;
    bool m_failNextFlush = false;
    std::function<void(qint64, const QByteArray &)> m_written;
};

} // namespace toystore::simulation
