// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "cache/productcache.h"
#include "net/rpcclient.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <mutex>
#include <unordered_map>

namespace toystore
{

/// Answers product queries: from the cache, else from the catalog. Keeps the subscription to invalidations
/// and its lease.
///
/// Lives on the catalog client's thread; query() and what tells about the cache may be called from any.
class ProductDesk : public QObject
{
    Q_OBJECT

public:
    /// How long a query waits for the catalog.
    static constexpr Milliseconds patience{5000};

    using Done = std::function<void(Result<Product>)>;

    /// @p catalog and @p events must outlive the desk. Before catalog.start().
    ProductDesk(RpcClient &catalog, EventRing &events, qint64 cacheCapacity, bool cacheEnabled,
                QObject *parent = nullptr);

    /// Looks @p name up. Returns the product if the cache has it; else calls @p makeDone once, inside
    /// query(), and what it returned later, on the desk's thread. Errors: product_not_found, overloaded,
    /// catalog_unavailable (for `patience`).
    [[nodiscard]] std::optional<Product> query(const QByteArray &name, const std::function<Done()> &makeDone);

    void setCache(std::optional<bool> enabled, std::optional<qint64> capacity);

    /// Queries that wait for their answer.
    [[nodiscard]] std::size_t queries();

    struct CacheState {
        bool subscribed = false;
        bool enabled = false;
        qint64 capacity = 0;
        qint64 entries = 0;
        ProductCache::Statistics statistics;
    };
    [[nodiscard]] CacheState cacheState();
    [[nodiscard]] std::vector<ProductCache::Content> cacheContents(qint64 limit);

Q_SIGNALS:
    void catalogReached();
    /// The connection is gone, or the catalog was silent for as long as a lease.
    void catalogLost();

private:
    struct Query {
        QByteArray name;
        Instant deadline;
        Done done;
    };
    using Settled = std::vector<std::pair<Done, Result<Product>>>;

    void look(ProductCache::WaiterId waiter);
    void fetch(ProductCache::FetchId id, const QByteArray &name, Instant deadline);
    void fetched(ProductCache::FetchId id, const Result<Product> &answer);
    void settle(ProductCache::WaiterId waiter, const Result<Product> &answer, Settled &settled);
    void lookAgain();
    void giveUpWaiting(Instant now);

    void onConnected();
    void onDisconnected();
    void subscribe();
    void renew(qint64 subscription);
    void onNotSubscribed(qint64 subscription);
    void onInvalidate(const Invalidate &invalidate, std::optional<qint64> id);
    void armHeartbeat();
    void heartbeat();
    void setReached(bool reached);
    void reportInvalidations();

    RpcClient &m_catalog;
    EventRing &m_events;
    QTimer m_heartbeat;

    std::mutex m_mutex; // guards the cache, the queries and their ids
    ProductCache m_cache;
    std::unordered_map<ProductCache::WaiterId, Query> m_queries; // that wait for an answer
    ProductCache::WaiterId m_lastWaiter = 0;

    // The desk's thread only:
    std::vector<ProductCache::WaiterId> m_waitingForCatalog; // to be looked up again when it is back
    bool m_subscribing = false;
    bool m_wasSubscribed = false;
    bool m_reached = false;
    qint64 m_invalidated = 0; // entries, not yet reported as an event
    QByteArray m_lastInvalidated;
};

} // namespace toystore
