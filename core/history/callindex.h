// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/decidedorders.h"

namespace toystore
{

/// What the calls say of one decided order: when its request id was first sent and first acknowledged.
struct Sale {
    Span span;
    const Call *sent = nullptr;         ///< null: by nobody whose calls were recorded, or without a key
    const Call *acknowledged = nullptr; ///< null: to nobody, as far as is known
};

/// The calls of a history, found by what they are about. Views: calls and orders must outlive it.
class CallIndex
{
public:
    CallIndex(const std::vector<Call> &calls, const DecidedOrders &orders);

    [[nodiscard]] const std::vector<Call> &calls() const { return m_calls; }
    [[nodiscard]] const DecidedOrders &orders() const { return m_orders; }
    /// By key; the buys in the order in which they were sent.
    [[nodiscard]] const QHash<QByteArray, std::vector<const Call *>> &buysByKey() const
    {
        return m_buysByKey;
    }
    /// By number; the buys that are Ok, in the order in which they were answered.
    [[nodiscard]] const QHash<qint64, std::vector<const Call *>> &buysByNumber() const
    {
        return m_buysByNumber;
    }
    [[nodiscard]] Sale sale(const Order &order) const;

private:
    const std::vector<Call> &m_calls;
    const DecidedOrders &m_orders;
    QHash<QByteArray, std::vector<const Call *>> m_buysByKey;
    QHash<qint64, std::vector<const Call *>> m_buysByNumber;
};

/// A call for messages: "buy 17 (2 x 'Tux', key k-17)".
[[nodiscard]] QByteArray describe(const Call &call);

} // namespace toystore
