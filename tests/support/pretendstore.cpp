// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/pretendstore.h"

#include "history/decidedorders.h"
#include "protocol/orderchecksum.h"

namespace toystore
{

void PretendStore::move(LedgerRow row)
{
    row.sequence = ++m_ledger.lastMovement;
    row.at = "2026-11-22T09:00:00.000Z";
    m_stock[row.toy] += row.delta;
    m_ledger.rows.push_back(std::move(row));
}

void PretendStore::open(const QByteArray &toy, qint64 level)
{
    move({0, LedgerRow::Kind::Opened, toy, level - stock(toy)});
}

void PretendStore::restock(const QByteArray &toy, qint64 level)
{
    move({0, LedgerRow::Kind::Restocked, toy, level});
}

Call &PretendStore::add(CallKind kind, Span span)
{
    Call call;
    call.id = m_nextId++;
    call.kind = kind;
    call.sent = span.from;
    call.answered = span.to;
    call.outcome = CallOutcome::Ok;
    m_calls.push_back(call);
    return m_calls.back();
}

qint64 PretendStore::buy(const QByteArray &toy, qint64 quantity, const QByteArray &key, Span span)
{
    Call &call = add(CallKind::Buy, span);
    call.name = toy;
    call.quantity = quantity;
    call.key = key;
    const QByteArray requestId = key.isEmpty() ? "f-" + QByteArray::number(call.id) : "c-" + key;
    if (const auto bought = m_bought.constFind(requestId); bought != m_bought.cend()) {
        const bool same = bought->name == toy && bought->quantity == quantity;
        call.outcome = same ? CallOutcome::Ok : CallOutcome::Mismatch;
        call.number = same ? bought->number : 0;
    } else if (const auto refused = m_refused.constFind(requestId); refused != m_refused.cend()) {
        call.outcome = *refused == Refused{toy, quantity} ? CallOutcome::Rejected : CallOutcome::Mismatch;
    } else if (quantity > stock(toy)) {
        call.outcome = CallOutcome::Rejected;
        m_refused.insert(requestId, {toy, quantity});
        m_ledger.rejected.push_back(requestId);
    } else {
        call.number = ++m_ledger.lastOrderNumber;
        m_bought.insert(requestId, {call.number, toy, quantity, requestId, m_epoch, {}});
        move({0, LedgerRow::Kind::Sold, toy, -quantity, call.number, requestId, m_epoch, {}});
    }
    return call.id;
}

qint64 PretendStore::query(const QByteArray &toy, Span span)
{
    Call &call = add(CallKind::Query, span);
    call.name = toy;
    call.quantity = stock(toy);
    if (!m_stock.contains(toy))
        call.outcome = CallOutcome::NotFound;
    return call.id;
}

qint64 PretendStore::lookUp(qint64 number, Span span)
{
    Call &call = add(CallKind::LookUp, span);
    call.number = number;
    call.outcome = CallOutcome::NotFound;
    for (const LedgerRow &row : m_ledger.rows) {
        if (row.kind != LedgerRow::Kind::Sold || row.orderNumber != number)
            continue;
        call.outcome = CallOutcome::Ok;
        call.name = row.toy;
        call.quantity = -row.delta;
    }
    return call.id;
}

void PretendStore::loseAnswer()
{
    Call &call = m_calls.back();
    call.outcome = CallOutcome::Unknown;
    call.answered.reset();
}

Evidence PretendStore::evidence(qint64 behind) const
{
    Evidence evidence;
    evidence.calls = m_calls;
    evidence.ledger = m_ledger;
    for (auto toy = m_stock.cbegin(); toy != m_stock.cend(); ++toy)
        evidence.ledger->toys.push_back({toy.key(), toy.value()});
    std::vector<Order> orders = ordersOf(m_ledger).all();
    evidence.logs.push_back({"order-8093", logBytes(orders), true});
    orders.resize(orders.size() - static_cast<std::size_t>(behind));
    evidence.logs.push_back({"order-8092", logBytes(orders), behind == 0});
    evidence.logs.push_back({"order-8091", logBytes(orders), behind == 0});
    return evidence;
}

QByteArray logBytes(const std::vector<Order> &orders)
{
    QByteArray bytes = "{\"format\":\"toystore-order-log\",\"version\":1}\n";
    for (const Order &order : orders) {
        const QByteArray body = orderBody(order);
        bytes += body + ",\"crc\":\"" + checksumText(checksum(body)) + "\"}\n";
    }
    return bytes;
}

} // namespace toystore
