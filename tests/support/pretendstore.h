// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/evidence.h"

#include <QHash>

namespace toystore
{

/// A store that keeps its promises, in a page: what it does is decided one after the other, in the order in
/// which it is told here, and every call takes as long as the test says. Makes evidence to be judged, true or
/// to be forged.
class PretendStore
{
public:
    // Movements.
    void open(const QByteArray &toy, qint64 level);
    void restock(const QByteArray &toy, qint64 level);
    void beginEpoch() { ++m_epoch; }

    // Calls. Each takes @p span and is decided in it. Returns the call's id.
    qint64 buy(const QByteArray &toy, qint64 quantity, const QByteArray &key, Span span);
    qint64 query(const QByteArray &toy, Span span);
    qint64 lookUp(qint64 number, Span span);

    /// The last call got no answer.
    void loseAnswer();
    /// The last call is not in the history.
    void forgetCall() { m_calls.pop_back(); }

    [[nodiscard]] qint64 stock(const QByteArray &toy) const { return m_stock.value(toy); }
    [[nodiscard]] qint64 lastNumber() const { return m_ledger.lastOrderNumber; }

    /// All calls, the ledger, and three logs: the first must be complete, the others lack @p behind orders.
    [[nodiscard]] Evidence evidence(qint64 behind = 0) const;

private:
    using Refused = std::pair<QByteArray, qint64>; // toy and quantity

    Call &add(CallKind kind, Span span);
    void move(LedgerRow row);

    std::vector<Call> m_calls;
    LedgerCopy m_ledger;
    QHash<QByteArray, qint64> m_stock;
    QHash<QByteArray, Order> m_bought;    // by request id
    QHash<QByteArray, Refused> m_refused; // by request id
    qint64 m_epoch = 1;
    qint64 m_nextId = 1;
};

/// The logs' bytes of these orders, in the format of docs/protocol.md.
[[nodiscard]] QByteArray logBytes(const std::vector<Order> &orders);

} // namespace toystore
