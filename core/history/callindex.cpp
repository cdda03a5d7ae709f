// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/callindex.h"

#include "base/logging.h"

#include <algorithm>

namespace toystore
{

namespace
{

QByteArray pieces(const Call &call)
{
    return QByteArray::number(call.quantity) + " x '" + printable(call.name) + '\'';
}

} // namespace

CallIndex::CallIndex(const std::vector<Call> &calls, const DecidedOrders &orders)
    : m_calls(calls), m_orders(orders)
{
    for (const Call &call : calls) {
        if (call.kind != CallKind::Buy)
            continue;
        if (!call.key.isEmpty())
            m_buysByKey[call.key].push_back(&call);
        if (call.outcome == CallOutcome::Ok)
            m_buysByNumber[call.number].push_back(&call);
    }
    for (std::vector<const Call *> &buys : m_buysByKey)
        std::stable_sort(buys.begin(), buys.end(),
                         [](const Call *left, const Call *right) { return left->sent < right->sent; });
    for (std::vector<const Call *> &buys : m_buysByNumber)
        std::stable_sort(buys.begin(), buys.end(), [](const Call *left, const Call *right) {
            return left->answered < right->answered;
        });
}

Sale CallIndex::sale(const Order &order) const
{
    Sale sale;
    if (const auto buys = m_buysByNumber.constFind(order.number); buys != m_buysByNumber.cend())
        sale.acknowledged = buys->front();
    // A request id that the frontend made is known to nobody else, so that the call which got the answer is
    // the one that sent it; unless it came back as the key of a repetition, which is not sent first.
    if (sale.acknowledged != nullptr && sale.acknowledged->key.isEmpty())
        sale.sent = sale.acknowledged;
    if (order.requestId.startsWith("c-")) {
        const auto buys = m_buysByKey.constFind(order.requestId.mid(2));
        if (buys != m_buysByKey.cend())
            sale.sent = buys->front();
    }
    if (sale.sent != nullptr)
        sale.span.from = sale.sent->sent;
    if (sale.acknowledged != nullptr)
        sale.span.to = *sale.acknowledged->answered;
    return sale;
}

QByteArray describe(const Call &call)
{
    const QByteArray id = QByteArray::number(call.id);
    switch (call.kind) {
    case CallKind::Buy:
        return "buy " + id + " (" + pieces(call) +
               (call.key.isEmpty() ? QByteArray() : ", key " + printable(call.key)) + ')';
    case CallKind::Query:
        return "query " + id + " ('" + printable(call.name) + "')";
    case CallKind::LookUp:
        return "look-up " + id + " (order " + QByteArray::number(call.number) + ')';
    }
    return {};
}

} // namespace toystore
