// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "protocol/catalogmessages.h"

#include <list>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

namespace toystore
{

/// The frontend's half of the cache protocol: products by name, least recently used out first, never older
/// than any buy acknowledged before the query arrived (I10). Pure: the caller brings the time and carries the
/// fetches out. For one thread at a time.
///
/// It may be used only under a subscription with a living lease, because only then does the catalog wait for
/// our acknowledgement before a buy is answered. Without one (and switched off) it is passed by: nothing
/// kept, nothing shared. A toy's floor is the highest version seen of it. It matters to fetches already on
/// their way: a query sent later reads at least the floor, since the catalog swaps in a change before it
/// pushes the invalidation. So floors are kept for toys that have an entry or a fetch under way, which bounds
/// them by capacity() + maxWaiters.
class ProductCache
{
public:
    /// What an answered renewal is worth, counted from when it was sent. The catalog counts 450 ms from when
    /// it received it, so it never believes us dead while we still answer from the cache.
    static constexpr Milliseconds lease{400};
    /// Queries that wait for a fetch, all toys together.
    static constexpr std::size_t maxWaiters = 10'000;

    using WaiterId = quint64; ///< names a query; the caller chooses
    using FetchId = quint64;  ///< names a question to the catalog; given by the cache

    struct Hit {
        Product product;
    };
    /// Ask the catalog for the toy and hand the answer to fetched().
    struct StartFetch {
        FetchId fetch = 0;
    };
    /// Wait: a fetch already under way answers this query.
    struct Joined {
    };
    /// maxWaiters wait already.
    struct Full {
    };
    using Lookup = std::variant<Hit, StartFetch, Joined, Full>;

    /// What an answer from the catalog means for those who waited.
    struct Fetched {
        struct Again {
            WaiterId waiter = 0;
            FetchId fetch = 0;
        };
        std::vector<WaiterId> answered; ///< take the fetch's answer
        std::vector<Again> again;       ///< too old for them: ask again, each for itself
    };

    struct Statistics {
        qint64 hits = 0;
        qint64 misses = 0; ///< queries not answered from the cache, for whatever reason
        qint64 invalidations = 0;
        qint64 evictions = 0;
    };

    struct Content {
        Product product;
        Milliseconds age{0}; ///< since it was filled
        qint64 hits = 0;
    };

    /// @p capacity: entries, at least 1.
    ProductCache(qint64 capacity, bool enabled);

    /// Looks @p name up for the query @p waiter that arrived at @p now.
    [[nodiscard]] Lookup lookup(const QByteArray &name, WaiterId waiter, Instant now);

    /// Takes the catalog's answer to a fetch. Every fetch must come back here once, also a failed one.
    [[nodiscard]] Fetched fetched(FetchId fetch, const Result<Product> &answer, Instant now);

    /// The catalog answered the subscription request that was sent at @p sentAt: starts empty under it.
    void subscribed(qint64 subscription, Instant sentAt, Instant now);
    /// The catalog answered a renewal sent at @p sentAt. It revives nothing: a lease that is over stays over.
    void renewed(qint64 subscription, Instant sentAt, Instant now);
    /// The connection is gone or the catalog does not know the subscription any more.
    void unsubscribed();
    /// The subscription, if its lease lives at @p now; without one the caller subscribes anew.
    [[nodiscard]] std::optional<qint64> subscription(Instant now);

    /// Takes an invalidation; may be acknowledged when this returns. Returns whether an entry went.
    /// One of another subscription changes nothing: all that is kept was asked for later.
    bool invalidated(qint64 subscription, const QByteArray &name, qint64 version, Instant now);

    /// Both begin with an empty cache if they change anything (a smaller capacity: with the most recent).
    void setEnabled(bool enabled);
    void setCapacity(qint64 capacity);
    [[nodiscard]] bool isEnabled() const { return m_enabled; }
    [[nodiscard]] qint64 capacity() const { return m_capacity; }

    [[nodiscard]] qint64 size() const { return static_cast<qint64>(m_entries.size()); }
    [[nodiscard]] const Statistics &statistics() const { return m_statistics; }
    /// At most @p limit entries, the most recently used first.
    [[nodiscard]] std::vector<Content> contents(qint64 limit, Instant now) const;

private:
    struct Entry {
        QByteArray name;
        Product product;
        Instant since;
        qint64 hits = 0;
    };
    using Entries = std::list<Entry>;
    struct Toy {
        qint64 floor = 0;
        std::optional<Entries::iterator> entry;
        int fetches = 0;    // under way in this generation
        FetchId shared = 0; // the one of them that later queries may join
    };
    using Toys = std::unordered_map<QByteArray, Toy>;
    struct JoinedQuery {
        WaiterId waiter = 0;
        qint64 floor = 0; // when the query arrived
    };
    struct Fetch {
        QByteArray name;
        quint64 generation = 0;
        WaiterId first = 0;
        std::vector<JoinedQuery> joined;
    };

    [[nodiscard]] bool isActive() const { return m_enabled && m_subscription.has_value(); }
    void expire(Instant now);
    void clear();
    FetchId startFetch(const QByteArray &name, WaiterId waiter);
    void fill(Toys::iterator toy, const Product &product, Instant now);
    void removeEntry(Toy &toy);
    void forgetIfIdle(Toys::iterator toy);
    void evict();

    qint64 m_capacity;
    bool m_enabled;
    std::optional<qint64> m_subscription;
    Instant m_leaseEnd;
    // Counts the times everything was cleared: what belongs to an earlier generation crossed a subscription
    // (or the off switch) and neither fills nor is shared. A fetch started while passed by has generation 0.
    quint64 m_generation = 1;
    Entries m_entries; // most recently used first
    Toys m_toys;
    std::unordered_map<FetchId, Fetch> m_fetches;
    FetchId m_lastFetch = 0;
    std::size_t m_waiters = 0;
    Statistics m_statistics;
};

} // namespace toystore
