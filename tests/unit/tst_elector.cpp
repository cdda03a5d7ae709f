// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "election/elector.h"

#include <QTest>

#include <map>
#include <set>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr ReplicaId r1{8091};
constexpr ReplicaId r2{8092};
constexpr ReplicaId r3{8093};

HealthCheck::Answer able(qint64 last = 0)
{
    return {ReplicaId{}, 0, last, false};
}

HealthCheck::Answer leading(ReplicaId self, qint64 epoch)
{
    return {self, epoch, 0, true};
}

HealthCheck::Answer following(ReplicaId leader, qint64 epoch)
{
    return {leader, epoch, 0, false};
}

tl::unexpected<Error> syncing(qint64 last)
{
    return failure(ErrorCode::Syncing, "catching up", {{}, {}, last});
}

tl::unexpected<Error> staleEpoch(qint64 epoch, ReplicaId leader)
{
    return failure(ErrorCode::StaleEpoch, "stale", {epoch, leader.value, 0});
}

tl::unexpected<Error> noCatalog()
{
    return failure(ErrorCode::CatalogUnavailable, "no catalog");
}

using Answers = std::map<ReplicaId, HealthCheck::Answer>;
const Answers allAble{{r1, able()}, {r2, able()}, {r3, able()}};
/// While 8093 leads epoch 1.
const Answers allAlive{{r1, following(r3, 1)}, {r2, following(r3, 1)}, {r3, leading(r3, 1)}};

/// Drives an Elector by hand and keeps the effects not yet looked at.
class Bench
{
public:
    Instant now{1000s};
    Elector elector{{r1, r2, r3}, 1, now};
    Elector::Effects effects;

    void note(Elector::Effects more) { effects.insert(effects.end(), more.begin(), more.end()); }

    /// Takes the effects of type T out of those noted.
    template <typename T>
    std::vector<T> taken()
    {
        std::vector<T> result;
        std::erase_if(effects, [&](const Elector::Effect &effect) {
            const auto *found = std::get_if<T>(&effect);
            if (found != nullptr)
                result.push_back(*found);
            return found != nullptr;
        });
        return result;
    }

    void connect(std::initializer_list<ReplicaId> replicas)
    {
        for (const ReplicaId id : replicas)
            note(elector.replicaConnected(id, now));
    }
    void disconnect(ReplicaId id) { note(elector.replicaDisconnected(id, now)); }

    /// Answers the checks sent to @p id so far; those to others stay.
    void health(ReplicaId id, const Result<HealthCheck::Answer> &answer)
    {
        std::vector<quint64> checks;
        std::erase_if(effects, [&](const Elector::Effect &effect) {
            const auto *check = std::get_if<Elector::SendHealthCheck>(&effect);
            if (check == nullptr || check->to != id)
                return false;
            checks.push_back(check->check);
            return true;
        });
        for (const quint64 check : checks)
            note(elector.healthAnswered(id, check, answer, now));
    }
    void sayAble(std::initializer_list<ReplicaId> replicas)
    {
        for (const ReplicaId id : replicas)
            health(id, able());
    }

    void ledger(qint64 epoch, ReplicaId leader)
    {
        for (const auto &asked : taken<Elector::SendLeadership>())
            note(elector.leadershipAnswered(asked.call, Leadership::Answer{epoch, leader, 0}, now));
    }
    void catalog(qint64 epoch = 0, ReplicaId leader = {})
    {
        note(elector.catalogReached(now));
        ledger(epoch, leader);
    }
    void loseCatalog() { note(elector.catalogLost(now)); }

    /// The begin_epoch under way, which must be the only one.
    Elector::SendBeginEpoch fencing()
    {
        const auto calls = taken<Elector::SendBeginEpoch>();
        return calls.size() == 1 ? calls[0] : Elector::SendBeginEpoch{};
    }
    /// Lets the begin_epoch under way succeed; returns what it asked for.
    BeginEpoch fence(qint64 epoch)
    {
        const auto call = fencing();
        note(elector.epochBegun(call.call, Leadership::Answer{epoch, call.request.leaderId, 0}, now));
        return call.request;
    }
    void failFence(const tl::unexpected<Error> &why) { note(elector.epochBegun(fencing().call, why, now)); }

    /// The new leader's own answer to update_leader.
    void updated(ReplicaId id, qint64 epoch, const Result<UpdateLeader::Answer> &answer = {})
    {
        note(elector.leaderUpdated(id, {id, epoch}, answer, now));
    }
    /// A follower's answer to the update_leader that names epoch 1 of 8093.
    void followerUpdated(ReplicaId id, const Result<UpdateLeader::Answer> &answer)
    {
        note(elector.leaderUpdated(id, {r3, 1}, answer, now));
    }

    /// A buy that was sent to @p from, the leader after lead(), is answered like this.
    void refuseBuy(const tl::unexpected<Error> &why, Elector::Leader from = {r3, 1})
    {
        note(elector.buyRefused(from, why.value(), now));
    }

    /// Passes time in steps of at most 10 ms; the replicas in @p alive answer their checks at once.
    void pass(Milliseconds time, const Answers &alive = {})
    {
        const Instant until = now + time;
        while (now < until) {
            now = std::min({until, now + 10ms, std::max(elector.nextWake(), now + 1ms)});
            note(elector.tick(now));
            for (const auto &[id, answer] : alive)
                health(id, answer);
        }
    }

    // How far an election came, each state reached through the one before.

    /// The ledger's epoch is @p epoch of @p leader; all three replicas are connected, their checks are out.
    void start(qint64 epoch = 0, ReplicaId leader = {})
    {
        catalog(epoch, leader);
        connect({r1, r2, r3});
    }
    /// All three are able, the begin_epoch for 8093 is out.
    void elect()
    {
        start();
        sayAble({r1, r2, r3});
    }
    /// The ledger has begun epoch 1 of 8093, update_leader is out to all.
    void install()
    {
        elect();
        fence(1);
    }
    /// 8093 leads epoch 1.
    void lead()
    {
        install();
        updated(r3, 1);
        effects.clear();
    }

    /// Only 8093 is there, its check is out.
    void startAlone()
    {
        catalog();
        connect({r3});
        disconnect(r1);
        disconnect(r2);
    }
    /// The ledger has begun epoch 1 of 8093, which is alone; its update_leader has been taken.
    void installAlone()
    {
        startAlone();
        health(r3, able());
        fence(1);
        taken<Elector::SendUpdateLeader>();
    }

    /// The candidate that the election, with these answers, fences for.
    ReplicaId chosen() { return fencing().request.leaderId; }
};

using Ready = std::optional<Elector::Leader>;

} // namespace

class TestElector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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

    // A lost ledger begins its epochs again; a replica that was paused meanwhile may know a later one.

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

    void aRefusalFromAnEarlierLeaderSaysNothing()
    {
        Bench bench;
        bench.lead();
        bench.refuseBuy(staleEpoch(1, r3), {r2, 0});
        QCOMPARE(bench.elector.readyLeader(), Ready({r3, 1}));
        QVERIFY(bench.effects.empty());
    }

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
};

QTEST_GUILESS_MAIN(TestElector)
#include "tst_elector.moc"
