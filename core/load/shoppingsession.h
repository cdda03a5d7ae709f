// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/randomnumbers.h"
#include "load/loadmix.h"
#include "load/shopper.h"

#include <vector>

namespace toystore
{

/// The classic client: it queries a random toy and, if there is some, buys with the mix's probability of a
/// purchase; so many times. Before it leaves it looks every order up that it made, and compares.
///
/// Pure; one thread.
class ShoppingSession : public Shopper
{
public:
    /// What it has seen and done.
    struct Summary {
        qint64 queries = 0;        ///< that were answered
        qint64 bought = 0;         ///< orders it made
        qint64 rejected = 0;       ///< somebody else was faster
        qint64 lookedUp = 0;       ///< orders that were found as it remembers them
        qint64 unanswered = 0;     ///< requests without an answer that tells
        QByteArrayList mismatches; ///< a sentence each: what is not as it remembers it
    };

    /// @p mix, @p client, @p keyPrefix: as of RandomShopper; the mix's share of look-ups is not asked for.
    /// @p queries: how many, 0 or more.
    ShoppingSession(const LoadMix &mix, qint64 client, const QByteArray &keyPrefix, qint64 queries);

    [[nodiscard]] std::optional<ShopRequest> next() override;
    void settled(const ShopRequest &request, const ShopAnswer &answer) override;

    [[nodiscard]] const Summary &summary() const { return m_summary; }

private:
    struct Order {
        qint64 number = 0;
        QByteArray name;
        qint64 quantity = 0;
    };

    void queried(const ShopRequest &query, const ShopAnswer &answer);
    void bought(const ShopRequest &buy, const ShopAnswer &answer);
    void lookedUp(const Order &order, const ShopAnswer &answer);

    const LoadMix &m_mix;
    RandomNumbers m_random;
    const QByteArray m_keyPrefix;
    const qint64 m_client;
    qint64 m_queriesLeft;
    std::optional<ShopRequest> m_toBuy; // decided, but not sent yet
    qint64 m_buys = 0;
    std::vector<Order> m_orders;
    std::size_t m_lookedAt = 0;
    Summary m_summary;
};

} // namespace toystore
