// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Lost, damaged, foreign and restored files: what a person is told, and that nothing is overwritten. Each
// test is a page of docs/operations.md.

#include "protocol/orderchecksum.h"
#include "protocol/ordermessages.h"
#include "support/ask.h"
#include "support/operatedstore.h"
#include "support/recordedload.h"

#include <QDir>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

const QList<qint64> replicas{8091, 8092, 8093};
const QStringList plenty{QStringLiteral("--stock"), QStringLiteral("1000000")};
constexpr qint64 soldAtLeast = 5000; // their lines are more than a crash can tear

/// Executes statements in a SQLite file, and what @p then does before it is closed.
void changeDatabase(const QString &path, const QByteArrayList &statements,
                    const std::function<void()> &then = {})
{
    {
        QSqlDatabase database =
            QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("change"));
        database.setDatabaseName(path);
        QVERIFY2(database.open(), qUtf8Printable(database.lastError().text()));
        for (const QByteArray &statement : statements) {
            QSqlQuery query(database);
            QVERIFY2(query.exec(QString::fromUtf8(statement)), qUtf8Printable(query.lastError().text()));
        }
        if (then)
            then();
    }
    QSqlDatabase::removeDatabase(QStringLiteral("change"));
}

bool removeLedger(const OperatedStore &store)
{
    QFile::remove(store.ledger() + QLatin1String("-wal"));
    QFile::remove(store.ledger() + QLatin1String("-shm"));
    return QFile::remove(store.ledger());
}

/// What was set aside by a repair.
QByteArray setAside(const OperatedStore &store, qint64 replica)
{
    const QDir directory(QFileInfo(store.log(replica)).dir());
    const QStringList found = directory.entryList({QStringLiteral("orders.log.before-repair-*")});
    return found.size() == 1 ? bytesOf(directory.filePath(found.first())) : QByteArray();
}

qint64 ordersIn(const QByteArray &log)
{
    return log.count('\n') - 1;
}

QByteArray firstLines(const QByteArray &log, qint64 orders)
{
    qsizetype end = log.indexOf('\n');
    for (qint64 i = 0; i < orders; ++i)
        end = log.indexOf('\n', end + 1);
    return log.first(end + 1);
}

} // namespace

class TestDamage : public QObject
{
    Q_OBJECT

private:
    // Sold from and closed once, then copied by every test.
    OperatedStore m_sold;
    QByteArray m_log; // of each of its replicas

    /// Opens the store again, buys, closes it, and checks that nothing of @p log is lost and all agree.
    void sellsOnWith(const OperatedStore &store, const QByteArray &log)
    {
        const Outcome bought = store.buy();
        QVERIFY2(bought.exitCode == 0, bought.all());
        const Outcome last = store.run("order", {QString::number(ordersIn(log))});
        QVERIFY2(last.exitCode == 0, last.all());
        QTRY_VERIFY_WITH_TIMEOUT(bytesOf(store.log(8091)).size() > log.size() &&
                                     bytesOf(store.log(8091)) == bytesOf(store.log(8092)) &&
                                     bytesOf(store.log(8091)) == bytesOf(store.log(8093)),
                                 10'000);
        QVERIFY(bytesOf(store.log(8091)).startsWith(log));
        QCOMPARE(store.run("down").exitCode, 0);
        const Outcome verified = store.run("verify --all-logs");
        QVERIFY2(verified.exitCode == 0, verified.all());
    }

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(m_sold.up(plenty).exitCode, 0);
        RecordedLoad shoppers(buyers(m_sold.ports().http, 64, {"Tux", "Rubber Duck", "Teddy Bear"}));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > soldAtLeast, 60'000);
        QVERIFY(shoppers.stop());
        QTRY_COMPARE(bytesOf(m_sold.log(8091)), bytesOf(m_sold.log(8093)));
        QTRY_COMPARE(bytesOf(m_sold.log(8092)), bytesOf(m_sold.log(8093)));
        QCOMPARE(m_sold.run("down").exitCode, 0);
        m_log = bytesOf(m_sold.log(8091));
        QVERIFY(m_log.size() > 600 * 1024);
    }

    void lostLogsAreFetchedAnew_data()
    {
        QTest::addColumn<QList<qint64>>("lost");
        QTest::newRow("one") << QList<qint64>{8093};
        QTest::newRow("two") << QList<qint64>{8092, 8093};
        QTest::newRow("all") << replicas;
    }

    void lostLogsAreFetchedAnew()
    {
        QFETCH(const QList<qint64>, lost);
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        for (const qint64 replica : lost)
            QVERIFY(QFile::remove(store.log(replica)));
        const Outcome opened = store.up();
        QVERIFY2(opened.exitCode == 0, opened.all());
        sellsOnWith(store, m_log);
    }

    void aLostLedgerIsRebuiltFromTheLongestLog()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QVERIFY(removeLedger(store));
        QVERIFY(writeBytes(store.log(8091), firstLines(m_log, 100)));
        QVERIFY(writeBytes(store.log(8093), firstLines(m_log, 4000)));
        const Outcome opened = store.up();
        QVERIFY2(opened.exitCode == 0, opened.all());
        sellsOnWith(store, m_log);
    }

    void aLogAndTheLedgerMayBeLostOneAfterTheOther()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        for (const qint64 replica : replicas) {
            QVERIFY(QFile::remove(store.log(replica)));
            QCOMPARE(store.up().exitCode, 0);
            sellsOnWith(store, m_log);
            QVERIFY(removeLedger(store));
            QCOMPARE(store.up().exitCode, 0);
            sellsOnWith(store, m_log);
        }
    }

    void whileAReplicaIsMissingALostLedgerWaitsForIt_data()
    {
        QTest::addColumn<bool>("openedAnew");
        QTest::newRow("restart") << false;
        QTest::newRow("up") << true;
    }

    void whileAReplicaIsMissingALostLedgerWaitsForIt()
    {
        QFETCH(const bool, openedAnew);
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QVERIFY(removeLedger(store));
        QByteArray damaged = m_log;
        damaged[1000] = '#';
        QVERIFY(writeBytes(store.log(8092), damaged));

        QCOMPARE(store.up().exitCode, 1);

        const Outcome status = store.run("status");
        QVERIFY2(status.out.contains("order-8093 says that the ledger was lost and replica 8092"),
                 status.all());
        QVERIFY2(status.out.contains("toystore up --rebuild-from-available"), status.all());
        QCOMPARE(store.buy().exitCode, 5);
        QCOMPARE(store.run("order 1").exitCode, 0);
        const Outcome missing = store.run("order 1000000");
        QVERIFY2(missing.exitCode == 5, missing.all()); // never 'not found'
        QCOMPARE(bytesOf(store.log(8092)), damaged);
        QCOMPARE(bytesOf(store.log(8091)), m_log);
        // Said once, not at each of its ten tries a second.
        QCOMPARE(bytesOf(store.data() + QLatin1String("/logs/order-8093.log")).count("not_leading"), 1);

        if (openedAnew) {
            QCOMPARE(store.run("down").exitCode, 0);
            QCOMPARE(store.up({QStringLiteral("--rebuild-from-available")}).exitCode,
                     1); // 8092 is damaged yet
        } else {
            for (const char *replica : {"order-8093", "order-8091"}) // whichever is to lead
                QCOMPARE(store.run("restart --rebuild-from-available", {QLatin1String(replica)}).exitCode, 0);
        }
        QTRY_COMPARE_WITH_TIMEOUT(store.buy().exitCode, 0, 10'000);
        const Outcome repaired = store.run("start order-8092 --repair");
        QVERIFY2(repaired.exitCode == 0, repaired.all());
        sellsOnWith(store, m_log);
    }

    void aLogDamagedInTheMiddleIsRefusedAndRepaired_data()
    {
        QTest::addColumn<QByteArray>("damaged");
        const qsizetype line = m_log.indexOf("{\"number\":17,");
        QByteArray flipped = m_log;
        flipped[line + 25] = char(flipped[line + 25] ^ 1);
        QTest::newRow("a bit flipped") << flipped;
        QByteArray cut = m_log;
        QTest::newRow("a line cut") << cut.remove(line + 40, 30);
        QByteArray zeros = m_log;
        QTest::newRow("zeros") << zeros.replace(line, 400, QByteArray(400, '\0'));
    }

    void aLogDamagedInTheMiddleIsRefusedAndRepaired()
    {
        QFETCH(const QByteArray, damaged);
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QVERIFY(writeBytes(store.log(8092), damaged));

        const Outcome opened = store.up();

        QCOMPARE(opened.exitCode, 1);
        QVERIFY2(opened.out.contains("The store is open"), opened.all());
        const QByteArray place = store.log(8092).toUtf8() + ": line 18: ";
        QVERIFY2(opened.out.contains(place), opened.all());
        const Outcome status = store.run("status");
        QVERIFY2(status.out.contains(place), status.all());
        QVERIFY2(status.out.contains("toystore start order-ID --repair"), status.all());
        QCOMPARE(bytesOf(store.log(8092)), damaged);
        QCOMPARE(store.run("verify").exitCode, 8);

        const Outcome wrong = store.run("start catalog --repair");
        QVERIFY2(wrong.err.contains("catalog is no order replica"), wrong.all());
        const Outcome repaired = store.run("start order-8092 --repair");
        QVERIFY2(repaired.exitCode == 0, repaired.all());
        QCOMPARE(setAside(store, 8092), damaged);
        QCOMPARE(store.run("restart order-8092").exitCode, 0); // that is over: not again set aside
        QCOMPARE(setAside(store, 8092), damaged);
        sellsOnWith(store, m_log);
    }

    void damageOfEveryLogIsRepairedWhenTheStoreIsOpened()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QByteArray damaged = m_log;
        damaged[5000] = '#';
        for (const qint64 replica : replicas)
            QVERIFY(writeBytes(store.log(replica), damaged));

        const Outcome refused = store.up();
        QCOMPARE(refused.exitCode, 1);
        for (const qint64 replica : replicas)
            QVERIFY2(refused.err.contains(store.log(replica).toUtf8() + ": line "), refused.all());

        const Outcome unknown = store.up({QStringLiteral("--repair=order-8091,order-9")});
        QCOMPARE(unknown.exitCode, 2);
        QVERIFY2(unknown.err.contains("'9' is no order replica"), unknown.all());
        const Outcome opened = store.up({QStringLiteral("--repair=order-8091,8092,order-8093")});
        QVERIFY2(opened.exitCode == 0, opened.all());
        for (const qint64 replica : replicas)
            QCOMPARE(setAside(store, replica), damaged);
        sellsOnWith(store, m_log);
    }

    void aDivergedReplicaSaysSoAndIsRepaired()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        const QByteArray before = firstLines(m_log, ordersIn(m_log) - 1);
        const Order other{ordersIn(m_log), "Tux", 7, "another", 1, "2026-11-22T09:00:00.000Z"};
        const QByteArray body = orderBody(other);
        const QByteArray forged = before + body + ",\"crc\":\"" + checksumText(checksum(body)) + "\"}\n";
        QVERIFY(writeBytes(store.log(8091), forged));

        QCOMPARE(store.up().exitCode, 0);

        const Outcome status = store.run("status");
        QVERIFY2(status.out.contains("toystore restart order-8091 --repair"), status.all());
        QCOMPARE(bytesOf(store.log(8091)), forged);
        QCOMPARE(store.run("restart order-8091 --repair").exitCode, 0);
        QCOMPARE(setAside(store, 8091), forged);
        sellsOnWith(store, m_log);
    }

    void aDamagedLedgerIsRefusedAndRebuilt_data()
    {
        QTest::addColumn<QByteArray>("damaged");
        const QByteArray ledger = bytesOf(m_sold.ledger());
        QTest::newRow("truncated") << ledger.first(ledger.size() / 2);
        QTest::newRow("not a database") << QByteArray("Dear Santa, ").repeated(10'000);
        QByteArray firstPage = ledger;
        QTest::newRow("a page of zeros") << firstPage.replace(100, 4096 - 100, QByteArray(4096 - 100, '\0'));
    }

    void aDamagedLedgerIsRefusedAndRebuilt()
    {
        QFETCH(const QByteArray, damaged);
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QVERIFY(writeBytes(store.ledger(), damaged));

        const Outcome refused = store.up();

        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains(store.ledger().toUtf8()), refused.all());
        QVERIFY2(refused.err.contains("is damaged, nothing was changed. Close the store, move"),
                 refused.all());
        QCOMPARE(bytesOf(store.ledger()), damaged);
        QCOMPARE(store.run("verify").exitCode, 1);
        QVERIFY(removeLedger(store));
        QCOMPARE(store.up().exitCode, 0);
        sellsOnWith(store, m_log);
    }

    void aPageOfTheLedgerThatIsFoundDamagedLaterIsNamed()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QByteArray damaged = bytesOf(store.ledger());
        // All but the first pages, with the toys and the leadership: those of the movements and their
        // indices.
        constexpr qsizetype good = 24 * 4096;
        damaged.replace(good, damaged.size() - good, QByteArray(damaged.size() - good, '\x5a'));
        QVERIFY(writeBytes(store.ledger(), damaged));

        const Outcome opened = store.up();

        const Outcome bought = store.buy();
        const QByteArray log = bytesOf(store.data() + QLatin1String("/logs/catalog.log"));
        QVERIFY2(opened.exitCode == 1 || bought.exitCode == 5, opened.all() + bought.all());
        QVERIFY2((opened.all() + log).contains("is damaged, nothing was changed. Close the store, move"),
                 opened.all() + log);
        store.run("down");
        QVERIFY(removeLedger(store));
        QCOMPARE(store.up().exitCode, 0);
        sellsOnWith(store, m_log);
    }

    void aWriteAheadLogWithoutItsLedgerIsNotThrownAway_data()
    {
        QTest::addColumn<bool>("empty");
        QTest::newRow("missing") << false;
        QTest::newRow("empty") << true;
    }

    void aWriteAheadLogWithoutItsLedgerIsNotThrownAway()
    {
        QFETCH(const bool, empty);
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QCOMPARE(store.up().exitCode, 0);
        QCOMPARE(store.buy().exitCode, 0);
        QVERIFY(store.killAll());
        const QByteArray journal = bytesOf(store.ledger() + QLatin1String("-wal"));
        QVERIFY(!journal.isEmpty());
        const QByteArray ledger = bytesOf(store.ledger());
        QVERIFY(empty ? writeBytes(store.ledger(), {}) : QFile::remove(store.ledger()));

        QTRY_COMPARE_WITH_TIMEOUT(store.up().exitCode, 1, 5000);
        const Outcome refused = store.up();

        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("is missing or empty, but its write-ahead log"), refused.all());
        QCOMPARE(bytesOf(store.ledger() + QLatin1String("-wal")), journal);
        QVERIFY(writeBytes(store.ledger(), ledger));
        QCOMPARE(store.up().exitCode, 0);
        sellsOnWith(store, m_log);
    }

    void aLogOfAnUnknownVersionIsRefusedAndLeftAlone()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        const QByteArray newer = QByteArray(m_log).replace(
            0, m_log.indexOf('\n'), "{\"format\":\"toystore-order-log\",\"version\":7}");
        QVERIFY(writeBytes(store.log(8093), newer));

        const Outcome opened = store.up();

        QCOMPARE(opened.exitCode, 1);
        const QByteArray versions = "the log has format version 7, this program reads version 1";
        const Outcome status = store.run("status");
        for (const Outcome &told : {opened, status}) {
            QVERIFY2(told.out.contains(store.log(8093).toUtf8()), told.all());
            QVERIFY2(told.out.contains(versions), told.all());
            QVERIFY2(told.out.contains("nothing was changed. Open it with a Toystore that knows version 7"),
                     told.all());
        }
        const Outcome verified = store.run("verify");
        QCOMPARE(verified.exitCode, 1); // it can't be judged, which is no broken promise
        QVERIFY2(verified.err.contains(store.log(8093).toUtf8() + ": line 1: " + versions), verified.all());
        QCOMPARE(store.buy().exitCode, 0); // the others sell
        QCOMPARE(bytesOf(store.log(8093)), newer);
        QCOMPARE(store.run("start order-8093").exitCode, 1);
        QCOMPARE(bytesOf(store.log(8093)), newer);
        QCOMPARE(store.run("start order-8093 --repair").exitCode, 0);
        sellsOnWith(store, m_log);
    }

    void aLedgerOfAnUnknownVersionIsRefusedAndLeftAlone()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        // As a newer Toystore would leave it that was killed: the newest pages still in the write-ahead log.
        const QString copy = store.data() + QLatin1String("/copy");
        changeDatabase(
            store.ledger(), {"PRAGMA wal_autocheckpoint=0", "UPDATE ledger_format SET version = 9"}, [&] {
                QVERIFY(QFile::copy(store.ledger(), copy));
                QVERIFY(QFile::copy(store.ledger() + QLatin1String("-wal"), copy + QLatin1String("-wal")));
            });
        QVERIFY(removeLedger(store));
        QVERIFY(QFile::rename(copy, store.ledger()));
        QVERIFY(QFile::rename(copy + QLatin1String("-wal"), store.ledger() + QLatin1String("-wal")));
        const QByteArray ledger = bytesOf(store.ledger());
        const QByteArray journal = bytesOf(store.ledger() + QLatin1String("-wal"));
        QVERIFY(!journal.isEmpty());

        const Outcome refused = store.up();

        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains(store.ledger().toUtf8()), refused.all());
        QVERIFY2(
            refused.err.contains("the ledger has format version 9, this program knows version 2; nothing "
                                 "was changed. Open it with a Toystore that knows version 9"),
            refused.all());
        const Outcome verified = store.run("verify");
        QCOMPARE(verified.exitCode, 1);
        QVERIFY2(verified.err.contains("format version 9"), verified.all());
        QCOMPARE(bytesOf(store.ledger()), ledger);
        QCOMPARE(bytesOf(store.ledger() + QLatin1String("-wal")), journal);
        for (const qint64 replica : replicas)
            QCOMPARE(bytesOf(store.log(replica)), m_log);
    }

    void anothersDatabaseIsRefusedAndLeftAlone()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QVERIFY(removeLedger(store));
        changeDatabase(store.ledger(),
                       {"CREATE TABLE recipe (name TEXT)", "INSERT INTO recipe VALUES ('cake')"});
        const QByteArray database = bytesOf(store.ledger());

        const Outcome refused = store.up();

        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("it is the database of something else; nothing was changed"),
                 refused.all());
        QCOMPARE(bytesOf(store.ledger()), database);
        QVERIFY(!QFile::exists(store.ledger() + QLatin1String("-wal")));
    }

    void aHistoryOfAnUnknownVersionIsRefusedAndLeftAlone()
    {
        OperatedStore store;
        const QString path = m_sold.data() + QLatin1String("/history");
        const QByteArray history = "{\"format\":\"toystore-history\",\"version\":4}\n{\"what\":\"ever\"}\n";
        QVERIFY(writeBytes(path, history));

        const Outcome refused = m_sold.run("verify --history", {path});

        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains(
                     path.toUtf8() + ": line 1: the history has format version 4, this program reads version "
                                     "1; read it with a Toystore that knows version 4"),
                 refused.all());
        QCOMPARE(bytesOf(path), history);
        QVERIFY(QFile::remove(path));
    }

    void aBackupTakenWhileTheStoreSellsCanBeRestored()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QCOMPARE(store.up(plenty).exitCode, 0);
        RecordedLoad shoppers(buyers(store.ports().http, 8, {"Tux", "Rubber Duck"}));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 200, 20'000);
        OperatedStore restored;
        QVERIFY(QDir().mkpath(QFileInfo(restored.ledger()).path()));
        QVERIFY(QDir().mkpath(QFileInfo(restored.log(8092)).path()));
        const qint64 acknowledged = ordersIn(m_log) + shoppers.acknowledged();

        // A log first, then the ledger: it has all that the log has.
        QVERIFY(QFile::copy(store.log(8092), restored.log(8092)));
        changeDatabase(store.ledger(), {"VACUUM INTO '" + restored.ledger().toUtf8() + '\''});

        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, 20'000);
        QVERIFY(shoppers.stop());
        QCOMPARE(shoppers.figures().allErrors(), 0);
        QVERIFY(shoppers.figures().longestWait < 2s); // selling went on meanwhile
        QCOMPARE(store.run("down").exitCode, 0);
        const Outcome opened = restored.up(plenty);
        QVERIFY2(opened.exitCode == 0, opened.all());
        QCOMPARE(restored.run("order", {QString::number(acknowledged)}).exitCode, 0);
        const QByteArray all = bytesOf(store.log(8092));
        sellsOnWith(restored, firstLines(all, acknowledged));
    }

    void anOldLedgerBehindNewerLogsGetsTheirOrders()
    {
        OperatedStore store;
        QVERIFY(store.copyDataOf(m_sold));
        QCOMPARE(store.up(plenty).exitCode, 0);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(store.buy().exitCode, 0);
        QCOMPARE(store.run("down").exitCode, 0);
        const QByteArray newer = bytesOf(store.log(8091));
        QCOMPARE(ordersIn(newer), ordersIn(m_log) + 3);

        QVERIFY(removeLedger(store));
        QVERIFY(QFile::copy(m_sold.ledger(), store.ledger()));

        const Outcome opened = store.up(plenty);
        QVERIFY2(opened.exitCode == 0, opened.all());
        sellsOnWith(store, newer);
    }
};

QTEST_GUILESS_MAIN(TestDamage)
#include "tst_damage.moc"
