// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simproducts.h"

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds renewInterval = 100ms;
constexpr Milliseconds subscribeDeadline = 1000ms;

bool isPassing(const Error &error)
{
    return error.code == ErrorCode::CannotConnect || error.code == ErrorCode::ConnectionLost ||
           error.code == ErrorCode::CatalogUnavailable;
}

} // namespace

SimProducts::SimProducts(Process &owner, SimRpcClient &catalog, qint64 capacity, bool enabled)
    : m_owner(owner), m_catalog(catalog), m_cache(capacity, enabled)
{
    catalog.onPush<Invalidate>(
        [this](const Invalidate &invalidate, qint64 id) { invalidated(invalidate, id); });
}

void SimProducts::query(const QByteArray &name, Done done)
{
    const ProductCache::WaiterId waiter = ++m_lastWaiter;
    m_queries.emplace(waiter, Query{name, now() + patience, std::move(done)});
    look(waiter);
}

void SimProducts::look(ProductCache::WaiterId waiter)
{
    const Query query = m_queries.at(waiter);
    const ProductCache::Lookup lookup = m_cache.lookup(query.name, waiter, now());
    if (const auto *start = std::get_if<ProductCache::StartFetch>(&lookup)) {
        fetch(start->fetch, query.name, query.deadline);
    } else if (const auto *hit = std::get_if<ProductCache::Hit>(&lookup)) {
        m_queries.erase(waiter);
        query.done(hit->product);
    } else if (std::holds_alternative<ProductCache::Full>(lookup)) {
        m_queries.erase(waiter);
        query.done(failure(ErrorCode::Overloaded, "too many queries wait for the catalog"));
    }
}

void SimProducts::fetch(ProductCache::FetchId id, const QByteArray &name, Instant deadline)
{
    const auto left = std::chrono::ceil<Milliseconds>(deadline - now());
    m_catalog.call(ProductQuery{name}, std::max(left, 0ms),
                   [this, id](const Result<Product> &answer) { fetched(id, answer); });
}

void SimProducts::fetched(ProductCache::FetchId id, const Result<Product> &answer)
{
    const ProductCache::Fetched outcome = m_cache.fetched(id, answer, now());
    for (const auto &[waiter, fetchId] : outcome.again) {
        const Query &query = m_queries.at(waiter);
        fetch(fetchId, query.name, query.deadline);
    }
    for (const ProductCache::WaiterId waiter : outcome.answered)
        settle(waiter, answer);
}

void SimProducts::settle(ProductCache::WaiterId waiter, const Result<Product> &answer)
{
    if (!answer && isPassing(answer.error())) {
        m_waitingForCatalog.push_back(waiter);
        return;
    }
    const auto query = m_queries.extract(waiter);
    const bool late = !answer && answer.error().code == ErrorCode::DeadlineExceeded;
    query.mapped().done(
        late ? failure(ErrorCode::CatalogUnavailable, "the catalog did not answer within 5 s") : answer);
}

void SimProducts::giveUpWaiting()
{
    std::vector<Done> late;
    std::erase_if(m_waitingForCatalog, [&](ProductCache::WaiterId waiter) {
        const auto query = m_queries.find(waiter);
        if (now() < query->second.deadline)
            return false;
        late.push_back(std::move(query->second.done));
        m_queries.erase(query);
        return true;
    });
    for (const Done &done : late)
        done(failure(ErrorCode::CatalogUnavailable, "the catalog did not answer within 5 s"));
}

void SimProducts::connected()
{
    setReached(true);
    subscribe();
    for (const ProductCache::WaiterId waiter : std::exchange(m_waitingForCatalog, {}))
        look(waiter);
}

void SimProducts::disconnected()
{
    m_cache.unsubscribed();
    heartbeat();
    setReached(false);
}

void SimProducts::subscribe()
{
    if (std::exchange(m_subscribing, true))
        return;
    m_catalog.call(SubscribeInvalidations(), subscribeDeadline,
                   [this, sentAt = now()](const Result<SubscribeInvalidations::Answer> &answer) {
                       m_subscribing = false;
                       if (!answer)
                           return;
                       m_cache.subscribed(answer->subscription, sentAt, now());
                       setReached(true);
                       m_wasSubscribed = true;
                   });
}

void SimProducts::renew(qint64 subscription)
{
    m_catalog.call(Renew{subscription}, ProductCache::lease,
                   [this, subscription, sentAt = now()](const Result<Empty> &answer) {
                       if (answer) {
                           m_cache.renewed(subscription, sentAt, now());
                       } else if (answer.error().code == ErrorCode::NotSubscribed &&
                                  m_cache.subscription(now()) == subscription) {
                           m_cache.unsubscribed();
                           m_wasSubscribed = false;
                           subscribe();
                       }
                   });
}

void SimProducts::invalidated(const Invalidate &invalidate, qint64 id)
{
    m_cache.invalidated(invalidate.subscription, invalidate.name, invalidate.version, now());
    m_catalog.acknowledge(id);
}

void SimProducts::heartbeatLater()
{
    m_owner.post(renewInterval, [this] {
        heartbeatLater();
        heartbeat();
    });
}

void SimProducts::heartbeat()
{
    const std::optional<qint64> subscription = m_cache.subscription(now());
    if (!subscription && std::exchange(m_wasSubscribed, false))
        setReached(false);
    if (subscription)
        renew(*subscription);
    else if (m_catalog.isConnected())
        subscribe();
    giveUpWaiting();
}

void SimProducts::setReached(bool reached)
{
    if (std::exchange(m_reached, reached) != reached)
        m_onReached(reached);
}

} // namespace toystore::simulation
