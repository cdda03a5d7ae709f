// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/filedisk.h"

#include "base/instant.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace toystore
{

namespace
{

QByteArray systemError(const QByteArray &what, const QByteArray &path)
{
    return what + ' ' + path + ": " + QByteArray(std::strerror(errno));
}

/// After a failed flush the kernel may have dropped the dirty pages and would call the next flush a success.
[[noreturn]] void endAfterFailedFlush(const QByteArray &path)
{
    const QByteArray message = systemError("can't flush", path);
    std::fprintf(stderr, "%s; ending, so that nothing is acknowledged that is not on disk\n",
                 message.constData());
    std::abort();
}

bool isFull(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/// A new file's name is only safe once its directory is flushed.
void syncDirectoryOf(const QByteArray &path)
{
    const qsizetype slash = path.lastIndexOf('/');
    const QByteArray directory = slash < 0 ? QByteArray(".") : path.left(slash + 1);
    const int descriptor = ::open(directory.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 || ::fsync(descriptor) != 0)
        endAfterFailedFlush(directory);
    ::close(descriptor);
}

} // namespace

Result<std::unique_ptr<FileDisk>> FileDisk::open(const QByteArray &path)
{
    const int descriptor = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return failure(ErrorCode::StorageFailed, systemError("can't open", path));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        return failure(ErrorCode::AlreadyInUse,
                       path + " is in use by another process: two replicas can't share a data directory");
    }
    syncDirectoryOf(path);
    return std::unique_ptr<FileDisk>(new FileDisk(descriptor, path));
}

FileDisk::FileDisk(int descriptor, QByteArray path)
    : m_descriptor(descriptor), m_path(std::move(path)), m_writer([this] { writeAppends(); })
{
}

FileDisk::~FileDisk()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_closing = true;
    }
    m_wake.notify_one();
    m_writer.join();
    ::close(m_descriptor);
}

Result<qint64> FileDisk::size() const
{
    struct stat state {
    };
    if (::fstat(m_descriptor, &state) != 0)
        return failure(ErrorCode::StorageFailed, systemError("can't look at", m_path));
    return state.st_size;
}

Result<QByteArray> FileDisk::read(qint64 offset, qint64 length) const
{
    QByteArray bytes(length, Qt::Uninitialized);
    for (qint64 done = 0; done < length;) {
        const ssize_t got =
            ::pread(m_descriptor, bytes.data() + done, static_cast<size_t>(length - done), offset + done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failure(ErrorCode::StorageFailed, systemError("can't read", m_path));
        if (got == 0)
            return failure(ErrorCode::StorageFailed,
                           m_path + " ends before byte " + QByteArray::number(offset + length));
        done += got;
    }
    return bytes;
}

void FileDisk::append(QByteArray bytes, Done done)
{
    TOYSTORE_ENSURE(bytes.size() <= maxFlushBytes);
    {
        const std::scoped_lock lock(m_mutex);
        m_waiting.push_back({std::move(bytes), std::move(done)});
    }
    m_wake.notify_one();
}

void FileDisk::abandonAppends()
{
    const std::scoped_lock lock(m_mutex);
    m_waiting.clear();
    m_failed = false;
}

Result<void> FileDisk::truncate(qint64 size)
{
    if (::ftruncate(m_descriptor, size) != 0)
        return failure(ErrorCode::StorageFailed, systemError("can't cut", m_path));
    sync();
    return {};
}

void FileDisk::sync()
{
    const Instant before = monotonicNow();
    if (::fdatasync(m_descriptor) != 0)
        endAfterFailedFlush(m_path);
    m_flushTime += std::chrono::nanoseconds(monotonicNow() - before).count();
    ++m_flushes;
}

std::deque<FileDisk::Waiting> FileDisk::nextFlush()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_closing || (!m_waiting.empty() && !m_failed); });
    std::deque<Waiting> flush;
    qsizetype bytes = 0;
    while (!m_waiting.empty() && !m_failed && bytes + m_waiting.front().bytes.size() <= maxFlushBytes) {
        bytes += m_waiting.front().bytes.size();
        flush.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
    return flush;
}

void FileDisk::writeAppends()
{
    while (true) {
        const std::deque<Waiting> flush = nextFlush();
        if (flush.empty())
            return; // closing, and nothing is left
        QByteArray bytes;
        for (const Waiting &waiting : flush)
            bytes += waiting.bytes;
        const Result<void> written = writeAndSync(bytes);
        bool closing = false;
        {
            const std::scoped_lock lock(m_mutex);
            m_failed = !written.has_value();
            closing = m_closing;
        }
        if (closing)
            continue; // who waited is going away
        if (!written) {
            flush.front().done(written); // the others are behind the gap and get abandoned with what waits
            continue;
        }
        for (const Waiting &waiting : flush)
            waiting.done({});
    }
}

Result<void> FileDisk::writeAndSync(const QByteArray &bytes)
{
    const off_t before = ::lseek(m_descriptor, 0, SEEK_END);
    for (qsizetype done = 0; done < bytes.size();) {
        const ssize_t wrote =
            ::write(m_descriptor, bytes.constData() + done, static_cast<size_t>(bytes.size() - done));
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            const int error = errno;
            const QByteArray message = systemError("can't write to", m_path);
            if (::ftruncate(m_descriptor, before) != 0)
                endAfterFailedFlush(m_path);
            sync();
            return failure(isFull(error) ? ErrorCode::StorageFull : ErrorCode::StorageFailed, message);
        }
        done += wrote;
    }
    sync();
    return {};
}

} // namespace toystore
