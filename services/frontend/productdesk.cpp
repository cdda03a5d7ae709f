// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "productdesk.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcProducts, "toystore.frontend.products")

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds renewInterval = 100ms;
constexpr Milliseconds subscribeDeadline = 1000ms;

/// Whether the same question may get an answer later: the catalog could not be asked.
bool isPassing(const Error &error)
{
    switch (error.code) {
    case ErrorCode::CannotConnect:
    case ErrorCode::ConnectionLost:
    case ErrorCode::CatalogUnavailable:
        return true;
    default:
        return false;
    }
}

Error catalogUnavailable()
{
    return {ErrorCode::CatalogUnavailable, "the catalog did not answer within 5 s"};
}

} // namespace

ProductDesk::ProductDesk(RpcClient &catalog, EventRing &events, qint64 cacheCapacity, bool cacheEnabled,
                         QObject *parent)
    : QObject(parent), m_catalog(catalog), m_events(events), m_cache(cacheCapacity, cacheEnabled)
{
    connect(&catalog, &RpcClient::connected, this, [this] { onConnected(); });
    connect(&catalog, &RpcClient::disconnected, this, [this] { onDisconnected(); });
    catalog.onPush<Invalidate>(
        [this](const Invalidate &invalidate, std::optional<qint64> id) { onInvalidate(invalidate, id); });
    connect(&m_heartbeat, &QTimer::timeout, this, [this] {
        armHeartbeat();
        heartbeat();
    });
    m_heartbeat.setSingleShot(true);
    m_heartbeat.setTimerType(Qt::PreciseTimer);
    armHeartbeat();
}

// Queries.

std::optional<Product> ProductDesk::query(const QByteArray &name, const std::function<Done()> &makeDone)
{
    const Instant now = monotonicNow();
    ProductCache::WaiterId waiter = 0;
    ProductCache::Lookup lookup;
    {
        const std::scoped_lock lock(m_mutex);
        waiter = ++m_lastWaiter;
        lookup = m_cache.lookup(name, waiter, now);
        if (auto *hit = std::get_if<ProductCache::Hit>(&lookup))
            return std::move(hit->product);
        if (!std::holds_alternative<ProductCache::Full>(lookup))
            m_queries.emplace(waiter, Query{name, now + patience, makeDone()});
    }
    if (const auto *start = std::get_if<ProductCache::StartFetch>(&lookup))
        fetch(start->fetch, name, now + patience);
    else if (std::holds_alternative<ProductCache::Full>(lookup))
        makeDone()(failure(ErrorCode::Overloaded, "too many queries wait for the catalog"));
    return std::nullopt;
}

void ProductDesk::fetch(ProductCache::FetchId id, const QByteArray &name, Instant deadline)
{
    const auto left = std::chrono::ceil<Milliseconds>(deadline - monotonicNow());
    m_catalog.call(ProductQuery{name}, std::max(left, 0ms),
                   [this, id](const Result<Product> &answer) { fetched(id, answer); });
}

void ProductDesk::fetched(ProductCache::FetchId id, const Result<Product> &answer)
{
    const Instant now = monotonicNow();
    struct Next {
        ProductCache::FetchId fetch;
        QByteArray name;
        Instant deadline;
    };
    std::vector<Next> again;
    Settled settled;
    {
        const std::scoped_lock lock(m_mutex);
        const ProductCache::Fetched outcome = m_cache.fetched(id, answer, now);
        for (const ProductCache::WaiterId waiter : outcome.answered)
            settle(waiter, answer, settled);
        for (const auto &[waiter, fetch] : outcome.again) {
            const Query &query = m_queries.at(waiter);
            again.push_back({fetch, query.name, query.deadline});
        }
    }
    for (const Next &next : again)
        fetch(next.fetch, next.name, next.deadline);
    for (const auto &[done, result] : settled)
        done(result);
}

void ProductDesk::settle(ProductCache::WaiterId waiter, const Result<Product> &answer, Settled &settled)
{
    if (!answer && isPassing(answer.error())) {
        m_waitingForCatalog.push_back(waiter);
        return;
    }
    auto query = m_queries.extract(waiter);
    TOYSTORE_ENSURE(!query.empty());
    const bool late = !answer && answer.error().code == ErrorCode::DeadlineExceeded;
    settled.emplace_back(std::move(query.mapped().done), late ? failure(catalogUnavailable()) : answer);
}

void ProductDesk::lookAgain()
{
    for (const ProductCache::WaiterId waiter : std::exchange(m_waitingForCatalog, {}))
        look(waiter);
}

void ProductDesk::look(ProductCache::WaiterId waiter)
{
    const Instant now = monotonicNow();
    ProductCache::Lookup lookup;
    Query query;
    {
        const std::scoped_lock lock(m_mutex);
        query = m_queries.at(waiter);
        lookup = m_cache.lookup(query.name, waiter, now);
        if (std::holds_alternative<ProductCache::Hit>(lookup) ||
            std::holds_alternative<ProductCache::Full>(lookup))
            m_queries.erase(waiter);
    }
    if (const auto *start = std::get_if<ProductCache::StartFetch>(&lookup))
        fetch(start->fetch, query.name, query.deadline);
    else if (const auto *hit = std::get_if<ProductCache::Hit>(&lookup))
        query.done(hit->product);
    else if (std::holds_alternative<ProductCache::Full>(lookup))
        query.done(failure(ErrorCode::Overloaded, "too many queries wait for the catalog"));
}

void ProductDesk::giveUpWaiting(Instant now)
{
    Settled settled;
    {
        const std::scoped_lock lock(m_mutex);
        std::erase_if(m_waitingForCatalog, [&](ProductCache::WaiterId waiter) {
            const auto query = m_queries.find(waiter);
            if (now < query->second.deadline)
                return false;
            settled.emplace_back(std::move(query->second.done), failure(catalogUnavailable()));
            m_queries.erase(query);
            return true;
        });
    }
    for (const auto &[done, result] : settled)
        done(result);
}

// The subscription.

void ProductDesk::onConnected()
{
    setReached(true);
    subscribe();
    lookAgain();
}

void ProductDesk::onDisconnected()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_cache.unsubscribed();
    }
    heartbeat(); // notices the loss
    setReached(false);
}

void ProductDesk::subscribe()
{
    if (std::exchange(m_subscribing, true))
        return;
    const Instant sentAt = monotonicNow();
    m_catalog.call(SubscribeInvalidations(), subscribeDeadline,
                   [this, sentAt](const Result<SubscribeInvalidations::Answer> &answer) {
                       m_subscribing = false;
                       if (!answer)
                           return; // the heartbeat tries again
                       {
                           const std::scoped_lock lock(m_mutex);
                           m_cache.subscribed(answer->subscription, sentAt, monotonicNow());
                       }
                       setReached(true);
                       m_wasSubscribed = true;
                       m_events.add({.kind = "subscribed", .subject = "catalog"});
                   });
}

void ProductDesk::renew(qint64 subscription)
{
    const Instant sentAt = monotonicNow();
    m_catalog.call(Renew{subscription}, ProductCache::lease,
                   [this, subscription, sentAt](const Result<Empty> &answer) {
                       if (answer) {
                           const std::scoped_lock lock(m_mutex);
                           m_cache.renewed(subscription, sentAt, monotonicNow());
                       } else if (answer.error().code == ErrorCode::NotSubscribed) {
                           onNotSubscribed(subscription);
                       }
                   });
}

void ProductDesk::onNotSubscribed(qint64 subscription)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_cache.subscription(monotonicNow()) != subscription)
            return; // an answer about an earlier one
        m_cache.unsubscribed();
    }
    m_wasSubscribed = false;
    m_events.add({.kind = "lease_lost", .subject = "catalog", .message = "the catalog ended it"});
    subscribe();
}

void ProductDesk::onInvalidate(const Invalidate &invalidate, std::optional<qint64> id)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_cache.invalidated(invalidate.subscription, invalidate.name, invalidate.version,
                                monotonicNow())) {
            ++m_invalidated;
            m_lastInvalidated = invalidate.name;
        }
    }
    if (id)
        m_catalog.acknowledge(*id);
}

void ProductDesk::armHeartbeat()
{
    const Instant now = monotonicNow();
    m_heartbeat.start(std::chrono::ceil<Milliseconds>(nextBeat(now, renewInterval) - now));
}

void ProductDesk::heartbeat()
{
    const Instant now = monotonicNow();
    std::optional<qint64> subscription;
    {
        const std::scoped_lock lock(m_mutex);
        subscription = m_cache.subscription(now);
    }
    if (!subscription && std::exchange(m_wasSubscribed, false)) {
        qCInfo(lcProducts, "the cache is passed by: no subscription to invalidations");
        m_events.add({.kind = "lease_lost", .subject = "catalog"});
        setReached(false);
    }
    if (subscription)
        renew(*subscription);
    else if (m_catalog.isConnected())
        subscribe();
    giveUpWaiting(now);
    reportInvalidations();
}

void ProductDesk::setReached(bool reached)
{
    if (std::exchange(m_reached, reached) == reached)
        return;
    if (reached)
        Q_EMIT catalogReached();
    else
        Q_EMIT catalogLost();
}

void ProductDesk::reportInvalidations()
{
    if (m_invalidated == 0)
        return;
    m_events.add({.kind = "cache_invalidated", .subject = m_lastInvalidated, .count = m_invalidated});
    m_invalidated = 0;
}

// What people ask.

void ProductDesk::setCache(std::optional<bool> enabled, std::optional<qint64> capacity)
{
    const std::scoped_lock lock(m_mutex);
    if (capacity)
        m_cache.setCapacity(*capacity);
    if (enabled)
        m_cache.setEnabled(*enabled);
}

std::size_t ProductDesk::queries()
{
    const std::scoped_lock lock(m_mutex);
    return m_queries.size();
}

ProductDesk::CacheState ProductDesk::cacheState()
{
    const std::scoped_lock lock(m_mutex);
    return {m_cache.subscription(monotonicNow()).has_value(), m_cache.isEnabled(), m_cache.capacity(),
            m_cache.size(), m_cache.statistics()};
}

std::vector<ProductCache::Content> ProductDesk::cacheContents(qint64 limit)
{
    const std::scoped_lock lock(m_mutex);
    return m_cache.contents(limit, monotonicNow());
}

} // namespace toystore
