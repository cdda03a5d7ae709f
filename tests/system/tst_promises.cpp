// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the store promises in figures, ten times each: prints median and worst, fails where a promise is
// broken.

#include "support/processfigures.h"
#include "support/recordedload.h"
#include "support/storechecks.h"

#include <algorithm>
#include <unistd.h>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr int repetitions = 10;

struct Series {
    QByteArray what;
    std::vector<double> values;

    [[nodiscard]] double worst() const { return *std::max_element(values.begin(), values.end()); }
    void print() const
    {
        std::vector<double> sorted = values;
        std::sort(sorted.begin(), sorted.end());
        const std::size_t middle = sorted.size() / 2;
        const double median =
            sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        qInfo("%s: median %.1f, worst %.1f (%zu times)", what.constData(), median, sorted.back(),
              sorted.size());
    }
};

QList<qint64> pidsOf(const StoreUnderTest &store)
{
    QList<qint64> pids{store.supervisorPid()};
    const auto processes = ask(store.supervisorPort(), Processes());
    if (processes) {
        for (const ProcessView &process : processes->processes)
            pids.append(process.pid);
    }
    return pids;
}

} // namespace

class TestPromises : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readyInUnderOneSecond()
    {
        Series ready{"toystore up --wait, ms", {}};
        for (int i = 0; i < repetitions; ++i) {
            StoreUnderTest store;
            const Instant begin = monotonicNow();
            QVERIFY(store.open());
            ready.values.push_back(std::chrono::duration<double, std::milli>(monotonicNow() - begin).count());
        }
        ready.print();
        QVERIFY(ready.worst() < 1000);
    }

    void idleUnder150MBAndOnePercent()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        const QList<qint64> pids = pidsOf(store);
        QCOMPARE(pids.size(), 6);
        qint64 ticks = 0;
        for (const qint64 pid : pids)
            ticks -= cpuTicksOf(pid);
        const Instant begin = monotonicNow();
        QTRY_VERIFY_WITH_TIMEOUT(monotonicNow() - begin >= 30s, 40'000);
        qint64 bytes = 0;
        for (const qint64 pid : pids) {
            ticks += cpuTicksOf(pid);
            bytes += memoryOf(pid);
        }
        const double seconds = std::chrono::duration<double>(monotonicNow() - begin).count();
        const double ofOneCpu =
            100.0 * static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK)) / seconds;
        const double ofTheMachine = ofOneCpu / static_cast<double>(::sysconf(_SC_NPROCESSORS_ONLN));
        qInfo("idle: %.1f MB Pss together, %.2f %% of the machine (%.2f %% of one CPU) over %.0f s",
              static_cast<double>(bytes) / 1024 / 1024, ofTheMachine, ofOneCpu, seconds);
        QVERIFY(bytes < 150 * 1024 * 1024);
        QVERIFY(ofOneCpu < 1.0);
    }

    void killingTheLeaderIsNotNoticed()
    {
        Series wait{"longest wait of 8 buying clients when the leader is killed, ms", {}};
        Series caughtUp{"restarted replica's log identical after, ms", {}};
        for (int i = 0; i < repetitions; ++i) {
            StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("10000000")});
            QVERIFY(store.open());
            LoadPlan plan;
            plan.shop.port = store.httpPort();
            plan.mix.toys = {"Tux", "Rubber Duck"};
            plan.mix.purchase = 1;
            plan.mix.maxQuantity = 2;
            RecordedLoad shoppers(plan);
            shoppers.start();
            QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 500, 20'000);
            const QByteArray leader = StoreUnderTest::nameOf(store.leader().value);
            shoppers.takeFigures();
            QVERIFY(store.command<KillService>("leader").has_value());
            const qint64 then = shoppers.acknowledged();
            QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 1000, 20'000);
            QVERIFY(shoppers.stop());
            QCOMPARE(shoppers.figures().allErrors(), 0);
            wait.values.push_back(
                std::chrono::duration<double, std::milli>(shoppers.takeFigures().longestWait).count());

            const Instant begin = monotonicNow();
            QVERIFY(store.command<StartService>(leader).has_value());
            QVERIFY(store.waitForEqualLogs(5s));
            caughtUp.values.push_back(
                std::chrono::duration<double, std::milli>(monotonicNow() - begin).count());
            closeAndCheck(store, shoppers.calls());
        }
        wait.print();
        caughtUp.print();
        QVERIFY(wait.worst() <= 250);
        QVERIFY(caughtUp.worst() <= 2000);
    }
};

QTEST_GUILESS_MAIN(TestPromises)
#include "tst_promises.moc"
