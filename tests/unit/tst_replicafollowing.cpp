// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/replicahands.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

/// Starts 8093, which has the orders 1 and 2 as its peers have, beside a ledger that was lost and lists none,
/// and tells it to lead epoch 4: it is asking its peers for more.
Token toldToLeadWithALostLedger(Hands &hands)
{
    hands.start();
    hands.reply<OrdersAfter>(theCatalog, page({}, 0));
    hands.reply<OrdersAfter>(r92, page({}, 2));
    hands.reply<OrdersAfter>(r91, page({}, 2));
    const Token told = hands.request(UpdateLeader{r93, 4});
    hands.reply<OrdersAfter>(theCatalog, page({}, 0)); // it can't be compared yet
    return told;
}

} // namespace

/// What a follower takes, and what becomes of logs that differ and of a lost ledger.
class TestReplicaFollowing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Following

    void aFollowerAcknowledgesWhatIsOnItsDisk()
    {
        Hands hands(r91);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token append = hands.request(AppendOrders{1, r93, 2, ordersFromTo(1, 2)});
        QVERIFY(!hands.isAnswered(append));
        hands.flush();
        QCOMPARE(std::get<AppendOrders::Answer>(*hands.answerTo(append)).lastOrderNumber, 2);
        QCOMPARE(hands.replica.epoch(), 1);
    }

    void ordersSentTwiceAreTakenOnce()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 2, ordersFromTo(1, 2)});
        const Token again = hands.request(AppendOrders{1, r93, 3, ordersFromTo(1, 3)});
        QCOMPARE(std::get<AppendOrders::Answer>(*hands.answerTo(again)).lastOrderNumber, 3);
        QCOMPARE(hands.disk, 3);
    }

    void aGapIsClosedFromTheNearestReplica()
    {
        Hands hands(r91);
        hands.boot();
        const Token append = hands.request(AppendOrders{1, r93, 5, ordersFromTo(4, 5)});
        QCOMPARE(std::get<AppendOrders::Answer>(*hands.answerTo(append)).lastOrderNumber, 0);
        QVERIFY(!hands.isHealthy());
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(1, 3), 3));
        hands.reply<OrdersAfter>(r93, page(ordersFromTo(4, 5), 5));
        QVERIFY(hands.isHealthy());
        QCOMPARE(hands.disk, 5);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void aFollowerLeftBehindHearsItFromAHeartbeat()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 2, {}});
        QCOMPARE(hands.asked<OrdersAfter>(r92)->after, 0);
    }

    void aFollowerLeftBehindByOneOrderFetchesIt()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 1, {}});
        QCOMPARE(hands.asked<OrdersAfter>(r92)->after, 0);
    }

    void aLeaderThatHearsOfALaterEpochStepsDown()
    {
        Hands hands(r93);
        hands.bootAndLead(1);
        const Token buy = hands.buy("f-a");
        hands.request(AppendOrders{2, r92, 0, {}});
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        QVERIFY(!hands.replica.isLeading());
        QCOMPARE(hands.replica.epoch(), 2);
    }

    // Logs that differ, as after a ledger was rebuilt without a replica

    void anAppendBehindAnotherRowIsNotTakenAndTheLedgerSaysWhoIsWrong()
    {
        const std::vector<AppendOrders> appends{
            {6, r93, 4, {orderNumber(4)}, crcOf(anotherOrder(3))},                 // behind our last row
            {6, r93, 4, {anotherOrder(3), orderNumber(4)}, crcOf(orderNumber(2))}, // overlapping it
            {6, r93, 3, {anotherOrder(3)}, crcOf(orderNumber(2))},                 // ending with it
            {6, r93, 3, {}, crcOf(anotherOrder(3))},                               // a heartbeat
            {6, r93, 2, {}, crcOf(anotherOrder(2))},                               // of a shorter log
        };
        for (const AppendOrders &append : appends) {
            for (const bool weAreWrong : {true, false}) {
                Hands hands(r91, ordersFromTo(1, 3));
                hands.boot();
                QCOMPARE(hands.errorOf(hands.request(append)), ErrorCode::Diverged);
                QCOMPARE(hands.appended, 3);
                QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
                hands.reply<OrdersAfter>(theCatalog, rowOf(weAreWrong ? anotherOrder(3) : orderNumber(3), 4));
                QCOMPARE(hands.isHealthy(), !weAreWrong);
                const Token right =
                    hands.request(AppendOrders{6, r93, 4, {orderNumber(4)}, crcOf(orderNumber(3))});
                QCOMPARE(hands.errorOf(right) == ErrorCode::Diverged, weAreWrong);
                QCOMPARE(hands.appended, weAreWrong ? 3 : 4);
            }
        }
    }

    void anAppendThatFollowsOurRowsIsTaken()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.boot();
        for (const AppendOrders &append : {AppendOrders{6, r93, 2, {}, crcOf(orderNumber(2))},
                                           AppendOrders{6, r93, 4, ordersFromTo(2, 4), crcOf(orderNumber(1))},
                                           AppendOrders{6, r93, 5, ordersFromTo(5, 5), crcOf(orderNumber(4))},
                                           AppendOrders{6, r93, 5, {}, crcOf(orderNumber(5))}})
            QVERIFY(hands.answerTo(hands.request(append)).has_value());
        QCOMPARE(hands.disk, 5);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void rowsThatTheDiskRefusedAreComparedNoMore()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.boot();
        hands.diskIsPrompt = false;
        hands.request(AppendOrders{1, r93, 5, ordersFromTo(4, 5), crcOf(orderNumber(3))});
        hands.fillDisk();
        hands.advance(1s);
        hands.cannotReach({r92, r93});
        hands.reply<OrdersAfter>(theCatalog, pageBehind(orderNumber(3), {anotherOrder(4)}, 4));
        hands.flush();
        QVERIFY(hands.isHealthy());
        QVERIFY(
            hands.answerTo(hands.request(AppendOrders{1, r93, 4, {}, crcOf(anotherOrder(4))})).has_value());
    }

    void aLogLongerThanTheLedgersIsComparedAtItsLast()
    {
        for (const bool equal : {true, false}) {
            Hands hands(r91, ordersFromTo(1, 9)); // the ledger was rebuilt up to 6 without it
            hands.start();
            hands.reply<OrdersAfter>(theCatalog, page({}, 7));
            QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 6);
            hands.reply<OrdersAfter>(theCatalog, rowOf(equal ? orderNumber(7) : anotherOrder(7), 7));
            QCOMPARE(hands.booted, !equal); // it goes on, or serves nothing
            QCOMPARE(hands.asked<OrdersAfter>(r92).has_value(), equal);
            QCOMPARE(hands.errorOf(hands.request(HealthCheck())) == ErrorCode::Diverged, !equal);
        }
    }

    void whatDiffersIsSaidToAllWhoWait()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.boot();
        const Token lookUp = hands.request(OrderDetails{7});
        hands.diskIsPrompt = false;
        const Token append = hands.request(AppendOrders{6, r93, 4, {orderNumber(4)}, crcOf(orderNumber(3))});
        const Token page = hands.request(OrdersAfter{0, maxPageOrders, 7});
        hands.reply<OrdersAfter>(theCatalog, pageBehind(anotherOrder(3), {anotherOrder(4)}, 4));
        for (const Token token : {lookUp, append, page})
            QCOMPARE(hands.errorOf(token), ErrorCode::Diverged);
        hands.advance(1s);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void aPageBehindAnotherRowIsNotTaken()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.boot();
        hands.request(AppendOrders{6, r93, 5, {}});
        hands.reply<OrdersAfter>(r92, pageBehind(anotherOrder(3), ordersFromTo(4, 5), 5));
        QCOMPARE(hands.appended, 3);
        QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
        hands.reply<OrdersAfter>(theCatalog, rowOf(orderNumber(3), 5));
        hands.reply<OrdersAfter>(r93, pageBehind(orderNumber(3), ordersFromTo(4, 5), 5));
        QCOMPARE(hands.appended, 5);
        QVERIFY(hands.isHealthy());
    }

    void bootingEndsThoughAReplicaContradicts()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.start();
        hands.reply<OrdersAfter>(theCatalog, rowOf(orderNumber(3), 3));
        hands.reply<OrdersAfter>(r92, pageBehind(anotherOrder(3), {}, 3));
        hands.reply<OrdersAfter>(theCatalog, rowOf(orderNumber(3), 3));
        hands.reply<OrdersAfter>(r93, pageBehind(orderNumber(3), {}, 3));
        QVERIFY(hands.booted);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void aReplicaThatContradictsKeepsNobodyFromLeadingWhomTheLedgerConfirms()
    {
        for (const bool ledgerConfirms : {true, false}) {
            Hands hands(r93, ordersFromTo(1, 3));
            hands.boot();
            const Token told = hands.request(UpdateLeader{r93, 6});
            hands.reply<OrdersAfter>(r92, pageBehind(anotherOrder(3), {anotherOrder(4)}, 4));
            hands.reply<OrdersAfter>(r91, page({}, 2));
            hands.reply<OrdersAfter>(theCatalog,
                                     pageBehind(ledgerConfirms ? orderNumber(3) : anotherOrder(3), {}, 3));
            QCOMPARE(hands.replica.isLeading(), ledgerConfirms);
            QCOMPARE(hands.errorOf(told) == ErrorCode::Diverged, !ledgerConfirms);
        }
    }

    void aLedgerIsNotRebuiltWhileReplicasContradictEachOther()
    {
        Hands hands(r93, ordersFromTo(1, 3));
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 6});
        hands.reply<OrdersAfter>(r92, pageBehind(anotherOrder(3), {anotherOrder(4)}, 4));
        hands.reply<OrdersAfter>(r91, page({}, 2));
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QCOMPARE(hands.errorOf(told), ErrorCode::LedgerBehind);
        QVERIFY(!hands.asked<ImportPage>(theCatalog));
    }

    void anImportThatContradictsTheLedgerShowsThatWeDiverged()
    {
        Hands hands(r93, ordersFromTo(1, 3));
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 6});
        hands.reply<OrdersAfter>(r92, page({}, 3));
        hands.reply<OrdersAfter>(r91, page({}, 3));
        hands.reply<OrdersAfter>(theCatalog, page({}, 2));
        hands.replyError<ImportPage>(theCatalog, ErrorCode::Diverged);
        QCOMPARE(hands.errorOf(told), ErrorCode::Diverged);
        QCOMPARE(hands.errorOf(hands.request(HealthCheck())), ErrorCode::Diverged);
    }

    void appendsSayWhichRowTheyFollow()
    {
        Hands hands(r93, orderNumber(3));
        hands.bootAndLead(2);
        hands.acknowledgeHeartbeat(r92, 3);
        hands.advance(100ms);
        QCOMPARE(hands.asked<AppendOrders>(r92)->afterCrc, crcOf(orderNumber(3)));
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{3});
        hands.buy("f-4", 2);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(4, "f-4", 2)}});
        QCOMPARE(hands.asked<AppendOrders>(r92)->orders.size(), 1);
        QCOMPARE(hands.asked<AppendOrders>(r92)->afterCrc, crcOf(orderNumber(3)));
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{4});
        hands.advance(100ms);
        QCOMPARE(hands.asked<AppendOrders>(r92)->afterCrc, crcOf(sold(4, "f-4", 2).order.value()));
    }

    void aFollowerWithMoreThanTheLeaderIsSentWhatTheLeaderGetsAllTheSame()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 2); // from a look-up, or of a ledger that was lost
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.asked<AppendOrders>(r92)->orders.size(), 1);
        QVERIFY(!hands.isAnswered(buy));
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{2});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    // A lost ledger

    void aLostLedgerIsRebuiltFromTheLongestLogBeforeAnythingIsSold()
    {
        Hands hands(r93, orderNumber(2));
        const Token told = toldToLeadWithALostLedger(hands);
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(3, 4), 4));
        hands.reply<OrdersAfter>(r91, page({}, 2));
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QVERIFY(!hands.isAnswered(told));
        const auto import = hands.asked<ImportPage>(theCatalog);
        QCOMPARE(import->after, 0);
        QCOMPARE(import->epoch, 4);
        hands.reply<ImportPage>(theCatalog, ImportOrders::Answer{3});
        QCOMPARE(hands.asked<ImportPage>(theCatalog)->after, 2);
        hands.reply<ImportPage>(theCatalog, ImportOrders::Answer{4});
        QVERIFY(hands.answerTo(told).has_value());
        QVERIFY(hands.replica.isLeading());
    }

    void aLedgerLostAfterItHadConfirmedTheLogIsRebuiltToo()
    {
        Hands hands(r93, orderNumber(2));
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 4});
        for (const ReplicaId peer : {r92, r91})
            hands.reply<OrdersAfter>(peer, page({}, 2));
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QVERIFY(!hands.isAnswered(told));
        hands.reply<ImportPage>(theCatalog, ImportOrders::Answer{2});
        QVERIFY(hands.replica.isLeading());
    }

    void aLeaderThatLosesTheCatalogWhileItRebuildsSaysThatItIsUnavailable()
    {
        for (const ErrorCode code :
             {ErrorCode::CannotConnect, ErrorCode::ConnectionLost, ErrorCode::DeadlineExceeded}) {
            Hands hands(r93, orderNumber(2));
            const Token told = toldToLeadWithALostLedger(hands);
            hands.reply<OrdersAfter>(r92, page({}, 2));
            hands.reply<OrdersAfter>(r91, page({}, 2));
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            hands.replyError<ImportPage>(theCatalog, code);
            QCOMPARE(hands.errorOf(told), ErrorCode::CatalogUnavailable);
        }
    }

    void anImportOfAnEarlierAttemptDoesNotEndTheNextOne()
    {
        Hands hands(r93);
        hands.boot();
        hands.request(UpdateLeader{r93, 4});
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(1, 2), 2));
        hands.reply<OrdersAfter>(r91, page({}, 0));
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        const Tag import = hands.withhold(theCatalog);
        hands.diskIsPrompt = false;
        hands.request(AppendOrders{3, r92, 3, {orderNumber(3)}});
        hands.fillDisk();
        hands.advance(1s);
        hands.cannotReach({r92, r91});
        hands.replyError<OrdersAfter>(theCatalog, ErrorCode::CannotConnect);
        const Token again = hands.request(UpdateLeader{r93, 4});
        hands.replyLate(import, ImportOrders::Answer{2});
        QVERIFY(!hands.isAnswered(again));
        QVERIFY(!hands.replica.isLeading());
    }

    void aLostLedgerIsNotRebuiltBeforeEveryReplicaWasAsked()
    {
        for (const bool operatorsWord : {false, true}) {
            Hands hands(r93, orderNumber(2), operatorsWord);
            hands.start();
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
            hands.reply<OrdersAfter>(r91, page({}, 2));
            const Token told = hands.request(UpdateLeader{r93, 4});
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
            hands.reply<OrdersAfter>(r91, page({}, 2));
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            QCOMPARE(hands.asked<ImportPage>(theCatalog).has_value(), operatorsWord);
            QCOMPARE(hands.errorOf(told) == ErrorCode::LedgerBehind, !operatorsWord);
        }
    }
};

QTEST_GUILESS_MAIN(TestReplicaFollowing)
#include "tst_replicafollowing.moc"
