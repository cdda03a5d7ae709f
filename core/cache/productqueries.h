// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "cache/productcache.h"

#include <utility>

namespace toystore
{

/// The frontend's product queries: answered from the cache, else by the catalog, for which they wait; and the
/// upkeep of the subscription that the cache lives by. Pure.
///
/// Every input comes with the time now, which must not go back (query()'s may be older: when it arrived);
/// what follows from it is kept until takeEffects(). For one thread at a time.
class ProductQueries
{
public:
    /// How long a query waits for the catalog.
    static constexpr Milliseconds patience{5000};
    static constexpr Milliseconds renewInterval{100};
    /// A subscription that is not answered for so long is asked for anew.
    static constexpr Milliseconds subscribeLimit{1000};

    using QueryId = ProductCache::WaiterId; ///< names a query; the caller chooses

    // Effects.
    struct Fetch { ///< fetched()
        ProductCache::FetchId fetch = 0;
        QByteArray name;
        Instant deadline;
    };
    struct Settled {
        QueryId query = 0;
        Result<Product> answer; ///< errors: product_not_found, overloaded, catalog_unavailable
    };
    struct Subscribe { ///< subscribed()
    };
    struct SendRenew { ///< renewed()
        qint64 subscription = 0;
        Instant sentAt;
    };
    struct Acknowledge { ///< from now on nothing older is shown
        qint64 push = 0;
    };
    struct CatalogReached {
    };
    /// The connection is gone, or the catalog was silent for as long as a lease.
    struct CatalogLost {
    };
    using Effect =
        std::variant<Fetch, Settled, Subscribe, SendRenew, Acknowledge, CatalogReached, CatalogLost, Event>;
    using Effects = std::vector<Effect>;

    struct CacheState {
        bool subscribed = false;
        bool enabled = false;
        qint64 capacity = 0;
        qint64 entries = 0;
        ProductCache::Statistics statistics;
    };

    ProductQueries(qint64 cacheCapacity, bool cacheEnabled) : m_cache(cacheCapacity, cacheEnabled) {}

    /// Looks @p name up: the product, if the cache has it; then there are no effects. Else the query @p id,
    /// unique among those that wait, is settled later, or at once by an effect.
    [[nodiscard]] std::optional<Product> query(const QByteArray &name, QueryId id, Instant now);

    /// The catalog's answer to a fetch; a failed call is an answer too.
    void fetched(ProductCache::FetchId fetch, const Result<Product> &answer, Instant now);

    /// The connection to the catalog.
    void connected(Instant now);
    void disconnected(Instant now);

    /// The answers to Subscribe and SendRenew; a failed call is an answer too.
    void subscribed(const Result<SubscribeInvalidations::Answer> &answer, Instant now);
    void renewed(const SendRenew &renewal, const Result<Empty> &answer, Instant now);

    /// The catalog pushed an invalidation; one with an id, @p push, wants an acknowledgement.
    void invalidated(const Invalidate &invalidate, std::optional<qint64> push, Instant now);

    /// To be called every renewInterval.
    void tick(Instant now);

    void setCache(std::optional<bool> enabled, std::optional<qint64> capacity);

    [[nodiscard]] Effects takeEffects() { return std::exchange(m_effects, {}); }
    /// Queries that wait for their answer.
    [[nodiscard]] std::size_t count() const { return m_queries.size(); }
    [[nodiscard]] CacheState cacheState(Instant now);
    [[nodiscard]] std::vector<ProductCache::Content> cacheContents(qint64 limit, Instant now) const
    {
        return m_cache.contents(limit, now);
    }

private:
    struct Query {
        QByteArray name;
        Instant deadline;
    };

    void settle(QueryId id, const Result<Product> &answer);
    void lookAgain(Instant now);
    void giveUpWaiting(Instant now);
    void subscribe(Instant now);
    void subscriptionLost(const QByteArray &why);
    void setReached(bool reached);
    void reportInvalidations();

    ProductCache m_cache;
    std::unordered_map<QueryId, Query> m_queries; // that wait for an answer
    std::vector<QueryId> m_waitingForCatalog;     // to be looked up again when it is back
    bool m_connected = false;
    std::optional<Instant> m_subscribing; // since when a Subscribe is out
    bool m_wasSubscribed = false;
    bool m_reached = false;
    qint64 m_invalidated = 0; // entries, not yet reported as an event
    QByteArray m_lastInvalidated;
    Effects m_effects;
};

} // namespace toystore
