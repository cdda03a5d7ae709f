// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/sqlconnection.h"

#include <QFile>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QUuid>
#include <QVariant>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

Q_LOGGING_CATEGORY(lcSql, "toystore.stock.sql")

namespace toystore
{

namespace
{

// SQLite's extended result codes, as QSqlError::nativeErrorCode() has them; and SQLSTATEs.
constexpr auto sqliteBusy = "5";
constexpr auto sqliteFull = "13";
constexpr auto sqliteWriteFailed = "778";     // also what a quota or a file-size limit makes of a full disk
constexpr auto sqliteNoSharedMemory = "4874"; // no room for the file that readers of the log share
constexpr auto sqliteCorrupt = "11";
constexpr auto sqliteCorruptIndex = "779";
constexpr auto sqliteNoDatabase = "26";
constexpr auto sqliteNoTransaction = "1"; // of a ROLLBACK: the engine has rolled back by itself
constexpr auto postgresDiskFull = "53100";
constexpr auto postgresSerialization = "40001";

bool isOneOf(const QSqlError &error, std::initializer_list<const char *> codes)
{
    const QString code = error.nativeErrorCode();
    return std::any_of(codes.begin(), codes.end(),
                       [&](const char *one) { return code == QLatin1String(one); });
}

Error errorOf(const QSqlError &error, const QByteArray &what)
{
    const bool full = isOneOf(error, {sqliteFull, sqliteWriteFailed, sqliteNoSharedMemory, postgresDiskFull});
    return {full ? ErrorCode::StorageFull : ErrorCode::StorageFailed,
            what + ": " + (full ? "no room to write, " : "") + error.text().toUtf8()};
}

bool isDamage(const QSqlError &error)
{
    return isOneOf(error, {sqliteCorrupt, sqliteCorruptIndex, sqliteNoDatabase});
}

SqlFailure failureOf(const QSqlError &error, const QByteArray &what)
{
    return {errorOf(error, what), isDamage(error)};
}

/// What to do about a damaged SQLite file.
QByteArray adviceOn(const QString &path)
{
    const QByteArray name = path.toUtf8();
    return "; '" + name + "' is damaged, nothing was changed. Close the store, move " + name + ", " + name +
           "-wal and " + name + "-shm away, and open it again: the orders come back from the replicas' logs";
}

/// Without its file, or with an empty one, SQLite would throw the write-ahead log away.
Result<void> checkLogHasItsFile(const QString &path)
{
    const QString log = path + QStringLiteral("-wal");
    if (QFileInfo(path).size() > 0 || QFileInfo(log).size() == 0)
        return {};
    return failure(
        ErrorCode::StorageFailed,
        "the ledger '" + path.toUtf8() + "' is missing or empty, but its write-ahead log '" + log.toUtf8() +
            "', which may have the newest orders, is there; nothing was changed. Put the file back,"
            " or move its log away, too: then the orders come back from the replicas' logs");
}

} // namespace

Result<std::unique_ptr<FileLock>> FileLock::take(const QByteArray &path)
{
    const int descriptor = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return failure(ErrorCode::StorageFailed, "can't open '" + path + "': " + std::strerror(errno));
    std::unique_ptr<FileLock> lock(new FileLock(descriptor));
    std::array<char, 32> holder{};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const ssize_t length = ::pread(descriptor, holder.data(), holder.size() - 1, 0);
        return failure(ErrorCode::AlreadyInUse,
                       "'" + path + "' is locked by another process" +
                           (length > 0 ? ", " + QByteArray(holder.data()).trimmed() : QByteArray()));
    }
    const QByteArray name = "pid " + QByteArray::number(::getpid()) + '\n';
    if (::ftruncate(descriptor, 0) != 0 ||
        ::pwrite(descriptor, name.constData(), static_cast<std::size_t>(name.size()), 0) != name.size())
        qCInfo(lcSql, "can't note our pid in %s: %s", path.constData(), std::strerror(errno));
    return lock;
}

FileLock::~FileLock()
{
    ::close(m_descriptor);
}

SqlStatement::SqlStatement(const QSqlDatabase &database, const char *text) : m_query(database)
{
    m_query.setForwardOnly(true);
    if (!m_query.prepare(QLatin1String(text)))
        throw failureOf(m_query.lastError(), "the ledger refuses '" + QByteArray(text) + '\'');
}

void SqlStatement::execute()
{
    if (!m_query.exec())
        throw failureOf(m_query.lastError(), "can't use the ledger");
}

bool SqlStatement::next()
{
    if (m_query.next())
        return true;
    if (m_query.lastError().isValid())
        throw failureOf(m_query.lastError(), "can't read the ledger");
    return false;
}

void SqlStatement::bind(int position, qint64 value)
{
    m_query.bindValue(position, QVariant::fromValue(value));
}

void SqlStatement::bind(int position, double value)
{
    m_query.bindValue(position, value);
}

void SqlStatement::bind(int position, const QByteArray &value)
{
    m_query.bindValue(position, QString::fromUtf8(value));
}

Result<std::unique_ptr<SqlConnection>> SqlConnection::open(const QUrl &url)
{
    std::unique_ptr<SqlConnection> connection(new SqlConnection);
    Result<void> opened;
    if (url.scheme() == QLatin1String("sqlite") && url.path().startsWith(QLatin1Char('/')))
        opened = connection->openSqlite(url.path());
    else if (url.scheme() == QLatin1String("postgresql"))
        opened = connection->openPostgres(url);
    else
        opened = failure(ErrorCode::InvalidField,
                         "the ledger's URL '" + url.toEncoded(QUrl::RemovePassword) +
                             "' is neither sqlite:/PATH nor postgresql://USER@HOST:PORT/DATABASE");
    if (!opened)
        return failure(opened.error());
    return connection;
}

Result<std::unique_ptr<SqlConnection>> SqlConnection::openToLook(const QUrl &url)
{
    std::unique_ptr<SqlConnection> connection(new SqlConnection);
    QSqlDatabase &database = connection->m_database;
    database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QUuid::createUuid().toString());
    database.setDatabaseName(url.path());
    database.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=1000"));
    if (!database.open())
        return failure(errorOf(database.lastError(), "can't open the ledger '" + url.path().toUtf8() + '\''));
    return connection;
}

SqlConnection::~SqlConnection()
{
    const QString name = m_database.connectionName();
    m_database.close();
    m_database = QSqlDatabase(); // Qt wants no copies left when it forgets a connection
    QSqlDatabase::removeDatabase(name);
}

Result<void> SqlConnection::openSqlite(const QString &path)
{
    // A lock file of its own: closing another descriptor of the ledger itself would drop SQLite's locks.
    Result<std::unique_ptr<FileLock>> lock = FileLock::take(QFile::encodeName(path) + ".lock");
    if (!lock)
        return failure(lock.error().code,
                       "can't have the ledger '" + path.toUtf8() + "' alone: " + lock.error().message);
    m_lock = *std::move(lock);
    if (Result<void> complete = checkLogHasItsFile(path); !complete)
        return complete;
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QUuid::createUuid().toString());
    m_database.setDatabaseName(path);
    m_database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=1000"));
    const QByteArray what = "can't open the ledger '" + path.toUtf8() + '\'';
    if (!m_database.open())
        return failure(errorOf(m_database.lastError(), what));
    try {
        QByteArray journal;
        SqlStatement(m_database, "PRAGMA journal_mode=WAL").forEach([&](const SqlStatement &row) {
            journal = row.text(0);
            return true;
        });
        if (journal != "wal")
            return failure(ErrorCode::StorageFailed,
                           what + ": its file system can't keep a write-ahead log (it offers '" + journal +
                               "')");
        SqlStatement(m_database, "PRAGMA synchronous=FULL").change();
        // Request ids are random: a batch of sales touches a page of their index each. Folding the log back
        // every 16 MB instead of 4 writes most of those pages once instead of at every commit.
        SqlStatement(m_database, "PRAGMA cache_size=-16000").change();
        SqlStatement(m_database, "PRAGMA wal_autocheckpoint=4000").forEach([](const SqlStatement &) {
            return false;
        });
    } catch (const SqlFailure &failed) {
        return failure(failed.error.code, what + ": " + told(failed).message);
    }
    return {};
}

Error SqlConnection::told(const SqlFailure &failed) const
{
    Error error = failed.error;
    if (failed.isDamage)
        error.message += adviceOn(m_database.databaseName());
    return error;
}

Result<void> SqlConnection::openPostgres(const QUrl &url)
{
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), QUuid::createUuid().toString());
    if (!m_database.isValid())
        return failure(ErrorCode::StorageFailed,
                       "Qt has no PostgreSQL driver here (Debian's package is libqt6sql6-psql)");
    m_database.setHostName(url.host());
    if (url.port() > 0)
        m_database.setPort(url.port());
    m_database.setUserName(url.userName());
    m_database.setPassword(url.password());
    m_database.setDatabaseName(url.path().mid(1));
    if (!m_database.open())
        return failure(
            errorOf(m_database.lastError(), "can't open the ledger " + url.toEncoded(QUrl::RemovePassword)));
    return {};
}

// Not QSqlDatabase's own transaction functions: they lose the engine's error code, and with it the difference
// between a full disk and a failed fsync.
QSqlError SqlConnection::execute(const char *statement)
{
    QSqlQuery query(m_database);
    return query.exec(QLatin1String(statement)) ? QSqlError() : query.lastError();
}

void SqlConnection::run(const char *statement)
{
    if (const QSqlError error = execute(statement); error.isValid())
        throw failureOf(error, "the ledger refuses '" + QByteArray(statement) + '\'');
}

void SqlConnection::begin()
{
    if (const QSqlError error = execute("BEGIN"); error.isValid())
        throw failureOf(error, "can't begin a transaction of the ledger");
}

void SqlConnection::commit()
{
    const QSqlError error = execute("COMMIT");
    if (!error.isValid())
        return;
    if (!isOneOf(error, {sqliteBusy, sqliteFull, sqliteWriteFailed, postgresDiskFull, postgresSerialization}))
        qFatal("the commit to the ledger '%s' failed (%s), what is on disk is unknown: %s; ending, so that"
               " nothing is acknowledged that is not on disk",
               qUtf8Printable(m_database.databaseName()), qUtf8Printable(error.nativeErrorCode()),
               qUtf8Printable(error.text()));
    throw failureOf(error, "can't commit to the ledger");
}

void SqlConnection::rollBack()
{
    const QSqlError error = execute("ROLLBACK");
    if (error.isValid() && !isOneOf(error, {sqliteNoTransaction}))
        qFatal("the ledger can't roll back (%s): %s", qUtf8Printable(error.nativeErrorCode()),
               qUtf8Printable(error.text()));
}

} // namespace toystore
