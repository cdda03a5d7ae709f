// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `toystore session` and `toystore bench`, with a real store.

#include "support/cliprocess.h"
#include "support/scriptedserver.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace toystore;

namespace
{

QJsonObject json(const Outcome &outcome)
{
    return QJsonDocument::fromJson(outcome.out).object();
}

QJsonValue at(const QJsonObject &object, const char *name)
{
    return object.value(QLatin1String(name));
}

/// What a report says of one kind of request.
QJsonObject kindIn(const Outcome &outcome, const char *kind)
{
    for (const auto &one : at(json(outcome), "kinds").toArray()) {
        if (at(one.toObject(), "kind") == QLatin1String(kind))
            return one.toObject();
    }
    return {};
}

QStringList words(const char *text)
{
    return QString::fromLatin1(text).split(u' ');
}

QString urlOf(const QTcpServer &server)
{
    return QStringLiteral("http://127.0.0.1:%1").arg(server.serverPort());
}

} // namespace

class TestMeasure : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<OperatedStore> m_store;

    [[nodiscard]] QStringList inStore(const char *text) const
    {
        return words(text) + QStringList{QStringLiteral("--data"), m_store->data()};
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_store = std::make_unique<OperatedStore>();
        const Outcome up = m_store->up({QStringLiteral("--restock-interval"), QStringLiteral("200")});
        QVERIFY2(up.exitCode == 0, up.all());
    }
    void cleanupTestCase() { m_store.reset(); }

    void aSessionFindsWhatItBought()
    {
        const Outcome session =
            m_store->run("session --clients 5 --requests 50 --probability 0.5 --seed 7 -o json");
        QVERIFY2(session.exitCode == 0, session.all());
        const QJsonObject report = json(session);
        QCOMPARE(at(report, "holds"), true);
        QCOMPARE(at(report, "queries"), 5 * 50);
        QVERIFY(at(report, "bought").toInt() > 50);
        QCOMPARE(at(report, "looked_up"), at(report, "bought"));
        QCOMPARE(at(report, "seed"), 7);
    }

    void aSessionInWhichNobodyBuysOnlyAsks()
    {
        const Outcome session = m_store->run("session --requests 10 --probability 0");
        QVERIFY2(session.exitCode == 0, session.all());
        QVERIFY2(session.out.contains("queries     10\nbought      0\n"), session.out);
    }

    void aShopThatForgetsIsTold()
    {
        ScriptedServer shop(politeShop());
        const Outcome session = runToystore(words("session --requests 20 --probability 1 --toy Ball --url") +
                                            QStringList{urlOf(shop)});
        QCOMPARE(session.exitCode, 8);
        QVERIFY2(session.out.contains("mismatches  20\n  MISMATCH: order 1 was 1 x 'Ball' and is 1 x 'Tux'"),
                 session.out);
    }

    void aSessionThatIsNotAnsweredFails()
    {
        ScriptedServer shop([](const ScriptedServer::Request &request) {
            request.socket->write(httpAnswer(500, "{\"error\":{\"code\":500,\"message\":\"no\"}}"));
        });
        const Outcome session =
            runToystore(words("session --requests 3 --toy Ball --url") + QStringList{urlOf(shop)});
        QCOMPARE(session.exitCode, 5);
        QVERIFY2(session.out.contains("unanswered  3\n"), session.out);
    }

    void aBenchTellsWhatItMeasured()
    {
        const Outcome bench =
            m_store->run("bench --duration 1500ms --clients 4 --probability 0.3 --look-ups 0.2 "
                         "--seed 3 -o json --max-errors 0");
        QVERIFY2(bench.exitCode == 0, bench.all());
        const QJsonObject report = json(bench);
        QCOMPARE(at(report, "loop"), QLatin1String("closed"));
        QCOMPARE(at(report, "errors"), QJsonArray());
        QVERIFY(at(report, "orders").toInt() > 0);
        qint64 answered = 0;
        for (const char *kind : {"query", "buy", "look_up"}) {
            const QJsonObject one = kindIn(bench, kind);
            answered += at(one, "answered").toInteger();
            QVERIFY2(at(one, "answered").toInteger() > 0, bench.out);
            QVERIFY(at(one, "p50_us").toInteger() > 0);
            QVERIFY(at(one, "p50_us").toInteger() <= at(one, "p90_us").toInteger());
            QVERIFY(at(one, "p90_us").toInteger() <= at(one, "p99_us").toInteger());
            QVERIFY(at(one, "p99_us").toInteger() <= at(one, "p999_us").toInteger());
            QVERIFY(at(one, "p999_us").toInteger() <= at(one, "max_us").toInteger());
        }
        QCOMPARE(answered, at(report, "answered").toInteger());
        const QJsonObject cache = at(report, "cache").toObject();
        const qint64 queries = at(cache, "hits").toInteger() + at(cache, "misses").toInteger();
        QCOMPARE(queries, at(kindIn(bench, "query"), "answered").toInteger());
        QVERIFY2(bench.err.contains(" s  "), bench.err);
    }

    void aBenchAsCsvHasALineForEachKind()
    {
        const Outcome bench = m_store->run("bench --duration 200ms --quiet -o csv");
        QVERIFY2(bench.exitCode == 0, bench.all());
        const QByteArrayList lines = bench.out.split('\n');
        QCOMPARE(lines.value(0),
                 QByteArray("kind,answered,answers_per_second,mean_us,p50_us,p90_us,p99_us,p999_us,max_us"));
        QVERIFY2(lines.value(1).startsWith("query,"), bench.out);
        QVERIFY2(lines.value(2).startsWith("buy,"), bench.out);
        QCOMPARE(lines.value(3), QByteArray("look_up,0,0,,,,,,")); // nobody looked anything up
        QCOMPARE(bench.err, QByteArray());
    }

    void requestsEndABenchToo()
    {
        const Outcome bench = m_store->run("bench --duration 1min --requests 25 --clients 4 -o json");
        QVERIFY2(bench.exitCode == 0, bench.all());
        QCOMPARE(at(json(bench), "answered"), 4 * 25);
    }

    // Half of the requests are due while the shop is stopped. They wait from then on, on average half as long
    // as it is stopped, and who counted only from when he could send would hardly notice.
    void whatStallsIsSeenInTheOpenLoop()
    {
        CliProcess bench(inStore("bench --rate 200 --clients 8 --duration 6s --probability 0 -o json"));
        QVERIFY(bench.waitForErr("    1 s  "));
        QCOMPARE(m_store->run("pause frontend").exitCode, 0);
        QVERIFY(bench.waitForErr("    4 s  "));
        QCOMPARE(m_store->run("resume frontend").exitCode, 0);
        const Outcome ended = bench.end();
        QVERIFY2(ended.exitCode == 0, ended.all());
        const QJsonObject query = kindIn(ended, "query");
        QVERIFY2(std::abs(at(query, "answered").toInteger() - 1200) <= 1, ended.out);
        QVERIFY2(at(query, "p90_us").toInteger() > 1'800'000, ended.out);
        QVERIFY2(at(query, "p99_us").toInteger() > 2'500'000, ended.out);
        QVERIFY2(at(query, "max_us").toInteger() < 4'000'000, ended.out);
        QCOMPARE(at(json(ended), "errors"), QJsonArray());
    }

    void ctrlCStillPrintsTheSummary()
    {
        CliProcess bench(inStore("bench --duration 10min"));
        QVERIFY(bench.waitForErr("    1 s  "));
        bench.interrupt();
        const Outcome ended = bench.end();
        QVERIFY2(ended.exitCode == 0, ended.all());
        QVERIFY2(ended.out.contains("(ended early)"), ended.out);
        QVERIFY2(ended.out.contains("\nquery "), ended.out);
    }

    void limitsDecideTheExitCode_data()
    {
        QTest::addColumn<QByteArray>("limit");
        QTest::addColumn<int>("exitCode");
        QTest::newRow("p99 kept") << QByteArray("--max-p99 10000") << 0;
        QTest::newRow("p99 broken") << QByteArray("--max-p99 0.001") << 8;
        QTest::newRow("rate kept") << QByteArray("--min-rate 1") << 0;
        QTest::newRow("rate broken") << QByteArray("--min-rate 1000000") << 8;
        QTest::newRow("errors kept") << QByteArray("--max-errors 0") << 0;
    }
    void limitsDecideTheExitCode()
    {
        QFETCH(QByteArray, limit);
        QFETCH(int, exitCode);
        const Outcome bench = m_store->run("bench --duration 200ms --quiet " + limit);
        QVERIFY2(bench.exitCode == exitCode, bench.all());
        QVERIFY2(bench.out.contains(exitCode == 0 ? ": holds" : ": FAILED"), bench.out);
    }

    void aShopThatOnlyFailsIsNoSuccess()
    {
        ScriptedServer shop([](const ScriptedServer::Request &request) {
            request.socket->write(httpAnswer(500, "{\"error\":{\"code\":500,\"message\":\"no\"}}"));
        });
        const QStringList bench = words("bench --toy Ball --probability 0 --duration 200ms --quiet --url") +
                                  QStringList{urlOf(shop)};
        const Outcome failed = runToystore(bench);
        QCOMPARE(failed.exitCode, 5);
        QVERIFY2(failed.out.contains("errors                server error "), failed.out);
        QCOMPARE(runToystore(bench + words("--max-errors 1")).exitCode, 5);
    }

    void nobodyThereIsExitCode6()
    {
        ScriptedServer shop(politeShop());
        const QString url = urlOf(shop);
        shop.shut();
        const Outcome bench = runToystore(words("bench --toy Ball --url") + QStringList{url});
        QCOMPARE(bench.exitCode, 6);
        QVERIFY2(bench.err.contains("toystore up"), bench.err);
    }

    void anUnknownToyIsExitCode3()
    {
        const Outcome bench = m_store->run("bench --toy Nonsense");
        QCOMPARE(bench.exitCode, 3);
        QVERIFY2(bench.err.contains("'Nonsense'"), bench.err);
    }

    void everyToyThatIsNamedMustBeThere()
    {
        const Outcome bench = m_store->run("bench --duration 200ms --toy Tux --toy Nonsense");
        QCOMPARE(bench.exitCode, 3);
        QVERIFY2(bench.err.contains("'Nonsense'"), bench.err);
    }

    void moreClientsThanThereIsRoomForAreRefused()
    {
        ScriptedServer shop(politeShop());
        for (const char *command : {"bench --duration 200ms --quiet", "session --requests 1"}) {
            QProcess shell;
            shell.start(QStringLiteral("sh"),
                        {QStringLiteral("-c"),
                         QStringLiteral("ulimit -n 100; exec '" TOYSTORE_CLI "' %1 --clients 90 --toy Ball"
                                        " --url %2")
                             .arg(QLatin1String(command), urlOf(shop))});
            QVERIFY(QTest::qWaitFor([&] { return shell.state() == QProcess::NotRunning; }, 20'000));
            QCOMPARE(shell.exitCode(), 2);
            const QByteArray said = shell.readAllStandardError();
            QVERIFY2(said.contains("--clients: 90 have no room within the 100 descriptors"), said);
        }
    }

    // Its counts begin anew, and the difference would be below 0.
    void aFrontendThatIsStartedAgainHasNoCountsToCompare()
    {
        QCOMPARE(m_store->run("bench --duration 500ms --quiet --probability 0").exitCode, 0);
        CliProcess bench(inStore("bench --duration 3s --clients 2 -o json"));
        QVERIFY(bench.waitForErr("    1 s  "));
        QCOMPARE(m_store->run("restart frontend").exitCode, 0);
        const Outcome ended = bench.end();
        QVERIFY2(ended.exitCode == 0, ended.all());
        QVERIFY2(!json(ended).contains(QLatin1String("cache")), ended.out);
    }

    void aSummaryThatCantBeWrittenIsAnError()
    {
        QProcess bench;
        bench.setStandardOutputFile(QStringLiteral("/dev/full"));
        bench.start(QStringLiteral(TOYSTORE_CLI), inStore("bench --duration 200ms --quiet"));
        QVERIFY(QTest::qWaitFor([&] { return bench.state() == QProcess::NotRunning; }, 20'000));
        QCOMPARE(bench.exitCode(), 1);
        const QByteArray said = bench.readAllStandardError();
        QVERIFY2(said.contains("can't write to stdout"), said);
    }

    void whatMakesNoSenseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("command");
        QTest::addColumn<QByteArray>("names"); // the option and the limit
        const auto row = [](const char *command, const char *names) {
            QTest::newRow(command) << QByteArray(command) << QByteArray(names);
        };
        row("bench --clients 0", "--clients: '0' is no number from 1 to 10000");
        row("bench --clients many", "--clients: 'many' is no number");
        row("bench --probability 1.5", "--probability: '1.5' is no number from 0 to 1");
        row("bench --probability nan", "--probability: 'nan' is no number from 0 to 1");
        row("bench --rate 0", "--rate: '0' is no number from 0.1 to 1000000");
        row("bench --rate -5", "--rate: '-5' is no number");
        row("bench --duration 1h", "--duration: '1h' is no time from 100ms to 24 hours");
        row("bench --duration 0", "--duration: '0' is no time");
        row("bench --rate 0.5 --duration 1s", "--rate: in --duration 1s it is not even one request");
        row("bench --probability 0.7 --look-ups 0.5", "--probability and --look-ups: together");
        row("bench --requests 0", "--requests: '0' is no number from 1 to");
        row("bench --max-quantity 0", "--max-quantity: '0' is no number from 1 to 1000");
        row("bench --max-p99 0", "--max-p99: '0' is no number");
        row("bench --max-errors -1", "--max-errors: '-1' is no number from 0 to");
        row("bench --toy Tux --url http://127.0.0.1:1/shop", "has a path");
        row("bench --seed 9223372036854775808",
            "--seed: '9223372036854775808' is no number from 0 to 9223372036854775807");
        row("session --seed -1", "--seed: '-1' is no number");
        row("session --requests 0", "--requests: '0' is no number from 1 to 1000000");
        row("session --probability 2", "--probability: '2' is no number from 0 to 1");
    }
    void whatMakesNoSenseIsRefused()
    {
        QFETCH(QByteArray, command);
        QFETCH(QByteArray, names);
        const Outcome outcome = m_store->run(command);
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(outcome.err.contains(names), outcome.err);
    }
};

QTEST_GUILESS_MAIN(TestMeasure)
#include "tst_measure.moc"
