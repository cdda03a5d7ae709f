// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/replicahands.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

/// What a replica says of an order, and when it says nothing.
class TestReplicaLookUps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anOrderOnDiskIsFound()
    {
        Hands hands(r91, orderNumber(3));
        hands.boot();
        QVERIFY(hands.foundInLog(hands.request(OrderDetails{2})));
        QCOMPARE(hands.errorOf(hands.request(OrderDetails{0})), ErrorCode::OrderNotFound);
    }

    void anOrderTheReplicaLacksIsFetchedFromTheLedger()
    {
        Hands hands(r91);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token lookUp = hands.request(OrderDetails{2});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 2), 2));
        QVERIFY(!hands.isAnswered(lookUp));
        hands.flush();
        QVERIFY(hands.foundInLog(lookUp));
    }

    void aNumberAboveTheLedgersLastIsNotFound()
    {
        Hands hands(r91);
        hands.boot();
        const Token lookUp = hands.request(OrderDetails{3});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 2), 2));
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::OrderNotFound);
    }

    void withoutTheCatalogThereIsNoNotFound()
    {
        Hands hands(r91);
        hands.boot();
        const Token lookUp = hands.request(OrderDetails{3});
        hands.replyError<OrdersAfter>(theCatalog, ErrorCode::ConnectionLost);
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::CatalogUnavailable);
    }

    void aLookUpIsNotAnsweredFromAnOlderQuestion()
    {
        Hands hands(r91);
        hands.boot();
        const Token early = hands.request(OrderDetails{1});
        const Token late = hands.request(OrderDetails{1});
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QCOMPARE(hands.errorOf(early), ErrorCode::OrderNotFound);
        QVERIFY(!hands.isAnswered(late));
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 1), 1));
        QVERIFY(hands.foundInLog(late));
    }

    void aLedgerWithFewerOrdersThanWeIsNotBelieved()
    {
        Hands hands(r91, orderNumber(5));
        hands.boot();
        const Token lookUp = hands.request(OrderDetails{6});
        hands.reply<OrdersAfter>(theCatalog, page({}, 2));
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::LedgerBehind);
    }

    void aLedgerThatLacksWhatALeaderHadIsNotBelieved()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 5, {}});
        const Token lookUp = hands.request(OrderDetails{4});
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::LedgerBehind);
    }

    void whatALedgerHasIsFoundThoughItLacksMore()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 5, {}});
        const Token lookUp = hands.request(OrderDetails{2});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 2), 2));
        QVERIFY(hands.foundInLog(lookUp));
    }

    void whatAnEpochsLedgerHadIsNotNotFoundInTheNext()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 0, {}});
        const Token lookUp = hands.request(OrderDetails{2});
        OrdersAfter::Answer ledgers = page(ordersFromTo(1, 2), 2);
        ledgers.epoch = 1;
        hands.request(UpdateLeader{r92, 2});
        hands.reply<OrdersAfter>(theCatalog, ledgers); // too late to be taken, but it has the order
        QVERIFY(hands.errorOf(lookUp) != ErrorCode::OrderNotFound);
    }

    void aLookUpFarAheadWaitsForTheDisk()
    {
        Hands hands(r91);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token lookUp = hands.request(OrderDetails{100'000});
        qint64 fetched = 0;
        while (hands.asked<OrdersAfter>(theCatalog) && fetched < 100'000) {
            hands.reply<OrdersAfter>(theCatalog,
                                     page(ordersFromTo(fetched + 1, fetched + 1000), 100'000, true));
            fetched += 1000;
        }
        QVERIFY(fetched <= 10'000);
        hands.flush();
        QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, fetched);
        QVERIFY(!hands.isAnswered(lookUp));
    }

    void aLedgerIsNotBelievedBeforeItsEpochsLeaderIsReady()
    {
        Hands hands(r91, orderNumber(2)); // has missed orders 3 and 4
        hands.boot();
        OrdersAfter::Answer rebuilt = page({}, 2);
        rebuilt.epoch = 7; // the leader is about to import order 3
        const Token early = hands.request(OrderDetails{4});
        const Token unknown = hands.request(OrderDetails{9});
        hands.reply<OrdersAfter>(theCatalog, rebuilt);
        QVERIFY(!hands.isAnswered(early));
        rebuilt.orders = ordersFromTo(3, 4);
        rebuilt.lastOrderNumber = 4;
        hands.request(AppendOrders{7, r93, 4, {}});
        hands.advance(100ms);
        hands.reply<OrdersAfter>(theCatalog, rebuilt);
        QVERIFY(hands.foundInLog(early));
        hands.advance(100ms);
        if (hands.asked<OrdersAfter>(theCatalog)) {
            rebuilt.orders.clear();
            hands.reply<OrdersAfter>(theCatalog, rebuilt);
        }
        QCOMPARE(hands.errorOf(unknown), ErrorCode::OrderNotFound);
    }

    void aLedgerThatHadNoLeaderYetIsNotBelieved()
    {
        Hands hands(r91); // with an empty log, as after the loss of its disk
        hands.boot();
        OrdersAfter::Answer empty = page({}, 0);
        empty.epoch = 0; // new, or lost
        const Token lookUp = hands.request(OrderDetails{4});
        hands.reply<OrdersAfter>(theCatalog, empty);
        QVERIFY(!hands.isAnswered(lookUp));
        hands.request(AppendOrders{1, r93, 0, {}}); // the first leader is ready: the store is new
        empty.epoch = 1;
        hands.advance(100ms);
        hands.reply<OrdersAfter>(theCatalog, empty);
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::OrderNotFound);
    }

    void aLookUpIsHeldForALeaderOnlyAWhile()
    {
        Hands hands(r91, orderNumber(2));
        hands.boot();
        OrdersAfter::Answer rebuilt = page({}, 2);
        rebuilt.epoch = 7;
        const Token lookUp = hands.request(OrderDetails{4});
        for (int asked = 0; !hands.isAnswered(lookUp); ++asked) {
            QVERIFY(asked < 5);
            QVERIFY(hands.asked<OrdersAfter>(theCatalog));
            hands.reply<OrdersAfter>(theCatalog, rebuilt);
            QVERIFY(!hands.asked<OrdersAfter>(theCatalog)); // not in a tight loop
            hands.advance(100ms);
        }
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::Syncing);
    }
};

QTEST_GUILESS_MAIN(TestReplicaLookUps)
#include "tst_replicalookups.moc"
