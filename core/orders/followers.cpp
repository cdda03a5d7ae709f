// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/followers.h"

#include <algorithm>
#include <limits>

namespace toystore
{

namespace
{

/// A tick that comes a little early still sends the heartbeat, rather than the next one, a whole tick later.
constexpr Milliseconds tolerance{20};

} // namespace

Followers::Followers(const QList<ReplicaId> &ids)
{
    for (const ReplicaId id : ids)
        m_followers.emplace(id, Follower());
}

void Followers::reset()
{
    for (auto &[id, follower] : m_followers) {
        const bool underWay = follower.underWay;
        follower = Follower();
        if (underWay) { // its answer still comes, but was not asked with the new term's last number
            follower.underWay = true;
            follower.sentLast = std::numeric_limits<qint64>::max();
        }
    }
}

std::vector<Followers::Send> Followers::due(qint64 last, qint64 oldest, Instant now)
{
    std::vector<Send> sends;
    for (auto &[id, follower] : m_followers) {
        if (follower.underWay)
            continue;
        const bool carriesOrders =
            follower.known && follower.acknowledged >= oldest && follower.acknowledged < last;
        if (now < follower.nextHeartbeat && (!carriesOrders || follower.stalled))
            continue;
        follower.underWay = true;
        follower.sentLast = last;
        follower.nextHeartbeat = nextBeat(now + tolerance, heartbeat) - tolerance;
        sends.push_back({id, carriesOrders ? follower.acknowledged : last});
    }
    return sends;
}

void Followers::acknowledged(ReplicaId id, qint64 onDisk)
{
    Follower &follower = m_followers.at(id);
    follower.stalled = follower.known && onDisk <= follower.acknowledged && onDisk < follower.sentLast;
    follower.underWay = false;
    follower.known = true;
    // It may have more than we had sent, from the ledger; that it is the same, it says when we have sent it.
    follower.acknowledged = std::min(onDisk, follower.sentLast);
    if (onDisk >= follower.sentLast)
        follower.inSync = true;
}

void Followers::failed(ReplicaId id)
{
    Follower &follower = m_followers.at(id);
    follower.underWay = false;
    follower.inSync = false;
    follower.stalled = true;
}

void Followers::lost(ReplicaId id)
{
    Follower &follower = m_followers.at(id);
    follower.inSync = false;
    follower.stalled = true;
}

qint64 Followers::committed(qint64 durable) const
{
    for (const auto &[id, follower] : m_followers) {
        if (follower.inSync)
            durable = std::min(durable, follower.acknowledged);
    }
    return durable;
}

QList<ReplicaId> Followers::inSync() const
{
    QList<ReplicaId> ids;
    for (const auto &[id, follower] : m_followers) {
        if (follower.inSync)
            ids.append(id);
    }
    return ids;
}

} // namespace toystore
