// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/ledgerreader.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

#include <array>

namespace toystore
{

namespace
{

constexpr qint64 knownFormat = 2;
constexpr qint64 formatWithRejections = 2;
constexpr std::array kindNames = {"opened", "sold", "restocked",
                                  "rebuilt"}; // in the order of LedgerRow::Kind

/// A connection under a name of its own, forgotten at the end.
class Connection
{
public:
    explicit Connection(const QString &path)
        : m_database(QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("verify")))
    {
        m_database.setDatabaseName(path);
        m_database.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000"));
    }
    ~Connection()
    {
        const QString name = m_database.connectionName();
        m_database.close();
        m_database = QSqlDatabase(); // Qt wants no copies left when it forgets a connection
        QSqlDatabase::removeDatabase(name);
    }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    [[nodiscard]] QSqlDatabase &database() { return m_database; }

    /// Calls @p take, which returns a Result<void>, with each row of @p text.
    template <typename Take>
    [[nodiscard]] Result<void> forEach(const char *text, Take take)
    {
        QSqlQuery query(m_database);
        query.setForwardOnly(true);
        if (!query.exec(QLatin1String(text)))
            return failure(ErrorCode::StorageFailed, query.lastError().text().toUtf8());
        while (query.next()) {
            if (Result<void> taken = take(query); !taken)
                return taken;
        }
        if (query.lastError().isValid())
            return failure(ErrorCode::StorageFailed, query.lastError().text().toUtf8());
        return {};
    }

private:
    QSqlDatabase m_database;
};

QByteArray text(const QSqlQuery &row, int column)
{
    return row.value(column).toString().toUtf8();
}

qint64 integer(const QSqlQuery &row, int column)
{
    return row.value(column).toLongLong();
}

Result<qint64> formatOf(Connection &connection)
{
    qint64 version = 0;
    const Result<void> read =
        connection.forEach("SELECT version FROM ledger_format", [&](const QSqlQuery &row) -> Result<void> {
            version = integer(row, 0);
            return {};
        });
    if (!read)
        return failure(read.error());
    if (version < 1 || version > knownFormat)
        return failure(ErrorCode::StorageFailed,
                       "it has format version " + QByteArray::number(version) +
                           ", this program knows version " + QByteArray::number(knownFormat) +
                           "; read it with a Toystore that knows version " + QByteArray::number(version));
    return version;
}

Result<void> readMovements(Connection &connection, LedgerCopy &ledger)
{
    return connection.forEach(
        "SELECT sequence, kind, toy, delta, order_number, request_id, epoch, moved_at FROM movement"
        " ORDER BY sequence",
        [&](const QSqlQuery &row) -> Result<void> {
            const QByteArray kind = text(row, 1);
            const auto known = std::find_if(kindNames.begin(), kindNames.end(),
                                            [&](const char *one) { return kind == one; });
            if (known == kindNames.end())
                return failure(ErrorCode::StorageFailed,
                               "movement " + text(row, 0) + " is of the unknown kind '" + kind + '\'');
            ledger.rows.push_back({integer(row, 0), static_cast<LedgerRow::Kind>(known - kindNames.begin()),
                                   text(row, 2), integer(row, 3), integer(row, 4), text(row, 5),
                                   integer(row, 6), text(row, 7)});
            return {};
        });
}

Result<void> readRest(Connection &connection, qint64 format, LedgerCopy &ledger)
{
    Result<void> read =
        connection.forEach("SELECT name, quantity FROM toy", [&](const QSqlQuery &row) -> Result<void> {
            ledger.toys.push_back({text(row, 0), integer(row, 1)});
            return {};
        });
    if (read)
        read = connection.forEach("SELECT last_order_number, last_movement FROM leadership",
                                  [&](const QSqlQuery &row) -> Result<void> {
                                      ledger.lastOrderNumber = integer(row, 0);
                                      ledger.lastMovement = integer(row, 1);
                                      return {};
                                  });
    if (read && format >= formatWithRejections)
        read =
            connection.forEach("SELECT request_id FROM rejection", [&](const QSqlQuery &row) -> Result<void> {
                ledger.rejected.push_back(text(row, 0));
                return {};
            });
    return read;
}

Result<LedgerCopy> readAll(Connection &connection)
{
    if (!connection.database().open() || !connection.database().transaction())
        return failure(ErrorCode::StorageFailed, connection.database().lastError().text().toUtf8());
    LedgerCopy ledger;
    const Result<qint64> format = formatOf(connection);
    Result<void> read = format ? readMovements(connection, ledger) : failure(format.error());
    if (read)
        read = readRest(connection, *format, ledger);
    if (!read)
        return failure(read.error());
    return ledger;
}

} // namespace

Result<LedgerCopy> readLedger(const QUrl &ledger)
{
    const QByteArray place = ledger.toEncoded(QUrl::RemovePassword);
    if (ledger.scheme() != QStringLiteral("sqlite") || !ledger.path().startsWith(u'/'))
        return failure(ErrorCode::StorageFailed, "the store's ledger is " + place +
                                                     ", and only sqlite: and an absolute path can be read"
                                                     " here");
    Connection connection(ledger.path());
    Result<LedgerCopy> copy = readAll(connection);
    if (!copy)
        return failure(copy.error().code,
                       "can't read the ledger " + ledger.path().toUtf8() + ": " + copy.error().message);
    return copy;
}

} // namespace toystore
