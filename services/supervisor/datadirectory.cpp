// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "datadirectory.h"

#include "base/version.h"

#include <QDir>
#include <QLoggingCategory>
#include <QRandomGenerator>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

Q_LOGGING_CATEGORY(lcDataDirectory, "toystore.supervisor.data")

namespace toystore
{

namespace
{

// 128 random bits in hex.
QByteArray newToken()
{
    std::array<quint32, 4> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof words).toHex();
}

// The whole file appears under its name at once, with @p mode from its first byte on.
Result<void> writeAtomically(const QString &path, const QByteArray &text, mode_t mode)
{
    const QByteArray name = QFile::encodeName(path);
    const QByteArray temporary = name + ".new";
    ::unlink(temporary.constData()); // left by one that was killed just here
    const int file = ::open(temporary.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    const bool written =
        file >= 0 && ::write(file, text.constData(), static_cast<size_t>(text.size())) == text.size();
    const int problem = errno;
    if (file >= 0)
        ::close(file);
    if (!written || ::rename(temporary.constData(), name.constData()) != 0)
        return failure(ErrorCode::StorageFailed,
                       "can't write " + name + ": " + std::strerror(written ? errno : problem));
    return {};
}

/// For those who read the closed store. @p ledger: empty for the catalog's own.
Result<void> noteLedger(const QString &dataDirectory, const QString &ledger)
{
    const QString path = ledgerUrlPath(dataDirectory);
    if (!ledger.isEmpty())
        return writeAtomically(path, ledger.toUtf8() + '\n', 0600);
    if (QFile::exists(path) && !QFile::remove(path))
        return failure(ErrorCode::StorageFailed, "can't remove " + path.toUtf8());
    return {};
}

tl::unexpected<Error> alreadyOpen(const QString &path)
{
    const Result<StoreFile> holder = readStoreFile(path);
    return failure(ErrorCode::AlreadyInUse,
                   "the store in " + path.toUtf8() + " is already open" +
                       (holder ? ", pid " + QByteArray::number(holder->pid) : QByteArray()) +
                       "; close it with 'toystore down --data " + path.toUtf8() + '\'');
}

} // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    if (!QDir().mkpath(path))
        return failure(ErrorCode::StorageFailed,
                       "can't make the directory " + name + ": choose another with --data");
    const int descriptor = ::open(name.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return failure(ErrorCode::StorageFailed,
                       "can't open the directory " + name + ": " + std::strerror(errno));
    // The lock goes with the process, however it ends.
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const bool locked = errno == EWOULDBLOCK;
        auto failed = locked ? alreadyOpen(path)
                             : failure(ErrorCode::StorageFailed,
                                       "can't lock the directory " + name + ": " + std::strerror(errno));
        ::close(descriptor);
        return failed;
    }
    if (const Result<StoreFile> stale = readStoreFile(path))
        qCWarning(lcDataDirectory, "the last supervisor, pid %lld, was killed before it closed the store",
                  static_cast<long long>(stale->pid));
    return std::unique_ptr<DataDirectory>(new DataDirectory(path, descriptor));
}

DataDirectory::DataDirectory(QString path, int descriptor)
    : m_path(std::move(path)), m_descriptor(descriptor), m_token(newToken())
{
}

DataDirectory::~DataDirectory()
{
    QFile::remove(storeFilePath(m_path));
    QFile::remove(tokenFilePath(m_path));
    ::close(m_descriptor);
}

Result<void> DataDirectory::announce(const StoreConfig &config)
{
    QByteArrayList replicas;
    for (const ReplicaPlace &place : config.replicas)
        replicas.append(QByteArray::number(place.id.value) + '@' + place.endpoint.toByteArray());
    const StoreFile file{
        ::getpid(),      version,          m_path.toUtf8(),    wallClockMs(),     config.supervisorPort,
        config.httpPort, config.adminPort, config.catalogPort, replicas.join(',')};
    if (const Result<void> noted = noteLedger(m_path, config.ledger); !noted)
        return noted;
    // The token first: who sees supervisor.json finds the token that belongs to it.
    if (const Result<void> written = writeAtomically(tokenFilePath(m_path), m_token + '\n', 0600); !written)
        return written;
    JsonWriter writer;
    writer.beginObject();
    FieldEncoder encode(writer);
    StoreFile::fields(file, encode);
    writer.endObject();
    return writeAtomically(storeFilePath(m_path), writer.take() + '\n', 0644);
}

} // namespace toystore
