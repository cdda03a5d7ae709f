// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A library for LD_PRELOAD: each process has a disk of its own, whose flushes take TOYSTORE_FLUSH_US
// microseconds and keep nothing; without that it is never waited for. What a service does with such disks
// tells what flushes cost it, and what the store would do on others.

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <sys/prctl.h>

namespace
{

int flush()
{
    constexpr long nanosecondsInASecond = 1'000'000'000;
    static const long nanoseconds = [] {
        const char *microseconds = std::getenv("TOYSTORE_FLUSH_US");
        return microseconds == nullptr ? 0 : std::atol(microseconds) * 1000;
    }();
    if (nanoseconds == 0)
        return 0;
    // Of this thread; the kernel's own is 50 us, which is no small part of a flush.
    thread_local const int precise = ::prctl(PR_SET_TIMERSLACK, 1);
    static_cast<void>(precise);
    timespec left{nanoseconds / nanosecondsInASecond, nanoseconds % nanosecondsInASecond};
    while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
    return 0;
}

} // namespace

extern "C" int fsync(int)
{
    return flush();
}

extern "C" int fdatasync(int)
{
    return flush();
}
