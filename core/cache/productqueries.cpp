// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cache/productqueries.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcQueries, "toystore.cache.queries")

namespace toystore
{

namespace
{

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

Error overloaded()
{
    return {ErrorCode::Overloaded, "too many queries wait for the catalog"};
}

} // namespace

// Queries.

std::optional<Product> ProductQueries::query(const QByteArray &name, QueryId id, Instant now)
{
    ProductCache::Lookup lookup = m_cache.lookup(name, id, now);
    if (auto *hit = std::get_if<ProductCache::Hit>(&lookup))
        return std::move(hit->product);
    if (std::holds_alternative<ProductCache::Full>(lookup)) {
        m_effects.emplace_back(Settled{id, failure(overloaded())});
        return std::nullopt;
    }
    m_queries.emplace(id, Query{name, now + patience});
    if (const auto *start = std::get_if<ProductCache::StartFetch>(&lookup))
        m_effects.emplace_back(Fetch{start->fetch, name, now + patience});
    return std::nullopt;
}

void ProductQueries::fetched(ProductCache::FetchId fetch, const Result<Product> &answer, Instant now)
{
    const ProductCache::Fetched outcome = m_cache.fetched(fetch, answer, now);
    for (const auto &[query, again] : outcome.again) {
        const Query &waiting = m_queries.at(query);
        m_effects.emplace_back(Fetch{again, waiting.name, waiting.deadline});
    }
    for (const QueryId query : outcome.answered) {
        if (!answer && isPassing(answer.error()))
            m_waitingForCatalog.push_back(query);
        else if (!answer && answer.error().code == ErrorCode::DeadlineExceeded)
            settle(query, failure(catalogUnavailable()));
        else
            settle(query, answer);
    }
}

void ProductQueries::settle(QueryId id, const Result<Product> &answer)
{
    const auto erased = m_queries.erase(id);
    TOYSTORE_ENSURE(erased == 1);
    m_effects.emplace_back(Settled{id, answer});
}

void ProductQueries::lookAgain(Instant now)
{
    for (const QueryId id : std::exchange(m_waitingForCatalog, {})) {
        const Query &query = m_queries.at(id);
        const ProductCache::Lookup lookup = m_cache.lookup(query.name, id, now);
        if (const auto *start = std::get_if<ProductCache::StartFetch>(&lookup))
            m_effects.emplace_back(Fetch{start->fetch, query.name, query.deadline});
        else if (const auto *hit = std::get_if<ProductCache::Hit>(&lookup))
            settle(id, hit->product);
        else if (std::holds_alternative<ProductCache::Full>(lookup))
            settle(id, failure(overloaded()));
    }
}

void ProductQueries::giveUpWaiting(Instant now)
{
    std::erase_if(m_waitingForCatalog, [&](QueryId id) {
        if (now < m_queries.at(id).deadline)
            return false;
        settle(id, failure(catalogUnavailable()));
        return true;
    });
}

// The subscription.

void ProductQueries::connected(Instant now)
{
    m_connected = true;
    setReached(true);
    subscribe(now);
    lookAgain(now);
}

void ProductQueries::disconnected(Instant now)
{
    m_connected = false;
    m_cache.unsubscribed();
    tick(now); // notices the loss
    setReached(false);
}

void ProductQueries::subscribe(Instant now)
{
    if (m_subscribing)
        return;
    m_subscribing = now;
    m_effects.emplace_back(Subscribe());
}

void ProductQueries::subscribed(const Result<SubscribeInvalidations::Answer> &answer, Instant now)
{
    TOYSTORE_ENSURE(m_subscribing);
    const Instant sentAt = *std::exchange(m_subscribing, std::nullopt);
    if (!answer)
        return; // the next tick tries again
    m_cache.subscribed(answer->subscription, sentAt, now);
    setReached(true);
    m_wasSubscribed = true;
    m_effects.emplace_back(Event{.kind = "subscribed", .subject = "catalog"});
}

void ProductQueries::renewed(const SendRenew &renewal, const Result<Empty> &answer, Instant now)
{
    if (answer)
        return m_cache.renewed(renewal.subscription, renewal.sentAt, now);
    if (answer.error().code != ErrorCode::NotSubscribed || m_cache.subscription(now) != renewal.subscription)
        return; // it may still be answered; or it is about an earlier subscription
    m_cache.unsubscribed();
    subscriptionLost("the catalog ended it");
    subscribe(now);
}

void ProductQueries::invalidated(const Invalidate &invalidate, std::optional<qint64> push, Instant now)
{
    if (m_cache.invalidated(invalidate.subscription, invalidate.name, invalidate.version, now)) {
        ++m_invalidated;
        m_lastInvalidated = invalidate.name;
    }
    if (push)
        m_effects.emplace_back(Acknowledge{*push});
}

void ProductQueries::tick(Instant now)
{
    const std::optional<qint64> subscription = m_cache.subscription(now);
    if (!subscription && m_wasSubscribed) {
        qCInfo(lcQueries, "the cache is passed by: no subscription to invalidations");
        subscriptionLost({});
        setReached(false);
    }
    if (subscription)
        m_effects.emplace_back(SendRenew{*subscription, now});
    else if (m_connected)
        subscribe(now);
    giveUpWaiting(now);
    reportInvalidations();
}

void ProductQueries::subscriptionLost(const QByteArray &why)
{
    m_wasSubscribed = false;
    m_effects.emplace_back(Event{.kind = "lease_lost", .subject = "catalog", .message = why});
}

void ProductQueries::setReached(bool reached)
{
    if (std::exchange(m_reached, reached) == reached)
        return;
    if (reached)
        m_effects.emplace_back(CatalogReached());
    else
        m_effects.emplace_back(CatalogLost());
}

void ProductQueries::reportInvalidations()
{
    if (m_invalidated == 0)
        return;
    m_effects.emplace_back(
        Event{.kind = "cache_invalidated", .subject = m_lastInvalidated, .count = m_invalidated});
    m_invalidated = 0;
}

// What people ask.

void ProductQueries::setCache(std::optional<bool> enabled, std::optional<qint64> capacity)
{
    if (capacity)
        m_cache.setCapacity(*capacity);
    if (enabled)
        m_cache.setEnabled(*enabled);
}

ProductQueries::CacheState ProductQueries::cacheState(Instant now)
{
    return {m_cache.subscription(now).has_value(), m_cache.isEnabled(), m_cache.capacity(), m_cache.size(),
            m_cache.statistics()};
}

} // namespace toystore
