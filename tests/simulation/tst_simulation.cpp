// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/orderline.h"
#include "simulation/seed.h"
#include "simulation/seedrange.h"
#include "simulation/world.h"

#include <QHashSeed>
#include <QLoggingCategory>
#include <QTest>

using namespace toystore;
using namespace toystore::simulation;
using namespace std::chrono_literals;

namespace
{

/// A ledger that says whatever the test wants.
class ForgedLedger final : public StockLedger
{
public:
    QList<StockMovement> movements;
    StockState state;

    void clear()
    {
        movements.clear();
        state = {};
    }
    // Rows as right ones would be.
    void opened(const QByteArray &toy, qint64 stock)
    {
        movements.append({movements.size() + 1, MovementKind::Opened, toy, stock, 0, {}, 0, "t"});
        state.products.append({toy, Checker::priceIn(0), stock, 1});
    }
    void sold(qint64 number, const QByteArray &requestId, qint64 quantity = 1, qint64 epoch = 1)
    {
        Product &toy = state.products.first();
        movements.append(
            {movements.size() + 1, MovementKind::Sold, toy.name, -quantity, number, requestId, epoch, "t"});
        toy.quantity -= quantity;
        ++toy.version;
        state.leadership.lastOrderNumber = number;
    }

    Result<StockState> load() override { return state; }
    Result<QList<StockMovement>> movementsAfter(qint64 sequence, qint64) override
    {
        return movements.mid(sequence);
    }
    Result<void> openStore(const QList<Toy> &, qint64, const QByteArray &) override { return unused(); }
    Result<SellResults> sell(const std::vector<Sell> &, const QByteArray &) override { return unused(); }
    Result<Leadership::Answer> beginEpoch(const BeginEpoch &) override { return unused(); }
    Result<Leadership::Answer> importOrders(const ImportOrders &) override { return unused(); }
    Result<OrdersAfter::Answer> ordersAfter(const OrdersAfter &) override { return unused(); }
    Result<StockState> restock(qint64, const QByteArray &) override { return unused(); }
    Result<QList<Rejection>> rejectionsAfter(qint64, qint64) override { return QList<Rejection>(); }

private:
    static tl::unexpected<Error> unused() { return failure(ErrorCode::Internal, "the checker only looks"); }
};

/// A checker that has seen a store open, epoch 1 begin and two buys, c-1 and c-2, become orders 1 and 2.
struct Witnessed {
    Witnessed()
    {
        checker.watch(replica);
        checker.epochBegan({1, ReplicaId{8091}, 0});
        ledger.opened("Tux", 10);
        checker.sent(first);
        checker.sent(second);
        ledger.sold(1, "c-1");
        ledger.sold(2, "c-2");
        checker.committed(ledger);
    }

    void commit() { checker.committed(ledger); }
    /// The ledger is lost; in the next one order 1 is another's, of before there was an epoch.
    void loseLedgerTo(const QByteArray &requestId)
    {
        checker.ledgerLost();
        ledger.clear();
        ledger.opened("Tux", 10);
        ledger.sold(1, requestId, 1, 0);
        commit();
    }
    [[nodiscard]] QByteArray broken() const
    {
        return simulation.violation() ? simulation.violation()->invariant : QByteArray("none");
    }

    Simulation simulation{1, Trace::Mode::Hash};
    SimNetwork network{simulation};
    Checker checker{simulation};
    SimReplica replica{network, checker, ReplicaId{8091}};
    ForgedLedger ledger;
    ShopBuy first{"c-1", "Tux", 1};
    ShopBuy second{"c-2", "Tux", 1};
};

QByteArray lineOf(qint64 number)
{
    return orderLine({number, "Tux", 1, "c-" + QByteArray::number(number), 1, "t"});
}

} // namespace

class TestSimulation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QHashSeed::setDeterministicGlobalSeed();
        QLoggingCategory::setFilterRules(QStringLiteral("toystore.*=false"));
    }

    // Seeds

    void seedsHoldTheInvariants()
    {
        for (quint64 seed = 1; seed <= 200; ++seed) {
            const SeedResult result = runSeed(seed, Trace::Mode::Hash);
            QVERIFY2(!result.violation, reportOf(seed).constData());
            QVERIFY(result.statistics.events > 500);
        }
    }

    void theSameSeedDoesTheSame()
    {
        for (quint64 seed = 1000; seed < 1020; ++seed) {
            const SeedResult once = runSeed(seed, Trace::Mode::Hash);
            const SeedResult again = runSeed(seed, Trace::Mode::Text);
            QCOMPARE(once.hash, again.hash);
            QCOMPARE(once.statistics.events, again.statistics.events);
            QVERIFY(!again.lines.empty());
            QVERIFY(runSeed(seed + 100, Trace::Mode::Hash).hash != once.hash);
        }
    }

    void whatNeverHappenedIsNamed()
    {
        Statistics statistics;
        QCOMPARE(missingIn(statistics).size(), static_cast<qsizetype>(faultCount + boundaryCount));
        statistics.count(Fault::TailTorn);
        QVERIFY(!missingIn(statistics).contains("tail-torn"));
    }

    // The checker, each invariant broken by hand

    void whatIsRightIsNoViolation()
    {
        Witnessed store;
        store.checker.bought(store.first, 1);
        store.checker.found({2, "Tux", 1});
        store.checker.notFound(3, false);
        store.checker.written(store.replica, 0, logHeaderLine() + lineOf(1));
        store.checker.queried("Tux", store.checker.freshness("Tux"), Product{"Tux", 1000, 8, 3});
        QCOMPARE(store.broken(), "none");
    }

    void i1AnAcknowledgedOrderThatIsAnotherIsSeen()
    {
        Witnessed other;
        other.checker.bought({"c-1", "Tux", 2}, 1);
        QCOMPARE(other.broken(), "I1");
        Witnessed none;
        none.checker.bought(none.first, 3);
        QCOMPARE(none.broken(), "I1");
        Witnessed lost;
        lost.checker.bought(lost.first, 1);
        lost.loseLedgerTo("c-9");
        QCOMPARE(lost.broken(), "I1");
    }

    void i2AGapAndASharedNumberAreSeen()
    {
        Witnessed gap;
        gap.ledger.sold(4, "c-4");
        gap.commit();
        QCOMPARE(gap.broken(), "I2");
        Witnessed shared;
        shared.checker.bought(shared.second, 1);
        QCOMPARE(shared.broken(), "I2");
    }

    void i3ARequestSoldTwiceIsSeen()
    {
        Witnessed store;
        store.ledger.sold(3, "c-1");
        store.commit();
        QCOMPARE(store.broken(), "I3");
    }

    void i4NegativeStockIsSeen()
    {
        Witnessed store;
        store.ledger.sold(3, "c-3", 9);
        store.commit();
        QCOMPARE(store.broken(), "I4");
    }

    void i5StockThatIsNotItsMovementsIsSeen()
    {
        Witnessed store;
        store.ledger.sold(3, "c-3");
        store.ledger.state.products.first().quantity = 8;
        store.commit();
        QCOMPARE(store.broken(), "I5");
    }

    void i6ALogThatIsNoPrefixIsSeen()
    {
        Witnessed wrong;
        wrong.checker.written(wrong.replica, 0, logHeaderLine() + lineOf(2));
        QCOMPARE(wrong.broken(), "I6");
        Witnessed early;
        early.checker.written(early.replica, 0, logHeaderLine() + lineOf(1) + lineOf(2) + lineOf(3));
        QCOMPARE(early.broken(), "I6");
        Witnessed behind; // its log is still empty long after the last fault
        MemoryStockLedger ledger;
        behind.checker.audit(ledger);
        QCOMPARE(behind.broken(), "I6");
    }

    void i7AnEpochsSecondLeaderAndAnEpochThatGoesBackAreSeen()
    {
        Witnessed back;
        back.checker.epochBegan({1, ReplicaId{8092}, 2});
        QCOMPARE(back.broken(), "I7");
        Witnessed second;
        SimReplica other(second.network, second.checker, ReplicaId{8092});
        second.checker.saysReady(other, 1);
        QCOMPARE(second.broken(), "I7");
    }

    void i8ALeaderThatLacksOrdersIsSeen()
    {
        Witnessed store;
        store.checker.epochBegan({2, ReplicaId{8091}, 2});
        store.checker.saysReady(store.replica, 2); // its log is empty
        QCOMPARE(store.broken(), "I8");
    }

    void i9ADecisionInAnOldEpochOrAfterARejectionIsSeen()
    {
        Witnessed old;
        old.checker.epochBegan({2, ReplicaId{8092}, 2});
        old.ledger.sold(3, "c-3", 1, 1);
        old.commit();
        QCOMPARE(old.broken(), "I9");
        Witnessed rejected;
        const ShopBuy buy{"c-3", "Tux", 1};
        rejected.checker.sent(buy);
        rejected.checker.rejected(buy);
        rejected.ledger.sold(3, "c-3");
        rejected.commit();
        QCOMPARE(rejected.broken(), "I9");
        Witnessed sold;
        sold.checker.rejected(sold.first);
        QCOMPARE(sold.broken(), "I9");
    }

    void i10AStaleQueryIsSeen()
    {
        Witnessed store;
        store.checker.bought(store.second, 2); // it made version 3
        const Checker::Freshness then = store.checker.freshness("Tux");
        store.checker.queried("Tux", then, Product{"Tux", Checker::priceIn(0), 8, 3});
        QCOMPARE(store.broken(), "none");
        store.checker.queried("Tux", then, Product{"Tux", Checker::priceIn(0), 9, 2});
        QCOMPARE(store.broken(), "I10");
    }

    void i11ALaterBuyWithASmallerNumberIsSeen()
    {
        Witnessed store;
        store.checker.bought(store.second, 2);
        store.checker.sent({"c-3", "Tux", 1}); // after order 2 was acknowledged
        store.loseLedgerTo("c-3");
        QCOMPARE(store.broken(), "I11");
    }

    void i12AnOrderThatIsLostFromSightIsSeen()
    {
        Witnessed store;
        store.checker.found({1, "Tux", 1});
        store.checker.notFound(1, store.checker.isKnown(1));
        QCOMPARE(store.broken(), "I12");
    }

    void i13AStoreThatDoesNotSellAgainIsSeen()
    {
        World world({}, 1);
        world.open();
        QVERIFY(world.sellsWithin(1s));
        for (SimReplica *const replica : world.replicas())
            world.network().block(*replica, world.catalog());
        QVERIFY(!world.sellsWithin(1s));
        QCOMPARE(world.simulation().violation()->invariant, "I13");
    }

    // The world's own rules

    void aStoreSellsShowsAndFinds()
    {
        World world({.frontends = 2}, 1);
        world.open();

        const auto bought = world.buy(0, "c-1", "Tux", 2);
        QVERIFY(world.runUntil(bought));
        const auto shown = world.query(1, "Tux");
        const auto found = world.find(1, 1);
        QVERIFY(world.runUntil(shown) && world.runUntil(found));

        QCOMPARE(**bought, 1);
        QCOMPARE((**shown)->quantity, 3);
        QCOMPARE((**found)->quantity, 2);
        world.settle();
        QVERIFY(!world.simulation().violation());
    }

    void aPartitionStallsAndHealingDelivers()
    {
        World world({}, 2);
        world.open();
        world.network().block(world.shopper(), world.frontend(0));
        const auto bought = world.buy(0, "c-1", "Tux");
        QVERIFY(!world.runUntil(bought, 2s));

        world.network().heal(world.shopper(), world.frontend(0));

        QVERIFY(world.runUntil(bought, 100ms));
        QCOMPARE(**bought, 1);
    }

    void whatIsCutMayStillArriveAfterItsSenderGaveUp()
    {
        World world({}, 3);
        world.open();
        world.network().cutAfter(world.shopper(), world.frontend(0), 1, SimNetwork::Late::All, 2s);

        const auto bought = world.buy(0, "c-1", "Tux");

        QVERIFY(world.runUntil(bought, 1s));
        QCOMPARE((*bought)->error().code, ErrorCode::ConnectionLost);
        QCOMPARE(world.checker().lastDecided(), 0);
        QVERIFY(world.runFor(3s, [&world] { return world.checker().lastDecided() == 1; }));
    }

    void aPausedProcessKeepsWhatItWasSent()
    {
        World world({}, 4);
        world.open();
        world.frontend(0).pause();
        const auto bought = world.buy(0, "c-1", "Tux");
        QVERIFY(!world.runUntil(bought, 3s));

        world.frontend(0).resume();

        QVERIFY(world.runUntil(bought, 1s));
        QCOMPARE(**bought, 1);
    }

    void aCrashAtABoundaryEndsTheProcessThere()
    {
        World world({}, 5);
        world.open();
        world.catalog().crashAt(Boundary::CatalogAfterCommit, 1);

        const auto bought = world.buy(0, "c-1", "Tux");
        QVERIFY(!world.runUntil(bought, 1s));
        QVERIFY(!world.catalog().isUp());
        QCOMPARE(world.checker().lastDecided(), 1); // committed, and nobody knows
        world.catalog().start();

        QVERIFY(world.runUntil(bought, 2s));
        QCOMPARE(**bought, 1);
        world.settle();
        QVERIFY(!world.simulation().violation());
    }

    void whatIsNotFlushedMayBeTorn()
    {
        bool seenPart = false;
        for (quint64 seed = 1; seed <= 20; ++seed) {
            World world({.replicas = 1}, seed);
            world.open();
            world.replica(0).crashAt(Boundary::ReplicaAfterWrite, 1);
            const auto bought = world.buy(0, "c-1", "Tux");
            QVERIFY(world.runFor(2s, [&world] { return !world.replica(0).isUp(); }));
            const qsizetype kept = world.replica(0).disk().content().size();
            seenPart |= kept > 0 && kept < logHeaderLine().size() + lineOf(1).size();
            world.heal();
            QVERIFY(world.sellsWithin(1s));
            world.settle();
            QVERIFY(!world.simulation().violation());
        }
        QVERIFY(seenPart);
    }

    void aLostLedgerIsRebuiltAndKeepsWhatWasPromised()
    {
        World world({}, 6);
        world.open();
        const auto bought = world.buy(0, "c-1", "Tux", 2);
        QVERIFY(world.runUntil(bought));

        world.loseLedger();
        world.heal();

        QVERIFY(world.sellsWithin(1s));
        const auto found = world.find(0, 1);
        QVERIFY(world.runUntil(found));
        QCOMPARE((**found)->quantity, 2);
        world.settle();
        QVERIFY(!world.simulation().violation());
    }
};

QTEST_GUILESS_MAIN(TestSimulation)
#include "tst_simulation.moc"
