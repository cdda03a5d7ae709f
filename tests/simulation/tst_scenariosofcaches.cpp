// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/scenario.h"

using namespace toystore;
using namespace toystore::simulation;

/// Stories of caches, invalidations and leases: a query sent after a buy was acknowledged shows that buy.
class TestScenariosOfCaches : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNewLeaderRepeatsASoldRequestIdWhileItsInvalidationIsUnacknowledged()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            QCOMPARE(store.shownBy(1), 100);
            store.frontend(1).pause(); // and does not acknowledge
            const Instant paused = store.now();
            const auto buy = store.buy(0, "c-1", "Tux");
            QVERIFY(store.until([&] { return store.decided().size() == 1; }));
            store.r93().kill("is killed, before the ledger's answer has left");

            QVERIFY(store.until(
                [&] {
                    return store.frontend(0).readyLeader().has_value() &&
                           store.frontend(0).readyLeader()->id == store.r92().id();
                },
                200ms));
            QVERIFY(store.isWhole(store.r92())); // it has the order, and must not answer from it
            QCOMPARE(store.numberOf(buy), 1);

            QVERIFY(store.since(paused) >= 300ms); // the lease that the paused one still had
            QVERIFY(store.since(paused) < 700ms);
            QCOMPARE(store.decided().size(), 1);
            store.frontend(1).resume();
            QCOMPARE(store.shownBy(1), 99);
        });
    }

    void theCatalogDiesAroundItsCommit_data()
    {
        QTest::addColumn<int>("boundary");
        QTest::addColumn<qint64>("decided"); // when it has died
        QTest::newRow("before it") << int(Boundary::CatalogBeforeCommit) << qint64(0);
        QTest::newRow("after it") << int(Boundary::CatalogAfterCommit) << qint64(1);
        QTest::newRow("after queries show it") << int(Boundary::CatalogAfterView) << qint64(1);
        QTest::newRow("after the subscribers were told") << int(Boundary::CatalogAfterPush) << qint64(1);
        QTest::newRow("with the answer held") << int(Boundary::CatalogAfterAnswer) << qint64(1);
    }
    void theCatalogDiesAroundItsCommit()
    {
        QFETCH(int, boundary);
        QFETCH(qint64, decided);
        inEverySeed(Scenario::calm(), [&](Scenario &store) {
            QCOMPARE(store.shownBy(0), 100);
            store.catalog().crashAt(static_cast<Boundary>(boundary), 1);
            const auto buy = store.buy(0, "c-1", "Tux");
            QVERIFY(store.until([&] { return !store.catalog().isUp(); }, 100ms));
            QCOMPARE(store.decided().size(), decided);

            store.catalog().startAfter(200ms);

            QCOMPARE(store.numberOf(buy), 1);
            QCOMPARE(store.decided().size(), 1);
            QCOMPARE(store.stock(), 99);
            QCOMPARE(store.shownBy(0), 99);
        });
    }

    void theCatalogResumesInsideALease()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            QCOMPARE(store.shownBy(1), 100);
            store.cutOff(store.frontend(1), store.catalog()); // it will not notice
            store.catalog().crashAt(Boundary::CatalogAfterCommit, 1);
            const auto buy = store.buy(0, "c-1", "Tux");
            QVERIFY(store.until([&] { return !store.catalog().isUp(); }, 100ms));
            QCOMPARE(store.shownBy(1), 100); // nobody has been told of the buy

            store.catalog().start();
            QCOMPARE(store.numberOf(buy), 1);

            QVERIFY(store.since(store.catalog().startedAt()) >= 450ms);
            const auto query = store.query(1, "Tux");
            store.runFor(100ms);
            QVERIFY(!query->has_value()); // the cache is passed by, and the catalog not reached
            store.reconnect(store.frontend(1), store.catalog());
            QCOMPARE(store.quantityOf(query), 99);
        });
    }

    void aFillRacesAnInvalidation()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            store.catalog().server()->delayAnswers(ProductQuery::method);
            const auto before = store.query(0, "Tux");
            store.runFor(50ms);
            QCOMPARE(store.buyNow("c-1", 1), 1); // the invalidation comes before the answer

            store.catalog().server()->sendDelayed();

            QCOMPARE(store.quantityOf(before), 100); // sent before the buy
            QCOMPARE(store.shownBy(0), 99);
        });
    }

    void aFillCrossesAResubscription()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            store.catalog().server()->delayAnswers(ProductQuery::method);
            const auto before = store.query(0, "Tux");
            store.runFor(50ms);
            store.network().block(store.frontend(0), store.catalog()); // until its lease is over
            QVERIFY(store.until([&] { return store.happened({"catalog ends subscription"}); }, 1s));
            QCOMPARE(store.buyNow("c-1", 1), 1); // frontend 0 is not told
            store.network().heal(store.frontend(0), store.catalog());
            store.runFor(500ms); // it subscribes again, on the same connection

            store.catalog().server()->sendDelayed();

            QCOMPARE(store.quantityOf(before), 100);
            QCOMPARE(store.shownBy(0), 99);
        });
    }

    void aQueryJoinsAFetchThatIsOlderThanTheFloor()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            store.catalog().server()->delayAnswers(ProductQuery::method);
            const auto before = store.query(0, "Tux");
            store.runFor(50ms);
            QCOMPARE(store.buyNow("c-1", 1), 1);
            const auto after = store.query(0, "Tux"); // joins the fetch of the first
            store.runFor(50ms);

            store.catalog().server()->sendDelayed();

            QCOMPARE(store.quantityOf(before), 100);
            QCOMPARE(store.quantityOf(after), 99);
        });
    }

    void aFrontendIsPausedWithAHeartbeatAndAnInvalidationInItsSocket()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            QCOMPARE(store.shownBy(1), 100);
            store.network().block(store.catalog(), store.frontend(1));
            store.runFor(150ms); // a renewal was sent, and its answer is under way
            store.frontend(1).pause();
            store.network().heal(store.catalog(), store.frontend(1));
            QCOMPARE(store.buyNow("c-1"), 1);
            const auto query = store.query(1, "Tux"); // waits in the socket, too
            store.runFor(1s);

            store.frontend(1).resume();

            QCOMPARE(store.quantityOf(query), 99);
            QCOMPARE(store.shownBy(1), 99);
        });
    }

    void aFrontendDoesNotKnowThatItsConnectionIsGone()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            QCOMPARE(store.shownBy(1), 100);
            store.network().block(store.catalog(),
                                  store.frontend(1)); // so that only the catalog learns of it
            store.network().cut(store.frontend(1), store.catalog(), SimNetwork::Late::None, 0ms);
            QVERIFY(store.until([&] { return store.happened({"catalog <- frontend-1 closed"}); }, 100ms));
            QVERIFY(store.frontend(1).reachesCatalog());
            QCOMPARE(store.shownBy(1), 100); // by its lease
            const Instant sent = store.now();

            QCOMPARE(store.buyNow("c-1"), 1);

            QVERIFY(store.since(sent) >= 200ms);
            const auto query = store.query(1, "Tux");
            store.runFor(50ms);
            QVERIFY(!query->has_value()); // not from the cache
            store.network().heal(store.catalog(), store.frontend(1));
            QCOMPARE(store.quantityOf(query), 99);
        });
    }

    void aRenewalsLateAnswerIsWorthItsOwnAge()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            QCOMPARE(store.shownBy(1), 100);
            store.network().block(store.catalog(), store.frontend(1));
            store.runFor(100ms); // one renewal more arrives, and is answered
            store.network().block(store.frontend(1), store.catalog());
            store.runFor(290ms);
            store.network().heal(store.catalog(), store.frontend(1)); // the answer comes, 290 ms late
            store.runFor(1ms);
            store.network().block(store.catalog(), store.frontend(1));

            QCOMPARE(store.buyNow("c-1"), 1); // waited for, as long as the catalog believes in the lease

            const auto query = store.query(1, "Tux");
            store.runFor(50ms);
            QVERIFY(!query->has_value()); // not from the cache
            store.reconnect(store.catalog(), store.frontend(1));
            QCOMPARE(store.quantityOf(query), 99);
        });
    }

    void aSubscriptionsLateAnswerIsWorthItsOwnAge()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            store.network().cut(store.frontend(1), store.catalog(), SimNetwork::Late::None, 0ms);
            QVERIFY(store.until([&] { return !store.frontend(1).reachesCatalog(); }));
            QVERIFY(store.until([&] { return store.frontend(1).reachesCatalog(); }));
            store.network().block(store.catalog(), store.frontend(1)); // it has just asked to be subscribed
            store.runFor(340ms);
            store.network().heal(store.catalog(), store.frontend(1));
            store.runFor(5ms);
            QCOMPARE(store.shownBy(1), 100);
            store.cutOff(store.catalog(), store.frontend(1)); // most often before its first renewal

            QCOMPARE(store.buyNow("c-1"), 1);

            const auto query = store.query(1, "Tux");
            store.runFor(50ms);
            QVERIFY(!query->has_value());
            store.reconnect(store.catalog(), store.frontend(1));
            QCOMPARE(store.quantityOf(query), 99);
        });
    }

    void aFrontendSubscribesDuringASale_data()
    {
        QTest::addColumn<int>("boundary");
        QTest::newRow("when queries show it") << int(Boundary::CatalogAfterView);
        QTest::newRow("when the subscribers were told") << int(Boundary::CatalogAfterPush);
    }
    void aFrontendSubscribesDuringASale()
    {
        QFETCH(int, boundary);
        inEverySeed(Scenario::calm(2), [boundary](Scenario &store) {
            store.frontend(1).kill("is killed");
            store.runFor(500ms); // nobody waits for its lease any more
            bool asked = false;
            store.catalog().atNext(static_cast<Boundary>(boundary), [&store, &asked] {
                store.frontend(1).start();
                store.runFor(150ms); // clients have connected, and it is subscribed
                QCOMPARE(store.shownBy(1), 99);
                asked = true;
            });

            QCOMPARE(store.buyNow("c-1"), 1);

            QVERIFY(asked);
            QCOMPARE(store.shownBy(1), 99);
        });
    }
};

QTEST_GUILESS_MAIN(TestScenariosOfCaches)
#include "tst_scenariosofcaches.moc"
