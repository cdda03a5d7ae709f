// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What it takes a monitor a second or so to say: that somebody is silent, that figures which may lag behind
// others differ, and all that it asks for at intervals.

#include "cluster/recordedline.h"
#include "gui/watchedcluster.h"
#include "protocol/storefiles.h"

#include <QProcess>
#include <QTemporaryDir>

using namespace toystore;
using namespace std::chrono_literals;

class TestMonitorWaits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSilentServiceIsShownToBeSilent()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());

        watched.store.mute("order-8092");

        QTRY_COMPARE(watched.card("order-8092").stateText, "NO ANSWER");
        QCOMPARE(watched.state("order-8092"), ServiceState::NotAnswering);
        QCOMPARE(watched.now().attachment, Attachment::Live);
    }

    void aStoreThatIsGoneIsShownAsItWas()
    {
        Watched watched;
        watched.store.sell(480);
        watched.store.change([](FakeCluster::State &state) {
            state.catalog.epoch = 3;
            state.frontend.epoch = 3;
            state.frontend.sessions = 64;
            state.frontend.cacheEntries = 12;
            for (auto &[name, status] : state.replicas)
                status.epoch = 3;
        });
        QTRY_VERIFY(watched.isComplete() && watched.now().lastOrder == 480);
        const ClusterSnapshot before = watched.now();
        watched.told.snapshots.clear();

        for (const QByteArray name :
             {"supervisor", "catalog", "frontend", "order-8091", "order-8092", "order-8093"})
            watched.store.stop(name);

        QTRY_COMPARE(watched.now().attachment, Attachment::Disconnected);
        QCOMPARE(watched.state("order-8093"), ServiceState::Stale);
        QCOMPARE(watched.card("order-8093").lastOrder, 480);
        const ClusterSnapshot after = watched.now();
        QCOMPARE(after.lastOrder, 480);
        QCOMPARE(after.epoch, 3);
        QCOMPARE(after.leader, before.leader);
        QCOMPARE(after.replicasUp, 3);
        QCOMPARE(after.sessions.value(), 64);
        QCOMPARE(after.traffic, before.traffic);
        QCOMPARE(after.cache, before.cache);
        QVERIFY(!watched.action("order-8093", ServiceAction::Kill).allowed);
        QTRY_VERIFY(watched.now().ageMs >= 1500); // and it gets older
        QVERIFY(watched.told.texts().contains("the store is not heard any more"));
        for (const QByteArray name :
             {"supervisor", "catalog", "frontend", "order-8091", "order-8092", "order-8093"})
            watched.store.start(name);
        QTRY_VERIFY(watched.isComplete());
    }

    void aDataDirectoryIsFollowedOverOpenings()
    {
        QTemporaryDir directory;
        const auto write = [&](const QString &path, const QByteArray &text) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        };
        const auto open = [&](const FakeCluster &store, const QByteArray &token) {
            StoreFile file;
            file.pid = QCoreApplication::applicationPid();
            file.supervisorPort = store.supervisor().port;
            write(tokenFilePath(directory.path()), token);
            write(storeFilePath(directory.path()), lineOf(file));
        };
        ClusterMonitor monitor;
        monitor.attach(directory.path());
        QTRY_VERIFY(monitor.snapshot().detail.contains("No store is open"));
        QCOMPARE(monitor.snapshot().attachment, Attachment::Empty); // there is nothing to connect to

        auto first = std::make_unique<FakeCluster>();
        open(*first, "right\n");
        QTRY_COMPARE(monitor.snapshot().attachment, Attachment::Live);
        FakeCluster second;
        second.change([](FakeCluster::State &state) { state.token = "another"; });
        open(second, "another\n");
        first.reset();

        QTRY_COMPARE(monitor.snapshot().store, second.supervisor().toByteArray());
        QTRY_COMPARE(monitor.snapshot().attachment, Attachment::Live);
    }

    void whatAKilledSupervisorLeftIsNoOpenStore()
    {
        QTemporaryDir directory;
        QProcess ended;
        ended.start(QStringLiteral("true"), QStringList());
        QVERIFY(ended.waitForStarted());
        StoreFile file;
        file.pid = ended.processId();
        file.supervisorPort = 9; // where nothing listens
        QVERIFY(ended.waitForFinished());
        QFile written(storeFilePath(directory.path()));
        QVERIFY(written.open(QIODevice::WriteOnly));
        written.write(lineOf(file));
        written.close();
        ClusterMonitor monitor;

        monitor.attach(directory.path());

        QCOMPARE(monitor.snapshot().attachment, Attachment::Empty);
        QVERIFY(monitor.snapshot().detail.contains("No store is open"));
    }

    // As behind a port that was not forwarded, on a machine with a store of its own.
    void aServiceOfAnotherStoreIsNotShownAsOurs()
    {
        Watched watched;
        watched.store.sell(5);
        watched.store.change([](FakeCluster::State &state) {
            state.strangers = {"frontend", "order-8092"};
            state.replicas["order-8092"].durableOrderNumber = 900;
        });
        watched.store.happen("order-8092", {.kind = "caught_up", .orderNumber = 900});

        QTRY_COMPARE(watched.card("order-8092").stateText, "OTHER STORE");

        QCOMPARE(watched.state("order-8092"), ServiceState::NotAnswering);
        QVERIFY(!watched.card("order-8092").lastOrder);
        QCOMPARE(watched.now().lastOrder, 5);
        QCOMPARE(watched.now().replicasUp, 2);
        QVERIFY(!watched.now().cache);
        QCOMPARE(watched.told.countOf("8092 caught up"), 0);
        watched.monitor.setCache(false, std::nullopt);
        QTRY_COMPARE(watched.told.outcomes.size(), 1);
        QVERIFY(!watched.told.outcomes[0].succeeded);
        QVERIFY(watched.store.seen().isEmpty());
        watched.store.change([](FakeCluster::State &state) { state.strangers.clear(); });
        QTRY_VERIFY(watched.isComplete());
        QTRY_COMPARE(watched.told.countOf("8092 caught up"), 1); // nothing is missed
    }

    void anAnswerThatIsLostIsAskedForAgain()
    {
        Watched watched("wrong");
        watched.store.change([](FakeCluster::State &state) { state.ignored = {{"authorize", 1}}; });
        QTRY_VERIFY(watched.isComplete() && watched.now().faultsSupported);
        QTRY_COMPARE(watched.now().attachment, Attachment::NotPermitted);
        watched.told.snapshots.clear();

        watched.store.change([](FakeCluster::State &state) {
            LinkView link;
            link.faults = {{"cut", {}, {}, {}, {}}};
            state.links = {link};
            state.ignored["faults"] = 1;
        });
        watched.store.happen("supervisor", {.kind = "fault_set", .message = "fault on a link"});

        QTRY_COMPARE(watched.now().faults.size(), 1);
        for (const ClusterSnapshot &snapshot : std::as_const(watched.told.snapshots))
            QVERIFY(snapshot.faultsSupported);
    }

    void aStoreOpenedAnewWithFewerOrdersIsFetchedAnew()
    {
        Watched watched;
        watched.store.sell(10);
        QTRY_COMPARE(watched.told.orders.size(), 10);
        QTRY_COMPARE(watched.told.toys.size(), 1);
        std::optional<int> askedBefore;
        connect(&watched.monitor, &ClusterSource::storeChanged, this,
                [&] { askedBefore = watched.store.asked("products"); });

        watched.store.change([](FakeCluster::State &state) {
            state.orders.clear();
            state.catalog.lastOrderNumber = 0;
            for (auto &[name, status] : state.replicas)
                status.lastOrderNumber = status.durableOrderNumber = 0;
        });

        QTRY_VERIFY(askedBefore.has_value()); // and whoever shows toys and orders has forgotten them
        QTRY_VERIFY(watched.store.asked("products") > *askedBefore);
    }

    void aSilentServiceDelaysNoOther()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        watched.store.mute("frontend");
        watched.store.mute("order-8092");
        QTRY_COMPARE(watched.card("frontend").stateText, "NO ANSWER");

        watched.told.await([](const ClusterSnapshot &snapshot) { return snapshot.lastOrder == 3; });
        watched.store.sell(3, {8091, 8093});

        QTRY_VERIFY(watched.told.sinceAwaited);
        QVERIFY2(*watched.told.sinceAwaited <= 200,
                 QByteArray::number(*watched.told.sinceAwaited).constData());
        watched.store.unmute("frontend");
        QTRY_COMPARE(watched.state("frontend"), ServiceState::Serving);
    }

    void actionsAreOfferedByState()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        QCOMPARE(watched.action("order-8091", ServiceAction::Start).reason, "It runs.");
        QVERIFY(watched.action("order-8091", ServiceAction::Kill).allowed);
        QVERIFY(!watched.action("order-8091", ServiceAction::Resume).allowed);
        QCOMPARE(watched.action("order-8091", ServiceAction::Kill).warning, "");
        QVERIFY(watched.action("frontend", ServiceAction::Kill).warning.contains("no client"));
        QVERIFY(watched.action("catalog", ServiceAction::Pause).warning.contains("nothing can be bought"));

        watched.store.setProcess("order-8093", "killed", "SIGKILL");
        watched.store.setProcess("order-8092", "paused");
        watched.store.mute("order-8092");
        watched.store.stop("order-8093");

        QTRY_VERIFY(watched.action("order-8093", ServiceAction::Start).allowed);
        QVERIFY(!watched.action("order-8093", ServiceAction::Kill).allowed);
        QTRY_VERIFY(watched.action("order-8092", ServiceAction::Resume).allowed);
        QTRY_VERIFY(watched.action("order-8091", ServiceAction::Kill).warning.contains("last replica"));
    }

    // A page has what was decided since the last status was pushed, too: that is no other store.
    void ordersMayComeBeforeTheNewsOfThem()
    {
        Watched watched;
        watched.store.sell(10);
        QTRY_COMPARE(watched.told.orders.size(), 10);
        const auto changes = watched.told.changes;

        watched.store.sell(5, {8092}); // whose status says more than the others'
        watched.store.change([](FakeCluster::State &state) {
            state.catalog.lastOrderNumber = 12;
            state.replicas["order-8092"].lastOrderNumber = 12;
            state.replicas["order-8092"].durableOrderNumber = 12;
        });
        QTRY_COMPARE(watched.told.orders.size(), 15);
        const auto snapshots = watched.told.snapshots.size();
        QTRY_VERIFY(watched.told.snapshots.size() > snapshots); // it goes on for a while
        watched.store.sell(1);
        QTRY_COMPARE(watched.told.orders.size(), 16);

        QCOMPARE(watched.told.changes, changes);
    }

    void theCacheIsFetchedWhenItChanged()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        QTRY_VERIFY(watched.store.asked("cache_contents") > 0);

        watched.store.change([](FakeCluster::State &state) {
            state.cache = {{"Tux", 19.9, 100, 1, 20, 3}};
            state.frontend.cacheEntries = 1;
            state.frontend.cacheHits = 3;
            state.frontend.cacheMisses = 1;
        });

        QTRY_COMPARE(watched.told.cache.size(), 1);
        QCOMPARE(watched.told.cache[0].hits, 3);
        QTRY_COMPARE(watched.now().cache->hitPercent, 75.0);
    }

    void equalLogsAreIdentical()
    {
        Watched watched;
        watched.store.sell(1234);

        QTRY_COMPARE(watched.now().logsIdentical.state, VerdictState::Ok);
        QVERIFY2(watched.now().logsIdentical.tooltip.contains("8091, 8092 and 8093 up to order #1234"),
                 watched.now().logsIdentical.tooltip.constData());
        const int asked = watched.store.asked("log_checksum");
        watched.store.sell(1);
        QTRY_VERIFY(watched.now().logsIdentical.tooltip.contains("#1235"));
        QCOMPARE(watched.store.asked("log_checksum"), asked + 3);
    }

    void logsThatDifferAreSaidToDiffer()
    {
        Watched watched;
        watched.store.sell(10);
        QTRY_COMPARE(watched.now().logsIdentical.state, VerdictState::Ok);

        watched.store.change([](FakeCluster::State &state) { state.otherSums["order-8092"] = "another"; });
        watched.store.sell(1);

        QTRY_COMPARE(watched.now().logsIdentical.state, VerdictState::Broken);
        QVERIFY2(watched.now().logsIdentical.tooltip.contains("Between order 11 and 11"),
                 watched.now().logsIdentical.tooltip.constData());
    }

    void aReplicaThatComesBackIsComparedFromTheBeginning()
    {
        Watched watched;
        watched.store.sell(10);
        QTRY_COMPARE(watched.now().logsIdentical.state, VerdictState::Ok);

        watched.store.stop("order-8092");
        watched.store.change([](FakeCluster::State &state) { state.otherSums["order-8092"] = "another"; });
        watched.store.start("order-8092");

        QTRY_COMPARE(watched.now().logsIdentical.state, VerdictState::Broken);
        QVERIFY2(watched.now().logsIdentical.tooltip.contains("Between order 1 and 10"),
                 watched.now().logsIdentical.tooltip.constData());
    }

    void anOldOrderThatChangesOnADiskIsFound_data()
    {
        QTest::addColumn<qint64>("order");
        QTest::addColumn<QByteArray>("between");
        QTest::newRow("in the first piece") << qint64(7) << QByteArray("Between order 1 and 50000");
        QTest::newRow("in the next one") << qint64(50'001) << QByteArray("Between order 50001 and 60000");
    }
    void anOldOrderThatChangesOnADiskIsFound()
    {
        QFETCH(qint64, order);
        QFETCH(QByteArray, between);
        Watched watched;
        watched.store.sell(60'000);
        QTRY_COMPARE(watched.now().logsIdentical.text, "identical to #60000");

        watched.store.change([&](FakeCluster::State &state) { state.changedOrders["order-8092"] = order; });

        QTRY_COMPARE_WITH_TIMEOUT(watched.now().logsIdentical.state, VerdictState::Broken, 20'000);
        QVERIFY2(watched.now().logsIdentical.tooltip.contains(between),
                 watched.now().logsIdentical.tooltip.constData());
    }

    void theVerdictSaysHowFarAndWhenItCompared()
    {
        Watched watched;
        watched.store.sell(90'000); // two pieces

        QTRY_COMPARE(watched.now().logsIdentical.state, VerdictState::Ok);

        QCOMPARE(watched.now().logsIdentical.text, "identical to #90000");
        for (const ClusterSnapshot &snapshot : watched.told.snapshots) // never before all were compared
            QVERIFY(snapshot.logsIdentical.state != VerdictState::Ok ||
                    snapshot.logsIdentical.text == "identical to #90000");
        const int asked = watched.store.asked("log_checksum");
        const auto says = [&](const char *words) {
            return watched.now().logsIdentical.tooltip.contains(words);
        };
        QTRY_VERIFY(says("were read and compared 2 s ago")); // and not again meanwhile
        QCOMPARE(watched.store.asked("log_checksum"), asked);
    }

    void stockThatLeftWithoutAMovementIsNoticed()
    {
        Watched watched;
        watched.store.sell(3);
        QTRY_COMPARE(watched.now().stockConserved.state, VerdictState::Ok);

        watched.store.change([](FakeCluster::State &state) { state.lostMovements = 1; });

        QTRY_COMPARE(watched.now().stockConserved.state, VerdictState::Broken);
        QVERIFY2(watched.now().stockConserved.tooltip.contains("99996 of Tux"),
                 watched.now().stockConserved.tooltip.constData());
    }

    void aCatalogThatIsSilentConservesNothing()
    {
        Watched watched;
        QTRY_COMPARE(watched.now().stockConserved.state, VerdictState::Ok);
        watched.store.mute("catalog");
        QTRY_COMPARE(watched.now().stockConserved.state, VerdictState::Unknown);
    }
};

QTEST_GUILESS_MAIN(TestMonitorWaits)
#include "tst_monitorwaits.moc"
