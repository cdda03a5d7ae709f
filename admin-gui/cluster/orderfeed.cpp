// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/orderfeed.h"

#include <algorithm>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds pageDeadline = 1s;

} // namespace

ServiceLink *OrderFeed::source(Instant now) const
{
    const KnownService *best = nullptr;
    const auto rank = [](const KnownService &service) {
        if (!service.order)
            return std::pair(0, qint64(0)); // the ledger has more important things to do
        return std::pair(service.order->role == "leader" ? 1 : 2, service.order->durableOrderNumber);
    };
    for (const auto &[name, service] : m_store.services) {
        const bool isLedger = service.catalog && service.isHeard(now);
        if ((service.serves(now) || isLedger) && (!best || rank(*best) < rank(service)))
            best = &service;
    }
    return best ? m_links.at(best->process.service).get() : nullptr;
}

bool OrderFeed::isAllHeard(Instant now) const
{
    return std::all_of(m_store.services.begin(), m_store.services.end(),
                       [now](const auto &named) { return named.second.isHeard(now); });
}

// A page may come before the news of how many orders there are now; only what lasts counts. And one that is
// down may have them.
bool OrderFeed::isAnother(qint64 last, Instant now)
{
    if (!m_last || last >= *m_last || !isAllHeard(now)) {
        m_fewerSince.reset();
        return false;
    }
    if (!m_fewerSince)
        m_fewerSince = now;
    return now - *m_fewerSince >= newsMayLag;
}

void OrderFeed::step(Instant now)
{
    if (m_isFetching || now < m_notBefore)
        return;
    const qint64 last = m_store.lastOrder(now);
    if (isAnother(last, now)) {
        reset();
        m_another();
    }
    ServiceLink *const from = source(now);
    if (!from)
        return;
    if (!m_last)
        m_last = std::max<qint64>(last - firstOrders, 0);
    m_last = std::max(*m_last, last - mostBehind);
    if (last <= *m_last)
        return;
    m_isFetching = true;
    from->call(OrdersAfter{*m_last, maxPageOrders}, pageDeadline,
               [this, generation = m_generation, now](const Result<OrdersAfter::Answer> &page) {
                   if (generation != m_generation)
                       return;
                   m_isFetching = false;
                   if (!page || page->orders.isEmpty())
                       return;
                   m_last = page->orders.last().number;
                   if (!page->more)
                       m_notBefore = now + betweenPages;
                   m_take(page->orders);
               });
}

void OrderFeed::askAgain()
{
    ++m_generation;
    m_isFetching = false;
}

void OrderFeed::reset()
{
    askAgain();
    m_notBefore = {};
    m_last.reset();
    m_fewerSince.reset();
}

} // namespace toystore
