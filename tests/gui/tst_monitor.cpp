// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "gui/watchedcluster.h"

#include <QProcess>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

Event way(const QByteArray &stage, qint64 atUs, const QByteArray &message = {}, qint64 count = 1)
{
    return {.kind = "order_way",
            .requestId = "f-7",
            .subject = stage,
            .orderNumber = stage == "received" || stage == "sent" ? std::nullopt : std::optional<qint64>(12),
            .count = count,
            .atUs = atUs,
            .message = message};
}

} // namespace

class TestMonitor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // How the dashboard stands to the store.

    void withoutAStoreItIsEmpty()
    {
        const ClusterMonitor monitor;
        QCOMPARE(monitor.snapshot().attachment, Attachment::Empty);
    }

    void aStoreIsShownAsItIs()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());

        QCOMPARE(watched.now().attachment, Attachment::Live);
        QCOMPARE(watched.now().epoch, 1);
        QCOMPARE(watched.now().replicas, 3);
        QCOMPARE(watched.now().store, watched.store.supervisor().toByteArray());
        QCOMPARE(watched.now().services[0].name, "catalog");
        QCOMPARE(watched.now().services[1].name, "order-8093");
        QCOMPARE(watched.now().services[4].name, "frontend");
        QCOMPARE(watched.state("order-8093"), ServiceState::Leader);
        QCOMPARE(watched.state("order-8091"), ServiceState::Follower);
        QCOMPARE(watched.card("order-8091").inSync, true);
        QCOMPARE(watched.card("order-8093").frontendSees, "leader");
        QCOMPARE(watched.card("catalog").frontendSees, "connected");
        QCOMPARE(watched.now().traffic.size(), 3);
        QTRY_COMPARE(watched.told.toys.size(), 1);
    }

    void whereNobodyAnswersItConnects()
    {
        ClusterMonitor monitor;
        monitor.attach({QStringLiteral("127.0.0.1"), 1}, "right");

        QTRY_VERIFY(monitor.snapshot().detail.startsWith("Nothing answers at 127.0.0.1:1"));
        QCOMPARE(monitor.snapshot().attachment, Attachment::Connecting);
    }

    void aStoreWhoseSupervisorRunsHereIsLocal()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        QVERIFY(watched.now().isLocal);
        QCOMPARE(watched.action("order-8091", ServiceAction::Kill).warning, "");
    }

    void itsClockMayBeAnother_data()
    {
        QTest::addColumn<qint64>("aheadMs");
        QTest::newRow("ahead") << qint64(3'600'000);
        QTest::newRow("behind") << qint64(-3'600'000);
    }
    void itsClockMayBeAnother()
    {
        QFETCH(qint64, aheadMs);
        Watched watched;
        watched.store.change([&](FakeCluster::State &state) { state.clockAheadMs = aheadMs; });
        const auto isTheStores = [&](qint64 ms) { return std::abs(ms - wallClockMs() - aheadMs) < 60'000; };
        QTRY_VERIFY(watched.isComplete());

        watched.store.setProcess("order-8091", "killed", "SIGKILL");
        watched.monitor.kill("order-8092");
        const qint64 began = wallClockUs() + aheadMs * 1000;
        watched.store.happen("frontend", way("received", began, "Tux"));
        watched.store.happen("order-8093", way("stored", began + 1000));
        watched.store.happen("frontend", way("answered", began + 2000));

        QTRY_COMPARE(watched.state("order-8091"), ServiceState::Down);
        QVERIFY(watched.card("order-8091").forMs < 60'000);
        QVERIFY(isTheStores(watched.now().atMs)); // as what happened: on one axis
        QTRY_COMPARE(watched.told.ways.size(), 1);
        QTRY_VERIFY(watched.told.countOf("kill order-8092") > 0);
        for (const TimelineEvent &event : std::as_const(watched.told.events))
            QVERIFY2(isTheStores(event.atMs), event.text.constData());
    }

    void aClockIsReadByTheWordThatTookLeast()
    {
        StoreClock clock;
        const Instant now = monotonicNow();
        QCOMPARE(clock.aheadMs(), 0);
        clock.take(1'000'400, 1'000'000, now);
        QCOMPARE(clock.aheadMs(), 0); // no more than its word may take
        clock.take(1'090'000, 1'000'000, now);
        QCOMPARE(clock.aheadMs(), 90'000);

        clock.take(1'060'000, 1'000'000, now + 1s); // it waited for us, who were stopped
        QCOMPARE(clock.aheadMs(), 90'000);
        clock.take(1'060'000, 1'000'000, now + StoreClock::patience + 1s); // or it was put back
        QCOMPARE(clock.aheadMs(), 60'000);
    }

    // Through a tunnel it listens on this machine all the same.
    void aStoreOfAnotherMachineIsNotLocal_data()
    {
        QTest::addColumn<std::function<void(FakeCluster &)>>("isElsewhere");
        const auto row = [](const char *name, std::function<void(FakeCluster &)> isElsewhere) {
            QTest::newRow(name) << std::move(isElsewhere);
        };
        row("its directory is not here", [](FakeCluster &store) {
            store.change([](FakeCluster::State &state) { state.dataDirectory += "-there"; });
        });
        row("another store is in its directory here", [](FakeCluster &store) {
            store.change([](FakeCluster::State &state) { ++state.supervisorPid; });
        });
        row("another store was in its directory here", [](FakeCluster &store) {
            QProcess ended;
            ended.start(QStringLiteral("true"), QStringList());
            QVERIFY(ended.waitForStarted());
            const qint64 pid = ended.processId();
            QVERIFY(ended.waitForFinished());
            store.announce(pid);
        });
    }
    void aStoreOfAnotherMachineIsNotLocal()
    {
        QFETCH(std::function<void(FakeCluster &)>, isElsewhere);
        Watched watched;
        isElsewhere(watched.store);

        QTRY_VERIFY(watched.isComplete());

        QVERIFY(!watched.now().isLocal);
        const QByteArray warning = watched.action("order-8091", ServiceAction::Kill).warning;
        QVERIFY2(warning.contains("not of this machine"), warning.constData());
    }

    void aWrongTokenIsNotPermitted()
    {
        Watched watched("wrong");

        QTRY_COMPARE(watched.now().attachment, Attachment::NotPermitted);
        QTRY_VERIFY(watched.isComplete());
        watched.monitor.setCache(false, std::nullopt); // for which the frontend itself wants none
        QTRY_COMPARE(watched.told.outcomes.size(), 1);
        QVERIFY(!watched.told.outcomes[0].succeeded);
        QVERIFY(watched.store.seen().isEmpty());
        const ActionView kill = watched.action("catalog", ServiceAction::Kill);
        QVERIFY(!kill.allowed);
        QVERIFY2(kill.reason.contains("refuses"), kill.reason.constData());

        watched.monitor.setToken("right");
        QTRY_COMPARE(watched.now().attachment, Attachment::Live);
        QVERIFY(watched.action("catalog", ServiceAction::Kill).allowed);
    }

    void withoutATokenItOnlyLooks()
    {
        Watched watched("");
        QTRY_VERIFY(watched.isComplete());
        QCOMPARE(watched.now().attachment, Attachment::Live);
        QVERIFY(watched.action("catalog", ServiceAction::Kill).reason.contains("only looks"));
        QVERIFY(watched.now().refusal->contains("only looks"));

        const qint64 number = watched.monitor.kill("catalog");

        QCOMPARE(watched.told.outcomes.size(), 0); // never before the call returned
        QTRY_COMPARE(watched.told.outcomes.size(), 1);
        QCOMPARE(watched.told.outcomes[0].action, number);
        QVERIFY(!watched.told.outcomes[0].succeeded);
        QVERIFY(watched.store.seen().isEmpty());
    }

    void helpersOfTheStoreAreNoCards()
    {
        FakeCluster store;
        store.change([](FakeCluster::State &state) {
            state.processes["faultproxy"] = {"faultproxy", "ready", 1, 4799, 0, 0, {}};
        });
        ClusterMonitor monitor;
        monitor.attach(store.supervisor(), "right");

        QTRY_COMPARE(monitor.snapshot().replicasUp, 3);
        QCOMPARE(monitor.snapshot().services.size(), 5);
    }

    // The states of a card.

    void aCardShowsWhatIsSaid_data()
    {
        using State = FakeCluster::State;
        QTest::addColumn<std::function<void(FakeCluster &)>>("happens");
        QTest::addColumn<ServiceState>("state");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, std::function<void(FakeCluster &)> happens, ServiceState state,
                            const char *text) {
            QTest::newRow(name) << happens << state << QByteArray(text);
        };
        const auto process = [](const char *state, const char *reason = "") {
            return [state, reason](FakeCluster &store) { store.setProcess("order-8092", state, reason); };
        };
        const auto role = [](const char *name) {
            return [name](FakeCluster &store) {
                store.change([&](State &state) { state.replicas["order-8092"].role = name; });
            };
        };
        row("killed", process("killed", "SIGKILL"), ServiceState::Down, "KILLED");
        row("stopped", process("stopped", "exit code 0"), ServiceState::Down, "STOPPED");
        row("failed", process("failed", "exit code 1\nno room"), ServiceState::Down, "FAILED");
        row("paused", process("paused"), ServiceState::NotAnswering, "PAUSED");
        row("draining", process("draining"), ServiceState::Draining, "DRAINING");
        row("syncing", role("syncing"), ServiceState::Syncing, "SYNCING");
        row("diverged", role("diverged"), ServiceState::NotAnswering, "DIVERGED");
        row("an old leader", role("leader"), ServiceState::Leader, "LEADER");
        row(
            "gone, as the supervisor has not heard", [](FakeCluster &store) { store.stop("order-8092"); },
            ServiceState::NotAnswering, "NO ANSWER");
        row(
            "starting",
            [](FakeCluster &store) {
                store.stop("order-8092");
                store.setProcess("order-8092", "starting");
            },
            ServiceState::Syncing, "STARTING");
    }
    void aCardShowsWhatIsSaid()
    {
        QFETCH(std::function<void(FakeCluster &)>, happens);
        QFETCH(ServiceState, state);
        QFETCH(QByteArray, text);
        Watched watched;
        QTRY_VERIFY(watched.isComplete());

        happens(watched.store);

        QTRY_COMPARE(watched.card("order-8092").stateText, text);
        QCOMPARE(watched.state("order-8092"), state);
        QCOMPARE(watched.now().attachment, Attachment::Live);
    }

    void aKillIsShownAtOnce()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());

        watched.told.await([](const ClusterSnapshot &snapshot) {
            return snapshot.service("order-8093")->state == ServiceState::Down;
        });
        watched.store.stop("order-8093");
        watched.store.setProcess("order-8093", "killed", "SIGKILL");

        QTRY_VERIFY(watched.told.sinceAwaited);
        QVERIFY2(*watched.told.sinceAwaited <= 200,
                 QByteArray::number(*watched.told.sinceAwaited).constData());
        QCOMPARE(watched.card("order-8093").exitCause, "SIGKILL");
        QCOMPARE(watched.card("order-8093").pid, 0);
        QCOMPARE(watched.now().replicasUp, 2);
        QTRY_VERIFY(watched.told.texts().contains("8093 killed"));
    }

    void aReplicaThatCatchesUpSaysHowFarItIs()
    {
        Watched watched;
        watched.store.sell(100, {8091, 8093});
        QTRY_VERIFY(watched.isComplete());
        watched.store.change([](FakeCluster::State &state) {
            state.replicas["order-8092"].role = "syncing";
            state.replicas["order-8092"].durableOrderNumber = 20;
        });
        QTRY_VERIFY(watched.card("order-8092").catchUp.has_value());
        watched.store.change(
            [](FakeCluster::State &state) { state.replicas["order-8092"].durableOrderNumber = 60; });

        QTRY_COMPARE(watched.card("order-8092").lag, 40);
        QCOMPARE(watched.card("order-8092").catchUp, (CatchUp{20, 60, 100}));
    }

    void aReplicaThatWasNeverHeardIsNotUp()
    {
        Watched watched;
        watched.store.stop("order-8092"); // the supervisor still says that it is ready

        QTRY_COMPARE(watched.card("order-8092").stateText, "CONNECTING");
        QTRY_COMPARE(watched.state("order-8091"), ServiceState::Follower);
        QTRY_COMPARE(watched.state("order-8093"), ServiceState::Leader);
        QCOMPARE(watched.now().replicasUp, 2);
        QVERIFY(!watched.card("order-8092").lastOrder);
    }

    void aFormerLeaderWearsNoCrown()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());

        watched.store.change([](FakeCluster::State &state) {
            state.catalog.epoch = state.frontend.epoch = 2;
            state.catalog.leaderId = state.frontend.leaderId = ReplicaId{8092};
            state.replicas["order-8092"].role = "leader";
            state.replicas["order-8092"].epoch = 2;
        });

        QTRY_COMPARE(watched.state("order-8092"), ServiceState::Leader);
        QTRY_COMPARE(watched.card("order-8093").stateText, "FORMER LEADER");
        QCOMPARE(watched.now().leader, 8092);
    }

    // Actions.

    void anActionIsAsked_data()
    {
        QTest::addColumn<ServiceAction>("action");
        for (const ServiceAction action : serviceActions) {
            QTest::newRow(valueNames(action)[static_cast<std::size_t>(action)].toByteArray().constData())
                << action;
        }
    }
    void anActionIsAsked()
    {
        QFETCH(ServiceAction, action);
        Watched watched;
        QTRY_VERIFY(watched.isComplete());

        const qint64 number = watched.monitor.act(action, "order-8091");

        QTRY_COMPARE(watched.told.outcomes.size(), 1);
        const QByteArray method = valueNames(action)[static_cast<std::size_t>(action)].toByteArray();
        QCOMPARE(watched.store.seen(), (QList<FakeCluster::Seen>{{method, "order-8091", "right"}}));
        QCOMPARE(watched.told.outcomes[0].action, number);
        QVERIFY(watched.told.outcomes[0].succeeded);
        QCOMPARE(watched.told.outcomes[0].service, "order-8091");
    }

    void theCacheIsSet()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());

        watched.monitor.setCache(false, std::nullopt);
        watched.monitor.setCache(std::nullopt, 50);

        QTRY_COMPARE(watched.told.outcomes.size(), 2);
        QCOMPARE(watched.store.seen(), (QList<FakeCluster::Seen>{{"set_cache off", "frontend", {}},
                                                                 {"set_cache 50", "frontend", {}}}));
    }

    void theStoreIsClosed()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());

        watched.monitor.closeStore();

        QTRY_COMPARE(watched.store.seen(), (QList<FakeCluster::Seen>{{"stop", "store", "right"}}));
    }

    void faultsAreShownAndEnded()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        QTRY_VERIFY(watched.now().faultsSupported);
        watched.store.change([](FakeCluster::State &state) {
            LinkView link;
            link.from = "frontend";
            link.to = "order-8093";
            link.faults = {{"delay", "forward", 100, 20, std::nullopt}};
            state.links = {link};
        });
        watched.store.happen("supervisor", {.kind = "fault_set", .message = "fault on a link"});
        QTRY_COMPARE(watched.now().faults, (QList<FaultView>{{"frontend to order-8093",
                                                              "delay 100 ms and up to 20 more, forward"}}));
        QTRY_VERIFY(watched.told.texts().contains("fault on a link"));

        watched.monitor.clearFaults();

        QTRY_COMPARE(watched.told.outcomes.size(), 1);
        QVERIFY(watched.told.outcomes[0].succeeded);
        QCOMPARE(watched.store.seen(), (QList<FakeCluster::Seen>{{"clear_faults", {}, "right"}}));
        QTRY_VERIFY(watched.now().faults.isEmpty());
    }

    void aFaultIsSetWithItsTokenAndShown()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());

        watched.monitor.setFault("frontend", "leader", {"delay", {}, 200, {}, {}});

        QTRY_COMPARE(watched.told.outcomes.size(), 1);
        QVERIFY2(watched.told.outcomes[0].succeeded, watched.told.outcomes[0].message);
        QCOMPARE(watched.store.seen(),
                 (QList<FakeCluster::Seen>{{"set_fault delay", "frontend to leader", "right"}}));
        QTRY_COMPARE(watched.now().faults.size(), 1);
        QVERIFY(watched.now().faults.first().text.contains("delay 200 ms"));
    }

    void aRefusedActionSaysWhy()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        watched.store.change([](FakeCluster::State &state) {
            state.refusal = Error{ErrorCode::WrongState, "order-8091 is killed"};
        });

        watched.monitor.pause("order-8091");

        QTRY_COMPARE(watched.told.outcomes.size(), 1);
        QVERIFY(!watched.told.outcomes[0].succeeded);
        QCOMPARE(watched.told.outcomes[0].message, "order-8091 is killed");
    }

    // Orders, cache, stock.

    void ordersComeWithoutAGap()
    {
        Watched watched;
        watched.store.sell(2500);
        QTRY_COMPARE(watched.told.orders.size(), 2500);

        watched.store.sell(10);
        QTRY_COMPARE(watched.told.orders.size(), 2510);

        for (qsizetype i = 0; i < watched.told.orders.size(); ++i)
            QCOMPARE(watched.told.orders[i].number, i + 1);
        QCOMPARE(watched.told.orderBatches, 4); // no more is asked for than there is
    }

    void theFirstTimeOnlyTheNewestOrdersCome()
    {
        FakeCluster store;
        store.sell(OrderFeed::firstOrders + 700);
        ClusterMonitor monitor;
        const Audience told(monitor);

        monitor.attach(store.supervisor(), "right");

        QTRY_COMPARE(told.orders.size(), OrderFeed::firstOrders);
        QCOMPARE(told.orders.first().number, 701);
    }

    void ordersComeFromWhoeverAnswers()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        for (const char *replica : {"order-8091", "order-8092", "order-8093"}) {
            watched.store.setProcess(replica, "killed", "SIGKILL");
            watched.store.stop(replica);
        }
        QTRY_COMPARE(watched.now().replicasUp, 0);

        watched.store.sell(5); // by the ledger's word

        QTRY_COMPARE(watched.told.orders.size(), 5);
    }

    // Verdicts.

    void aReplicaThatCatchesUpIsNamed()
    {
        Watched watched;
        watched.store.sell(10);
        watched.store.change(
            [](FakeCluster::State &state) { state.replicas["order-8092"].role = "syncing"; });

        QTRY_COMPARE(watched.now().logsIdentical.state, VerdictState::Partial);
        QCOMPARE(watched.now().logsIdentical.text, "equal so far, 2 of 3 complete");
        QVERIFY(watched.now().logsIdentical.tooltip.contains("8092 catches up"));
    }

    void oneLogIsNotIdenticalToAnything()
    {
        Watched watched;
        watched.store.change([](FakeCluster::State &state) {
            state.replicas["order-8092"].role = state.replicas["order-8091"].role = "syncing";
        });
        QTRY_COMPARE(watched.now().logsIdentical.text, "one log only");
        QCOMPARE(watched.now().logsIdentical.state, VerdictState::Unknown);
    }

    void stockThatIsTheSumOfItsMovementsIsConserved()
    {
        Watched watched;
        watched.store.sell(2345); // more than a page
        QTRY_COMPARE(watched.now().stockConserved.state, VerdictState::Ok);
        QTRY_VERIFY(watched.now().stockConserved.tooltip.contains("2346 in all"));
    }

    void clientsNoticeWhatIsAnswered500SinceWeWatch()
    {
        FakeCluster store;
        store.change([](FakeCluster::State &state) { state.frontend.traffic[1].failures = 40; });
        ClusterMonitor monitor;
        monitor.attach(store.supervisor(), "right");
        QTRY_COMPARE(monitor.snapshot().clientsNoticed.state, VerdictState::Ok);
        QCOMPARE(monitor.snapshot().clientsNoticed.text, "clients noticed: 0");

        store.change([](FakeCluster::State &state) { state.frontend.traffic[1].failures = 42; });
        QTRY_COMPARE(monitor.snapshot().clientErrors, 2);
        QCOMPARE(monitor.snapshot().clientsNoticed.state, VerdictState::Broken);
        store.stop("frontend");
        store.change([](FakeCluster::State &state) { state.frontend.traffic[1].failures = 5; });
        store.start("frontend"); // counts anew
        QTRY_COMPARE(monitor.snapshot().clientErrors, 7);
        monitor.setLoadErrors(1);
        monitor.setLoadErrors(0); // another load begins to count
        monitor.setLoadErrors(2);
        QTRY_COMPARE(monitor.snapshot().clientErrors, 10);
        store.change([](FakeCluster::State &state) { state.frontend.refusedSessions = 4; });
        QTRY_COMPARE(monitor.snapshot().clientErrors, 14);
        QVERIFY2(monitor.snapshot().clientsNoticed.tooltip.contains("refused 4 connections"),
                 monitor.snapshot().clientsNoticed.tooltip.constData());
        const FakeCluster another;
        monitor.attach(another.supervisor(), "right");
        QTRY_COMPARE(monitor.snapshot().clientsNoticed.text, "clients noticed: 0");
    }

    // What happened.

    void aFailoverIsToldWhenItIsOver()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        FailoverView failover;
        failover.lostLeader = 8093;
        failover.detectedMs = 1000;
        watched.store.change([&](FakeCluster::State &state) { state.frontend.failover = failover; });
        QTRY_VERIFY(watched.now().failover.has_value());
        failover.newLeader = 8092;
        failover.newLeaderMs = 1021;
        failover.firstSuccessMs = 1024;
        failover.resent = 3;
        failover.isOver = true;
        QVERIFY(!watched.told.texts().join().contains("no leader"));

        watched.store.change([&](FakeCluster::State &state) { state.frontend.failover = failover; });

        QTRY_VERIFY(watched.told.texts().contains("no leader for 21 ms, 3 resent, 0 failed"));
        QCOMPARE(watched.now().failover, failover);
    }

    void eventsOfARestartedServiceAreAllTold()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        for (int i = 0; i < 3; ++i)
            watched.store.happen("order-8092", {.kind = "caught_up", .orderNumber = i});
        QTRY_COMPARE(watched.told.countOf("8092 caught up"), 3);

        watched.store.stop("order-8092");
        watched.store.start("order-8092");
        watched.store.happen("order-8092", {.kind = "caught_up", .orderNumber = 7}); // its cursor is 1 again

        QTRY_VERIFY(watched.told.texts().contains("8092 caught up to #7"));
        QCOMPARE(watched.told.countOf("8092 caught up"), 4);
    }

    void theWayOfAnOrderIsPutTogether()
    {
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        const qint64 at = wallClockUs();

        watched.store.happen("order-8091", way("copied", at + 1900));
        watched.store.happen("frontend", way("received", at, "Tux", 4));
        watched.store.happen("frontend", way("sent", at + 100, "order-8093"));
        watched.store.happen("catalog", way("decided", at + 1000, "Tux"));
        watched.store.happen("order-8093", way("stored", at + 2000));
        watched.store.happen("frontend", way("answered", at + 2500));

        QTRY_COMPARE(watched.told.ways.size(), 1);
        const OrderWay seen = watched.told.ways.first();
        QCOMPARE(seen.requestId, "f-7");
        QCOMPARE(seen.orderNumber, 12);
        QCOMPARE(seen.toy, "Tux");
        QCOMPARE(seen.standsFor, 4);
        using Place = OrderStage::Place;
        QCOMPARE(seen.stages, (QList<OrderStage>{{Place::Received, "frontend", 0},
                                                 {Place::Sent, "order-8093", 0.1},
                                                 {Place::Decided, "catalog", 1},
                                                 {Place::Copied, "order-8091", 1.9},
                                                 {Place::Stored, "order-8093", 2},
                                                 {Place::Answered, "frontend", 2.5}}));
    }
};

QTEST_GUILESS_MAIN(TestMonitor)
#include "tst_monitor.moc"
