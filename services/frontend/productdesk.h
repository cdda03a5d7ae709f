// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "cache/productqueries.h"
#include "net/rpcclient.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <mutex>
#include <unordered_map>

namespace toystore
{

/// Answers product queries of the session threads: joins ProductQueries to the connection to the catalog and
/// the clock, and guards it.
///
/// Lives on the catalog client's thread; query() and what tells about the cache may be called from any.
class ProductDesk : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(Result<Product>)>;
    using CacheState = ProductQueries::CacheState;

    /// @p catalog and @p events must outlive the desk. Before catalog.start().
    ProductDesk(RpcClient &catalog, EventRing &events, qint64 cacheCapacity, bool cacheEnabled,
                QObject *parent = nullptr);

    /// Looks @p name up. Returns the product if the cache has it; else calls @p makeDone once, inside
    /// query(), and what it returned later, on the desk's thread (if too many wait: at once, on this one).
    /// Errors: see ProductQueries::Settled.
    [[nodiscard]] std::optional<Product> query(const QByteArray &name, const std::function<Done()> &makeDone);

    void setCache(std::optional<bool> enabled, std::optional<qint64> capacity);

    /// Queries that wait for their answer.
    [[nodiscard]] std::size_t queries();
    [[nodiscard]] CacheState cacheState();
    [[nodiscard]] std::vector<ProductCache::Content> cacheContents(qint64 limit);

Q_SIGNALS:
    void catalogReached();
    void catalogLost();

private:
    void armHeartbeat();
    /// Feeds the queries an input, as a function of them and the time, and carries out what follows from it.
    template <typename Input>
    void feed(Input input);
    void carryOut(const ProductQueries::Effects &effects);
    void carryOut(const ProductQueries::Fetch &effect);
    void carryOut(const ProductQueries::Settled &effect);
    void carryOut(const ProductQueries::Subscribe &effect);
    void carryOut(const ProductQueries::SendRenew &effect);
    void carryOut(const ProductQueries::Acknowledge &effect);
    void carryOut(const ProductQueries::CatalogReached &effect);
    void carryOut(const ProductQueries::CatalogLost &effect);
    void carryOut(const Event &event);

    RpcClient &m_catalog;
    EventRing &m_events;
    QTimer m_heartbeat;

    std::mutex m_mutex; // guards what follows
    ProductQueries m_queries;
    ProductQueries::QueryId m_lastQuery = 0;
    std::unordered_map<ProductQueries::QueryId, Done> m_done; // of those that wait
};

} // namespace toystore
