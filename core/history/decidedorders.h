// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/evidence.h"

#include <QHash>

namespace toystore
{

/// The orders that were decided, as the ledger has them or, where there is none, the longest log. Number and
/// request id find the first order that has them: that there is only one is for the checks to say.
class DecidedOrders
{
public:
    explicit DecidedOrders(std::vector<Order> orders);

    /// In the order in which they stand there.
    [[nodiscard]] const std::vector<Order> &all() const { return m_orders; }
    [[nodiscard]] const Order *byNumber(qint64 number) const;
    [[nodiscard]] const Order *byRequest(const QByteArray &requestId) const;
    /// The order that a client's Idempotency-Key bought. The frontend makes `c-KEY` of it, but takes a
    /// request id of its own, `f-…`, as it is.
    [[nodiscard]] const Order *byKey(const QByteArray &key) const;

private:
    std::vector<Order> m_orders;
    QHash<qint64, std::size_t> m_byNumber;
    QHash<QByteArray, std::size_t> m_byRequest;
};

[[nodiscard]] DecidedOrders ordersOf(const LedgerCopy &ledger);

} // namespace toystore
