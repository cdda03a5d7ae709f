// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `toystore sweep`, with a real store and real plots.

#include "base/instant.h"
#include "support/clireference.h"
#include "support/operatedstore.h"

#include <QDir>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
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
