// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cache/productcache.h"
#include "simulation/simrpcclient.h"

#include <unordered_map>

namespace toystore::simulation
{

/// A frontend's product queries, wired as ProductDesk.
class SimProducts
{
public:
    static constexpr Milliseconds patience{5000};

    using Done = std::function<void(Result<Product>)>;

    SimProducts(Process &owner, SimRpcClient &catalog, qint64 capacity, bool enabled);

    void setReachedChanged(std::function<void(bool)> changed) { m_onReached = std::move(changed); }
    void start() { heartbeatLater(); }
    void query(const QByteArray &name, Done done);
    void connected();
    void disconnected();

private:
    struct Query {
        QByteArray name;
        Instant deadline;
        Done done;
    };

    void look(ProductCache::WaiterId waiter);
    void fetch(ProductCache::FetchId id, const QByteArray &name, Instant deadline);
    void fetched(ProductCache::FetchId id, const Result<Product> &answer);
    void settle(ProductCache::WaiterId waiter, const Result<Product> &answer);
    void giveUpWaiting();
    void subscribe();
    void renew(qint64 subscription);
    void invalidated(const Invalidate &invalidate, qint64 id);
    void heartbeatLater();
    void heartbeat();
    void setReached(bool reached);
    [[nodiscard]] Instant now() const { return m_owner.now(); }

    Process &m_owner;
    SimRpcClient &m_catalog;
    std::function<void(bool)> m_onReached;
    ProductCache m_cache;
    std::unordered_map<ProductCache::WaiterId, Query> m_queries;
    ProductCache::WaiterId m_lastWaiter = 0;
    std::vector<ProductCache::WaiterId> m_waitingForCatalog;
    bool m_subscribing = false;
    bool m_wasSubscribed = false;
    bool m_reached = false;
};

} // namespace toystore::simulation
