// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/shoppingsession.h"

#include <algorithm>
#include <utility>

namespace toystore
{

ShoppingSession::ShoppingSession(const LoadMix &mix, qint64 client, const QByteArray &keyPrefix,
                                 qint64 queries)
    : m_mix(mix), m_random(RandomNumbers(mix.seed).next() + static_cast<quint64>(client)),
      m_keyPrefix(keyPrefix), m_client(client), m_queriesLeft(queries)
{
}

std::optional<ShopRequest> ShoppingSession::next()
{
    if (m_toBuy)
        return std::exchange(m_toBuy, std::nullopt);
    if (m_queriesLeft > 0) {
        --m_queriesLeft;
        return ShopRequest{RequestKind::Query, m_mix.toys.at(m_random.below(m_mix.toys.size())), 0, {}, 0};
    }
    if (m_lookedAt < m_orders.size())
        return ShopRequest{RequestKind::LookUp, {}, 0, {}, m_orders[m_lookedAt].number};
    return std::nullopt;
}

void ShoppingSession::settled(const ShopRequest &request, const ShopAnswer &answer)
{
    if (answer.outcome == ShopAnswer::Outcome::Unknown)
        ++m_summary.unanswered;
    if (request.kind == RequestKind::Query)
        queried(request, answer);
    else if (request.kind == RequestKind::Buy)
        bought(request, answer);
    else
        lookedUp(m_orders[m_lookedAt++], answer);
}

void ShoppingSession::queried(const ShopRequest &query, const ShopAnswer &answer)
{
    // Drawn for each query, so that a session queries the same toys whatever it is answered.
    const bool wants = m_random.fraction() < m_mix.purchase;
    const qint64 wanted = 1 + m_random.below(m_mix.maxQuantity);
    if (answer.outcome == ShopAnswer::Outcome::Unknown)
        return;
    ++m_summary.queries;
    if (wants && answer.outcome == ShopAnswer::Outcome::Ok && answer.quantity > 0)
        m_toBuy = ShopRequest{RequestKind::Buy, query.name, std::min(wanted, answer.quantity),
                              buyKey(m_keyPrefix, ++m_buys, m_client), 0};
}

void ShoppingSession::bought(const ShopRequest &buy, const ShopAnswer &answer)
{
    if (answer.outcome == ShopAnswer::Outcome::Rejected) {
        ++m_summary.rejected;
    } else if (answer.outcome == ShopAnswer::Outcome::Mismatch) {
        m_summary.mismatches.append("key " + buy.key + " is new, but was refused as that of another order");
    } else if (answer.outcome == ShopAnswer::Outcome::Ok) {
        ++m_summary.bought;
        m_orders.push_back({answer.number, buy.name, buy.quantity});
    }
}

void ShoppingSession::lookedUp(const Order &order, const ShopAnswer &answer)
{
    const auto describe = [](const QByteArray &name, qint64 quantity) {
        return QByteArray::number(quantity) + " x '" + name + '\'';
    };
    const QByteArray remembered =
        "order " + QByteArray::number(order.number) + " was " + describe(order.name, order.quantity);
    if (answer.outcome == ShopAnswer::Outcome::NotFound)
        m_summary.mismatches.append(remembered + " and is not found");
    else if (answer.outcome == ShopAnswer::Outcome::Ok &&
             (answer.name != order.name || answer.quantity != order.quantity))
        m_summary.mismatches.append(remembered + " and is " + describe(answer.name, answer.quantity));
    else if (answer.outcome == ShopAnswer::Outcome::Ok)
        ++m_summary.lookedUp;
}

} // namespace toystore
