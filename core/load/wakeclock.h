// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <QSocketNotifier>

#include <functional>

namespace toystore
{

/// Rings at one point of the monotonic clock, to the microsecond, where QTimer counts milliseconds: an open
/// loop whose own timer is late would report latency that nobody had. Linux: a timerfd.
///
/// One thread, that has an event loop.
class WakeClock
{
public:
    /// @p ring: called from the event loop.
    explicit WakeClock(std::function<void()> ring);
    ~WakeClock();
    WakeClock(const WakeClock &) = delete;
    WakeClock &operator=(const WakeClock &) = delete;

    /// Rings once, at @p then, or at once if that has passed; instead of what it was set to before.
    void wakeAt(Instant then);
    void stop();

private:
    void set(std::chrono::nanoseconds sinceBoot);

    const std::function<void()> m_ring;
    const int m_descriptor;
    QSocketNotifier m_notifier;
};

} // namespace toystore
