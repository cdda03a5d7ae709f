// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/electorbench.h"

#include <QTest>

#include <set>

using namespace toystore;
using namespace std::chrono_literals;

/// An election: who is chosen, how the ledger's epoch moves, and when the leader is ready.
class TestElector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Who is chosen

    void theHighestIdThatSaysSuccessIsChosen()
    {
        Bench bench;
        bench.start(7, r1);
        bench.health(r3, able(5));
        bench.health(r1, able(9));
        QVERIFY(bench.taken<Elector::SendBeginEpoch>().empty()); // r2 may still answer
        bench.health(r2, able(9));
        const BeginEpoch request = bench.fence(8);
        QCOMPARE(request.leaderId, r3);
        QCOMPARE(request.expectedEpoch, 7);
        QCOMPARE(bench.elector.readyLeader(), Ready());
        bench.updated(r3, 8);
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 8}));
        QCOMPARE(bench.taken<Elector::LeaderReady>().size(), std::size_t(1));
    }

    void checksGoToAllAtOnce()
    {
        Bench bench;
        bench.lead();
        bench.disconnect(r3);
        bench.taken<Elector::LeaderLost>();
        QCOMPARE(bench.taken<Elector::ElectionBegan>().size(), std::size_t(1));
        QCOMPARE(bench.taken<Elector::SendHealthCheck>().size(), std::size_t(2)); // r1 and r2
    }

    void aReplicaWithoutConnectionIsNotWaitedFor()
    {
        Bench bench;
        bench.catalog();
        bench.connect({r1, r2});
        bench.disconnect(r3);
        bench.sayAble({r1, r2});
        QCOMPARE(bench.chosen(), r2);
    }

    void aConnectionStillBeingMadeIsWaitedForAtMost100Ms()
    {
        Bench bench;
        bench.catalog();
        bench.connect({r1});
        bench.health(r1, able());
        bench.pass(99ms);
        QVERIFY(bench.taken<Elector::SendBeginEpoch>().empty());
        bench.pass(1ms);
        QCOMPARE(bench.chosen(), r1);
    }

    void aSilentReplicaIsWaitedForAtMost100Ms()
    {
        Bench bench;
        bench.start();
        bench.sayAble({r1, r2});
        bench.pass(100ms);
        QCOMPARE(bench.chosen(), r2);
    }

    void withNobodyAbleTheSyncingOneWithTheHighestLastNumberIsChosen()
    {
        Bench bench;
        bench.start();
        bench.health(r1, syncing(9));
        bench.health(r2, syncing(12));
        bench.health(r3, syncing(3));
        QCOMPARE(bench.chosen(), r2);
    }

    void anAbleReplicaComesBeforeASyncingOne()
    {
        Bench bench;
        bench.start();
        bench.health(r1, able(1));
        bench.health(r2, syncing(12));
        bench.health(r3, syncing(3));
        QCOMPARE(bench.chosen(), r1);
    }

    void aDivergedReplicaIsNeverChosen()
    {
        Bench bench;
        bench.startAlone();
        bench.health(r3, failure(ErrorCode::Diverged, "differs"));
        bench.pass(500ms);
        QVERIFY(bench.taken<Elector::SendBeginEpoch>().empty());
        QVERIFY(bench.elector.noOrderService());
    }

    void theFirstReplicaThatReturnsIsElected()
    {
        Bench bench;
        bench.lead();
        for (const ReplicaId id : {r1, r2, r3})
            bench.disconnect(id);
        bench.pass(1s);
        bench.connect({r1});
        bench.health(r1, syncing(3));
        QCOMPARE(bench.chosen(), r1);
    }

    void noOrderServiceIsKnownOnlyWhenEveryConnectionIsDown()
    {
        Bench bench;
        bench.catalog();
        QVERIFY(!bench.elector.noOrderService()); // nothing is known yet
        bench.disconnect(r1);
        bench.disconnect(r2);
        QVERIFY(!bench.elector.noOrderService());
        bench.disconnect(r3);
        QVERIFY(bench.elector.noOrderService());
        bench.connect({r2});
        QVERIFY(!bench.elector.noOrderService());
    }

    // The ledger's epoch

    void theEpochAskedForIsAboveEveryReportedOne()
    {
        Bench bench;
        bench.start(2, r3);
        bench.health(r1, following(r3, 41));
        bench.sayAble({r2, r3});
        const BeginEpoch request = bench.fencing().request;
        QCOMPARE(request.expectedEpoch, 2);
        QCOMPARE(request.seenEpoch, 41);
    }

    void whatADisconnectedReplicaReportedCountsStill()
    {
        Bench bench;
        bench.catalog(2, r3);
        bench.connect({r1, r2});
        bench.health(r1, following(r3, 41));
        bench.disconnect(r1);
        bench.disconnect(r3);
        bench.health(r2, able());
        QCOMPARE(bench.fencing().request.seenEpoch, 41);
    }

    void aChoiceThatLeadsTheLedgersEpochAndIsReadyIsAdoptedWithoutANewEpoch()
    {
        Bench bench;
        bench.start(4, r3);
        bench.sayAble({r1, r2});
        bench.health(r3, leading(r3, 4));
        QVERIFY(bench.taken<Elector::SendBeginEpoch>().empty());
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 4}));
    }

    void aChoiceThatDoesNotLeadYetGetsANewEpoch()
    {
        Bench bench;
        bench.start(4, r3);
        bench.sayAble({r1, r2});
        bench.health(r3, following(r3, 4));
        QCOMPARE(bench.chosen(), r3);
    }

    void aLostCompareAndSetAdoptsWhatTheLedgerSays()
    {
        Bench bench;
        bench.elect();
        bench.taken<Elector::SendUpdateLeader>();
        bench.failFence(staleEpoch(5, r2));
        const auto told = bench.taken<Elector::SendUpdateLeader>();
        QCOMPARE(told.size(), std::size_t(3));
        QCOMPARE(told[0].leader, r2);
        QCOMPARE(told[0].epoch, 5);
        bench.updated(r2, 5);
        QCOMPARE(bench.elector.readyLeader(), Ready({r2, 5}));
    }

    void anAdoptedLeaderThatIsNotReachedIsReplacedAfter10To50Ms()
    {
        Bench bench;
        bench.catalog();
        bench.connect({r1, r3});
        bench.disconnect(r2);
        bench.sayAble({r1, r3});
        const Instant before = bench.now;
        bench.failFence(staleEpoch(5, r2));
        bench.taken<Elector::SendHealthCheck>();
        QVERIFY(bench.elector.nextWake() >= before + 10ms);
        QVERIFY(bench.elector.nextWake() <= before + 50ms);
        bench.pass(50ms, {{r1, able()}, {r3, able()}});
        const BeginEpoch request = bench.fencing().request;
        QCOMPARE(request.leaderId, r3);
        QCOMPARE(request.expectedEpoch, 5);
    }

    void theBackOffDependsOnTheSeed()
    {
        std::set<Milliseconds> waits;
        for (quint32 seed = 1; seed <= 20; ++seed) {
            Bench bench;
            bench.elector = Elector({r1}, seed, bench.now);
            bench.catalog();
            bench.connect({r1});
            bench.health(r1, able());
            bench.failFence(staleEpoch(5, r2));
            waits.insert(std::chrono::duration_cast<Milliseconds>(bench.elector.nextWake() - bench.now));
        }
        QVERIFY(waits.size() > 3);
    }

    void anUnknownOutcomeOfBeginEpochIsLookedUpInTheLedger()
    {
        Bench bench;
        bench.elect();
        bench.failFence(failure(ErrorCode::DeadlineExceeded, ""));
        bench.ledger(1, r3); // it was carried out
        bench.updated(r3, 1);
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
    }

    // Installing the leader

    void allAreToldWhoLeads()
    {
        Bench bench;
        bench.install();
        const auto told = bench.taken<Elector::SendUpdateLeader>();
        QCOMPARE(told.size(), std::size_t(3));
        for (const auto &update : told) {
            QCOMPARE(update.leader, r3);
            QCOMPARE(update.epoch, 1);
        }
    }

    void theLeaderIsReadyOnlyWhenItsOwnUpdateIsAnswered()
    {
        Bench bench;
        bench.install();
        bench.followerUpdated(r1, UpdateLeader::Answer{1, 0});
        QCOMPARE(bench.elector.readyLeader(), Ready());
        bench.updated(r3, 1);
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
    }

    void anAnswerAboutAnEarlierEpochMakesNobodyReady()
    {
        Bench bench;
        bench.install();
        bench.followerUpdated(r1, staleEpoch(5, r2));
        bench.ledger(1, r3);
        bench.pass(60ms, allAble);
        bench.fence(6);

        bench.updated(r3, 1);

        QCOMPARE(bench.elector.readyLeader(), Ready());
        bench.updated(r3, 6);
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 6}));
    }

    void anInstallationThatFailsLeadsToAnotherLeader()
    {
        Bench bench;
        bench.install();
        bench.updated(r3, 1, failure(ErrorCode::Syncing, "disk full"));
        bench.pass(60ms, allAble);
        const BeginEpoch request = bench.fence(2);
        QCOMPARE(request.leaderId, r2);
    }

    void aLeaderThatDiesWhileItIsInstalledIsReplacedAtOnce()
    {
        Bench bench;
        bench.install();
        bench.disconnect(r3);
        bench.sayAble({r1, r2});
        QCOMPARE(bench.chosen(), r2);
    }

    void aLeaderThatReportsALostConnectionOfItsOwnIsToldAgain()
    {
        for (const ErrorCode code : {ErrorCode::ConnectionLost, ErrorCode::CannotConnect}) {
            Bench bench;
            bench.installAlone();
            bench.updated(r3, 1, failure(code, "127.0.0.1:8084: the remote host closed the connection"));
            bench.pass(100ms, {{r3, able()}}); // ours to it stays up
            QCOMPARE(bench.taken<Elector::SendUpdateLeader>().size(), std::size_t(1));
            bench.updated(r3, 1);
            QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
        }
    }

    void whileTheLedgerIsRebuiltTheLeaderIsToldAgain()
    {
        Bench bench;
        bench.installAlone();
        bench.updated(r3, 1, failure(ErrorCode::LedgerBehind, "being rebuilt"));
        bench.pass(100ms, {{r3, able()}});
        QCOMPARE(bench.taken<Elector::SendUpdateLeader>().size(), std::size_t(1));
        bench.updated(r3, 1);
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
    }
};

QTEST_GUILESS_MAIN(TestElector)
#include "tst_elector.moc"
