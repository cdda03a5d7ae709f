// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QByteArray>

#include <functional>

namespace toystore
{

/// One append-only file as the order log needs it. Production: FileDisk, a real file with fdatasync; the
/// simulator has one that tears, loses and fills up.
class Disk
{
public:
    using Done = std::function<void(Result<void>)>;

    /// The most that may be written between two flushes, and so the longest tail a crash can tear.
    static constexpr qsizetype maxFlushBytes = 512 * 1024;

    virtual ~Disk() = default;

    /// Bytes in the file; what waits to be appended not counted.
    [[nodiscard]] virtual Result<qint64> size() const = 0;

    /// Exactly @p length bytes from @p offset on. Any thread, at any time.
    [[nodiscard]] virtual Result<QByteArray> read(qint64 offset, qint64 length) const = 0;

    /// Adds @p bytes (at most maxFlushBytes) behind all that was appended before and flushes them; then calls
    /// @p done, in the order of the appends, never inside append(). If it fails (storage_full), nothing of it
    /// is in the file, and nothing that was appended after it will be written until abandonAppends(). A flush
    /// that fails ends the process: what the page cache holds then can't be trusted.
    virtual void append(QByteArray bytes, Done done) = 0;

    /// Forgets all appends that wait, without calling their @c done; from within the @c done of one that
    /// failed.
    virtual void abandonAppends() = 0;

    /// Cuts the file to @p size bytes and flushes that. Only while no append waits.
    [[nodiscard]] virtual Result<void> truncate(qint64 size) = 0;
};

} // namespace toystore
