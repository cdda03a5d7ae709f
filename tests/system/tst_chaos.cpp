// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `toystore chaos`, with real processes.

#include "support/chaosprocess.h"
#include "support/storeundertest.h"

#include <QDir>
#include <QJsonArray>
#include <QSet>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <csignal>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

QStringList words(const char *text)
{
    return QString::fromLatin1(text).split(u' ');
}

QSet<QString> faultsIn(const QJsonObject &report)
{
    QSet<QString> faults;
    for (const auto &done : report.value(QLatin1String("faults")).toArray())
        faults.insert(done.toObject().value(QLatin1String("fault")).toString());
    return faults;
}

/// Executes @p statement in the ledger of an open store.
void changeLedger(const QString &path, const char *statement)
{
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("forge"));
        database.setDatabaseName(path);
        QVERIFY2(database.open(), qUtf8Printable(database.lastError().text()));
        QSqlQuery query(database);
        QVERIFY2(query.exec(QLatin1String(statement)), qUtf8Printable(query.lastError().text()));
    }
    QSqlDatabase::removeDatabase(QStringLiteral("forge"));
}

} // namespace

class TestChaos : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theStoreKeepsItsPromises_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("faults");
        QTest::newRow("killed") << words("--only kill --duration 6s") << words("kill");
        QTest::newRow("paused") << words("--only pause --duration 6s") << words("pause");
        QTest::newRow("restarted") << words("--only restart --duration 6s") << words("restart");
        QTest::newRow("cut") << words("--only cut --duration 6s")
                             << QStringList{QStringLiteral("cut"), QStringLiteral("silent"),
                                            QStringLiteral("silent, one way")};
        QTest::newRow("delayed") << words("--only delay --duration 6s")
                                 << QStringList{QStringLiteral("delay"), QStringLiteral("delay, one way"),
                                                QStringLiteral("loss"), QStringLiteral("loss, one way")};
        QTest::newRow("everything") << words("--duration 10s") << QStringList();
    }
    void theStoreKeepsItsPromises()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, faults);
        ChaosProcess chaos(arguments);
        QVERIFY2(chaos.exitCode() == 0, chaos.out());
        const QJsonObject report = chaos.report();
        const QSet<QString> done = faultsIn(report);
        QVERIFY2(!done.isEmpty(), chaos.out());
        QVERIFY2(faults.isEmpty() || QSet<QString>(faults.begin(), faults.end()).contains(done), chaos.out());
        QVERIFY(report.value(QLatin1String("holds")).toBool());
        QVERIFY(report.value(QLatin1String("orders_per_second")).toDouble() > 0);
        QVERIFY(report.contains(QLatin1String("sold_again_after_ms")));
        QCOMPARE(report.value(QLatin1String("clients")).toInt(), 16 + 4); // four when all is healed
        QVERIFY(report.value(QLatin1String("clients_noticed")).toInt() <= 16 + 4);
        QVERIFY(!QDir(report.value(QLatin1String("data_directory")).toString()).exists());
    }

    void ctrlCHealsAndJudges()
    {
        ChaosProcess chaos(words("--duration 10min --seed 3"));
        const Instant begin = monotonicNow();
        QTRY_VERIFY_WITH_TIMEOUT(monotonicNow() - begin > 4s, 10'000);
        ::kill(static_cast<pid_t>(chaos.pid()), SIGINT);
        QVERIFY2(chaos.exitCode() == 0, chaos.out());
        QVERIFY(chaos.report().value(QLatin1String("interrupted")).toBool());
        QVERIFY(chaos.report().value(QLatin1String("holds")).toBool());
        QCOMPARE(chaos.report().value(QLatin1String("seed")).toInteger(), 3);
    }

    void ctrlCWhileItsStoreOpensLeavesNothing()
    {
        QTemporaryDir directory;
        qputenv("TMPDIR", directory.path().toUtf8());
        ChaosProcess chaos(words("--duration 10min"));
        qunsetenv("TMPDIR");
        const auto left = [&directory] {
            return QDir(directory.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
        };
        QTRY_VERIFY(!left().isEmpty());
        ::kill(static_cast<pid_t>(chaos.pid()), SIGINT);
        QVERIFY2(chaos.exitCode() == 1, chaos.out());
        QVERIFY2(chaos.out().contains("interrupted"), chaos.out());
        QCOMPARE(left(), QStringList());
    }

    void aRunningStoreIsHealedAndLeftOpen()
    {
        StoreUnderTest store({QStringLiteral("--allow-faults")});
        QVERIFY(store.open());
        ChaosProcess chaos(words("--attach --duration 2s --data") + QStringList{store.path(QString())});
        QVERIFY2(chaos.exitCode() == 0, chaos.out());
        for (const char *service : {"faultproxy", "catalog", "frontend", "order-8091"})
            QCOMPARE(store.waitForState(service, "ready"), QByteArray("ready"));
        QVERIFY(store.close());
    }

    void aStoreThatAllowsNoFaultsIsNotBroken()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        ChaosProcess chaos(words("--attach --data") + QStringList{store.path(QString())});
        QCOMPARE(chaos.exitCode(), 1);
        QVERIFY2(chaos.out().contains("\"faults_not_allowed\""), chaos.out());
    }

    void aBrokenPromiseIsFoundAndTheEvidenceKept()
    {
        StoreUnderTest store({QStringLiteral("--allow-faults")});
        QVERIFY(store.open());
        changeLedger(store.path(QStringLiteral("catalog/ledger.sqlite")),
                     "UPDATE movement SET delta = delta + 1 WHERE sequence = 1");
        ChaosProcess chaos(words("--attach --only delay --duration 1s --data") +
                           QStringList{store.path(QString())});
        QVERIFY2(chaos.exitCode() == 8, chaos.out());
        QVERIFY(!chaos.report().value(QLatin1String("holds")).toBool(true));
        QVERIFY2(chaos.out().contains("\"I5\""), chaos.out());
        QDir evidence(chaos.report().value(QLatin1String("evidence")).toString());
        QVERIFY(evidence.exists(QStringLiteral("calls.jsonl")));
        QVERIFY(evidence.removeRecursively());
    }

    void whatCannotBeMeantIsRefused()
    {
        for (const char *arguments : {"--duration soon", "--duration 1ms", "--duration 11min",
                                      "--seed 18446744073709551615", "--only flood", "--clients 0"}) {
            ChaosProcess chaos(words(arguments));
            QVERIFY2(chaos.exitCode() == 2, arguments);
        }
    }
};

QTEST_GUILESS_MAIN(TestChaos)
#include "tst_chaos.moc"
