// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/smalldisk.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

namespace toystore
{

namespace
{

constexpr rlim_t tinyFile = 4096; // smaller than any file that matters here

// What is mounted from here on is seen by this process and its children alone, and goes with them.
bool haveOwnMounts()
{
    static const bool own =
        ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    return own;
}

bool limitFiles(qint64 pid, bool limited)
{
    rlimit limit{};
    if (::prlimit(static_cast<pid_t>(pid), RLIMIT_FSIZE, nullptr, &limit) != 0)
        return false;
    limit.rlim_cur = limited ? tinyFile : limit.rlim_max;
    return ::prlimit(static_cast<pid_t>(pid), RLIMIT_FSIZE, &limit, nullptr) == 0;
}

} // namespace

SmallDisk::SmallDisk(QString directory, qint64 bytes) : m_directory(std::move(directory))
{
    QDir().mkpath(m_directory);
    const QByteArray size = "size=" + QByteArray::number(bytes);
    m_isMounted = haveOwnMounts() && ::mount("toystore-test", QFile::encodeName(m_directory).constData(),
                                             "tmpfs", 0, size.constData()) == 0;
    if (!m_isMounted)
        qWarning("Mounting is not permitted here: a limit on the size of files stands in for a full disk.");
}

SmallDisk::~SmallDisk()
{
    if (m_isMounted)
        ::umount2(QFile::encodeName(m_directory).constData(), MNT_DETACH);
}

QByteArray SmallDisk::filler() const
{
    return QFile::encodeName(m_directory) + "/filler";
}

bool SmallDisk::fill(qint64 pid)
{
    if (!m_isMounted)
        return limitFiles(pid, true);
    const int file = ::open(filler().constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        return errno == ENOSPC;
    const QByteArray page(4096, '#');
    while (::write(file, page.constData(), static_cast<std::size_t>(page.size())) > 0) {
    }
    const bool full = errno == ENOSPC;
    ::close(file);
    return full;
}

bool SmallDisk::makeRoom(qint64 pid)
{
    return m_isMounted ? ::unlink(filler().constData()) == 0 : limitFiles(pid, false);
}

} // namespace toystore
