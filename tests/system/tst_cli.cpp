// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/clisuite.h"

#include <QStandardPaths>
#include <QTest>

using namespace toystore;

/// What may stand on the command line, and where that is told: help, completion, manual page.
class TestCli : public CliSuite
{
    Q_OBJECT

private Q_SLOTS:
    void wrongUsageIsExitCode2_data()
    {
        QTest::addColumn<QString>("line");
        for (const char *line :
             {"sell Tux", "buy Tux", "buy Tux many", "buy Tux 1.5", "product", "kill", "status --foo",
              "status -o xml", "bench --clients 0", "product Tux --url ftp://x", "product Tux --url nonsense",
              "status --timeout soon", "status --supervisor-port 70000", "up --stock"})
            QTest::newRow(line) << QString::fromLatin1(line);
    }

    void wrongUsageIsExitCode2()
    {
        QFETCH(QString, line);
        const Outcome outcome = run(line.split(QLatin1Char(' ')));
        QCOMPARE(outcome.exitCode, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY2(outcome.err.contains("--"), outcome.err);
    }

    void whatIsWrongWithALineIsNamed_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *line, const char *says) {
            QTest::newRow(line) << QString::fromLatin1(line) << QByteArray(says);
        };
        row("stauts", "toystore: there is no command 'stauts'\n'toystore --help' shows");
        row("--foo", "toystore: there is no option '--foo'\n'toystore --help' shows");
        row("cache shrink", "toystore: there is no command 'shrink'\n'toystore cache --help' shows");
        row("fault", "toystore: A subcommand is required\n'toystore fault --help' shows");
        row("buy Tux", "toystore: QUANTITY is required\n'toystore buy --help' shows");
        row("cache capacity x",
            "toystore: NUMBER: 'x' is no number from 1 to 1000000\n'toystore cache capacity --help' shows");
        row("status --timeout x", "toystore: --timeout: 'x' is not a whole number from 1 to 86400000 ms\n"
                                  "'toystore status --help' shows");
    }

    void whatIsWrongWithALineIsNamed()
    {
        QFETCH(QString, line);
        QFETCH(QByteArray, says);
        const Outcome outcome = run(line.split(QLatin1Char(' ')));
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(outcome.err.startsWith(says), outcome.err);
    }

    void withoutACommandItShowsItsHelp()
    {
        const Outcome outcome = run(QStringList());
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY(outcome.err.contains("Examples:"));
    }

    void everyCommandHasHelpWithExamples()
    {
        QVERIFY(run("--version").out.startsWith("toystore "));
        for (const char *command :
             {"up",    "down",    "status", "product", "products", "buy",    "order", "kill",
              "pause", "resume",  "stop",   "start",   "restart",  "verify", "fault", "cache",
              "chaos", "session", "bench",  "sweep",   "events",   "trace",  "logs",  "demo"}) {
            const Outcome outcome = run(command, {QStringLiteral("--help")});
            QCOMPARE(outcome.exitCode, 0);
            QVERIFY2(outcome.out.contains("Examples:\n  toystore " + QByteArray(command)), outcome.out);
            QVERIFY(run("--help").out.contains("\n  " + QByteArray(command) + ' '));
        }
    }

    // What is completed without a store; with one, tst_clistore; in the shells, tst_completion.
    void wordsAreCompleted_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QByteArray>("offered");
        QTest::newRow("command") << QStringLiteral("ben") << QByteArray("bench\n");
        QTest::newRow("subcommand") << QStringLiteral("fault s") << QByteArray("set\n");
        QTest::newRow("option") << QStringLiteral("bench --cl") << QByteArray("--clients\n");
        QTest::newRow("option of all") << QStringLiteral("bench --time") << QByteArray("--timeout\n");
        QTest::newRow("format") << QStringLiteral("status -o ") << QByteArray("table\njson\ncsv\n");
        QTest::newRow("kind") << QStringLiteral("chaos --only p") << QByteArray("pause\n");
        QTest::newRow("service") << QStringLiteral("kill le") << QByteArray("leader\n");
        QTest::newRow("fault") << QStringLiteral("fault set frontend catalog de") << QByteArray("delay\n");
        QTest::newRow("nothing") << QStringLiteral("bench nonsense") << QByteArray();
    }
    void wordsAreCompleted()
    {
        QFETCH(QString, typed);
        QFETCH(QByteArray, offered);
        const Outcome outcome = run(QStringList{QStringLiteral("complete")} + typed.split(QLatin1Char(' ')));
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.out, offered);
    }

    void theManualPageHasEveryCommandAndIsGoodRoff()
    {
        const Outcome man = run("--man");
        QCOMPARE(man.exitCode, 0);
        QVERIFY2(man.out.startsWith(".TH TOYSTORE 1 "), man.out.left(200));
        for (const char *command : {"up", "buy", "status", "fault set", "bench", "session", "events", "demo"})
            QVERIFY2(man.out.contains(".SS " + QByteArray(command) + '\n'), command);
        QVERIFY(man.out.contains("\\-\\-max\\-p99"));
        const QString groff = QStandardPaths::findExecutable(QStringLiteral("groff"));
        if (groff.isEmpty())
            QSKIP("groff, which reads manual pages, is not installed");
        QProcess roff;
        roff.start(groff, {QStringLiteral("-man"), QStringLiteral("-ww"), QStringLiteral("-Tutf8"),
                           QStringLiteral("-Kutf8")});
        roff.write(man.out);
        roff.closeWriteChannel();
        QVERIFY(roff.waitForFinished(20'000));
        QCOMPARE(roff.readAllStandardError(), QByteArray());
        QVERIFY(roff.readAllStandardOutput().contains("--max-p99"));
    }

    void upKnowsEveryOptionOfTheSupervisor()
    {
        QProcess supervisor;
        supervisor.start(QStringLiteral(TOYSTORE_SUPERVISOR), {QStringLiteral("--help")});
        QVERIFY(supervisor.waitForFinished(10'000));
        const QByteArray known = run("up --help").out + run("--help").out;
        int options = 0;
        for (const QByteArray &line : supervisor.readAllStandardOutput().split('\n')) {
            const QByteArray flag = line.trimmed().split(' ').first();
            if (!flag.startsWith("--"))
                continue;
            ++options;
            QVERIFY2(known.contains("  " + flag + ' '), flag);
        }
        QVERIFY(options > 15);
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
