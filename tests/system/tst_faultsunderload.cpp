// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Real faults under a recorded load of 64 buying clients: who notices, how long anybody waits, and whether
// the checker finds that a promise was broken. TOYSTORE_ROUNDS says how often each; the bounds are for the
// median.

#include "support/recordedload.h"
#include "support/storechecks.h"

#include <algorithm>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr int rounds = TOYSTORE_ROUNDS;
constexpr int clients = 64;
/// What nobody notices, ms. Where each fault happens once there is no median, only what the machine was doing
/// just then.
constexpr double unnoticed = rounds > 1 ? 50 : 250;

/// Of one number a round.
struct Series {
    std::vector<double> values;

    void add(LoadFigures::Duration duration)
    {
        values.push_back(std::chrono::duration<double, std::milli>(duration).count());
    }
    [[nodiscard]] double median() const
    {
        std::vector<double> sorted = values;
        std::sort(sorted.begin(), sorted.end());
        const std::size_t middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
    void print(const char *what) const
    {
        qInfo("%s: longest wait of %d clients, ms: median %.1f, worst %.1f (%zu times)", what, clients,
              median(), *std::max_element(values.begin(), values.end()), values.size());
    }
};

LoadPlan buyers(const StoreUnderTest &store)
{
    LoadPlan plan;
    plan.shop.port = store.httpPort();
    plan.clients = clients;
    plan.mix.toys = {"Tux", "Rubber Duck", "K\xc3\xa4the the Bear"};
    plan.mix.purchase = 0.9;
    plan.mix.lookUp = 0.05;
    plan.mix.maxQuantity = 3;
    return plan;
}

bool pass(Milliseconds time)
{
    const Instant end = monotonicNow() + time;
    return QTest::qWaitFor([&] { return monotonicNow() >= end; }, 60'000);
}

} // namespace

class TestFaults : public QObject
{
    Q_OBJECT

private:
    const QStringList m_arguments{QStringLiteral("--stock"), QStringLiteral("100000000")};

    /// Breaks something under load, @p rounds times, and lets @p mend repair it. Every round begins with a
    /// store that sells and ends with one that has sold a thousand more.
    template <typename Break, typename Mend>
    void measure(StoreUnderTest &store, RecordedLoad &load, Series &waits, Break breakIt, Mend mend)
    {
        for (int round = 0; round < rounds; ++round) {
            load.start();
            const qint64 before = load.acknowledged();
            QTRY_VERIFY_WITH_TIMEOUT(load.acknowledged() > before + 500, 20'000);
            load.takeFigures();
            breakIt();
            if (QTest::currentTestFailed())
                return;
            const qint64 then = load.acknowledged();
            QTRY_VERIFY_WITH_TIMEOUT(load.acknowledged() > then + 1000, 20'000);
            QVERIFY(load.stop());
            const LoadFigures figures = load.takeFigures();
            waits.add(figures.longestWait);
            QCOMPARE(figures.allErrors(), 0);
            QCOMPARE(figures.rejected + figures.mismatched + figures.notFound, 0);
            mend();
            if (QTest::currentTestFailed())
                return;
            for (const qint64 replica : store.replicas())
                QCOMPARE(store.waitForState(StoreUnderTest::nameOf(replica), "ready"), "ready");
            QVERIFY(store.waitForEqualLogs(5s));
        }
    }

private Q_SLOTS:
    void nobodyNoticesThatTheLeaderIsKilled()
    {
        StoreUnderTest store(m_arguments);
        QVERIFY(store.open());
        RecordedLoad load(buyers(store));
        Series waits;
        QByteArray leader;
        measure(
            store, load, waits,
            [&] {
                leader = StoreUnderTest::nameOf(store.leader().value);
                QVERIFY(store.command<KillService>(leader).has_value());
            },
            [&] { QVERIFY(store.command<StartService>(leader).has_value()); });
        QVERIFY(!QTest::currentTestFailed());
        waits.print("kill -9 of the leader");
        closeAndCheck(store, load.calls());
        QVERIFY(waits.median() < unnoticed);
    }

    void aPausedLeaderIsReplacedWithinASecond()
    {
        StoreUnderTest store(m_arguments);
        QVERIFY(store.open());
        RecordedLoad load(buyers(store));
        Series waits;
        QByteArray leader;
        measure(
            store, load, waits,
            [&] {
                leader = StoreUnderTest::nameOf(store.leader().value);
                QVERIFY(store.command<PauseService>(leader).has_value());
            },
            [&] { QVERIFY(store.command<ResumeService>(leader).has_value()); });
        QVERIFY(!QTest::currentTestFailed());
        waits.print("SIGSTOP of the leader");
        closeAndCheck(store, load.calls());
        QVERIFY(*std::max_element(waits.values.begin(), waits.values.end()) < 1000);
    }

    void nobodyNoticesThatAFollowerIsKilled()
    {
        StoreUnderTest store(m_arguments);
        QVERIFY(store.open());
        RecordedLoad load(buyers(store));
        Series waits;
        QByteArray follower;
        measure(
            store, load, waits,
            [&] {
                const qint64 leader = store.leader().value;
                QVERIFY(leader != 0);
                follower = StoreUnderTest::nameOf(
                    leader == store.replicas().first() ? store.replicas().last() : store.replicas().first());
                QVERIFY(store.command<KillService>(follower).has_value());
            },
            [&] { QVERIFY(store.command<StartService>(follower).has_value()); });
        QVERIFY(!QTest::currentTestFailed());
        waits.print("kill -9 of a follower");
        closeAndCheck(store, load.calls());
        QVERIFY(waits.median() < unnoticed);
    }

    void buysWaitForACatalogThatIsGoneForASecond()
    {
        StoreUnderTest store(m_arguments);
        QVERIFY(store.open());
        RecordedLoad load(buyers(store));
        Series waits;
        measure(
            store, load, waits,
            [&] {
                QVERIFY(store.command<KillService>("catalog").has_value());
                QVERIFY(pass(1s));
                QVERIFY(store.command<StartService>("catalog").has_value());
            },
            [] {});
        QVERIFY(!QTest::currentTestFailed());
        waits.print("kill -9 of the catalog, restarted after 1 s");
        closeAndCheck(store, load.calls());
        QVERIFY(*std::max_element(waits.values.begin(), waits.values.end()) < 3000);
    }

    void nothingAcknowledgedIsLostWithTheFrontend()
    {
        StoreUnderTest store(m_arguments);
        QVERIFY(store.open());
        RecordedLoad load(buyers(store));
        LoadFigures all;
        for (int round = 0; round < rounds; ++round) {
            load.start();
            const qint64 before = load.acknowledged();
            QTRY_VERIFY_WITH_TIMEOUT(load.acknowledged() > before + 500, 20'000);
            QVERIFY(store.command<KillService>("frontend").has_value());
            QVERIFY(store.command<StartService>("frontend").has_value());
            QCOMPARE(store.waitForState("frontend", "ready"), "ready");
            const qint64 then = load.acknowledged();
            QTRY_VERIFY_WITH_TIMEOUT(load.acknowledged() > then + 1000, 20'000);
            QVERIFY(load.stop());
            all.merge(load.takeFigures());
        }
        qInfo("kill -9 of the frontend: %lld attempts failed, %lld buys answered when repeated, %lld"
              " requests given up, longest wait %.1f ms (%d times)",
              static_cast<long long>(all.allErrors()), static_cast<long long>(all.recovered),
              static_cast<long long>(all.unanswered),
              std::chrono::duration<double, std::milli>(all.longestWait).count(), rounds);
        closeAndCheck(store, load.calls());
        QVERIFY(all.recovered > 0);
        QCOMPARE(all.allErrors(), all.errorsOf(LoadError::Refused) + all.errorsOf(LoadError::ConnectionLost));
        QCOMPARE(all.unanswered + all.repeats, all.allErrors());
    }
};

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faultsunderload.moc"
