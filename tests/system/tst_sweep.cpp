// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `toystore sweep`, with a real store and real plots.

#include "base/instant.h"
#include "support/cliprocess.h"
#include "support/clireference.h"

#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

class TestSweep : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aQuickOneWritesFiguresPlotsAndAReport()
    {
        QTemporaryDir parent;
        const QDir out(parent.filePath(QStringLiteral("results")));
        const Instant began = monotonicNow();
        const Outcome sweep =
            runToystore({QStringLiteral("sweep"), QStringLiteral("--quick"), QStringLiteral("--out"),
                         out.path(), QStringLiteral("--seed"), QStringLiteral("1"), QStringLiteral("--delay"),
                         QStringLiteral("2"), QStringLiteral("-o"), QStringLiteral("json")});
        QVERIFY2(sweep.exitCode == 0, sweep.all());
        QVERIFY(monotonicNow() - began < 60s);
        const QJsonObject said = QJsonDocument::fromJson(sweep.out).object();
        QCOMPARE(said.value(QLatin1String("directory")).toString(), out.path());
        QCOMPARE(said.value(QLatin1String("plotted")), true);
        QCOMPARE(CliReference(QStringLiteral(TOYSTORE_DOCS)).undocumentedIn(said, "sweep").join(' '),
                 QByteArray());

        const QByteArrayList results =
            bytesOf(out.filePath(QStringLiteral("results.csv"))).trimmed().split('\n');
        QCOMPARE(
            results.first(),
            QByteArray("round,position,probability,cache,delay_ms,clients,kind,answered,answers_per_second,"
                       "mean_us,p50_us,p90_us,p99_us,max_us,errors,cache_hits,cache_misses"));
        QCOMPARE(results.size(), 1 + 3 * (10 + 8)); // who never buys has no buys
        const QByteArrayList failovers =
            bytesOf(out.filePath(QStringLiteral("failover.csv"))).trimmed().split('\n');
        QCOMPARE(failovers.size(), 1 + 3);
        const QJsonObject manifest =
            QJsonDocument::fromJson(bytesOf(out.filePath(QStringLiteral("manifest.json")))).object();
        QCOMPARE(manifest.value(QLatin1String("seed")), 1);
        QCOMPARE(manifest.value(QLatin1String("delay_ms")), 2);
        QVERIFY(!manifest.value(QLatin1String("cpu")).toString().isEmpty());

        for (const char *name : {"latency-query", "latency-buy", "cache-gain", "hit-ratio", "failover"}) {
            QVERIFY(bytesOf(out.filePath(QLatin1String(name) + QStringLiteral(".svg"))).contains("<svg"));
            QVERIFY(QImage(out.filePath(QLatin1String(name) + QStringLiteral(".png"))).width() > 1000);
        }
        const QByteArray report = bytesOf(out.filePath(QStringLiteral("report.html")));
        QCOMPARE(report.count("<svg"), 5);
        QVERIFY(report.contains("2 ms late"));
        for (const char *outside : {"src=", "href=", "url(", "@import"})
            QVERIFY2(!report.contains(outside), outside);
    }

    void whatWasMeasuredIsKept()
    {
        QTemporaryDir parent;
        const QDir out(parent.filePath(QStringLiteral("results")));
        CliProcess sweep(
            {QStringLiteral("sweep"), QStringLiteral("--quick"), QStringLiteral("--out"), out.path()});
        QVERIFY(sweep.waitForErr("\nround 1 "));
        sweep.interrupt();
        const Outcome ended = sweep.end();
        QCOMPARE(ended.exitCode, 1);
        QVERIFY2(ended.err.contains("interrupted\nWhat was measured is kept. "), ended.err);
        QVERIFY(bytesOf(out.filePath(QStringLiteral("results.csv"))).count('\n') > 1);
        QCOMPARE(bytesOf(out.filePath(QStringLiteral("failover.csv"))).count('\n'), 1);
        const QJsonObject manifest =
            QJsonDocument::fromJson(bytesOf(out.filePath(QStringLiteral("manifest.json")))).object();
        QCOMPARE(manifest.value(QLatin1String("complete")), false);
    }

    void whoDrawsMustBeThereBeforeItIsMeasured()
    {
        QTemporaryDir alone;
        const QString cli = alone.filePath(QStringLiteral("toystore"));
        QVERIFY(QFile::copy(QStringLiteral(TOYSTORE_CLI), cli));
        QProcess sweep;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PATH"), alone.path());
        sweep.setProcessEnvironment(environment);
        sweep.start(cli, {QStringLiteral("sweep"), QStringLiteral("--out"), alone.path()});
        QVERIFY(sweep.waitForFinished(20'000));
        QCOMPARE(sweep.exitCode(), 1);
        const QByteArray said = sweep.readAllStandardError();
        QVERIFY2(said.contains("toystore-plot is neither beside"), said);
    }

    void aStoreThatDoesNotOpenIsNotWaitedFor()
    {
        QTemporaryDir out;
        qputenv("TOYSTORE_PROGRAMS", TOYSTORE_STANDINS);
        qputenv("STANDIN_ORDER_8092", "exit");
        const Instant began = monotonicNow();
        const Outcome sweep = runToystore({QStringLiteral("sweep"), QStringLiteral("--out"), out.path()});
        qunsetenv("TOYSTORE_PROGRAMS");
        qunsetenv("STANDIN_ORDER_8092");
        QCOMPARE(sweep.exitCode, 1);
        QVERIFY2(sweep.err.contains("order-8092 is failed: "), sweep.err);
        QVERIFY2(sweep.err.contains("nothing is written"), sweep.err);
        QVERIFY(monotonicNow() - began < 20s);
    }

    void whatCantBeReadOrWrittenIsNotDrawn_data()
    {
        QTest::addColumn<QByteArray>("manifest");
        QTest::addColumn<QString>("before");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("drawn") << QByteArray("{}") << QString() << QByteArray();
        QTest::newRow("malformed") << QByteArray("{") << QString()
                                   << QByteArray("manifest.json is no JSON object");
        QTest::newRow("no room") << QByteArray("{}") << QStringLiteral("trap '' XFSZ; ulimit -f 1; ")
                                 << QByteArray("latency-query.svg");
    }
    void whatCantBeReadOrWrittenIsNotDrawn()
    {
        QFETCH(QByteArray, manifest);
        QFETCH(QString, before);
        QFETCH(QByteArray, says);
        QTemporaryDir results;
        QVERIFY(writeBytes(results.filePath(QStringLiteral("manifest.json")), manifest));
        QVERIFY(
            writeBytes(results.filePath(QStringLiteral("results.csv")),
                       "kind,probability,cache,p50_us,p99_us,answers_per_second,cache_hits,cache_misses\n"));
        QVERIFY(writeBytes(results.filePath(QStringLiteral("failover.csv")), "trial,longest_wait_ms\n"));
        QProcess shell;
        shell.start(QStringLiteral("sh"),
                    {QStringLiteral("-c"),
                     before + QStringLiteral("exec '%1/toystore-plot' '%2'")
                                  .arg(QFileInfo(QStringLiteral(TOYSTORE_CLI)).path(), results.path())});
        QVERIFY(shell.waitForFinished(60'000));
        const QByteArray said = shell.readAllStandardError();
        QVERIFY2(shell.exitCode() == (says.isEmpty() ? 0 : 1), said);
        QVERIFY2(said.contains(says), said);
    }

    void aDirectoryThatCantBeMadeIsTold()
    {
        const Outcome sweep = runToystore({QStringLiteral("sweep"), QStringLiteral("--quick"),
                                           QStringLiteral("--out"), QStringLiteral("/proc/none")});
        QCOMPARE(sweep.exitCode, 1);
        QVERIFY2(sweep.err.contains("/proc/none"), sweep.err);
    }
};

QTEST_GUILESS_MAIN(TestSweep)
#include "tst_sweep.moc"
