// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/replicahands.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

/// What a leader sells, to whom it copies that, and when it answers.
class TestReplicaSelling : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Selling

    void aBuyIsAnsweredFromTheLedgersDecision()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token buy = hands.buy("f-a");
        const auto sell = hands.asked<Sell>(theCatalog);
        QCOMPARE(sell->epoch, 1);
        QCOMPARE(sell->leaderId, r93);
        QCOMPARE(sell->call, 1);
        QCOMPARE(sell->after, 0);
        QCOMPARE(sell->entries, (QList<SellEntry>{{"f-a", "Tux", 1}}));
        QVERIFY(!hands.isAnswered(buy));
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void whatWaitsBecomesOneBatchAndOneCallIsUnderWay()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token first = hands.buy("f-a");
        const Token second = hands.buy("f-b");
        const Token third = hands.buy("f-c");
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), 1);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.orderOf(first), 1);
        QCOMPARE(hands.asked<Sell>(theCatalog)->call, 2);
        QCOMPARE(hands.asked<Sell>(theCatalog)->after, 1);
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), 2);
        hands.reply<Sell>(theCatalog,
                          Sell::Answer{{{std::nullopt, ErrorCode::OrderRejected}, sold(2, "f-c")}});
        QCOMPARE(hands.errorOf(second), ErrorCode::OrderRejected);
        QCOMPARE(hands.orderOf(third), 2);
    }

    void aBatchSmallerThanWhatIsBeingCopiedWaitsForMore()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        for (const char *id : {"f-a", "f-b", "f-c"})
            hands.buy(id);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}}); // one is being copied, two wait
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), 2);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(2, "f-b"), sold(3, "f-c")}});
        hands.buy("f-d");
        hands.buy("f-e");
        QVERIFY(!hands.asked<Sell>(theCatalog));
        hands.buy("f-f");
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), 3);
    }

    void aFullBatchWaitsForNothing()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        for (qint64 number = 1; number <= maxPageOrders; ++number)
            hands.buy("f-" + QByteArray::number(number)); // the first is sold alone
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-1")}});
        hands.buy("f-" + QByteArray::number(maxPageOrders + 1)); // not in the second batch
        Sell::Answer others;
        for (qint64 number = 2; number <= maxPageOrders; ++number)
            others.outcomes.append(sold(number, "f-" + QByteArray::number(number)));
        hands.reply<Sell>(theCatalog, others); // as many are being copied as a batch may have
        for (qint64 number = maxPageOrders + 2; number <= 2 * maxPageOrders; ++number)
            hands.buy("f-" + QByteArray::number(number));
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), maxPageOrders);
        others.outcomes.clear();
        for (qint64 number = maxPageOrders + 1; number <= 2 * maxPageOrders; ++number)
            others.outcomes.append(sold(number, "f-" + QByteArray::number(number)));
        hands.reply<Sell>(theCatalog, others); // twice as many are being copied
        for (qint64 number = 2 * maxPageOrders + 1; number <= 3 * maxPageOrders; ++number)
            hands.buy("f-" + QByteArray::number(number));
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), maxPageOrders);
    }

    void aSmallBatchWaitsNoLongerThanForTheCopies()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        const auto sellThreeAndBuyOne = [&hands](qint64 first, const QByteArray &last) {
            const QByteArray ids[] = {last + "-1", last + "-2", last + "-3"}; // two wait for the first
            for (const QByteArray &id : ids)
                hands.buy(id);
            hands.reply<Sell>(theCatalog, Sell::Answer{{sold(first, ids[0])}});
            hands.reply<Sell>(theCatalog, Sell::Answer{{sold(first + 1, ids[1]), sold(first + 2, ids[2])}});
            hands.buy(last);
        };
        sellThreeAndBuyOne(1, "f-acknowledged");
        QVERIFY(!hands.asked<Sell>(theCatalog));
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{1});
        QVERIFY(!hands.asked<Sell>(theCatalog)); // two are still being copied
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{3});
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), 1);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(4, "f-acknowledged")}});
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{4});

        sellThreeAndBuyOne(5, "f-nobody-copies");
        QVERIFY(!hands.asked<Sell>(theCatalog));
        hands.loseConnection(r92);
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), 1);
    }

    void aBatchIsBoundedInOrdersAndBytes()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.buy("f-first");
        for (int i = 0; i < 1500; ++i)
            hands.buy("f-" + QByteArray::number(i));
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-first")}});
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), maxPageOrders);

        Hands large(r93);
        large.bootAndLead();
        large.buy("f-first");
        for (int i = 0; i < 1000; ++i)
            large.request(PlaceOrder{1, "f-" + QByteArray::number(i), QByteArray(256, '\x01'), 1});
        large.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-first")}});
        const auto sell = large.asked<Sell>(theCatalog);
        QVERIFY(sell->entries.size() > 200);
        QVERIFY(sell->entries.size() * (256 * 6) < maxPageBytes);
    }

    void equalRequestIdsInFlightAreJoined()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token first = hands.buy("c-key");
        const Token again = hands.buy("c-key");
        const Token other = hands.buy("c-key", 1, 2);
        QCOMPARE(hands.errorOf(other), ErrorCode::RequestMismatch);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "c-key")}});
        QCOMPARE(hands.orderOf(first), 1);
        QCOMPARE(hands.orderOf(again), 1);
        QVERIFY(!hands.asked<Sell>(theCatalog));
    }

    void aQuantityBelowOneIsRefusedBeforeTheCatalogIsAsked()
    {
        Hands hands(r93);
        hands.bootAndLead();
        QCOMPARE(hands.errorOf(hands.buy("f-a", 1, 0)), ErrorCode::OrderRejected);
        QCOMPARE(hands.errorOf(hands.buy("f-b", 1, -1)), ErrorCode::OrderRejected);
        QVERIFY(!hands.asked<Sell>(theCatalog));
    }

    void whatIsNoRequestIdSpoilsNoBatch()
    {
        Hands hands(r93);
        hands.bootAndLead();
        for (const QByteArray &id : {QByteArray(), QByteArray("two words"), QByteArray("\x7f"),
                                     QByteArray("\xc3\xa4"), QByteArray(131, 'x')})
            QCOMPARE(hands.errorOf(hands.buy(id)), ErrorCode::InvalidField);
        QVERIFY(!hands.asked<Sell>(theCatalog));
    }

    void aBuyOfAnotherEpochIsRefused()
    {
        Hands hands(r93);
        hands.bootAndLead(4);
        const Token buy = hands.buy("f-a", 3);
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(buy).error().current.epoch, 4);
    }

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

    // Refused sells

    void aCatalogThatCannotWriteIsNoReasonForAnotherLeader()
    {
        for (const ErrorCode code : {ErrorCode::StorageFull, ErrorCode::StorageFailed}) {
            Hands hands(r93);
            hands.bootAndLead();
            const Token refused = hands.buy("f-1");

            hands.replyError<Sell>(theCatalog, code);

            // Not catalog_unavailable, which says that another might reach it.
            QCOMPARE(hands.errorOf(refused), ErrorCode::OutcomeUnknown);
            static_cast<void>(hands.buy("f-1"));
            QCOMPARE(hands.asked<Sell>(theCatalog)->call, 2); // it leads on, and sells when there is room
        }
    }

    void aLeaderThatMissedAnAnswerFetchesAndSendsANewCall()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token lost = hands.buy("f-1");
        hands.replyError<Sell>(theCatalog, ErrorCode::ConnectionLost);
        QCOMPARE(hands.errorOf(lost), ErrorCode::CatalogUnavailable);
        const Token again = hands.buy("f-1");
        hands.replyError<Sell>(theCatalog, ErrorCode::Behind, {std::nullopt, std::nullopt, 1});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 1), 1));
        QVERIFY(!hands.isAnswered(again)); // never from an order merely found in the log
        const auto sell = hands.asked<Sell>(theCatalog);
        QCOMPARE(sell->call, 3);
        QCOMPARE(sell->after, 1);
        hands.reply<Sell>(theCatalog, Sell::Answer{{{orderNumber(1), std::nullopt}}});
        QCOMPARE(hands.orderOf(again), 1);
    }

    void aFencedLeaderStepsDownAndSaysWhoLeads()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token buy = hands.buy("f-a");
        hands.replyError<Sell>(theCatalog, ErrorCode::StaleEpoch, {2, 8092, 0});
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(buy).error().current.leaderId, 8092);
        const Token next = hands.buy("f-b");
        QCOMPARE(hands.errorOf(next), ErrorCode::NotLeader);
        QCOMPARE(hands.answerTo(next).error().current.epoch, 2);
    }

    void anAnswerForAnEarlierEpochIsNotTakenForTheNewBatch()
    {
        Hands hands(r93);
        hands.bootAndLead(1);
        const Token old = hands.buy("f-a", 1);
        const Tag late = hands.withhold(theCatalog);
        hands.request(UpdateLeader{r92, 2});
        QCOMPARE(hands.errorOf(old), ErrorCode::StaleEpoch);
        hands.request(UpdateLeader{r93, 3});
        hands.cannotReach({r92, r91});
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        const Token buy = hands.buy("f-b", 3);
        hands.replyLate(late, Sell::Answer{{sold(1, "f-a", 1)}});
        QVERIFY(!hands.isAnswered(buy));
        QCOMPARE(hands.appended, 0);
    }

    void aReplicaThatLedThisEpochBeforeItsCrashNeedsANewOne()
    {
        Hands hands(r93, orderNumber(1));
        hands.bootAndLead(1);
        const Token buy = hands.buy("f-b");
        hands.replyError<Sell>(theCatalog, ErrorCode::StaleCall);
        QCOMPARE(hands.errorOf(buy), ErrorCode::NotLeader);
        QVERIFY(!hands.replica.isLeading());
    }

    void whereOnlyANewEpochHelpsTheLeadershipEndsForAllWhoWait()
    {
        for (const ErrorCode code : {ErrorCode::StaleCall, ErrorCode::LedgerBehind}) {
            Hands hands(r93, orderNumber(1));
            hands.bootAndLead(1);
            const Token inTheCall = hands.buy("f-b");
            const Token inTheQueue = hands.buy("f-c");
            hands.replyError<Sell>(theCatalog, code);
            for (const Token token : {inTheCall, inTheQueue, hands.buy("f-d")}) {
                QCOMPARE(hands.errorOf(token), ErrorCode::NotLeader);
                QCOMPARE(hands.answerTo(token).error().current.leaderId, 0); // nor does it name itself
            }
            QVERIFY(!hands.asked<Sell>(theCatalog));
        }
    }

    void aWrongAnswerOfTheCatalogEndsTheLeadership()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token first = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(2, "f-a")}}); // a gap
        QCOMPARE(hands.errorOf(first), ErrorCode::Internal);
        QVERIFY(!hands.replica.isLeading());
        QCOMPARE(hands.appended, 0);
    }

    void anOrderOfAnotherBuyIsNotTakenForThisOnes()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-b")}});
        QCOMPARE(hands.errorOf(buy), ErrorCode::Internal);
        QVERIFY(!hands.replica.isLeading());
        QCOMPARE(hands.appended, 0);
    }

    void anOutcomeThatSaysNothingIsNotTakenForARejection()
    {
        for (const std::optional<ErrorCode> code :
             {std::optional<ErrorCode>(), std::optional(ErrorCode::Internal)}) {
            Hands hands(r93);
            hands.bootAndLead();
            const Token buy = hands.buy("f-a");
            hands.reply<Sell>(theCatalog, Sell::Answer{{{std::nullopt, code}}});
            QCOMPARE(hands.errorOf(buy), ErrorCode::Internal);
            QVERIFY(!hands.replica.isLeading());
        }
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

QTEST_GUILESS_MAIN(TestReplicaSelling)
#include "tst_replicaselling.moc"
