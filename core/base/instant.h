// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

#include <chrono>

namespace toystore
{

/// A point of the monotonic clock. Pure code is given it; only the rims of the services read the clock.
using Instant = std::chrono::steady_clock::time_point;

using Milliseconds = std::chrono::milliseconds;

/// Reads the monotonic clock. Any thread.
[[nodiscard]] inline Instant monotonicNow()
{
    return std::chrono::steady_clock::now();
}

/// The first point after @p now at which the clock reads a multiple of @p interval. Periodic work that waits
/// for it falls together, in one process and among all of a machine: an idle machine sleeps in between.
[[nodiscard]] inline Instant nextBeat(Instant now, Milliseconds interval)
{
    return now - now.time_since_epoch() % interval + interval;
}

/// Milliseconds since 1970 (UTC) by the wall clock, for people and logs, never for deadlines. Any thread.
[[nodiscard]] inline qint64 wallClockMs()
{
    return std::chrono::duration_cast<Milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// The same in microseconds.
[[nodiscard]] inline qint64 wallClockUs()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

} // namespace toystore
