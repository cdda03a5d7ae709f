// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `toystore events`, `trace` and `logs`, with a real store.

#include "support/cliprocess.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QTest>

using namespace toystore;

namespace
{

QList<QJsonObject> lines(const QByteArray &text)
{
    QList<QJsonObject> objects;
    for (const QByteArray &line : text.trimmed().split('\n'))
        objects.append(QJsonDocument::fromJson(line).object());
    return objects;
}

QString text(const QJsonObject &object, const char *name)
{
    return object.value(QLatin1String(name)).toString();
}

} // namespace

class TestWatching : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<OperatedStore> m_store;

    [[nodiscard]] QStringList inStore(const char *words) const
    {
        return QString::fromLatin1(words).split(u' ') +
               QStringList{QStringLiteral("--data"), m_store->data()};
    }

private Q_SLOTS:
    void init()
    {
        m_store = std::make_unique<OperatedStore>();
        const Outcome up = m_store->up();
        QVERIFY2(up.exitCode == 0, up.all());
    }
    void cleanup() { m_store.reset(); }

    void aStatusThatIsWatchedShowsEveryChange()
    {
        CliProcess status(inStore("status --watch -o json"));
        QVERIFY(status.waitForOut("\"role\":\"leader\""));
        QCOMPARE(m_store->run("kill order-8091").exitCode, 0);
        QVERIFY(status.waitForOut("\"state\":\"killed\""));
        QCOMPARE(m_store->run("down").exitCode, 0);
        QCOMPARE(status.end().exitCode, 6);
    }

    void coloursAreForTerminals()
    {
        QCOMPARE(m_store->run("kill order-8091").exitCode, 0);
        QVERIFY(!m_store->run("status").out.contains('\x1b'));
        const QString script = QStandardPaths::findExecutable(QStringLiteral("script"));
        if (script.isEmpty())
            QSKIP("script, which makes a terminal, is not installed");
        for (const bool noColor : {false, true}) {
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("TERM"), QStringLiteral("xterm"));
            environment.insert(QStringLiteral("NO_COLOR"), noColor ? QStringLiteral("1") : QString());
            QProcess terminal;
            terminal.setProcessEnvironment(environment);
            terminal.start(script,
                           {QStringLiteral("-qec"),
                            QStringLiteral("'" TOYSTORE_CLI "' status --data '%1'").arg(m_store->data()),
                            QStringLiteral("/dev/null")});
            QVERIFY(terminal.waitForFinished(20'000));
            const QByteArray out = terminal.readAllStandardOutput();
            QVERIFY2(out.contains("order-8091"), out);
            QCOMPARE(out.contains("\x1b[31morder-8091"), !noColor);
        }
    }

    void whatHasHappenedIsListedInItsOrder()
    {
        const Outcome events = m_store->run("events -o json");
        QVERIFY2(events.exitCode == 0, events.all());
        QStringList services;
        qint64 before = 0;
        for (const QJsonObject &event : lines(events.out)) {
            services.append(text(event, "service"));
            const qint64 at = event.value(QLatin1String("at_ms")).toInteger();
            QVERIFY2(at >= before, events.out);
            before = at;
        }
        for (const char *service : {"supervisor", "catalog", "frontend", "order-8091", "order-8093"})
            QVERIFY2(services.contains(QLatin1String(service)), events.out);
        const Outcome people = m_store->run("events --service frontend --kind leader_changed");
        QCOMPARE(people.out.count('\n'), 1);
        QVERIFY2(people.out.contains("Z  frontend    leader_changed      order-8093, epoch 1"), people.out);
        QCOMPARE(m_store->run("events --last 3").out.count('\n'), 3);
        QVERIFY(m_store->run("events --last 1 -o csv").out.startsWith("service,cursor,at_ms,kind,"));
    }

    void followingGoesOnThroughARestart()
    {
        CliProcess events(inStore("events -f --last 1 --service catalog --service supervisor"));
        QVERIFY(events.waitForOut("store_open"));
        QVERIFY(!m_store->run("kill order-8091").exitCode);
        QVERIFY(events.waitForOut("service_killed      order-8091"));
        QVERIFY(!m_store->run("kill catalog").exitCode);
        QVERIFY(!m_store->run("start catalog").exitCode);
        // Of the new life, all it has done.
        QVERIFY(events.waitForOut("catalog     subscribed"));
        events.interrupt();
        const Outcome ended = events.end();
        QCOMPARE(ended.exitCode, 0);
        QVERIFY2(!ended.out.contains("frontend    "), ended.out);
    }

    void followingEndsWithTheStore()
    {
        CliProcess events(inStore("events -f"));
        QVERIFY(events.waitForOut("store_open"));
        QCOMPARE(m_store->run("down").exitCode, 0);
        QCOMPARE(events.end().exitCode, 0);
    }

    void anOrderIsFollowedThroughAllServices()
    {
        QCOMPARE(m_store->run("buy Tux 1 --key birthday").exitCode, 0);
        for (const char *command :
             {"trace 1 -o json", "trace birthday -o json", "trace c-birthday -o json"}) {
            const Outcome trace = m_store->run(command);
            QVERIFY2(trace.exitCode == 0, trace.all());
            const QJsonObject report = QJsonDocument::fromJson(trace.out).object();
            QCOMPARE(text(report, "request_id"), QLatin1String("c-birthday"));
            QCOMPARE(report.value(QLatin1String("order")).toObject().value(QLatin1String("number")), 1);
            QStringList stages;
            double before = 0;
            for (const auto &one : report.value(QLatin1String("stages")).toArray()) {
                stages.append(text(one.toObject(), "service") + u' ' + text(one.toObject(), "stage"));
                const double after = one.toObject().value(QLatin1String("after_ms")).toDouble();
                QVERIFY(after >= before && after < 5000);
                before = after;
            }
            QCOMPARE(stages.value(0), QLatin1String("frontend received"));
            QCOMPARE(stages.last(), QLatin1String("frontend answered"));
            for (const char *stage : {"frontend sent", "catalog decided", "order-8091 copied",
                                      "order-8092 copied", "order-8093 stored"})
                QVERIFY2(stages.contains(QLatin1String(stage)), trace.out);
        }
        const Outcome nothing = m_store->run("trace 999");
        QCOMPARE(nothing.exitCode, 3);
        QVERIFY2(nothing.err.contains("toystore logs"), nothing.err);
    }

    void anOrderThatIsForgottenIsToldByTheLedger()
    {
        QCOMPARE(m_store->buy().exitCode, 0);
        QCOMPARE(m_store->run("down").exitCode, 0);
        QCOMPARE(m_store->up().exitCode, 0);
        const Outcome trace = m_store->run("trace 1");
        QVERIFY2(trace.exitCode == 0, trace.all());
        QVERIFY2(trace.out.startsWith("Order 1: 1 x Tux, decided "), trace.out);
        QVERIFY2(trace.out.contains("not followed, or the services have forgotten"), trace.out);
    }

    // An order's number is one first, and a key only where there is no such order.
    void aNumberIsAnOrdersBeforeItIsAKey()
    {
        const auto traced = [this](const char *what) {
            const Outcome trace = m_store->run("trace -o json", {QLatin1String(what)});
            const QJsonObject report = QJsonDocument::fromJson(trace.out).object();
            const QJsonObject order = report.value(QLatin1String("order")).toObject();
            return QStringLiteral("%1 %2")
                       .arg(order.value(QLatin1String("number")).toInt())
                       .arg(text(report, "request_id")) +
                   (report.value(QLatin1String("stages")).toArray().isEmpty() ? QStringLiteral(" lost")
                                                                              : QString());
        };
        QCOMPARE(m_store->run("buy Tux 1 --key 2").exitCode, 0);
        QCOMPARE(traced("2"), QStringLiteral("1 c-2"));
        QCOMPARE(m_store->run("buy Tux 1 --key second").exitCode, 0);
        QCOMPARE(traced("2"), QStringLiteral("2 c-second"));
        QCOMPARE(traced("c-2"), QStringLiteral("1 c-2"));
    }

    void whoReadsNoMoreEndsIt_data()
    {
        QTest::addColumn<QByteArray>("command");
        for (const char *command : {"events -f", "events -f -o json", "status --watch", "status"})
            QTest::newRow(command) << QByteArray(command);
    }
    void whoReadsNoMoreEndsIt()
    {
        QFETCH(QByteArray, command);
        QProcess shell;
        shell.start(
            QStringLiteral("sh"),
            {QStringLiteral("-c"), QStringLiteral("{ '" TOYSTORE_CLI "' %1 --data '%2'; echo $? >&2; } | :")
                                       .arg(QString::fromLatin1(command), m_store->data())});
        const bool hasEnded = QTest::qWaitFor([&] { return shell.state() == QProcess::NotRunning; }, 20'000);
        QVERIFY(hasEnded);
        QCOMPARE(shell.readAllStandardError(), QByteArray("141\n")); // SIGPIPE, and not a word
    }

    void whatCantBeWrittenIsAnError_data()
    {
        QTest::addColumn<QByteArray>("command");
        for (const char *command : {"verify -o json", "events -f", "status --watch", "products -o csv",
                                    "trace 9 -o json", "buy --help", "--version"})
            QTest::newRow(command) << QByteArray(command);
    }
    void whatCantBeWrittenIsAnError()
    {
        QFETCH(QByteArray, command);
        QProcess cli;
        cli.setStandardOutputFile(QStringLiteral("/dev/full"));
        cli.start(QStringLiteral(TOYSTORE_CLI), inStore(command));
        QVERIFY(QTest::qWaitFor([&] { return cli.state() == QProcess::NotRunning; }, 20'000));
        QCOMPARE(cli.exitCode(), 1);
        const QByteArray said = cli.readAllStandardError();
        QVERIFY2(said.startsWith("toystore: can't write to stdout: No space left on device\n"), said);
    }

    void logsAreMergedAndCompared()
    {
        for (int i = 0; i < 3; ++i)
            QCOMPARE(m_store->buy().exitCode, 0);
        const Outcome merged = m_store->run("logs --last 2 -o json");
        const QJsonArray orders =
            QJsonDocument::fromJson(merged.out).object().value(QLatin1String("orders")).toArray();
        QCOMPARE(orders.size(), 2);
        QCOMPARE(orders.last().toObject().value(QLatin1String("number")), 3);
        QCOMPARE(orders.last().toObject().value(QLatin1String("in")).toArray().size(), 3);
        const Outcome equal = m_store->run("logs --diff");
        QVERIFY2(equal.exitCode == 0, equal.all());
        QVERIFY2(equal.out.contains("Up to order 3 the logs are identical."), equal.out);

        QCOMPARE(m_store->run("down").exitCode, 0);
        QByteArray log = bytesOf(m_store->log(8092));
        QVERIFY(writeBytes(m_store->log(8092), log.replace("\"quantity\":1", "\"quantity\":2")));
        const Outcome wrong = m_store->run("logs --diff");
        QCOMPARE(wrong.exitCode, 8);
        QVERIFY2(wrong.out.contains("line 2 of the log of order-8092 is damaged"), wrong.out);
        log = bytesOf(m_store->log(8093));
        QVERIFY(writeBytes(m_store->log(8093), log.left(log.lastIndexOf('\n', -2) + 1)));
        const Outcome lacking = m_store->run("logs --diff -o json");
        QCOMPARE(lacking.exitCode, 8);
        QVERIFY2(lacking.out.contains("the log of order-8093 lacks the last 1 of 3 orders"), lacking.out);
    }
};

QTEST_GUILESS_MAIN(TestWatching)
#include "tst_watching.moc"
