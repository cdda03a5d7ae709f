// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "orders/disk.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace toystore
{

/// A Disk on a real file, with a thread of its own that writes: one write() and one fdatasync() for all the
/// appends that were waiting, up to maxFlushBytes.
class FileDisk : public Disk
{
public:
    /// How often it has waited for the device, and how long altogether.
    struct Flushes {
        qint64 count = 0;
        std::chrono::nanoseconds time{0};
    };

    /// Opens or creates @p path and locks it for this process alone. Errors: already_in_use (another process
    /// has it), storage_failed.
    [[nodiscard]] static Result<std::unique_ptr<FileDisk>> open(const QByteArray &path);

    /// Writes what still waits, then closes. No @c done is called from then on.
    ~FileDisk() override;

    [[nodiscard]] Result<qint64> size() const override;
    [[nodiscard]] Result<QByteArray> read(qint64 offset, qint64 length) const override;
    void append(QByteArray bytes, Done done) override;
    void abandonAppends() override;
    [[nodiscard]] Result<void> truncate(qint64 size) override;

    /// Since it was opened. Any thread.
    [[nodiscard]] Flushes flushes() const { return {m_flushes, std::chrono::nanoseconds(m_flushTime)}; }

private:
    struct Waiting {
        QByteArray bytes;
        Done done;
    };

    FileDisk(int descriptor, QByteArray path);
    void writeAppends();
    [[nodiscard]] std::deque<Waiting> nextFlush();
    [[nodiscard]] Result<void> writeAndSync(const QByteArray &bytes);
    void sync();

    const int m_descriptor;
    const QByteArray m_path;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Waiting> m_waiting;
    bool m_failed = false; // until abandonAppends(): what waits would leave a gap
    bool m_closing = false;
    std::atomic<qint64> m_flushes = 0;
    std::atomic<qint64> m_flushTime = 0; // nanoseconds
    std::thread m_writer;                // last: starts when all else is there
};

} // namespace toystore
