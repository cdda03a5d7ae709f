// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "protocol/places.h"

#include <QList>

#include <map>
#include <vector>

namespace toystore
{

/// What a leader knows of its followers: what each has on disk, what is on its way to it, and whether it is
/// in sync, so that answers wait for it. Pure.
///
/// In sync: it has acknowledged the leader's last number, as the append_orders that asked told it. Out at
/// once when its connection closes or an append is unanswered for @c silence. One append a follower is under
/// way at a time; what is decided meanwhile goes with the next.
class Followers
{
public:
    static constexpr Milliseconds heartbeat{100};
    static constexpr Milliseconds silence{500};

    explicit Followers(const QList<ReplicaId> &ids);

    /// A new leader starts with none in sync and knows nothing.
    void reset();

    /// One append_orders to send: the orders after @c after, none if @c after is the leader's last number.
    struct Send {
        ReplicaId to;
        qint64 after = 0;
    };

    /// What to send now, to those with nothing under way: orders a follower lacks and the leader still has in
    /// memory (those after @p oldest), else a heartbeat when it is due. Each is taken as sent, with the
    /// leader's @p last.
    [[nodiscard]] std::vector<Send> due(qint64 last, qint64 oldest, Instant now);

    /// A follower has answered: up to @p onDisk.
    void acknowledged(ReplicaId id, qint64 onDisk);
    /// Its append failed or got no answer in time.
    void failed(ReplicaId id);
    /// Its connection is gone.
    void lost(ReplicaId id);

    /// The highest number that is on the leader's disk (@p durable) and on that of every follower in sync.
    [[nodiscard]] qint64 committed(qint64 durable) const;
    [[nodiscard]] QList<ReplicaId> inSync() const;

private:
    struct Follower {
        bool underWay = false;
        bool inSync = false;
        bool known = false;   // has answered this leader
        bool stalled = false; // took no orders the last time: only a heartbeat may follow
        qint64 acknowledged = 0;
        qint64 sentLast = 0; // the leader's last number, as the append under way says it
        Instant nextHeartbeat;
    };

    std::map<ReplicaId, Follower> m_followers;
};

} // namespace toystore
