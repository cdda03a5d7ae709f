// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/storechecks.h"

#include "verify/callrecorder.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTest>

namespace toystore
{

using namespace std::chrono_literals;

namespace
{

struct Bought {
    QByteArray name;
    qint64 quantity = 0;

    bool operator==(const Bought &) const = default;
};

/// What a log's lines say, by number.
QMap<qint64, Bought> ordersIn(const QByteArray &log)
{
    QMap<qint64, Bought> orders;
    for (const QByteArray &line : log.split('\n').mid(1)) {
        const QJsonObject order = QJsonDocument::fromJson(line).object();
        if (!order.isEmpty())
            orders.insert(order.value(QLatin1String("number")).toInteger(),
                          {order.value(QLatin1String("name")).toString().toUtf8(),
                           order.value(QLatin1String("quantity")).toInteger()});
    }
    return orders;
}

/// I5, read from the closed store's ledger: every toy's stock is the sum of its movements, and never was
/// negative.
void checkStockIsConserved(const QString &ledger)
{
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("check"));
        database.setDatabaseName(ledger);
        QVERIFY2(database.open(), qUtf8Printable(database.lastError().text()));
        QSqlQuery query(database);
        QVERIFY2(
            query.exec(QStringLiteral("SELECT t.name, t.quantity, (SELECT SUM(m.delta) FROM movement m WHERE"
                                      " m.toy = t.name) FROM toy t")),
            qUtf8Printable(query.lastError().text()));
        int rows = 0;
        while (query.next()) {
            ++rows;
            QCOMPARE(query.value(1).toLongLong(), query.value(2).toLongLong());
            QVERIFY(query.value(1).toLongLong() >= 0);
        }
        QVERIFY(rows >= 10);
    }
    QSqlDatabase::removeDatabase(QStringLiteral("check"));
}

void judge(const StoreUnderTest &store, const std::vector<Call> &calls, const char *verdict)
{
    const QString history = store.path(QStringLiteral("calls.jsonl"));
    QVERIFY(writeHistory(history, calls));
    QProcess verify;
    verify.start(QStringLiteral(TOYSTORE_CLI),
                 {QStringLiteral("verify"), QStringLiteral("--data"), store.path(QString()),
                  QStringLiteral("--history"), history, QStringLiteral("--all-logs")});
    const bool hasEnded = QTest::qWaitFor([&] { return verify.state() == QProcess::NotRunning; }, 120'000);
    const QByteArray said = verify.readAllStandardOutput() + verify.readAllStandardError();
    QVERIFY2(hasEnded && verify.exitCode() == 0, said);
    QVERIFY2(said.trimmed().endsWith(verdict), said);
}

} // namespace

void compareWithLog(const std::vector<Call> &calls, const QByteArray &log)
{
    const QMap<qint64, Bought> orders = ordersIn(log);
    if (!orders.isEmpty()) {
        QCOMPARE(orders.firstKey(), 1);
        QCOMPARE(orders.lastKey(), orders.size());
    }
    QHash<qint64, QByteArray> keys;
    for (const Call &call : calls) {
        if (call.kind != CallKind::Buy || call.outcome != CallOutcome::Ok)
            continue;
        QVERIFY2(keys.value(call.number, call.key) == call.key, "two buys were given the same number");
        keys.insert(call.number, call.key);
        QVERIFY2(orders.contains(call.number), "an acknowledged order is not in the log");
        QVERIFY((orders.value(call.number) == Bought{call.name, call.quantity}));
    }
}

void closeAndCheck(StoreUnderTest &store, const std::vector<Call> &calls, const char *verdict)
{
    QVERIFY(store.waitForEqualLogs(5s));
    compareWithLog(calls, store.logOf(store.replicas().first()));
    QVERIFY(store.close());
    checkStockIsConserved(store.path(QStringLiteral("catalog/ledger.sqlite")));
    judge(store, calls, verdict);
}

} // namespace toystore
