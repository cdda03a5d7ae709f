// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUrl>

#include <algorithm>
#include <memory>

namespace toystore
{

/// What SqlConnection and SqlStatement throw; caught where the ledger's interface begins, never seen outside.
struct SqlFailure {
    Error error;
    bool isDamage = false; ///< of the database itself: it can't be read as one
};

/// An exclusive lock that ends with its process, however that ends.
class FileLock
{
public:
    /// Takes the lock @p path (made if it is not there). Errors: already_in_use, naming the process that has
    /// it; storage_failed.
    [[nodiscard]] static Result<std::unique_ptr<FileLock>> take(const QByteArray &path);
    ~FileLock();
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;

private:
    explicit FileLock(int descriptor) : m_descriptor(descriptor) {}

    const int m_descriptor;
};

/// A prepared statement with `?` parameters. Texts are UTF-8. Throws SqlFailure.
class SqlStatement
{
public:
    SqlStatement(const QSqlDatabase &database, const char *text);

    /// Executes a statement that returns no rows; returns how many it changed.
    template <typename... Values>
    qint64 change(const Values &...values)
    {
        execute(values...);
        const qint64 rows = m_query.numRowsAffected();
        m_query.finish();
        return rows;
    }

    /// Executes a query and calls @p take with this statement for each row, until it returns false.
    template <typename Take, typename... Values>
    void forEach(Take take, const Values &...values)
    {
        execute(values...);
        while (next() && take(*this)) {
        }
        m_query.finish(); // an open query would keep the engine from tidying up
    }

    /// The same for a statement that has @p count parameters, of which @p values are the first; the rest
    /// repeat the last of them. So a few statements serve every length of a list.
    template <typename Take>
    void forEachOf(Take take, const QList<QByteArray> &values, qsizetype count)
    {
        for (qsizetype i = 0; i < count; ++i)
            bind(static_cast<int>(i), values[std::min(i, values.size() - 1)]);
        execute();
        while (next() && take(*this)) {
        }
        m_query.finish();
    }

    [[nodiscard]] qint64 integer(int column) const { return m_query.value(column).toLongLong(); }
    [[nodiscard]] double real(int column) const { return m_query.value(column).toDouble(); }
    [[nodiscard]] QByteArray text(int column) const { return m_query.value(column).toString().toUtf8(); }

private:
    template <typename... Values>
    void execute(const Values &...values)
    {
        [[maybe_unused]] int position = 0;
        (bind(position++, values), ...);
        execute();
    }
    void execute();
    [[nodiscard]] bool next();
    void bind(int position, qint64 value);
    void bind(int position, double value);
    void bind(int position, const QByteArray &value);

    QSqlQuery m_query;
};

/// One connection to the ledger's database. Lives and dies on one thread.
class SqlConnection
{
public:
    /// Opens what @p url names: `sqlite:` and a file's path, or `postgresql://user@host:port/database` (where
    /// Qt has the driver). A SQLite file is made if it is not there, and locked: no second process, nor a
    /// second connection in this one. Errors: already_in_use, storage_failed, invalid_field.
    [[nodiscard]] static Result<std::unique_ptr<SqlConnection>> open(const QUrl &url);
    /// Opens the SQLite file that @p url names for looking only: nothing of it is changed, not even folded
    /// back from its write-ahead log. Errors: storage_failed.
    [[nodiscard]] static Result<std::unique_ptr<SqlConnection>> openToLook(const QUrl &url);
    ~SqlConnection();
    SqlConnection(const SqlConnection &) = delete;
    SqlConnection &operator=(const SqlConnection &) = delete;

    [[nodiscard]] const QSqlDatabase &database() const { return m_database; }

    /// Executes one statement without preparing it: what defines tables can't be prepared everywhere. Throws
    /// SqlFailure.
    void run(const char *statement);

    /// Runs @p work (which may throw SqlFailure) as one transaction: committed and on disk when this returns
    /// a value, else rolled back. Ends the process if a commit fails so that nobody knows what is on disk: a
    /// failed fsync may not be tried again.
    template <typename Work>
    auto transaction(Work work) -> Result<decltype(work())>
    {
        try {
            begin();
            if constexpr (std::is_void_v<decltype(work())>) {
                work();
                commit();
                return {};
            } else {
                auto value = work();
                commit();
                return value;
            }
        } catch (const SqlFailure &failed) {
            rollBack();
            return failure(told(failed));
        }
    }

private:
    SqlConnection() = default;

    [[nodiscard]] Result<void> openSqlite(const QString &path);
    [[nodiscard]] Error told(const SqlFailure &failed) const;
    [[nodiscard]] Result<void> openPostgres(const QUrl &url);
    [[nodiscard]] QSqlError execute(const char *statement);
    void begin();
    void commit();
    void rollBack();

    std::unique_ptr<FileLock> m_lock; // of a SQLite file
    QSqlDatabase m_database;
};

} // namespace toystore
