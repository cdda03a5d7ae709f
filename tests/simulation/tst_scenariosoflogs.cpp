// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/orderline.h"
#include "simulation/scenario.h"

using namespace toystore;
using namespace toystore::simulation;

namespace
{

/// More than a crash can tear.
constexpr qint64 longLog = 6000;

} // namespace

/// Stories of logs that are behind, damaged or full, and of ledgers that are lost.
class TestScenariosOfLogs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFollowerIsLeftBehindWhileNoBuysCome_data()
    {
        QTest::addColumn<qint64>("orders");
        QTest::newRow("by one order") << qint64(1);
        QTest::newRow("by some") << qint64(7);
    }
    void aFollowerIsLeftBehindWhileNoBuysCome()
    {
        QFETCH(qint64, orders);
        inEverySeed(Scenario::calm(), [orders](Scenario &store) {
            store.r91().kill("is killed");
            QVERIFY(store.buyNumbers(1, orders));
            store.isolate(store.r91(), {&store.r92(), &store.r93(), &store.catalog()});
            store.r91().start();
            QVERIFY(store.until([&] { return store.r91().status().role == "follower"; }));
            QCOMPARE(store.logOf(store.r91()), QByteArray());

            store.rejoin(store.r91(), {&store.r92(), &store.r93(), &store.catalog()});

            QVERIFY(store.until([&] { return store.isWhole(store.r91()); }, 500ms));
            QCOMPARE(store.decided().size(), orders);
        });
    }

    void theLeadersDiskIsFull()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 2));
            const QByteArray before = store.wholeLog();
            store.r93().disk().setFull(true);
            const Instant sent = store.now();

            QCOMPARE(store.buyNow("c-3"), 3);

            QVERIFY(store.since(sent) < 1s);
            QCOMPARE(store.leader(), &store.r92());
            QCOMPARE(store.logOf(store.r93()), before); // no part of a line
            QCOMPARE(store.r93().status().role, "syncing");
            QCOMPARE(store.stock(), 97);
            store.r93().disk().setFull(false);
            QVERIFY(store.until([&] { return store.r93().status().role == "follower"; }, 2s));
            QVERIFY(store.until([&] { return store.allAreWhole(); }, 500ms));
            QCOMPARE(store.leader(), &store.r92());
        });
    }

    void theLedgerIsLostTogetherWithTheReplicaOfTheLongestLog()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 2));
            QVERIFY(store.until([&] { return store.allAreWhole(); }));
            store.r91().kill("is killed");
            store.r92().kill("is killed");
            store.runFor(600ms); // they are not in sync any more
            QVERIFY(store.buyNumbers(3, 4));
            const QByteArray longest = store.logOf(store.r93());
            store.r93().kill("is killed");
            store.loseLedger();
            store.catalog().start();
            store.r91().start();
            store.r92().start();
            store.runFor(200ms); // all are connected again

            const auto buy = store.buy(0, "c-5", "Tux");
            const auto find = store.find(0, 4);
            const std::optional<ErrorCode> found = store.refusalOf(find);
            QCOMPARE(store.refusalOf(buy), ErrorCode::NoOrderService); // nothing is sold
            QVERIFY(found && *found != ErrorCode::OrderNotFound);      // and nothing denied
            QCOMPARE(store.decided().size(), 0);

            store.r93().start();
            QVERIFY(store.until([&] { return store.wholeLog() == longest; }));
            QCOMPARE(store.buyNow("c-5"), 5); // the same key: it was not sold before
            QVERIFY(store.until([&] { return store.allAreWhole(); }, 1s));
            QVERIFY(store.logOf(store.r91()).startsWith(longest));
        });
    }

    void acknowledgedOrdersSurviveTheLossOfTheLedgerAndOfTheLeadersDisk()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 5));
            for (SimReplica *const replica : store.replicas())
                replica->kill("is killed, the moment the last buy is acknowledged");
            store.r93().disk().lose();
            store.loseLedger();
            store.catalog().start();
            for (SimReplica *const replica : store.replicas())
                replica->start();

            QVERIFY(store.until([&] { return store.decided().size() == 5; }, 2s));
            QVERIFY(store.until([&] { return store.allAreWhole(); }, 2s));
            QCOMPARE(store.decided().last().requestId, "c-5");
            QCOMPARE(store.buyNow("c-6"), 6);
        });
    }

    void aLostLedgerIsRebuilt()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 3));
            QVERIFY(store.until([&] { return store.allAreWhole(); }));
            const QByteArray before = store.wholeLog();
            const qint64 epoch = store.leadership().epoch;
            store.loseLedger();
            store.catalog().startAfter(100ms);

            QCOMPARE(store.buyNow("c-4"), 4);

            QVERIFY(store.wholeLog().startsWith(before));
            QVERIFY(store.leadership().epoch > epoch);
            QCOMPARE(store.stock(), 99);      // opened with 100; the imported sales had left before
            QCOMPARE(store.buyNow("c-2"), 2); // a buy sent again is the one it was
            QCOMPARE(store.stock(), 99);
            std::map<MovementKind, qint64> tux;
            const auto movements = store.catalog().ledger().durable().movementsAfter(0, 100);
            for (const StockMovement &movement : *movements) {
                if (movement.toy == "Tux")
                    tux[movement.kind] += movement.delta;
            }
            QCOMPARE(tux[MovementKind::Opened], 100);
            QCOMPARE(tux[MovementKind::Rebuilt], 3);
            QCOMPARE(tux[MovementKind::Sold], -4);
        });
    }

    void aDamagedLogIsRepairedFromAPeer()
    {
        const auto prepare = [](Scenario &store) {
            store.preload(longLog, {&store.r91(), &store.r92(), &store.r93()});
        };
        inEverySeed(
            Scenario::calm(),
            [](Scenario &store) {
                const QByteArray whole = store.wholeLog();
                QByteArray damaged = whole;
                damaged[damaged.indexOf("{\"number\":5,") + 20] = '#';
                store.r91().kill("is killed");
                store.r91().disk().setContent(damaged);

                store.r91().start();
                QVERIFY(!store.r91().isUp()); // it refuses to, and touches nothing
                QCOMPARE(store.logOf(store.r91()), damaged);
                QCOMPARE(store.buyNow("c-" + QByteArray::number(longLog + 1)), longLog + 1);

                store.r91().repair();
                store.r91().start();
                QVERIFY(store.until([&] { return store.isWhole(store.r91()); }, 2s));
                QVERIFY(store.logOf(store.r91()).startsWith(whole));
            },
            prepare);
    }

    void aLogThatDiffersFromTheLedgerServesNothingUntilItIsRepaired()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 3));
            QVERIFY(store.until([&] { return store.allAreWhole(); }));
            store.r93().kill("is killed");
            QByteArray other = logHeaderLine();
            for (Order order : store.decided()) {
                order.name = "Bear";
                other += orderLine(order);
            }
            store.r93().disk().setContent(other);

            store.r93().start();
            QVERIFY(store.until([&] { return store.r93().status().role == "diverged"; }, 2s));

            QCOMPARE(store.buyNow("c-4"), 4); // the others go on
            QCOMPARE(store.leader(), &store.r92());
            for (int i = 0; i < 6; ++i) {
                const auto found = store.find(0, 1); // whoever is asked first
                QVERIFY(store.runUntil(found) && found->value());
                QCOMPARE((*found)->value().name, "Tux");
            }
            QCOMPARE(store.r93().ask(OrderDetails{1})->error().code, ErrorCode::Diverged);
            QCOMPARE(store.r93().ask(HealthCheck())->error().code, ErrorCode::Diverged);
            store.r93().kill("is stopped");
            store.r93().repair();
            store.r93().start();
            QVERIFY(store.until([&] { return store.isWhole(store.r93()); }, 2s));
        });
    }
};

QTEST_GUILESS_MAIN(TestScenariosOfLogs)
#include "tst_scenariosoflogs.moc"
