// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "protocol/catalogmessages.h"

#include <QSet>

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace toystore
{

/// The catalog's half of the cache protocol (docs/architecture.md, "Cache"), pure.
///
/// A frontend's subscription lives by a lease that it renews. What changes is pushed to every subscription;
/// the answer of a sell is held until each push about its toys is acknowledged, or the lease of who owes the
/// acknowledgement is over: then that frontend knows, by its own clock, that its cache is worth nothing. So
/// no query sent after a buy was acknowledged can be answered from before it (I10). Leases are after Gray and
/// Cheriton, "Leases: an efficient fault-tolerant mechanism for distributed file cache consistency" (1989).
///
/// Every input comes with the time now, which must not go back; what follows from it is kept until
/// takeEffects().
class InvalidationHub
{
public:
    /// Counted from the receipt of a renewal; the frontend counts 400 ms from when it sent it.
    static constexpr Milliseconds leaseTime{450};
    /// Nothing is renewed for who has owed an acknowledgement for so long.
    static constexpr Milliseconds patience{200};

    struct Limits {
        std::size_t subscriptions = 256;
        std::size_t unacknowledged = 20'000; ///< pushes a subscription; beyond: its lease is left to end
    };

    struct Push {
        quint64 peer = 0;
        qint64 id = 0; ///< the acknowledgement carries it
        Invalidate message;
    };
    struct Ended {
        quint64 peer = 0;
        qint64 subscription = 0;
        QByteArray reason;
    };
    /// What the caller has to do, in this order.
    struct Effects {
        std::vector<Push> pushes;
        std::vector<qint64> released; ///< answers that may leave now
        std::vector<Ended> ended;
    };

    /// @p started: the process before may have granted leases until then, so that nothing is released for
    /// one leaseTime.
    explicit InvalidationHub(Instant started) : InvalidationHub(started, Limits()) {}
    InvalidationHub(Instant started, Limits limits) : m_limits(limits), m_opensAt(started + leaseTime) {}

    /// Subscribes a connection and ends its earlier subscription. Errors: overloaded.
    [[nodiscard]] Result<qint64> subscribe(quint64 peer, Instant now);

    /// Errors: not_subscribed.
    [[nodiscard]] Result<void> renew(quint64 peer, qint64 subscription, Instant now);

    /// These toys have changed, each given once with its newest version.
    void changed(const QList<Product> &toys, Instant now);

    /// An answer about these toys wants to leave; @p answer, unique among those held, names it when it may.
    void hold(qint64 answer, const QSet<QByteArray> &toys, Instant now);

    /// A peer has acknowledged a push. A late, strange or repeated one is nothing to us.
    void acknowledged(quint64 peer, qint64 push, Instant now);

    /// A connection is gone; who was behind it may still serve from its cache as long as its lease.
    void peerGone(quint64 peer, Instant now);

    /// Time has passed; to be called at nextDeadline().
    void tick(Instant now);

    /// When tick() has something to do; nothing if it can't have.
    [[nodiscard]] std::optional<Instant> nextDeadline() const;

    [[nodiscard]] Effects takeEffects() { return std::exchange(m_effects, {}); }
    [[nodiscard]] qint64 subscriptions() const { return static_cast<qint64>(m_subscriptions.size()); }
    [[nodiscard]] qint64 held() const { return static_cast<qint64>(m_held.size()); }

private:
    struct Pending {
        QByteArray toy;
        Instant since;
    };
    struct Subscription {
        quint64 peer = 0;
        Instant leaseEnd;
        bool lost = false; ///< can't be reached: no push, no renewal, only its lease's end
        std::map<qint64, Pending> pending = {}; // by push
    };
    /// A push that must be acknowledged, or (push 0) a subscription that must end.
    using Obstacle = std::pair<qint64, qint64>;

    using Subscriptions = std::map<qint64, Subscription>;

    Subscriptions::iterator end(Subscriptions::iterator subscription, const QByteArray &reason);
    Subscriptions::iterator find(quint64 peer);
    void remove(const Obstacle &obstacle);
    void release(Instant now);

    Limits m_limits;
    Instant m_opensAt;
    Subscriptions m_subscriptions;
    std::map<qint64, std::set<Obstacle>> m_held;
    qint64 m_lastSubscription = 0;
    qint64 m_lastPush = 0;
    Effects m_effects;
};

} // namespace toystore
