// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/decidedorders.h"

namespace toystore
{

DecidedOrders::DecidedOrders(std::vector<Order> orders) : m_orders(std::move(orders))
{
    m_byNumber.reserve(static_cast<qsizetype>(m_orders.size()));
    m_byRequest.reserve(static_cast<qsizetype>(m_orders.size()));
    for (std::size_t i = 0; i < m_orders.size(); ++i) {
        if (!m_byNumber.contains(m_orders[i].number))
            m_byNumber.insert(m_orders[i].number, i);
        if (!m_byRequest.contains(m_orders[i].requestId))
            m_byRequest.insert(m_orders[i].requestId, i);
    }
}

const Order *DecidedOrders::byNumber(qint64 number) const
{
    const auto found = m_byNumber.constFind(number);
    return found == m_byNumber.cend() ? nullptr : &m_orders[*found];
}

const Order *DecidedOrders::byRequest(const QByteArray &requestId) const
{
    const auto found = m_byRequest.constFind(requestId);
    return found == m_byRequest.cend() ? nullptr : &m_orders[*found];
}

const Order *DecidedOrders::byKey(const QByteArray &key) const
{
    const Order *order = byRequest("c-" + key);
    return order == nullptr && key.startsWith("f-") ? byRequest(key) : order;
}

DecidedOrders ordersOf(const LedgerCopy &ledger)
{
    std::vector<Order> orders;
    for (const LedgerRow &row : ledger.rows) {
        if (row.kind == LedgerRow::Kind::Sold)
            orders.push_back({row.orderNumber, row.toy, -row.delta, row.requestId, row.epoch, row.at});
    }
    return DecidedOrders(std::move(orders));
}

} // namespace toystore
