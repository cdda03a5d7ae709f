// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/replicahands.h"

#include <QTest>

using namespace toystore;

/// What a leader sells, in which batches, and what it makes of the answers.
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
        const auto idOf = [](qint64 number) { return "f-" + QByteArray::number(number); };
        const auto buy = [&](qint64 first, qint64 last) {
            for (qint64 number = first; number <= last; ++number)
                hands.buy(idOf(number));
        };
        const auto sell = [&](qint64 first, qint64 last) {
            Sell::Answer answer;
            for (qint64 number = first; number <= last; ++number)
                answer.outcomes.append(sold(number, idOf(number)));
            hands.reply<Sell>(theCatalog, answer);
        };
        buy(1, maxPageOrders + 1); // the first is sold alone
        sell(1, 1);
        sell(2, maxPageOrders + 1); // a full batch and one more are being copied now
        buy(maxPageOrders + 2, 2 * maxPageOrders);
        QVERIFY(!hands.asked<Sell>(theCatalog));
        buy(2 * maxPageOrders + 1, 2 * maxPageOrders + 1);
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
};

QTEST_GUILESS_MAIN(TestReplicaSelling)
#include "tst_replicaselling.moc"
