// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A library for LD_PRELOAD: a sandbox that allows no pidfd_open(). All other system calls pass.

#include <cerrno>
#include <cstdarg>
#include <dlfcn.h>
#include <sys/syscall.h>

extern "C" long syscall(long number, ...)
{
    if (number == SYS_pidfd_open) {
        errno = EPERM;
        return -1;
    }
    using Call = long (*)(long, long, long, long, long, long, long);
    static const auto call = reinterpret_cast<Call>(::dlsym(RTLD_NEXT, "syscall"));
    std::va_list arguments;
    va_start(arguments, number);
    const long first = va_arg(arguments, long);
    const long second = va_arg(arguments, long);
    const long third = va_arg(arguments, long);
    const long fourth = va_arg(arguments, long);
    const long fifth = va_arg(arguments, long);
    const long sixth = va_arg(arguments, long);
    va_end(arguments);
    return call(number, first, second, third, fourth, fifth, sixth);
}
