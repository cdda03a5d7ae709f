// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "productdesk.h"

#include <algorithm>

namespace toystore
{

using namespace std::chrono_literals;

ProductDesk::ProductDesk(RpcClient &catalog, EventRing &events, qint64 cacheCapacity, bool cacheEnabled,
                         QObject *parent)
    : QObject(parent), m_catalog(catalog), m_events(events), m_queries(cacheCapacity, cacheEnabled)
{
    connect(&catalog, &RpcClient::connected, this,
            [this] { feed([](ProductQueries &queries, Instant now) { queries.connected(now); }); });
    connect(&catalog, &RpcClient::disconnected, this,
            [this] { feed([](ProductQueries &queries, Instant now) { queries.disconnected(now); }); });
    catalog.onPush<Invalidate>([this](const Invalidate &invalidate, std::optional<qint64> id) {
        feed([&](ProductQueries &queries, Instant now) { queries.invalidated(invalidate, id, now); });
    });
    m_heartbeat.setSingleShot(true);
    m_heartbeat.setTimerType(Qt::PreciseTimer);
    connect(&m_heartbeat, &QTimer::timeout, this, [this] {
        armHeartbeat();
        feed([](ProductQueries &queries, Instant now) { queries.tick(now); });
    });
    armHeartbeat();
}

void ProductDesk::armHeartbeat()
{
    const Instant now = monotonicNow();
    m_heartbeat.start(std::chrono::ceil<Milliseconds>(nextBeat(now, ProductQueries::renewInterval) - now));
}

// The hot path: a hit takes the lock once and leaves nothing to carry out.
std::optional<Product> ProductDesk::query(const QByteArray &name, const std::function<Done()> &makeDone)
{
    const Instant now = monotonicNow();
    ProductQueries::Effects effects;
    {
        const std::scoped_lock lock(m_mutex);
        if (std::optional<Product> hit = m_queries.query(name, ++m_lastQuery, now))
            return hit;
        m_done.emplace(m_lastQuery, makeDone());
        effects = m_queries.takeEffects();
    }
    carryOut(effects);
    return std::nullopt;
}

template <typename Input>
void ProductDesk::feed(Input input)
{
    ProductQueries::Effects effects;
    {
        const std::scoped_lock lock(m_mutex);
        input(m_queries, monotonicNow());
        effects = m_queries.takeEffects();
    }
    carryOut(effects);
}

void ProductDesk::carryOut(const ProductQueries::Effects &effects)
{
    for (const ProductQueries::Effect &effect : effects)
        std::visit([this](const auto &toDo) { carryOut(toDo); }, effect);
}

void ProductDesk::carryOut(const ProductQueries::Fetch &effect)
{
    const auto left = std::chrono::ceil<Milliseconds>(effect.deadline - monotonicNow());
    m_catalog.call(
        ProductQuery{effect.name}, std::max(left, 0ms),
        [this, fetch = effect.fetch](const Result<Product> &answer) {
            feed([&](ProductQueries &queries, Instant now) { queries.fetched(fetch, answer, now); });
        });
}

void ProductDesk::carryOut(const ProductQueries::Settled &effect)
{
    Done done;
    {
        const std::scoped_lock lock(m_mutex);
        done = std::move(m_done.extract(effect.query).mapped());
    }
    done(effect.answer);
}

void ProductDesk::carryOut(const ProductQueries::Subscribe &)
{
    m_catalog.call(SubscribeInvalidations(), ProductQueries::subscribeLimit,
                   [this](const Result<SubscribeInvalidations::Answer> &answer) {
                       feed([&](ProductQueries &queries, Instant now) { queries.subscribed(answer, now); });
                   });
}

void ProductDesk::carryOut(const ProductQueries::SendRenew &effect)
{
    m_catalog.call(
        Renew{effect.subscription}, ProductCache::lease, [this, effect](const Result<Empty> &answer) {
            feed([&](ProductQueries &queries, Instant now) { queries.renewed(effect, answer, now); });
        });
}

void ProductDesk::carryOut(const ProductQueries::Acknowledge &effect)
{
    m_catalog.acknowledge(effect.push);
}

void ProductDesk::carryOut(const ProductQueries::CatalogReached &)
{
    Q_EMIT catalogReached();
}

void ProductDesk::carryOut(const ProductQueries::CatalogLost &)
{
    Q_EMIT catalogLost();
}

void ProductDesk::carryOut(const Event &event)
{
    m_events.add(event);
}

void ProductDesk::setCache(std::optional<bool> enabled, std::optional<qint64> capacity)
{
    const std::scoped_lock lock(m_mutex);
    m_queries.setCache(enabled, capacity);
}

std::size_t ProductDesk::queries()
{
    const std::scoped_lock lock(m_mutex);
    return m_queries.count();
}

ProductDesk::CacheState ProductDesk::cacheState()
{
    const std::scoped_lock lock(m_mutex);
    return m_queries.cacheState(monotonicNow());
}

std::vector<ProductCache::Content> ProductDesk::cacheContents(qint64 limit)
{
    const std::scoped_lock lock(m_mutex);
    return m_queries.cacheContents(limit, monotonicNow());
}

} // namespace toystore
