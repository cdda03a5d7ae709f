// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `toystore verify` on the data of a real store.

#include "history/historyfile.h"
#include "protocol/jsontree.h"
#include "protocol/storefiles.h"
#include "support/operatedstore.h"
#include "support/recordedload.h"
#include "support/storeundertest.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

using namespace toystore;

namespace
{

bool write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace

class TestVerify : public QObject
{
    Q_OBJECT

private:
    // Used, broken and closed by the first test, then looked at and forged by the others.
    StoreUnderTest m_store{{QStringLiteral("--stock"), QStringLiteral("50"),
                            QStringLiteral("--restock-interval"), QStringLiteral("200"),
                            QStringLiteral("--restock-level"), QStringLiteral("50")}};
    QString m_historyPath = m_store.path(QStringLiteral("calls.jsonl"));
    QByteArray m_history;

    Outcome verify(const QStringList &more) { return verifyIn(m_store.path(QString()), more); }

    static Outcome verifyIn(const QString &data, const QStringList &more)
    {
        QProcess cli;
        cli.start(QStringLiteral(TOYSTORE_CLI),
                  QStringList{QStringLiteral("verify"), QStringLiteral("--data"), data} + more);
        if (!QTest::qWaitFor([&] { return cli.state() == QProcess::NotRunning; }, 30'000)) {
            cli.kill();
            cli.waitForFinished();
            return {};
        }
        return {cli.exitCode(), cli.readAllStandardOutput(), cli.readAllStandardError()};
    }

    Outcome verifyHistory(const QStringList &more = {})
    {
        return verify(QStringList{QStringLiteral("--history"), m_historyPath} + more);
    }

    [[nodiscard]] QString logPath() const { return m_store.path(QStringLiteral("order-8092/orders.log")); }

    // Executes @p statement in the closed store's ledger.
    void changeLedger(const char *statement)
    {
        {
            QSqlDatabase database =
                QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("forge"));
            database.setDatabaseName(m_store.path(QStringLiteral("catalog/ledger.sqlite")));
            QVERIFY2(database.open(), qUtf8Printable(database.lastError().text()));
            QSqlQuery query(database);
            QVERIFY2(query.exec(QLatin1String(statement)), qUtf8Printable(query.lastError().text()));
            QCOMPARE(query.numRowsAffected(), 1);
        }
        QSqlDatabase::removeDatabase(QStringLiteral("forge"));
    }

private Q_SLOTS:
    void aStoreThatIsUsedAndBrokenKeepsItsPromises()
    {
        QVERIFY(m_store.open());
        LoadPlan plan;
        plan.shop.port = m_store.httpPort();
        plan.mix = {{"Tux", "Rubber Duck", "Teddy Bear"}, 0.5, 0.25, 3, 1};
        RecordedLoad shoppers(plan);
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 200, 20'000);
        // While it runs and sells.
        const Outcome running = verify({});
        QVERIFY2(running.exitCode == 0, running.all());
        QVERIFY2(running.out.contains("(open)"), running.out);

        const QByteArray leader = StoreUnderTest::nameOf(m_store.leader().value);
        QVERIFY(m_store.command<KillService>("leader").has_value());
        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, 20'000);
        QVERIFY(m_store.command<StartService>(leader).has_value());
        QVERIFY(shoppers.stop());
        m_history = historyHeaderLine();
        for (const Call &call : shoppers.calls())
            m_history += callLine(call);
        QVERIFY(write(m_historyPath, m_history));

        const Outcome open = verifyHistory();
        QVERIFY2(open.exitCode == 0, open.all());
        QVERIFY2(open.out.endsWith("The store keeps its promises.\n"), open.out);
        QVERIFY(m_store.waitForEqualLogs(Milliseconds(5000)));
        QVERIFY(m_store.close());
    }

    void aClosedStoreIsJudgedAsWell()
    {
        const Outcome people = verifyHistory({QStringLiteral("--all-logs")});
        QVERIFY2(people.exitCode == 0, people.all());
        QVERIFY2(people.out.contains("(closed)"), people.out);
        qInfo("%s", people.out.constData());

        const Outcome programs = verifyHistory({QStringLiteral("-o"), QStringLiteral("json")});
        QVERIFY2(programs.exitCode == 0, programs.all());
        const Result<JsonTree> report = JsonTree::parse(programs.out.trimmed());
        QVERIFY(report);
        QVERIFY(report->root().member("holds")->boolean());
        QVERIFY(report->root().member("calls")->member("acknowledged")->integer() > 400);
        QCOMPARE(report->root().member("logs")->children().size(), std::size_t{3});
        QCOMPARE(report->root().member("invariants")->children().size(), std::size_t{10});
    }

    void withoutAHistoryLogsAndLedgerAreChecked()
    {
        const Outcome outcome = verify({});
        QVERIFY2(outcome.exitCode == 0, outcome.all());
        QVERIFY2(outcome.out.endsWith("Nothing is broken; not decided: I1, I10, I11, I12.\n"), outcome.out);
    }

    void aForgedLogLineIsFound()
    {
        QFile file(logPath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray good = file.readAll();
        file.close();
        QByteArray forged = good;
        const qsizetype quantity = forged.indexOf("\"quantity\":", forged.indexOf("{\"number\":17,")) + 11;
        forged[quantity] = '9';
        QVERIFY(write(logPath(), forged));

        const Outcome outcome = verify({});

        QVERIFY(write(logPath(), good));
        QVERIFY2(outcome.exitCode == 8, outcome.all());
        QVERIFY2(outcome.out.contains("I6 is broken: line 18 of the log of order-8092 is damaged"),
                 outcome.out);
        QVERIFY2(outcome.out.endsWith("The store has broken I6.\n"), outcome.out);
    }

    void aForgedLedgerIsFound()
    {
        changeLedger("UPDATE toy SET quantity = quantity + 1 WHERE name = 'Tux'");
        const Outcome outcome = verify({QStringLiteral("-o"), QStringLiteral("json")});
        changeLedger("UPDATE toy SET quantity = quantity - 1 WHERE name = 'Tux'");

        QVERIFY2(outcome.exitCode == 8, outcome.all());
        QVERIFY2(outcome.out.contains("\"holds\":false"), outcome.out);
        QVERIFY2(outcome.out.contains("\"invariant\":\"I5\",\"what\":\"the stock of 'Tux' is "), outcome.out);
    }

    void aForgedAnswerIsFoundWithTheCallThatProvesIt()
    {
        QByteArray forged = m_history;
        const qsizetype query = forged.indexOf("\"kind\":\"query\",\"name\":\"Tux\",\"quantity\":");
        QVERIFY(query > 0);
        const qsizetype begin = forged.lastIndexOf('\n', query) + 1;
        forged.insert(query + 40, "77"); // more than there ever were
        QVERIFY(write(m_historyPath, forged));

        const Outcome outcome = verifyHistory();

        QVERIFY(write(m_historyPath, m_history));
        QVERIFY2(outcome.exitCode == 8, outcome.all());
        QVERIFY2(outcome.out.contains("I10 is broken: query "), outcome.out);
        const QByteArray line = forged.mid(begin, forged.indexOf('\n', begin) - begin);
        QVERIFY2(outcome.out.contains(line), outcome.out);
    }

    // The catalog's own is there, too, and out of date.
    void theLedgerIsTheOneThatTheStoreWasOpenedWith()
    {
        const OperatedStore store;
        QCOMPARE(store.up().exitCode, 0);
        QCOMPARE(store.buy().exitCode, 0);
        QCOMPARE(store.run("down").exitCode, 0);
        const QString elsewhere = store.data() + QStringLiteral("/elsewhere.sqlite");
        const Outcome up = store.up({QStringLiteral("--ledger"), QStringLiteral("sqlite:") + elsewhere});
        QVERIFY2(up.exitCode == 0, up.all());
        QCOMPARE(store.buy().exitCode, 0);
        const Outcome open = store.run("verify");
        QVERIFY2(open.exitCode == 0, open.all());
        QCOMPARE(store.run("down").exitCode, 0);
        const Outcome closed = store.run("verify --all-logs");
        QVERIFY2(closed.exitCode == 0, closed.all());

        QVERIFY(QFile::rename(elsewhere, elsewhere + QStringLiteral(".away")));
        const Outcome missing = store.run("verify");
        QCOMPARE(missing.exitCode, 1);
        QVERIFY2(missing.err.contains(elsewhere.toUtf8()), missing.err);
        QVERIFY(write(ledgerUrlPath(store.data()), "postgresql://toys:secret@db.example/ledger\n"));
        const Outcome unreadable = store.run("verify");
        QCOMPARE(unreadable.exitCode, 1);
        QVERIFY2(unreadable.err.contains("the store's ledger is postgresql://toys@db.example/ledger"),
                 unreadable.err);
        // Opened without, its ledger is its own again, and gets what it lacks from the logs.
        QCOMPARE(store.up().exitCode, 0);
        QCOMPARE(store.run("down").exitCode, 0);
        QVERIFY(!QFile::exists(ledgerUrlPath(store.data())));
    }

    void whatCantBeReadIsNoVerdict()
    {
        QVERIFY(write(m_historyPath, m_history + "{\"id\":1}\n"));
        const Outcome badHistory = verifyHistory();
        QCOMPARE(badHistory.exitCode, 1);
        QVERIFY2(badHistory.err.contains(m_historyPath.toUtf8() + ": line "), badHistory.err);
        QVERIFY2(badHistory.err.contains("client: is missing"), badHistory.err);

        const Outcome noStore = verifyIn(m_store.path(QStringLiteral("logs")), {});
        QCOMPARE(noStore.exitCode, 1);
        QVERIFY2(noStore.err.contains("neither a ledger nor a log"), noStore.err);

        changeLedger("UPDATE ledger_format SET version = 9");
        const Outcome newer = verify({});
        QCOMPARE(newer.exitCode, 1);
        QVERIFY2(newer.err.contains("format version 9, this program knows version 2"), newer.err);
    }
};

QTEST_GUILESS_MAIN(TestVerify)
#include "tst_verify.moc"
