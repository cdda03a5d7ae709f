// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/replicahands.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

/// How a leader copies what it sold, whose disks it waits for before it answers, and what becomes of a full
/// one.
class TestReplicaCopying : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Copying

    void theAnswerWaitsForTheOwnDisk()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.diskIsPrompt = false;
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QVERIFY(!hands.isAnswered(buy));
        hands.flush();
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void aRepeatedBuyWaitsForTheOwnDiskToo()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.diskIsPrompt = false;
        hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        const Token again = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QVERIFY(!hands.isAnswered(again));
        hands.flush();
        QCOMPARE(hands.orderOf(again), 1);
    }

    void aLeaderNeitherSellsNorCopiesBeforeItsOwnDiskHasWhatItFetched()
    {
        Hands hands(r93);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token told = hands.request(UpdateLeader{r93, 1});
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(1, 2), 2));
        hands.reply<OrdersAfter>(r91, page({}, 2));
        hands.reply<OrdersAfter>(theCatalog, page({}, 2));
        hands.advance(300ms);
        QVERIFY(!hands.isAnswered(told));
        QVERIFY(!hands.isHealthy());
        QVERIFY(!hands.asked<AppendOrders>(r92));
        QCOMPARE(hands.errorOf(hands.buy("f-a")), ErrorCode::NotLeader);
        hands.flush();
        QVERIFY(hands.answerTo(told).has_value());
        QVERIFY(hands.asked<AppendOrders>(r92));
    }

    void theAnswerWaitsForEveryFollowerInSync()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        hands.acknowledgeHeartbeat(r91, 0);
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.asked<AppendOrders>(r92)->orders.size(), 1);
        QCOMPARE(hands.asked<AppendOrders>(r91)->orders.size(), 1);
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{1});
        QVERIFY(!hands.isAnswered(buy));
        hands.reply<AppendOrders>(r91, AppendOrders::Answer{1});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void aFollowerThatGoesAwayIsNotWaitedFor()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QVERIFY(!hands.isAnswered(buy));
        hands.loseConnection(r92);
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void aSilentFollowerIsNotWaitedFor()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        hands.replyError<AppendOrders>(r92, ErrorCode::DeadlineExceeded);
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void aFollowerThatLagsIsNotInSyncUntilItHasTheLastNumber()
    {
        Hands hands(r93, orderNumber(5));
        hands.bootAndLead(2);
        hands.acknowledgeHeartbeat(r92, 3);
        const Token buy = hands.buy("f-a", 2);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(6, "f-a", 2)}});
        QCOMPARE(hands.orderOf(buy), 6);
        hands.acknowledgeHeartbeat(r92, 6);
        const Token next = hands.buy("f-b", 2);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(7, "f-b", 2)}});
        QVERIFY(!hands.isAnswered(next));
    }

    void aRepeatedBuyWaitsForTheSameCopies()
    {
        Hands hands(r93, orderNumber(5));
        hands.bootAndLead(2);
        const Token buy = hands.buy("f-5", 2);
        hands.reply<Sell>(theCatalog, Sell::Answer{{{orderNumber(5), std::nullopt}}});
        QCOMPARE(hands.orderOf(buy), 5);
        QCOMPARE(hands.disk, 5);
    }

    void aBuyWhoseOrderIsInTheLogIsLeftToTheLedger()
    {
        Hands hands(r93);
        hands.boot();
        hands.request(AppendOrders{1, r92, 1, {orderNumber(1)}});
        hands.request(UpdateLeader{r93, 2});
        for (const ReplicaId source : {r92, r91, theCatalog})
            hands.reply<OrdersAfter>(source, page({}, 1));

        const Token buy = hands.buy("f-1", 2);

        QVERIFY(!hands.isAnswered(buy)); // its invalidation may still be unacknowledged
        hands.reply<Sell>(theCatalog, Sell::Answer{{{orderNumber(1), std::nullopt}}});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void whatIsDecidedWhileAnAppendIsUnderWayGoesWithTheNext()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        hands.buy("f-b");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(2, "f-b")}});
        hands.buy("f-c");
        hands.buy("f-d");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(3, "f-c"), sold(4, "f-d")}});
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{1});
        const auto append = hands.asked<AppendOrders>(r92);
        QCOMPARE(append->orders.size(), 3);
        QCOMPARE(append->lastOrderNumber, 4);
    }

    void anAnswerToAnAppendOfTheTermBeforePutsNobodyInSync()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        hands.advance(100ms);
        const Tag append = hands.withhold(r92);
        hands.request(UpdateLeader{r93, 2});
        for (const ReplicaId source : {r92, r91, theCatalog})
            hands.reply<OrdersAfter>(source, page({}, 0));
        QVERIFY(hands.replica.isLeading());

        hands.replyLate(append, AppendOrders::Answer{0});

        const auto inSync = [&hands] {
            const Result<ReplicaAnswer> answer = hands.answerTo(hands.request(OrderStatus()));
            return std::get<OrderStatus::Answer>(*answer).inSync;
        };
        QCOMPARE(inSync(), QList<ReplicaId>());
        hands.acknowledgeHeartbeat(r92, 0);
        QCOMPARE(inSync(), QList<ReplicaId>{r92});
    }

    void aHeartbeatGoesOutEvery100Ms()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        QVERIFY(!hands.asked<AppendOrders>(r92));
        hands.advance(50ms);
        QVERIFY(!hands.asked<AppendOrders>(r92));
        hands.advance(45ms); // a timer that is a little early
        QVERIFY(hands.asked<AppendOrders>(r92)->orders.isEmpty());
    }

    // A full disk

    void aLeaderThatCannotAppendStepsDownUntilItCan()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.diskIsPrompt = false;
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        hands.fillDisk();
        QCOMPARE(hands.errorOf(buy), ErrorCode::NotLeader);
        QVERIFY(!hands.isHealthy());
        QCOMPARE(hands.errorOf(hands.request(UpdateLeader{r93, 2})), ErrorCode::Syncing);
        hands.advance(1s);
        hands.cannotReach({r92, r91});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 1), 1));
        QVERIFY(!hands.isHealthy()); // not before the write that failed succeeds
        hands.flush();
        QVERIFY(hands.isHealthy());
    }

    void whetherTheDiskHasRoomAgainIsSeenSoon()
    {
        Hands hands(r93);
        hands.boot();
        hands.diskIsPrompt = false;
        hands.request(AppendOrders{1, r92, 1, ordersFromTo(1, 1)});
        hands.fillDisk();
        hands.advance(hands.replica.tickInterval());
        QVERIFY(hands.asked<OrdersAfter>(r92)); // or a store whose disks were full would sell late (I13)
    }

    void aFollowerThatCannotAppendSaysSo()
    {
        Hands hands(r91);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token append = hands.request(AppendOrders{1, r93, 1, ordersFromTo(1, 1)});
        hands.fillDisk();
        QCOMPARE(hands.errorOf(append), ErrorCode::Syncing);
        QCOMPARE(hands.errorOf(hands.request(AppendOrders{1, r93, 1, ordersFromTo(1, 1)})),
                 ErrorCode::Syncing);
    }
};

QTEST_GUILESS_MAIN(TestReplicaCopying)
#include "tst_replicacopying.moc"
