// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/electorbench.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

/// What an Elector makes of what happens to a leader that is ready.
class TestReadyLeader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Lost, or not

    void aLeaderIsLostWhenABuysConnectionWas()
    {
        for (const ErrorCode code : {ErrorCode::ConnectionLost, ErrorCode::CannotConnect}) {
            Bench bench;
            bench.lead();
            bench.refuseBuy(failure(code, "gone"));
            QCOMPARE(bench.taken<Elector::LeaderLost>().size(), std::size_t(1));
            QCOMPARE(bench.elector.readyLeader(), Ready());
            bench.disconnect(r3); // said a second time
            QVERIFY(bench.taken<Elector::LeaderLost>().empty());
        }
    }

    void aLeaderIsLostWhenItsConnectionCloses()
    {
        Bench bench;
        bench.lead();
        bench.disconnect(r3);
        QCOMPARE(bench.taken<Elector::LeaderLost>().size(), std::size_t(1));
        bench.sayAble({r1, r2});
        const BeginEpoch request = bench.fence(2);
        QCOMPARE(request.leaderId, r2);
        QCOMPARE(request.expectedEpoch, 1); // known: no question to the ledger first
        bench.updated(r2, 2);
        QCOMPARE(bench.elector.readyLeader(), Ready({r2, 2}));
    }

    void aLeaderIsLostWhenAHealthCheckIsUnansweredFor300Ms()
    {
        Bench bench;
        bench.lead();
        auto others = allAlive;
        bench.pass(100ms, allAlive);
        others.erase(r3);
        bench.pass(290ms, others);
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
        bench.pass(120ms, others);
        QCOMPARE(bench.taken<Elector::LeaderLost>().size(), std::size_t(1));
        QCOMPARE(bench.chosen(), r2); // at once: the silent one is not waited for again
    }

    void aSlowBuyIsNoReasonToDoubtALeader()
    {
        Bench bench;
        bench.lead();
        bench.refuseBuy(failure(ErrorCode::DeadlineExceeded, "slow"));
        bench.pass(3s, allAlive);
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
        QVERIFY(bench.taken<Elector::LeaderLost>().empty());
    }

    void aPausedFrontendBlamesNobodyForItsOwnSilence()
    {
        Bench bench;
        bench.lead();
        bench.pass(100ms, allAlive);
        bench.pass(100ms); // checks are out
        bench.now += 5s;
        bench.note(bench.elector.tick(bench.now));
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
        bench.pass(1s, allAlive);
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
    }

    void aLeaderThatStepsDownIsReplaced()
    {
        Bench bench;
        bench.lead();
        bench.pass(100ms, {{r1, able()}, {r2, able()}});
        bench.health(r3, syncing(4)); // its disk is full
        bench.sayAble({r1, r2});
        bench.health(r3, syncing(4));
        QCOMPARE(bench.chosen(), r2);
    }

    void aHealthAnswerFromBeforeItWasReadyIsNoStepDown()
    {
        Bench bench;
        bench.install();
        bench.pass(100ms);    // a check to r3 is out
        bench.updated(r3, 1); // and r3 becomes ready
        bench.health(r3, able());
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
    }

    void aRefusalFromAnEarlierLeaderSaysNothing()
    {
        Bench bench;
        bench.lead();
        bench.refuseBuy(staleEpoch(1, r3), {r2, 0});
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
        QVERIFY(bench.effects.empty());
    }

    void viewsTellTheStates()
    {
        Bench bench;
        bench.lead();
        bench.disconnect(r1);
        auto alive = allAlive;
        alive.erase(r1);
        bench.pass(100ms, alive);
        QList<QByteArray> states;
        for (const ReplicaView &view : bench.elector.views())
            states.append(view.state);
        QCOMPARE(states, (QList<QByteArray>{"down", "follower", "leader"}));
        bench.pass(200ms, {{r2, following(r3, 1)}});
        bench.pass(250ms, {{r2, able()}});
        QCOMPARE(bench.elector.views()[2].state, QByteArray("silent"));
    }

    // Followers that come and go

    void leadershipDoesNotMoveBackWhenAHigherIdReturns()
    {
        Bench bench;
        bench.lead();
        bench.disconnect(r3);
        bench.sayAble({r1, r2});
        bench.fence(2);
        bench.updated(r2, 2);
        bench.effects.clear();
        bench.connect({r3});
        bench.pass(2s, {{r1, able()}, {r2, leading(r2, 2)}, {r3, able()}});
        QCOMPARE(bench.elector.readyLeader(), Ready({r2, 2}));
        QVERIFY(bench.taken<Elector::SendBeginEpoch>().empty());
    }

    void aReplicaThatComesBackIsToldWhoLeads()
    {
        Bench bench;
        bench.lead();
        bench.disconnect(r1);
        bench.connect({r1});
        const auto told = bench.taken<Elector::SendUpdateLeader>();
        QCOMPARE(told.size(), std::size_t(1));
        QCOMPARE(told[0].to, r1);
        QCOMPARE(told[0].leader, r3);
        QCOMPARE(told[0].epoch, 1);
    }

    void aCrashedFollowerChangesNothing()
    {
        Bench bench;
        bench.lead();
        bench.disconnect(r1);
        bench.pass(1s, {{r2, able()}, {r3, leading(r3, 1)}});
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
        QVERIFY(bench.taken<Elector::ElectionBegan>().empty());
    }

    // Another leader, said by a replica

    void staleEpochToABuyAdoptsTheCurrentLeader()
    {
        Bench bench;
        bench.lead();
        bench.refuseBuy(staleEpoch(2, r1));
        QCOMPARE(bench.taken<Elector::LeaderLost>().size(), std::size_t(1));
        QCOMPARE(bench.elector.readyLeader(), Ready());
        bench.ledger(2, r1);
        bench.updated(r1, 2);
        QCOMPARE(bench.elector.readyLeader(), Ready({r1, 2}));
        QVERIFY(bench.taken<Elector::SendBeginEpoch>().empty());
    }

    void notLeaderWithoutMoreAsksTheLedger()
    {
        Bench bench;
        bench.lead();
        bench.refuseBuy(failure(ErrorCode::NotLeader, "not me"));
        bench.ledger(3, r2);
        bench.updated(r2, 3);
        QCOMPARE(bench.elector.readyLeader(), Ready({r2, 3}));
    }

    void aLeaderThatDeniesToLeadTheLedgersEpochGetsANewEpoch()
    {
        Bench bench;
        bench.lead();
        bench.refuseBuy(failure(ErrorCode::NotLeader, "not me", {1, r3.value, 0}));
        bench.ledger(1, r3);
        bench.pass(50ms, allAble);
        const BeginEpoch request = bench.fencing().request;
        QCOMPARE(request.leaderId, r3);
        QCOMPARE(request.expectedEpoch, 1);
    }

    // A lost ledger begins its epochs again; a replica that was paused meanwhile may know a later one

    void aReplicasEpochAboveTheLedgersIsNeverAdoptedButTheNextIsAboveIt()
    {
        Bench bench;
        bench.lead();
        bench.followerUpdated(r1, staleEpoch(7, r2));
        QVERIFY(bench.taken<Elector::SendUpdateLeader>().empty());
        QCOMPARE(bench.elector.readyLeader(), Ready());
        bench.ledger(1, r3);
        bench.pass(50ms, {{r1, following(r2, 7)}, {r2, able()}, {r3, leading(r3, 1)}});
        QVERIFY(bench.taken<Elector::SendUpdateLeader>().empty());
        const BeginEpoch request = bench.fence(8);
        QCOMPARE(request.expectedEpoch, 1);
        QCOMPARE(request.seenEpoch, 7);
        bench.updated(request.leaderId, 8);
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 8}));
    }

    void aHealthAnswerThatNamesALaterEpochIsComparedWithTheLedger()
    {
        for (const bool ledgerKnowsIt : {true, false}) {
            Bench bench;
            bench.lead();
            bench.pass(1s, allAlive);
            bench.disconnect(r1);
            bench.connect({r1});
            bench.health(r1, following(r2, 7));
            QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1})); // until the ledger has spoken
            bench.taken<Elector::SendUpdateLeader>();
            bench.ledger(ledgerKnowsIt ? 7 : 1, ledgerKnowsIt ? r2 : r3);
            QCOMPARE(bench.elector.readyLeader(), Ready());
            QCOMPARE(bench.taken<Elector::SendUpdateLeader>().empty(), !ledgerKnowsIt);
            if (ledgerKnowsIt)
                continue;
            bench.pass(50ms, {{r1, following(r2, 7)}, {r2, able()}, {r3, leading(r3, 1)}});
            QCOMPARE(bench.fencing().request.seenEpoch, 7);
        }
    }

    void theEpochInARefusedBuyIsComparedWithTheLedger()
    {
        Bench bench;
        bench.lead();
        bench.refuseBuy(staleEpoch(7, r3));
        QVERIFY(bench.taken<Elector::SendUpdateLeader>().empty());
        bench.ledger(1, r3);
        bench.pass(50ms, allAble);
        QCOMPARE(bench.fencing().request.seenEpoch, 7);
    }

    void anEpochOfWhichAReplicaKnowsAnotherLeaderIsGivenUp()
    {
        Bench bench;
        bench.lead();
        bench.followerUpdated(r1, staleEpoch(1, r2));
        bench.ledger(1, r3);
        bench.pass(50ms, {{r1, following(r2, 1)}, {r2, able()}, {r3, leading(r3, 1)}});
        QCOMPARE(bench.elector.readyLeader(), Ready());
        QCOMPARE(bench.fencing().request.expectedEpoch, 1);
    }

    // The catalog, reached or not

    void aLeaderThatDoesNotReachTheCatalogIsPassedOverWhileWeReachIt()
    {
        Bench bench;
        bench.lead();
        bench.pass(400ms, allAlive);
        bench.refuseBuy(noCatalog());
        bench.sayAble({r1, r2, r3});
        QCOMPARE(bench.chosen(), r2);
    }

    void passingOverEndsAfterAWhile()
    {
        Bench bench;
        bench.lead();
        bench.pass(400ms, allAlive);
        bench.refuseBuy(noCatalog());
        bench.disconnect(r1);
        bench.disconnect(r2);
        bench.pass(499ms, {{r3, able()}});
        QVERIFY(bench.taken<Elector::SendBeginEpoch>().empty());
        bench.pass(150ms, {{r3, able()}});
        QCOMPARE(bench.chosen(), r3);
    }

    void justAfterTheCatalogCameBackItsAbsenceIsNotHeldAgainstTheLeader()
    {
        Bench bench;
        bench.lead();
        bench.loseCatalog();
        bench.pass(200ms, allAlive);
        bench.catalog(1, r3);
        bench.refuseBuy(noCatalog());
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
    }

    void withoutTheCatalogThereIsNoElection()
    {
        Bench bench;
        bench.lead();
        bench.loseCatalog();
        bench.refuseBuy(noCatalog());
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
        bench.disconnect(r3);
        bench.pass(2s, {{r1, able()}, {r2, able()}});
        QVERIFY(bench.taken<Elector::ElectionBegan>().empty());
        QVERIFY(bench.taken<Elector::SendLeadership>().empty());
        QVERIFY(!bench.elector.noOrderService()); // buys wait for the catalog
        bench.catalog(1, r3);
        bench.sayAble({r1, r2});
        QCOMPARE(bench.chosen(), r2);
    }

    void aLedgerThatCameBackWithAnotherLeaderIsFollowed()
    {
        Bench bench;
        bench.lead();
        bench.loseCatalog();
        bench.catalog(6, r1);
        QCOMPARE(bench.taken<Elector::LeaderLost>().size(), std::size_t(1));
        bench.updated(r1, 6);
        QCOMPARE(bench.elector.readyLeader(), Ready({r1, 6}));
    }
};

QTEST_GUILESS_MAIN(TestReadyLeader)
#include "tst_readyleader.moc"
