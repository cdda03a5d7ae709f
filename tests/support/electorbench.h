// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "election/elector.h"

#include <algorithm>
#include <map>
#include <vector>

// An Elector in the hands of a test, and what three replicas answer it.

namespace toystore
{

inline constexpr ReplicaId r1{8091};
inline constexpr ReplicaId r2{8092};
inline constexpr ReplicaId r3{8093};

inline HealthCheck::Answer able(qint64 last = 0)
{
    return {ReplicaId{}, 0, last, false};
}

inline HealthCheck::Answer leading(ReplicaId self, qint64 epoch)
{
    return {self, epoch, 0, true};
}

inline HealthCheck::Answer following(ReplicaId leader, qint64 epoch)
{
    return {leader, epoch, 0, false};
}

inline tl::unexpected<Error> syncing(qint64 last)
{
    return failure(ErrorCode::Syncing, "catching up", {{}, {}, last});
}

inline tl::unexpected<Error> staleEpoch(qint64 epoch, ReplicaId leader)
{
    return failure(ErrorCode::StaleEpoch, "stale", {epoch, leader.value, 0});
}

inline tl::unexpected<Error> noCatalog()
{
    return failure(ErrorCode::CatalogUnavailable, "no catalog");
}

/// Who leads, none or one.
using Ready = std::optional<Elector::Leader>;

/// What replicas answer a health check.
using Answers = std::map<ReplicaId, HealthCheck::Answer>;
inline const Answers allAble{{r1, able()}, {r2, able()}, {r3, able()}};
/// While 8093 leads epoch 1.
inline const Answers allAlive{{r1, following(r3, 1)}, {r2, following(r3, 1)}, {r3, leading(r3, 1)}};

/// Drives an Elector by hand and keeps the effects not yet looked at.
class Bench
{
public:
    Instant now{std::chrono::seconds(1000)};
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
            const Instant due = std::max(elector.nextWake(), now + Milliseconds(1));
            now = std::min({until, now + Milliseconds(10), due});
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

} // namespace toystore
