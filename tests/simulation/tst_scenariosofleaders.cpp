// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/scenario.h"

using namespace toystore;
using namespace toystore::simulation;

namespace
{

/// One Tux, which is restocked two seconds after it was sold out at the latest, and then to five.
World::Settings oneTux()
{
    World::Settings settings = Scenario::calm();
    settings.stock = 1;
    settings.restockInterval = 2s;
    return settings;
}

} // namespace

/// Stories of leaders that die, are cut off, are late, and come back.
class TestScenariosOfLeaders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStaleReplicaWithTheHighestIdFetchesBeforeItLeads()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            store.r93().kill("is killed");
            QVERIFY(store.buyNumbers(1, 3));
            QCOMPARE(store.leader(), &store.r92());
            store.isolate(store.r93(), {&store.r91(), &store.r92(), &store.catalog()});
            store.r93().start();
            QVERIFY(store.until([&] { return store.r93().status().role == "follower"; }));
            QCOMPARE(store.logOf(store.r93()), QByteArray());

            store.r92().kill("is killed");
            store.reconnect(store.r93(), store.catalog());

            QCOMPARE(store.buyNow("c-4"), 4);
            QCOMPARE(store.leader(), &store.r93());
            QVERIFY(store.isWhole(store.r93()));
        });
    }

    void aLeaderDiesAfterTheLedgerDecidedAndBeforeItsLog()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            store.r93().crashAt(Boundary::ReplicaBeforeWrite, 1);
            const Instant sent = store.now();

            QCOMPARE(store.buyNow("c-1"), 1);

            QVERIFY(store.since(sent) < 1s);
            QVERIFY(!store.r93().isUp());
            QCOMPARE(store.logOf(store.r93()), QByteArray());
            QCOMPARE(store.leader(), &store.r92());
            QCOMPARE(store.decided().size(), 1);
            QCOMPARE(store.decided().first().epoch, 1); // the dead leader's
            QCOMPARE(store.leadership().epoch, 2);
            QCOMPARE(store.stock(), 99);
        });
    }

    void aLeaderIsCutOffFromTheFrontendButNotFromItsFollowers()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 1));
            store.cutOff(store.r93(), store.frontend(0));
            const Instant sent = store.now();

            QCOMPARE(store.buyNow("c-2"), 2);

            QVERIFY(store.since(sent) < 1s);
            QCOMPARE(store.leader(), &store.r92());
            QCOMPARE(store.decided().last().epoch, 2);
            QVERIFY(store.until([&] { return store.allAreWhole(); }, 500ms));
            QCOMPARE(store.r93().status().role, "follower");
            QCOMPARE(store.r93().status().leaderId, store.r92().id());
        });
    }

    void aLeaderIsCutOffFromTheCatalogOnly()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 1));
            QVERIFY(store.until([&] { return store.allAreWhole(); }));
            store.cutOff(store.r93(), store.catalog());
            const Instant sent = store.now();

            QCOMPARE(store.buyNow("c-2"), 2);

            QVERIFY(store.since(sent) < 3s); // a sell waits two seconds for the catalog
            QCOMPARE(store.leader(), &store.r92());
            QCOMPARE(store.leadership().epoch, 2);
        });
    }

    void aDeposedLeaderThatComesBackDecidesNothing()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            store.r93().pause();
            const auto buy = store.buy(0, "c-1", "Tux");
            (void)store.buy(1, "c-2", "Bear");
            store.runFor(20ms); // both are in its socket
            store.frontend(1).kill("is killed, so that nobody sends c-2 again");
            QCOMPARE(store.numberOf(buy), 1);
            QCOMPARE(store.leader(), nullptr); // one frontend is down
            QCOMPARE(store.frontend(0).readyLeader()->id, store.r92().id());

            store.r93().resume();
            store.runFor(1s);

            QCOMPARE(store.decided().size(), 1);
            QCOMPARE(store.leadership().epoch, 2);
            QCOMPARE(store.frontend(0).readyLeader()->id, store.r92().id());
            QCOMPARE(store.r93().status().role, "follower");
            QCOMPARE(store.r93().status().epoch, 2);
            QVERIFY(store.isWhole(store.r93()));
        });
    }

    void aLateCopyOfASellDecidesNothingAfterTheBuyWasRejected()
    {
        inEverySeed(oneTux(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 1)); // the last one
            store.cutOff(store.r93(), store.catalog());
            const auto late = store.buy(0, "c-late", "Tux");
            // The frontend loses the catalog as well, so that it does not hold it against the leader, which
            // stays: the sell that comes late is of the ledger's own epoch.
            store.network().cut(store.frontend(0), store.catalog(), SimNetwork::Late::None, 0ms);
            store.runFor(80ms);
            store.reconnect(store.r93(), store.catalog());
            store.network().cut(store.r93(), store.catalog(), SimNetwork::Late::All, 3s);
            QCOMPARE(store.refusalOf(late), ErrorCode::OrderRejected);
            QCOMPARE(store.leadership().epoch, 1);
            QCOMPARE(store.stock(), 0);

            store.runFor(4s);

            QVERIFY(store.happened({"catalog <- order-8093 sell:", "c-late", "(sent 3"}));
            QCOMPARE(store.stock(), 5);
            QCOMPARE(store.decided().size(), 1);
        });
    }

    void aLateCopyOfABuyDecidesNothingAfterItWasRejected()
    {
        inEverySeed(oneTux(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 1)); // the last one
            store.cutOff(store.frontend(0), store.r93());
            const auto late = store.buy(0, "c-late", "Tux");
            store.runFor(50ms);
            store.reconnect(store.frontend(0), store.r93());
            store.network().cut(store.frontend(0), store.r93(), SimNetwork::Late::All, 3s);
            QCOMPARE(store.refusalOf(late), ErrorCode::OrderRejected);
            store.cutOff(store.frontend(0), store.r93());
            QVERIFY(store.until([&] { return store.leader() == &store.r92(); }));
            store.reconnect(store.frontend(0), store.r93());
            store.r91().kill("is killed");
            store.r92().kill("is killed, so that 8093 leads once more");
            QVERIFY(store.until([&] { return store.leader() == &store.r93(); }));
            QVERIFY(store.leadership().epoch > 1);

            store.runFor(4s);

            QVERIFY(
                store.happened({"order-8093 <- frontend-0 place_order:", "epoch=1", "c-late", "(sent 3"}));
            QCOMPARE(store.stock(), 5);
            QCOMPARE(store.decided().size(), 1);
        });
    }

    void aFrontendIsRestartedInTheMiddleOfBuys()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            std::vector<World::Outcome<qint64>> first;
            for (int i = 1; i <= 10; ++i)
                first.push_back(store.buy(0, "c-" + QByteArray::number(i), "Tux"));
            QVERIFY(store.until([&] { return store.decided().size() >= 1; }));
            store.frontend(0).kill("is killed");
            store.runFor(100ms);
            store.frontend(0).start();
            store.runFor(200ms); // and clients have connected again

            std::set<qint64> numbers;
            for (int i = 1; i <= 10; ++i) {
                // Who got no answer sends the same buy again.
                const qint64 number = store.numberOf(first[static_cast<std::size_t>(i - 1)]);
                numbers.insert(number > 0 ? number : store.buyNow("c-" + QByteArray::number(i)));
            }

            QCOMPARE(numbers.size(), std::size_t(10));
            QCOMPARE(*numbers.begin(), 1);
            QCOMPARE(*numbers.rbegin(), 10);
            QCOMPARE(store.decided().size(), 10);
            QCOMPARE(store.stock(), 90);
        });
    }

    void aFrontendThatStartsAdoptsALeaderThatIsReady()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            store.frontend(0).kill("is killed");
            store.runFor(100ms);
            store.frontend(0).start();
            QVERIFY(store.until([&] { return store.leader() != nullptr; }, 1s));
            QCOMPARE(store.leader(), &store.r93());
            QCOMPARE(store.leadership().epoch, 1);
        });
    }

    void twoFrontendsElectAtOnce()
    {
        inEverySeed(Scenario::calm(2), [](Scenario &store) {
            const Instant lost = store.now();
            store.r93().kill("is killed");
            const auto one = store.buy(0, "c-1", "Tux");
            const auto other = store.buy(1, "c-2", "Tux");

            QVERIFY(store.numberOf(one) > 0);
            QVERIFY(store.numberOf(other) > 0);

            QVERIFY(store.since(lost) < 1s);
            QCOMPARE(store.leader(), &store.r92());
            QCOMPARE(store.leadership().epoch, 2); // one won, the other follows
            QCOMPARE(store.decided().size(), 2);
        });
    }

    void allReplicasDieOneAfterAnotherAndReturnInTheOppositeOrder()
    {
        inEverySeed(Scenario::calm(), [](Scenario &store) {
            QVERIFY(store.buyNumbers(1, 1));
            store.r93().kill("is killed");
            QVERIFY(store.buyNumbers(2, 2));
            store.r92().kill("is killed");
            QVERIFY(store.buyNumbers(3, 3));
            store.r91().kill("is killed");
            store.runFor(50ms);
            const Instant sent = store.now();
            QCOMPARE(store.refusalOf(store.buy(0, "c-4", "Tux")), ErrorCode::NoOrderService);
            QVERIFY(store.since(sent) < 50ms); // at once
            QCOMPARE(store.shownBy(0), 97);    // queries go on

            store.r91().start();
            QVERIFY(store.until([&] { return store.leader() == &store.r91(); }, 1s));
            QCOMPARE(store.buyNow("c-4"), 4);
            const qint64 epoch = store.leadership().epoch;
            store.r92().start();
            QVERIFY(store.until([&] { return store.isWhole(store.r92()); }, 1s));
            store.r93().start();
            QVERIFY(store.until([&] { return store.allAreWhole(); }, 1s));

            QCOMPARE(store.buyNow("c-5"), 5);
            QCOMPARE(store.leader(), &store.r91()); // leadership does not move back
            QCOMPARE(store.leadership().epoch, epoch);
        });
    }
};

QTEST_GUILESS_MAIN(TestScenariosOfLeaders)
#include "tst_scenariosofleaders.moc"
