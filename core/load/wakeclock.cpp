// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/wakeclock.h"

#include "base/error.h"

#include <algorithm>
#include <sys/timerfd.h>
#include <unistd.h>
#include <utility>

namespace toystore
{

namespace
{

int openTimer()
{
    const int descriptor = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    TOYSTORE_ENSURE(descriptor >= 0);
    return descriptor;
}

} // namespace

WakeClock::WakeClock(std::function<void()> ring)
    : m_ring(std::move(ring)), m_descriptor(openTimer()), m_notifier(m_descriptor, QSocketNotifier::Read)
{
    QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] {
        quint64 times = 0;
        if (::read(m_descriptor, &times, sizeof times) ==
            qsizetype(sizeof times)) // it may have been set anew
            m_ring();
    });
}

WakeClock::~WakeClock()
{
    m_notifier.setEnabled(false);
    ::close(m_descriptor);
}

void WakeClock::wakeAt(Instant then)
{
    set(std::max(then.time_since_epoch(), Instant::duration(1))); // 0 would stop it
}

void WakeClock::stop()
{
    set(std::chrono::nanoseconds(0));
}

void WakeClock::set(std::chrono::nanoseconds sinceBoot)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(sinceBoot);
    itimerspec when{};
    when.it_value.tv_sec = seconds.count();
    when.it_value.tv_nsec = (sinceBoot - seconds).count();
    TOYSTORE_ENSURE(::timerfd_settime(m_descriptor, TFD_TIMER_ABSTIME, &when, nullptr) == 0);
}

} // namespace toystore
