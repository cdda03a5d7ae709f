// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "election/orderlookups.h"
#include "election/pendingbuys.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr ReplicaId r1{8091};
constexpr ReplicaId r2{8092};
constexpr ReplicaId r3{8093};

PendingBuys::Purchase tux(const QByteArray &requestId)
{
    return {requestId, "Tux", 1};
}

Error error(ErrorCode code)
{
    return {code, "said the leader"};
}

/// An Elector whose replicas do at once what it wants, as long as they are up.
class Election
{
public:
    Instant now{1000s};
    Elector elector{{r1, r2, r3}, 1, now};
    bool lostLeader = false; ///< since it was looked at
    bool foundLeader = false;

    /// All are up; 8093 leads epoch 1.
    Election()
    {
        perform(elector.catalogReached(now));
        for (const ReplicaId id : {r1, r2, r3})
            up(id);
        foundLeader = false;
    }
    void up(ReplicaId id)
    {
        m_down.removeAll(id);
        perform(elector.replicaConnected(id, now));
    }
    void down(ReplicaId id)
    {
        m_down.append(id);
        perform(elector.replicaDisconnected(id, now));
    }
    /// It answers, but says that it can't lead.
    void syncing(ReplicaId id) { m_syncing.append(id); }
    void refused(const PendingBuys::Refusal &refusal)
    {
        if (refusal.error.code == ErrorCode::ConnectionLost || refusal.error.code == ErrorCode::CannotConnect)
            m_down.append(refusal.by.id);
        perform(elector.buyRefused(refusal.by, refusal.error, now));
    }

private:
    void perform(const Elector::Effects &effects)
    {
        for (const Elector::Effect &effect : effects)
            std::visit([this](const auto &toDo) { carryOut(toDo); }, effect);
    }
    void carryOut(const Elector::SendHealthCheck &effect)
    {
        if (m_down.contains(effect.to))
            return;
        const Result<HealthCheck::Answer> answer =
            m_syncing.contains(effect.to)
                ? Result<HealthCheck::Answer>(failure(ErrorCode::Syncing, "can't write its log"))
                : HealthCheck::Answer();
        perform(elector.healthAnswered(effect.to, effect.check, answer, now));
    }
    void carryOut(const Elector::SendUpdateLeader &effect)
    {
        if (!m_down.contains(effect.to))
            perform(elector.leaderUpdated(effect.to, {effect.leader, effect.epoch}, {}, now));
    }
    void carryOut(const Elector::SendLeadership &effect)
    {
        perform(elector.leadershipAnswered(effect.call, m_ledger, now));
    }
    void carryOut(const Elector::SendBeginEpoch &effect)
    {
        m_ledger = {m_ledger.epoch + 1, effect.request.leaderId, 0};
        perform(elector.epochBegun(effect.call, m_ledger, now));
    }
    void carryOut(const Elector::ElectionBegan &) {}
    void carryOut(const Elector::LeaderReady &) { foundLeader = true; }
    void carryOut(const Elector::LeaderLost &) { lostLeader = true; }

    Leadership::Answer m_ledger;
    QList<ReplicaId> m_down;
    QList<ReplicaId> m_syncing;
};

/// Buys in front of an Election; keeps what was sent and how it ended.
class Bench
{
public:
    Election election;
    PendingBuys buys{election.elector};
    std::vector<PendingBuys::Send> sent; ///< not looked at yet
    std::map<PendingBuys::BuyId, Result<qint64>> ended;
    QList<Event> events;

    [[nodiscard]] Instant now() const { return election.now; }

    PendingBuys::BuyId add(const QByteArray &requestId)
    {
        const auto id = buys.add(tux(requestId), now(), now());
        buys.send(now());
        carryOut();
        return id;
    }
    void answer(const PendingBuys::Send &to, const Result<PlaceOrder::Answer> &answer)
    {
        buys.answered(to.buy, to.attempt, answer, now());
        carryOut();
    }
    void down(std::initializer_list<ReplicaId> replicas)
    {
        for (const ReplicaId id : replicas) {
            election.down(id);
            followElection();
        }
    }
    void up(ReplicaId id)
    {
        election.up(id);
        followElection();
    }
    /// Passes time as a process does that is woken when it wants to be.
    void pass(Milliseconds time)
    {
        const Instant until = now() + time;
        while (true) {
            const std::optional<Instant> wake = buys.nextWake();
            if (!wake || *wake > until)
                break;
            election.now = std::max(now(), *wake);
            buys.tick(now());
            carryOut();
        }
        election.now = until;
    }
    /// The one send not looked at yet.
    PendingBuys::Send theSend()
    {
        TOYSTORE_ENSURE(sent.size() == 1);
        return std::exchange(sent, {})[0];
    }
    [[nodiscard]] ErrorCode codeOf(PendingBuys::BuyId id) const
    {
        const auto found = ended.find(id);
        return found == ended.end() || found->second ? ErrorCode::Internal : found->second.error().code;
    }

private:
    void followElection()
    {
        if (std::exchange(election.lostLeader, false))
            buys.leaderLost();
        if (std::exchange(election.foundLeader, false))
            buys.send(now());
        buys.replicasChanged();
        carryOut();
    }
    void carryOut()
    {
        const PendingBuys::Effects effects = buys.takeEffects();
        sent.insert(sent.end(), effects.sends.begin(), effects.sends.end());
        for (const Event &event : effects.events)
            events.append(event);
        for (const auto &[buy, result] : effects.settled)
            TOYSTORE_ENSURE(ended.emplace(buy, result).second); // each once
        for (const PendingBuys::Refusal &refusal : effects.refusals) {
            election.refused(refusal);
            followElection();
        }
    }
};

} // namespace

class TestPendingBuys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBuyIsSentToTheLeaderWithItsEpoch()
    {
        Bench bench;

        const auto id = bench.add("a");

        const PendingBuys::Send send = bench.theSend();
        QCOMPARE(send.buy, id);
        QCOMPARE(send.attempt, 1);
        QCOMPARE(send.to, (Elector::Leader{r3, 1}));
        QCOMPARE(send.request.epoch, 1);
        QCOMPARE(send.request.requestId, QByteArray("a"));
        QCOMPARE(send.request.name, QByteArray("Tux"));
        QCOMPARE(send.request.quantity, 1);
        QCOMPARE(send.deadline, bench.now() + 5s);
        bench.answer(send, PlaceOrder::Answer{7});
        QCOMPARE(bench.ended.at(id).value(), 7);
        QCOMPARE(bench.buys.count(), 0U);
        QVERIFY(!bench.buys.nextWake());
        QVERIFY(bench.events.isEmpty());
    }

    void aBuyWaitsForALeader()
    {
        const Instant start{1000s};
        Elector elector({r1}, 1, start); // knows nothing of its replica yet
        PendingBuys buys(elector);
        const auto id = buys.add(tux("a"), start, start);
        buys.send(start);
        QVERIFY(buys.takeEffects().sends.empty());

        buys.tick(start + 5s - 1ms);
        QVERIFY(buys.takeEffects().settled.empty());
        buys.tick(start + 5s);

        const auto settled = buys.takeEffects().settled;
        QCOMPARE(settled.size(), 1U);
        QCOMPARE(settled[0].buy, id);
        QCOMPARE(settled[0].orderNumber.error().code, ErrorCode::NoOrderService);
    }

    void aLostLeadersBuysAreSentAgainUnderTheSameIdToTheNext_I3()
    {
        Bench bench;
        for (const QByteArray id : {"a", "b", "c"})
            bench.add(id);
        bench.answer(bench.sent[1], PlaceOrder::Answer{1});
        bench.sent.clear();

        bench.down({r3});

        QCOMPARE(bench.sent.size(), 2U);
        for (const PendingBuys::Send &send : bench.sent) {
            QCOMPARE(send.attempt, 2);
            QCOMPARE(send.to, (Elector::Leader{r2, 2}));
            QCOMPARE(send.request.epoch, 2);
            QCOMPARE(send.deadline, bench.now() + 5s);
        }
        QCOMPARE(bench.sent[0].request.requestId, QByteArray("a"));
        QCOMPARE(bench.sent[1].request.requestId, QByteArray("c"));
        QCOMPARE(bench.events.size(), 1);
        QCOMPARE(bench.events[0].kind, QByteArray("buy_resent"));
        QCOMPARE(bench.events[0].requestId, QByteArray("a"));
        QCOMPARE(bench.events[0].subject, QByteArray("order-8092"));
        QCOMPARE(bench.events[0].epoch, 2);
        QCOMPARE(bench.events[0].count, 2);
    }

    void aLostConnectionIsNoticedByTheFirstCallThatFails()
    {
        Bench bench;
        bench.add("a");
        const auto send = bench.theSend();

        bench.answer(send, failure(error(ErrorCode::ConnectionLost)));

        QCOMPARE(bench.theSend().to, (Elector::Leader{r2, 2})); // never the lost one again
    }

    void aNumberSettlesWhicheverAttemptTellsIt()
    {
        Bench bench;
        const auto id = bench.add("a");
        const auto first = bench.theSend();
        bench.down({r3});
        const auto second = bench.theSend();

        bench.answer(first, PlaceOrder::Answer{4});
        bench.answer(second, PlaceOrder::Answer{4}); // a second time: nobody waits for it any more

        QCOMPARE(bench.ended.at(id).value(), 4);
    }

    void anEarlierAttemptsNoSettlesNothing()
    {
        Bench bench;
        const auto id = bench.add("a");
        const auto first = bench.theSend();
        bench.down({r3});
        const auto second = bench.theSend();

        bench.answer(first, failure(error(ErrorCode::OrderRejected)));
        QVERIFY(bench.ended.empty());
        bench.answer(second, PlaceOrder::Answer{4});

        QCOMPARE(bench.ended.at(id).value(), 4);
        QVERIFY(bench.sent.empty());
    }

    void aRejectionOrAMismatchSettles()
    {
        for (const ErrorCode code : {ErrorCode::OrderRejected, ErrorCode::RequestMismatch}) {
            Bench bench;
            const auto id = bench.add("a");

            bench.answer(bench.theSend(), failure(error(code)));

            QCOMPARE(bench.ended.at(id).error(), error(code));
            QVERIFY(bench.election.elector.readyLeader()); // it is nobody's fault
        }
    }

    void aLeaderThatDoesNotDecideIsAskedAgainAtOnceAndThenEvery20Ms()
    {
        Bench bench;
        bench.add("a");
        const Instant start = bench.now();
        QList<qint64> times;

        while (bench.now() < start + 50ms) {
            for (const auto &send : std::exchange(bench.sent, {})) {
                times.append(std::chrono::duration_cast<Milliseconds>(bench.now() - start).count());
                bench.answer(send, failure(error(ErrorCode::Internal)));
            }
            bench.pass(1ms);
        }

        QCOMPARE(times.mid(0, 2), (QList<qint64>{0, 1}));
        QVERIFY(times.size() == 4);
        for (int i = 2; i < times.size(); ++i)
            QVERIFY2(times[i] - times[i - 1] >= 20, QByteArray::number(times[i]).constData());
    }

    void withoutACatalogALeaderIsNotAskedAgainAtOnce()
    {
        Bench bench;
        bench.add("a");

        bench.answer(bench.theSend(), failure(error(ErrorCode::CatalogUnavailable)));
        bench.pass(19ms);
        QVERIFY(bench.sent.empty());
        bench.pass(21ms);

        QCOMPARE(bench.theSend().attempt, 2);
    }

    void aBuyThatIsGivenUpSaysWhatTheCatalogMet()
    {
        Bench bench;
        const auto id = bench.add("a");

        bench.answer(bench.theSend(),
                     failure(ErrorCode::CatalogUnavailable, "no room to write; move /srv/ledger.sqlite"));
        bench.pass(6s);

        const QByteArray told = bench.ended.at(id).error().message;
        QVERIFY2(told.startsWith("no answer within 5 s (no room to write), "), told);
        QVERIFY2(!told.contains("/srv"), told); // no client's business
    }

    void answersReadTogetherAreSentAgainTogether()
    {
        Bench bench;
        bench.add("a");
        bench.add("b");

        for (const auto &send : std::exchange(bench.sent, {}))
            bench.answer(send, failure(error(ErrorCode::Internal)));
        QVERIFY(bench.sent.empty());
        bench.pass(0ms);

        QCOMPARE(bench.sent.size(), 2U);
        QCOMPARE(bench.events.size(), 1);
        QCOMPARE(bench.events[0].count, 2);
    }

    void afterFiveSecondsABuyIsGivenUp()
    {
        Bench bench;
        const auto id = bench.add("a");

        bench.pass(4999ms);
        QVERIFY(bench.ended.empty());
        bench.pass(1ms);

        QCOMPARE(bench.codeOf(id), ErrorCode::OutcomeUnknown);
        QCOMPARE(bench.buys.count(), 0U);
    }

    void aBuyThatNoLeaderCanHaveTakenWasCertainlyNotPlaced()
    {
        Bench bench;
        const auto id = bench.add("a");

        for (const ReplicaId leader : {r3, r2, r1}) {
            const auto send = bench.theSend();
            QCOMPARE(send.to.id, leader);
            bench.answer(send, failure(error(ErrorCode::CannotConnect)));
            bench.pass(20ms);
        }

        QCOMPARE(bench.codeOf(id), ErrorCode::NoOrderService);
    }

    void aBuyThatOneLeaderMayHaveTakenIsUnknown()
    {
        Bench bench;
        const auto id = bench.add("a");

        static_cast<void>(bench.theSend());
        bench.down({r3});
        for (int i = 0; i < 2; ++i) {
            bench.answer(bench.theSend(), failure(error(ErrorCode::CannotConnect)));
            bench.pass(20ms);
        }

        QCOMPARE(bench.codeOf(id), ErrorCode::OutcomeUnknown);
    }

    void theKeyToRepeatAnUnknownBuyWithIsNamed()
    {
        Bench bench;
        const auto named = bench.add("c-mine");
        const auto own = bench.add("f-00000000-0000-4000-8000-000000000000");

        bench.pass(5s);

        QVERIFY(bench.ended.at(named).error().message.contains("'Idempotency-Key: mine'"));
        QVERIFY(bench.ended.at(own).error().message.contains("'Idempotency-Key: f-00000000-"));
    }

    void anOverloadedLeaderSettlesOnlyWhatNoneMayHaveTaken()
    {
        Bench bench;
        const auto fresh = bench.add("a");
        bench.answer(bench.theSend(), failure(error(ErrorCode::Overloaded)));
        QCOMPARE(bench.codeOf(fresh), ErrorCode::Overloaded);

        const auto tried = bench.add("b");
        bench.answer(bench.theSend(), failure(error(ErrorCode::Internal)));
        bench.pass(0ms);
        bench.answer(bench.theSend(), failure(error(ErrorCode::Overloaded)));

        QVERIFY(!bench.ended.contains(tried));
    }

    void withNoOrderServiceBuysFailAtOnce()
    {
        Bench bench;
        const auto underWay = bench.add("a");

        bench.down({r1, r2, r3});
        const auto fresh = bench.add("b");

        QCOMPARE(bench.codeOf(underWay), ErrorCode::OutcomeUnknown);
        QCOMPARE(bench.codeOf(fresh), ErrorCode::NoOrderService);
        QCOMPARE(bench.buys.count(), 0U);
    }

    void tooManyBuysAreRefused()
    {
        Bench bench;
        for (std::size_t i = 0; i < PendingBuys::maxBuys; ++i)
            bench.buys.add(tux(QByteArray::number(qulonglong(i))), bench.now(), bench.now());

        const auto id = bench.add("one more");

        QCOMPARE(bench.codeOf(id), ErrorCode::Overloaded);
        QCOMPARE(bench.sent.size(), PendingBuys::maxBuys);
    }

    // A process that was paused finds sockets, timers and its own queues in any order.
    void afterALongPauseNoExpiredBuyIsSentAgain_data()
    {
        QTest::addColumn<QByteArray>("first");
        for (const char *first : {"leader lost", "refusal", "new buy", "timer"})
            QTest::newRow(first) << QByteArray(first);
    }
    void afterALongPauseNoExpiredBuyIsSentAgain()
    {
        QFETCH(QByteArray, first);
        Bench bench;
        const auto id = bench.add("old");
        const auto send = bench.theSend();
        bench.election.now += 60s;

        if (first == "leader lost")
            bench.down({r3});
        else if (first == "refusal")
            bench.answer(send, failure(error(ErrorCode::NotLeader)));
        else if (first == "new buy")
            bench.add("new");
        bench.pass(100ms);

        for (const auto &again : bench.sent)
            QCOMPARE(again.request.requestId, QByteArray("new"));
        QCOMPARE(bench.codeOf(id), ErrorCode::OutcomeUnknown);
    }

    void aBuyThatWaitedTooLongToBeTakenIsNeverSent()
    {
        Bench bench;
        const Instant arrived = bench.now();
        bench.election.now += 5s;

        const auto id = bench.buys.add(tux("late"), arrived, bench.now());
        bench.buys.send(bench.now());

        const auto effects = bench.buys.takeEffects();
        QVERIFY(effects.sends.empty());
        QCOMPARE(effects.settled.at(0).buy, id);
        QCOMPARE(effects.settled.at(0).orderNumber.error().code, ErrorCode::NoOrderService);
    }

    void aLateNumberIsStillToldIfNobodyWasToldOtherwise()
    {
        Bench bench;
        const auto id = bench.add("a");
        bench.election.now += 60s; // paused; its answer is read before any timer rings

        bench.answer(bench.theSend(), PlaceOrder::Answer{3});

        QCOMPARE(bench.ended.at(id).value(), 3);
    }

    // Look-ups.

    void aLookupAsksTheReplicasInTurns()
    {
        Election election;
        OrderLookups lookups(election.elector, {r1, r2, r3});

        QList<ReplicaId> asked;
        for (int i = 0; i < 6; ++i)
            asked.append(std::get<OrderLookups::Ask>(lookups.begin(7)).replica);

        for (const ReplicaId id : {r1, r2, r3})
            QCOMPARE(asked.count(id), 2);
        QCOMPARE(lookups.count(), 6U);
    }

    void whoeverCannotTellIsPassedOver_I12()
    {
        Election election;
        election.down(r1); // asked last, in case it is back
        OrderLookups lookups(election.elector, {r1, r2, r3});

        const auto first = std::get<OrderLookups::Ask>(lookups.begin(7));
        const auto second = std::get<OrderLookups::Ask>(
            lookups.answered(first.lookup, failure(error(ErrorCode::CatalogUnavailable))));
        const auto third = std::get<OrderLookups::Ask>(
            lookups.answered(first.lookup, failure(error(ErrorCode::DeadlineExceeded))));
        const auto end = std::get<OrderLookups::Settled>(
            lookups.answered(first.lookup, failure(error(ErrorCode::CannotConnect))));

        QCOMPARE(first.request.number, 7);
        QVERIFY(first.replica != second.replica);
        QCOMPARE(third.replica, r1);
        QCOMPARE(end.order.error().code, ErrorCode::NoOrderService); // never 'not found'
        QCOMPARE(lookups.count(), 0U);
    }

    void anOrderOrNotFoundIsFinal()
    {
        Election election;
        OrderLookups lookups(election.elector, {r1, r2, r3});
        const auto found = std::get<OrderLookups::Ask>(lookups.begin(7));
        const auto missing = std::get<OrderLookups::Ask>(lookups.begin(8));

        const auto order = lookups.answered(found.lookup, OrderDetails::Answer{7, "Tux", 1});
        const auto none = lookups.answered(missing.lookup, failure(error(ErrorCode::OrderNotFound)));

        QCOMPARE(std::get<OrderLookups::Settled>(order).order->number, 7);
        QCOMPARE(std::get<OrderLookups::Settled>(none).order.error().code, ErrorCode::OrderNotFound);
        QCOMPARE(lookups.count(), 0U);
    }

    void replicasThatRefuseBuysAreAskedAllTheSame()
    {
        Election election;
        OrderLookups lookups(election.elector, {r1, r2, r3});
        for (const ReplicaId id : {r1, r2})
            election.down(id);
        const Elector::Leader leader = election.elector.readyLeader().value();
        election.syncing(leader.id);
        election.refused({leader, {ErrorCode::StorageFull, "no room", {}}});
        QVERIFY(election.elector.noOrderService());

        QVERIFY(std::holds_alternative<OrderLookups::Ask>(lookups.begin(1)));
    }

    void lookupsAreBoundedAndFailAtOnceWithNoOrderService()
    {
        Election election;
        OrderLookups lookups(election.elector, {r1, r2, r3});
        for (std::size_t i = 0; i < OrderLookups::maxLookups; ++i)
            QVERIFY(std::holds_alternative<OrderLookups::Ask>(lookups.begin(1)));

        const auto tooMany = std::get<OrderLookups::Settled>(lookups.begin(1));
        for (const ReplicaId id : {r1, r2, r3})
            election.down(id);
        const auto none = std::get<OrderLookups::Settled>(lookups.begin(1));

        QCOMPARE(tooMany.order.error().code, ErrorCode::Overloaded);
        QCOMPARE(none.order.error().code, ErrorCode::NoOrderService);
    }
};

QTEST_GUILESS_MAIN(TestPendingBuys)
#include "tst_pendingbuys.moc"
