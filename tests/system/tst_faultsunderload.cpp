// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Real faults under a recorded load of 64 buying clients: who notices, how long anybody waits, and whether
// the checker finds that a promise was broken. TOYSTORE_ROUNDS says how often each; the bounds are for the
// median.

#include "support/recordedload.h"
#include "support/storechecks.h"

#include <algorithm>
#include <limits>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr int rounds = TOYSTORE_ROUNDS;
constexpr int clients = 64;
/// What nobody notices, ms. Where each fault happens once there is no median, only what the machine was doing
/// just then.
constexpr double unnoticed = rounds > 1 ? 50 : 250;

/// Of one number a round. Without any, median and worst are infinite: within no bound.
struct Series {
    std::vector<double> values;

    void add(LoadFigures::Duration duration)
    {
        values.push_back(std::chrono::duration<double, std::milli>(duration).count());
    }
    [[nodiscard]] double median() const
    {
        if (values.empty())
            return std::numeric_limits<double>::infinity();
        std::vector<double> sorted = values;
        std::sort(sorted.begin(), sorted.end());
        const std::size_t middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
    [[nodiscard]] double worst() const
    {
        return values.empty() ? std::numeric_limits<double>::infinity()
                              : *std::max_element(values.begin(), values.end());
    }
    void print(const char *what) const
    {
        qInfo("%s: longest wait of %d clients, ms: median %.1f, worst %.1f (%zu times)", what, clients,
              median(), worst(), values.size());
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

/// Whether more than @p orders are acknowledged from now on, within 20 s.
bool sellsMore(RecordedLoad &load, qint64 orders)
{
    const qint64 before = load.acknowledged();
    return QTest::qWaitFor([&] { return load.acknowledged() > before + orders; }, 20'000);
}

} // namespace

class TestFaults : public QObject
{
    Q_OBJECT

private:
    const QStringList m_arguments{QStringLiteral("--stock"), QStringLiteral("100000000")};

    /// One round of measure(), from a store that sells to one that has sold a thousand more.
    template <typename Break, typename Mend>
    static void measureOnce(StoreUnderTest &store, RecordedLoad &load, Series &waits, Break breakIt,
                            Mend mend)
    {
        load.start();
        QVERIFY(sellsMore(load, 500));
        load.takeFigures();
        breakIt(store);
        if (QTest::currentTestFailed())
            return;
        QVERIFY(sellsMore(load, 1000));
        QVERIFY(load.stop());
        const LoadFigures figures = load.takeFigures();
        waits.add(figures.longestWait);
        QCOMPARE(figures.allErrors(), 0);
        QCOMPARE(figures.rejected + figures.mismatched + figures.notFound, 0);
        mend(store);
        if (QTest::currentTestFailed())
            return;
        for (const qint64 replica : store.replicas())
            QCOMPARE(store.waitForState(StoreUnderTest::nameOf(replica), "ready"), "ready");
        QVERIFY(store.waitForEqualLogs(5s));
    }

    /// Opens a store under load, breaks something in it, @p rounds times, and lets @p mend repair it. @p
    /// waits: how long the clients waited, printed as that of @p fault. In the end the store's promises hold.
    template <typename Break, typename Mend>
    void measure(const char *fault, Series &waits, Break breakIt, Mend mend)
    {
        StoreUnderTest store(m_arguments);
        QVERIFY(store.open());
        RecordedLoad load(buyers(store));
        for (int round = 0; round < rounds; ++round) {
            measureOnce(store, load, waits, breakIt, mend);
            QVERIFY(!QTest::currentTestFailed());
        }
        waits.print(fault);
        closeAndCheck(store, load.calls());
    }

private Q_SLOTS:
    void nobodyNoticesThatTheLeaderIsKilled()
    {
        Series waits;
        QByteArray leader;
        measure(
            "kill -9 of the leader", waits,
            [&](StoreUnderTest &store) {
                leader = StoreUnderTest::nameOf(store.leader().value);
                QVERIFY(store.command<KillService>(leader).has_value());
            },
            [&](StoreUnderTest &store) { QVERIFY(store.command<StartService>(leader).has_value()); });
        QVERIFY(waits.median() < unnoticed);
    }

    void aPausedLeaderIsReplacedWithinASecond()
    {
        Series waits;
        QByteArray leader;
        measure(
            "SIGSTOP of the leader", waits,
            [&](StoreUnderTest &store) {
                leader = StoreUnderTest::nameOf(store.leader().value);
                QVERIFY(store.command<PauseService>(leader).has_value());
            },
            [&](StoreUnderTest &store) { QVERIFY(store.command<ResumeService>(leader).has_value()); });
        QVERIFY(waits.worst() < 1000);
    }

    void nobodyNoticesThatAFollowerIsKilled()
    {
        Series waits;
        QByteArray follower;
        measure(
            "kill -9 of a follower", waits,
            [&](StoreUnderTest &store) {
                const qint64 leader = store.leader().value;
                QVERIFY(leader != 0);
                follower = StoreUnderTest::nameOf(
                    leader == store.replicas().first() ? store.replicas().last() : store.replicas().first());
                QVERIFY(store.command<KillService>(follower).has_value());
            },
            [&](StoreUnderTest &store) { QVERIFY(store.command<StartService>(follower).has_value()); });
        QVERIFY(waits.median() < unnoticed);
    }

    void buysWaitForACatalogThatIsGoneForASecond()
    {
        Series waits;
        measure(
            "kill -9 of the catalog, restarted after 1 s", waits,
            [](StoreUnderTest &store) {
                QVERIFY(store.command<KillService>("catalog").has_value());
                QVERIFY(pass(1s));
                QVERIFY(store.command<StartService>("catalog").has_value());
            },
            [](StoreUnderTest &) {});
        QVERIFY(waits.worst() < 3000);
    }

    void nothingAcknowledgedIsLostWithTheFrontend()
    {
        StoreUnderTest store(m_arguments);
        QVERIFY(store.open());
        RecordedLoad load(buyers(store));
        LoadFigures all;
        for (int round = 0; round < rounds; ++round) {
            load.start();
            QVERIFY(sellsMore(load, 500));
            QVERIFY(store.command<KillService>("frontend").has_value());
            QVERIFY(store.command<StartService>("frontend").has_value());
            QCOMPARE(store.waitForState("frontend", "ready"), "ready");
            QVERIFY(sellsMore(load, 1000));
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
