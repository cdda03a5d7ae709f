// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How fast the load engine is, beside wrk, and how fast toystore starts: figures of a quiet machine, asked
// for, not part of every run.

#include "load/loadengine.h"
#include "support/operatedstore.h"
#include "support/storeundertest.h"

#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QTimer>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr int connections = 64;
constexpr std::chrono::seconds duration = 4s;

/// Requests per second; 0: it did not say.
double wrkRate(const QByteArray &url)
{
    QProcess wrk;
    wrk.start(QStringLiteral("wrk"), {QStringLiteral("-t1"), QStringLiteral("-c%1").arg(connections),
                                      QStringLiteral("-d%1s").arg(duration.count()), QString::fromUtf8(url)});
    if (!QTest::qWaitFor([&] { return wrk.state() == QProcess::NotRunning; }, 60'000))
        return 0;
    const QByteArray out = wrk.readAllStandardOutput();
    const qsizetype begin = out.indexOf("Requests/sec:") + 13;
    return begin < 13 ? 0 : out.mid(begin, out.indexOf('\n', begin) - begin).trimmed().toDouble();
}

/// Of the command, which uses the engine; 0: something went wrong.
double benchRate(const StoreUnderTest &store)
{
    const Outcome bench = runToystore(
        {QStringLiteral("bench"), QStringLiteral("--clients"), QString::number(connections),
         QStringLiteral("--duration"), QStringLiteral("%1s").arg(duration.count()),
         QStringLiteral("--probability"), QStringLiteral("0"), QStringLiteral("--toy"), QStringLiteral("Tux"),
         QStringLiteral("--max-errors"), QStringLiteral("0"), QStringLiteral("-o"), QStringLiteral("json"),
         QStringLiteral("--data"), store.path(QString())});
    const QJsonObject report = QJsonDocument::fromJson(bench.out).object();
    return bench.exitCode == 0 ? report.value(QLatin1String("answers_per_second")).toDouble() : 0;
}

// Not by qWaitFor(), which sleeps between its looks at the events.
LoadFigures run(LoadPlan plan)
{
    LoadEngine engine(std::move(plan));
    QEventLoop loop;
    QObject::connect(&engine, &LoadEngine::finished, &loop, &QEventLoop::quit);
    QTimer::singleShot(duration, &engine, [&] { engine.stop(); });
    engine.start();
    loop.exec();
    return engine.takeFigures();
}

} // namespace

class TestLoadSpeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void toystoreStartsInLessThan20Ms()
    {
        Instant::duration fastest = 1s;
        for (int i = 0; i < 20; ++i) {
            const Instant began = monotonicNow();
            QCOMPARE(QProcess::execute(QStringLiteral(TOYSTORE_CLI), {QStringLiteral("complete")}), 0);
            fastest = std::min(fastest, monotonicNow() - began);
        }
        qInfo("toystore starts and ends in %.1f ms",
              std::chrono::duration<double, std::milli>(fastest).count());
        QVERIFY(fastest < 20ms);
    }

    void halfAsFastAsWrkOnCachedQueries()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("wrk")).isEmpty())
            QSKIP("wrk is not installed");
        StoreUnderTest store;
        QVERIFY(store.open());
        const QByteArray shop = "127.0.0.1:" + QByteArray::number(store.httpPort());
        LoadPlan plan;
        plan.shop.port = store.httpPort();
        plan.clients = connections;

        const double theirs = wrkRate("http://" + shop + "/products/Tux");
        const LoadFigures ours = run(plan);

        const double command = benchRate(store);

        qInfo("%d connections, cached queries: wrk %.0f/s, the load engine %.0f/s, toystore bench %.0f/s",
              connections, theirs, ours.throughput(), command);
        QCOMPARE(ours.allErrors(), 0);
        QVERIFY(theirs > 0);
        QVERIFY(ours.throughput() >= theirs / 2);
        QVERIFY(command >= theirs / 2);
    }
};

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // as the programs that use the engine do: GLib's event loop is slower
    QCoreApplication application(argc, argv);
    TestLoadSpeed test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_loadspeed.moc"
