// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/randomshopper.h"

namespace toystore
{

RandomShopper::RandomShopper(const LoadMix &mix, qint64 client, const QByteArray &keyPrefix,
                             std::optional<qint64> requests)
    : m_mix(mix), m_random(RandomNumbers(mix.seed).next() + static_cast<quint64>(client)),
      m_keyPrefix(keyPrefix), m_client(client), m_left(requests)
{
}

std::optional<ShopRequest> RandomShopper::next()
{
    if (m_left && (*m_left)-- <= 0) {
        m_left = 0;
        return std::nullopt;
    }
    const double what = m_random.fraction();
    if (what < m_mix.purchase)
        return ShopRequest{RequestKind::Buy, anyToy(), 1 + m_random.below(m_mix.maxQuantity),
                           buyKey(m_keyPrefix, ++m_buys, m_client), 0};
    if (what < m_mix.purchase + m_mix.lookUp && !m_orders.empty()) {
        const auto which = m_random.below(static_cast<qint64>(m_orders.size()));
        return ShopRequest{RequestKind::LookUp, {}, 0, {}, m_orders[static_cast<std::size_t>(which)]};
    }
    return ShopRequest{RequestKind::Query, anyToy(), 0, {}, 0};
}

void RandomShopper::settled(const ShopRequest &request, const ShopAnswer &answer)
{
    if (request.kind != RequestKind::Buy || answer.outcome != ShopAnswer::Outcome::Ok)
        return;
    if (m_orders.size() < maxOrders)
        m_orders.push_back(answer.number);
    else
        m_orders[static_cast<std::size_t>(m_acknowledged) % maxOrders] = answer.number;
    ++m_acknowledged;
}

const QByteArray &RandomShopper::anyToy()
{
    return m_mix.toys.at(m_random.below(m_mix.toys.size()));
}

} // namespace toystore
