// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cache/productcache.h"

#include <algorithm>

namespace toystore
{

namespace
{

/// Whether a query that joined a fetch, when the toy's floor was @p floor, may take its answer: the fetch was
/// sent before the query arrived, so only the version tells that nothing acknowledged in between is missing.
bool isFreshEnough(const Result<Product> &answer, qint64 floor)
{
    if (answer)
        return answer->version >= floor;
    return answer.error().code == ErrorCode::ProductNotFound && floor == 0;
}

} // namespace

ProductCache::ProductCache(qint64 capacity, bool enabled) : m_capacity(capacity), m_enabled(enabled)
{
    TOYSTORE_ENSURE(capacity >= 1);
}

ProductCache::Lookup ProductCache::lookup(const QByteArray &name, WaiterId waiter, Instant now)
{
    expire(now);
    const auto toy = isActive() ? m_toys.find(name) : m_toys.end();
    if (toy != m_toys.end() && toy->second.entry) {
        const Entries::iterator entry = *toy->second.entry;
        m_entries.splice(m_entries.begin(), m_entries, entry);
        ++entry->hits;
        ++m_statistics.hits;
        return Hit{entry->product};
    }
    ++m_statistics.misses;
    if (m_waiters >= maxWaiters)
        return Full{};
    ++m_waiters;
    if (toy != m_toys.end() && toy->second.shared != 0) {
        m_fetches.at(toy->second.shared).joined.push_back({waiter, toy->second.floor});
        return Joined{};
    }
    const FetchId fetch = startFetch(name, waiter);
    if (isActive())
        m_toys[name].shared = fetch;
    return StartFetch{fetch};
}

ProductCache::FetchId ProductCache::startFetch(const QByteArray &name, WaiterId waiter)
{
    const FetchId id = ++m_lastFetch;
    m_fetches.emplace(id, Fetch{name, isActive() ? m_generation : 0, waiter, {}});
    if (isActive())
        ++m_toys[name].fetches;
    return id;
}

ProductCache::Fetched ProductCache::fetched(FetchId id, const Result<Product> &answer, Instant now)
{
    expire(now);
    const auto found = m_fetches.find(id);
    TOYSTORE_ENSURE(found != m_fetches.end());
    const Fetch fetch = std::move(found->second);
    m_fetches.erase(found);

    const bool current = isActive() && fetch.generation == m_generation;
    if (current) {
        const auto toy = m_toys.find(fetch.name);
        TOYSTORE_ENSURE(toy != m_toys.end() && toy->second.fetches > 0);
        --toy->second.fetches;
        if (toy->second.shared == id)
            toy->second.shared = 0;
        if (answer && answer->version >= toy->second.floor)
            fill(toy, *answer, now);
        else
            forgetIfIdle(toy);
    }

    Fetched result;
    // Its query was sent after it arrived: nothing it could be too old for.
    result.answered.push_back(fetch.first);
    for (const JoinedQuery &query : fetch.joined) {
        if (current && isFreshEnough(answer, query.floor))
            result.answered.push_back(query.waiter);
        else
            result.again.push_back({query.waiter, startFetch(fetch.name, query.waiter)});
    }
    m_waiters -= result.answered.size();
    return result;
}

void ProductCache::subscribed(qint64 subscription, Instant sentAt, Instant now)
{
    clear();
    m_subscription = subscription;
    m_leaseEnd = sentAt + lease;
    expire(now);
}

void ProductCache::renewed(qint64 subscription, Instant sentAt, Instant now)
{
    expire(now);
    if (m_subscription == subscription)
        m_leaseEnd = std::max(m_leaseEnd, sentAt + lease);
}

void ProductCache::unsubscribed()
{
    m_subscription.reset();
    clear();
}

std::optional<qint64> ProductCache::subscription(Instant now)
{
    expire(now);
    return m_subscription;
}

bool ProductCache::invalidated(qint64 subscription, const QByteArray &name, qint64 version, Instant now)
{
    expire(now);
    if (m_subscription != subscription)
        return false;
    ++m_statistics.invalidations;
    const auto found = m_toys.find(name);
    if (found == m_toys.end())
        return false;
    Toy &toy = found->second;
    toy.floor = std::max(toy.floor, version);
    const bool stale = toy.entry && (*toy.entry)->product.version < version;
    if (stale)
        removeEntry(toy);
    forgetIfIdle(found);
    return stale;
}

void ProductCache::setEnabled(bool enabled)
{
    if (m_enabled == enabled)
        return;
    m_enabled = enabled;
    clear();
}

void ProductCache::setCapacity(qint64 capacity)
{
    TOYSTORE_ENSURE(capacity >= 1);
    m_capacity = capacity;
    evict();
}

std::vector<ProductCache::Content> ProductCache::contents(qint64 limit, Instant now) const
{
    std::vector<Content> result;
    for (const Entry &entry : m_entries) {
        if (static_cast<qint64>(result.size()) >= limit)
            break;
        result.push_back(
            {entry.product, std::chrono::duration_cast<Milliseconds>(now - entry.since), entry.hits});
    }
    return result;
}

void ProductCache::expire(Instant now)
{
    if (m_subscription && now >= m_leaseEnd)
        unsubscribed();
}

void ProductCache::clear()
{
    m_entries.clear();
    m_toys.clear();
    ++m_generation;
}

void ProductCache::fill(Toys::iterator toy, const Product &product, Instant now)
{
    toy->second.floor = product.version;
    removeEntry(toy->second);
    m_entries.push_front(Entry{toy->first, product, now});
    toy->second.entry = m_entries.begin();
    evict();
}

void ProductCache::removeEntry(Toy &toy)
{
    if (toy.entry)
        m_entries.erase(*toy.entry);
    toy.entry.reset();
}

void ProductCache::forgetIfIdle(Toys::iterator toy)
{
    if (!toy->second.entry && toy->second.fetches == 0)
        m_toys.erase(toy);
}

void ProductCache::evict()
{
    while (size() > m_capacity) {
        const auto toy = m_toys.find(m_entries.back().name);
        removeEntry(toy->second);
        forgetIfIdle(toy);
        ++m_statistics.evictions;
    }
}

} // namespace toystore
