// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/replicahands.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

/// How a replica boots, comes to lead, and leads no more.
class TestReplicaLeadership : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Booting

    void theNearestReplicaIsAskedFirstTiesToTheHigherId()
    {
        QCOMPARE(nearestFirst(r92, {r91, r93}), (QList<ReplicaId>{r93, r91}));
        QCOMPARE(nearestFirst(r91, {r93, r92}), (QList<ReplicaId>{r92, r93}));
        QCOMPARE(nearestFirst(r93, {r91, r92}), (QList<ReplicaId>{r92, r91}));
    }

    void afterACrashItFetchesFromTheNearestAndThenTheNext()
    {
        Hands hands(r91, orderNumber(3));
        hands.start();
        hands.reply<OrdersAfter>(theCatalog, page({orderNumber(3)}, 9));
        QCOMPARE(hands.asked<OrdersAfter>(r92)->after, 3);
        QVERIFY(!hands.asked<OrdersAfter>(r93));
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(4, 5), 8, true));
        QCOMPARE(hands.asked<OrdersAfter>(r92)->after, 5);
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(6, 8), 8));
        QCOMPARE(hands.asked<OrdersAfter>(r93)->after, 8);
        QVERIFY(!hands.booted);
        QVERIFY(!hands.isHealthy());
        hands.replyError<OrdersAfter>(r93, ErrorCode::DeadlineExceeded);
        QVERIFY(hands.booted);
        QVERIFY(hands.isHealthy());
        QCOMPARE(hands.disk, 8);
    }

    void noReachablePeerIsNoError()
    {
        Hands hands(r93);
        hands.boot();
        QVERIFY(hands.isHealthy());
    }

    void aLogThatDiffersFromTheLedgerServesNothing()
    {
        Hands hands(r93, orderNumber(3));
        hands.start();
        Order other = orderNumber(3);
        other.requestId = "f-another";
        hands.reply<OrdersAfter>(theCatalog, page({other}, 3));
        QCOMPARE(hands.errorOf(hands.request(HealthCheck())), ErrorCode::Diverged);
        QCOMPARE(hands.errorOf(hands.request(OrderDetails{1})), ErrorCode::Diverged);
        QCOMPARE(hands.errorOf(hands.request(UpdateLeader{r93, 5})), ErrorCode::Diverged);
    }

    void aLogThatCouldNotBeComparedIsComparedLater()
    {
        Hands hands(r93, orderNumber(3));
        hands.start();
        hands.replyError<OrdersAfter>(theCatalog, ErrorCode::CannotConnect);
        hands.cannotReach({r92, r91});
        QVERIFY(hands.isHealthy());
        hands.advance(100ms);
        QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
        Order other = orderNumber(3);
        other.name = "Bear";
        hands.reply<OrdersAfter>(theCatalog, page({other}, 3));
        QCOMPARE(hands.errorOf(hands.request(HealthCheck())), ErrorCode::Diverged);
    }

    // Becoming the leader

    void theNewLeaderFetchesFromPeersThenFromTheLedgerBeforeItSaysSo()
    {
        Hands hands(r93);
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 1});
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(1, 2), 2));
        hands.reply<OrdersAfter>(r91, page({}, 1));
        QCOMPARE(hands.errorOf(hands.buy("f-x")), ErrorCode::NotLeader);
        QVERIFY(!hands.isHealthy());
        hands.diskIsPrompt = false;
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(3, 3), 3));
        QVERIFY(!hands.isAnswered(told)); // the last one is not on disk
        hands.flush();
        QCOMPARE(std::get<UpdateLeader::Answer>(*hands.answerTo(told)).lastOrderNumber, 3);
        const Token health = hands.request(HealthCheck());
        QVERIFY(std::get<HealthCheck::Answer>(*hands.answerTo(health)).leading);
    }

    void aPageThatALookUpTookFirstDoesNotEndTheFetching()
    {
        Hands hands(r93);
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 1});
        hands.cannotReach({r92, r91});
        const Tag fetch = hands.withhold(theCatalog);
        hands.request(OrderDetails{1});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 2), 4, true));
        hands.replyLate(fetch, page(ordersFromTo(1, 2), 4, true));
        QVERIFY(!hands.isAnswered(told));
        QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(3, 4), 4));
        QCOMPARE(std::get<UpdateLeader::Answer>(*hands.answerTo(told)).lastOrderNumber, 4);
    }

    void nobodyLeadsWithALogThatTheLedgerDidNotConfirm()
    {
        Order other = orderNumber(3);
        other.requestId = "f-another";
        // What the ledger said at first: nothing; before it had our last order.
        const std::vector<Result<CallAnswer>> inconclusive{failure(ErrorCode::DeadlineExceeded, "refused"),
                                                           page({}, 2)};
        for (const Result<CallAnswer> &first : inconclusive) {
            Hands hands(r93, orderNumber(3));
            hands.start();
            const Token told = hands.request(UpdateLeader{r93, 2});
            hands.reply<OrdersAfter>(theCatalog, first);
            hands.cannotReach({r92, r91});
            hands.reply<OrdersAfter>(theCatalog, page({}, 3));
            QVERIFY(!hands.isAnswered(told));
            QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
            hands.reply<OrdersAfter>(theCatalog, page({other}, 3));
            QCOMPARE(hands.errorOf(told), ErrorCode::Diverged);
            QVERIFY(hands.booted);
        }
    }

    void aDivergedReplicaDoesNotLeadThoughTheLedgerNamesIt()
    {
        Hands hands(r93, orderNumber(3));
        hands.start();
        const Token told = hands.request(UpdateLeader{r93, std::nullopt});
        Order other = orderNumber(3);
        other.requestId = "f-another";
        hands.reply<OrdersAfter>(theCatalog, page({other}, 3));
        hands.reply<Leadership>(theCatalog, Leadership::Answer{4, r93, 3});
        QCOMPARE(hands.errorOf(told), ErrorCode::Diverged);
    }

    void withoutTheLedgerNobodyLeads()
    {
        Hands hands(r93);
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 1});
        hands.cannotReach({r92, r91});
        hands.replyError<OrdersAfter>(theCatalog, ErrorCode::CannotConnect);
        QCOMPARE(hands.errorOf(told), ErrorCode::CatalogUnavailable);
        QCOMPARE(hands.errorOf(hands.buy("f-x")), ErrorCode::NotLeader);
    }

    void anOldEpochIsRefusedWithTheCurrentOne()
    {
        Hands hands(r93);
        hands.boot();
        hands.request(UpdateLeader{r92, 4});
        const Token token = hands.request(UpdateLeader{r91, 3});
        QCOMPARE(hands.errorOf(token), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(token).error().current.epoch, 4);
        QCOMPARE(hands.answerTo(token).error().current.leaderId, 8092);
        QCOMPARE(hands.errorOf(hands.request(UpdateLeader{r91, 4})), ErrorCode::StaleEpoch);
    }

    void withoutAnEpochItLeadsOnlyIfTheLedgerNamesIt()
    {
        Hands hands(r93);
        hands.boot();
        const Token refused = hands.request(UpdateLeader{r93, std::nullopt});
        hands.reply<Leadership>(theCatalog, Leadership::Answer{4, r92, 0});
        QCOMPARE(hands.errorOf(refused), ErrorCode::NotLeader);
        hands.request(UpdateLeader{r93, std::nullopt});
        hands.reply<Leadership>(theCatalog, Leadership::Answer{5, r93, 0});
        QCOMPARE(hands.replica.epoch(), 5);
        QVERIFY(hands.asked<OrdersAfter>(r92));
    }

    void tellingTheLeaderAgainChangesNothing()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token buy = hands.buy("f-a");
        const Token again = hands.request(UpdateLeader{r93, 1});
        QVERIFY(hands.answerTo(again).has_value());
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    // The fence among replicas: what of an earlier epoch was still under way counts no more

    void aReplicaAskedByWhoIsToLeadTakesNothingOfAnEarlierEpoch()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 1, ordersFromTo(1, 1)});
        const Token asked = hands.request(OrdersAfter{0, maxPageOrders, 6});
        QVERIFY(hands.pageWasRead(asked));
        const Token late = hands.request(AppendOrders{1, r93, 2, ordersFromTo(2, 2)});
        QCOMPARE(hands.errorOf(late), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(late).error().current.epoch, 6);
        QCOMPARE(hands.appended, 1);
        const Token now = hands.request(AppendOrders{6, r92, 2, {anotherOrder(2, 6)}});
        QVERIFY(hands.answerTo(now).has_value());
    }

    void whoIsToLeadHearsOnlyOfWhatIsOnDisk()
    {
        for (const bool diskFills : {false, true}) {
            Hands hands(r91);
            hands.boot();
            hands.diskIsPrompt = false;
            hands.request(AppendOrders{1, r93, 1, ordersFromTo(1, 1)});
            const Token asked = hands.request(OrdersAfter{0, maxPageOrders, 6});
            QVERIFY(!hands.isAnswered(asked));
            if (diskFills)
                hands.fillDisk(); // then it is not in the log, and never will be
            else
                hands.flush();
            QVERIFY(hands.pageWasRead(asked));
        }
    }

    void aPreparingLeaderTellsTheReplicasItAsksItsEpoch()
    {
        Hands hands(r93);
        hands.boot();
        hands.request(UpdateLeader{r93, 4});
        QCOMPARE(hands.asked<OrdersAfter>(r92)->epoch, 4);
        hands.reply<OrdersAfter>(r92, page({}, 0));
        QCOMPARE(hands.asked<OrdersAfter>(r91)->epoch, 4);
        hands.reply<OrdersAfter>(r91, page({}, 0));
        QVERIFY(!hands.asked<OrdersAfter>(theCatalog)->epoch);
    }

    void whoFetchesWithoutLeadingFencesNobody()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{4, r93, 2, {}});
        QVERIFY(!hands.asked<OrdersAfter>(r92)->epoch);
    }

    void aLeaderToBeThatAReplicaRefusesSaysWhichEpochItHeardOf()
    {
        Hands hands(r93);
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 6});
        hands.replyError<OrdersAfter>(r92, ErrorCode::StaleEpoch, {7, 8091, 0});
        QCOMPARE(hands.errorOf(told), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(told).error().current.epoch, 7);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void aReplicaRefusesALeaderToBeOfAnEarlierEpoch()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(UpdateLeader{r92, 7});
        const Token asked = hands.request(OrdersAfter{0, maxPageOrders, 6});
        QCOMPARE(hands.errorOf(asked), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(asked).error().current.epoch, 7);
    }

    void aLeaderThatIsAskedByALaterOneStepsDown()
    {
        Hands hands(r93);
        hands.bootAndLead(1);
        const Token buy = hands.buy("f-a");
        const Tag sell = hands.withhold(theCatalog);
        hands.request(OrdersAfter{0, maxPageOrders, 2});
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        hands.replyLate(sell, Sell::Answer{{sold(1, "f-a")}}); // of a ledger that was lost meanwhile
        QCOMPARE(hands.appended, 0);
    }

    void aLeaderWhoseFollowerHeardOfALaterEpochStepsDown()
    {
        Hands hands(r93);
        hands.bootAndLead(6);
        const Token buy = hands.buy("f-a", 6);
        hands.advance(100ms);
        hands.replyError<AppendOrders>(r92, ErrorCode::StaleEpoch, {7, 8091, 0});
        QVERIFY(!hands.replica.isLeading());
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(buy).error().current.epoch, 7);
    }

    void aRefusalOfAnEarlierEpochsAppendDoesNotEndTheLeadership()
    {
        Hands hands(r93);
        hands.bootAndLead(6);
        hands.advance(100ms);
        hands.replyError<AppendOrders>(r92, ErrorCode::StaleEpoch, {6, 8093, 0});
        QVERIFY(hands.replica.isLeading());
    }

    void anotherLeaderOfTheSameEpochIsNotFollowed()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{7, r93, 0, {}});
        const Token other = hands.request(AppendOrders{7, r92, 1, {orderNumber(1, 7)}});
        QCOMPARE(hands.errorOf(other), ErrorCode::StaleEpoch);
        QCOMPARE(hands.appended, 0);
    }

    void nobodyLeadsAnEpochThatIsNotTheLedgers()
    {
        for (const qint64 ledgers : {6, 8}) {
            Hands hands(r93);
            hands.boot();
            const Token told = hands.request(UpdateLeader{r93, 7});
            hands.cannotReach({r92, r91});
            OrdersAfter::Answer answer = page(ordersFromTo(1, 1), 1);
            answer.epoch = ledgers;
            hands.reply<OrdersAfter>(theCatalog, answer);
            QCOMPARE(hands.errorOf(told), ErrorCode::StaleEpoch);
            QCOMPARE(hands.appended, 0);
        }
    }

    void aLateAnswerOfALostLedgerIsNotTaken()
    {
        Hands hands(r91);
        hands.boot();
        OrdersAfter::Answer late = page(ordersFromTo(1, 1), 1);
        late.epoch = 5;
        const Token lookUp = hands.request(OrderDetails{1});
        const Tag asked = hands.withhold(theCatalog);
        hands.request(OrdersAfter{0, maxPageOrders, 6});
        hands.replyLate(asked, late);
        QCOMPARE(hands.appended, 0);
        QVERIFY(!hands.isAnswered(lookUp));
        QVERIFY(!hands.asked<OrdersAfter>(theCatalog)); // not in a tight loop

        hands.request(AppendOrders{6, r93, 1, {}}); // a gap, closed by the ledger
        hands.cannotReach({r92, r93});
        hands.reply<OrdersAfter>(theCatalog, late);
        QCOMPARE(hands.appended, 0);
    }
};

QTEST_GUILESS_MAIN(TestReplicaLeadership)
#include "tst_replicaleadership.moc"
