// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/logcomparison.h"

namespace toystore
{

/// Fetches the decided orders one page after the other, as they are decided: from a follower that serves,
/// else from the leader, else from the ledger. An order's number is the cursor: nothing is missed over a
/// reconnect. Main thread.
class OrderFeed
{
public:
    static constexpr qint64 firstOrders = 5'000;     ///< before those of now, the first time
    static constexpr qint64 mostBehind = 100'000;    ///< what is older is not fetched any more
    static constexpr Milliseconds newsMayLag{2'000}; ///< behind the orders themselves
    /// Before the next page, when there was no more: a table whose rows scroll is dear to paint, and nobody
    /// reads faster.
    static constexpr Milliseconds betweenPages{100};

    /// @p take: a page of orders; @p another: the store has fewer orders than were fetched, it is another.
    /// For the references see LogComparison.
    OrderFeed(const KnownStore &store, ServiceLinks &links, std::function<void(const QList<Order> &)> take,
              std::function<void()> another)
        : m_store(store), m_links(links), m_take(std::move(take)), m_another(std::move(another))
    {
    }

    /// Fetches a page if there is one. To be called 20 times a second.
    void step(Instant now);
    /// The connections are new ones: answers still owed do not come any more.
    void askAgain();
    /// Forgets what was fetched.
    void reset();

private:
    [[nodiscard]] ServiceLink *source(Instant now) const;
    [[nodiscard]] bool isAllHeard(Instant now) const;
    [[nodiscard]] bool isAnother(qint64 last, Instant now);

    const KnownStore &m_store;
    ServiceLinks &m_links;
    const std::function<void(const QList<Order> &)> m_take;
    const std::function<void()> m_another;
    std::optional<qint64> m_last;        // fetched
    std::optional<Instant> m_fewerSince; // the services have fewer orders than that
    Instant m_notBefore;                 // comes the next page
    bool m_isFetching = false;
    quint64 m_generation = 0; // answers of before a reset are not taken
};

} // namespace toystore
