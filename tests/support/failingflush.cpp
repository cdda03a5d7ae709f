// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A library for LD_PRELOAD: a disk whose flushes fail. While the file that TOYSTORE_FAILING_FLUSH names is
// there, fsync() and fdatasync() of a file whose path begins with what stands in it fail with EIO.

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace
{

using Path = std::array<char, 4096>;

bool mustFail(int descriptor)
{
    const char *orders = std::getenv("TOYSTORE_FAILING_FLUSH");
    const int file = orders == nullptr ? -1 : ::open(orders, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    Path wanted{};
    const ssize_t length = ::read(file, wanted.data(), wanted.size() - 1);
    ::close(file);
    Path link{};
    Path path{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", descriptor);
    return length > 0 && ::readlink(link.data(), path.data(), path.size() - 1) > 0 &&
           std::strncmp(path.data(), wanted.data(), static_cast<std::size_t>(length)) == 0;
}

int flush(long number, int descriptor)
{
    if (!mustFail(descriptor))
        return static_cast<int>(::syscall(number, descriptor));
    errno = EIO;
    return -1;
}

} // namespace

extern "C" int fsync(int descriptor)
{
    return flush(SYS_fsync, descriptor);
}

extern "C" int fdatasync(int descriptor)
{
    return flush(SYS_fdatasync, descriptor);
}
