// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/ledgerchecks.h"

#include "base/logging.h"

#include <QSet>

namespace toystore
{

namespace
{

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

QByteArray movement(const LedgerRow &row)
{
    return "movement " + number(row.sequence) + " of '" + printable(row.toy) + '\'';
}

/// Whether the row's kind allows its delta and what comes after it.
bool isSound(const LedgerRow &row, const LedgerRow *next)
{
    switch (row.kind) {
    case LedgerRow::Kind::Opened:
        return true;
    case LedgerRow::Kind::Sold:
        return row.delta < 0;
    case LedgerRow::Kind::Restocked:
        return row.delta > 0;
    case LedgerRow::Kind::Rebuilt: // makes up for the imported sale, which follows it
        return next != nullptr && next->kind == LedgerRow::Kind::Sold && next->toy == row.toy &&
               next->delta == -row.delta;
    }
    return false;
}

void compareWithStock(const LedgerCopy &ledger, QHash<QByteArray, qint64> sums, Verdict &verdict)
{
    for (const ToyStock &toy : ledger.toys) {
        const qint64 sum = sums.take(toy.name);
        if (toy.quantity < 0)
            verdict.violated(Invariant::I4,
                             "the stock of '" + printable(toy.name) + "' is " + number(toy.quantity));
        if (sum != toy.quantity)
            verdict.violated(Invariant::I5, "the stock of '" + printable(toy.name) + "' is " +
                                                number(toy.quantity) + ", its movements make " + number(sum));
    }
    for (auto toy = sums.cbegin(); toy != sums.cend(); ++toy) {
        if (toy.value() != 0)
            verdict.violated(Invariant::I5, '\'' + printable(toy.key()) +
                                                "' is not offered, yet its movements make " +
                                                number(toy.value()));
    }
}

} // namespace

void checkLedger(const LedgerCopy &ledger, Verdict &verdict)
{
    QHash<QByteArray, qint64> sums;
    QSet<QByteArray> sold;
    qint64 last = 0;
    for (std::size_t i = 0; i < ledger.rows.size(); ++i) {
        const LedgerRow &row = ledger.rows[i];
        if (row.sequence != last + 1)
            verdict.violated(Invariant::I5, movement(row) + " comes after movement " + number(last));
        last = row.sequence;
        if (!isSound(row, i + 1 < ledger.rows.size() ? &ledger.rows[i + 1] : nullptr))
            verdict.violated(Invariant::I5, movement(row) + " is of a kind that can't change the stock by " +
                                                number(row.delta));
        qint64 &stock = sums[row.toy];
        stock += row.delta;
        if (stock < 0)
            verdict.violated(Invariant::I4, movement(row) + " makes the stock " + number(stock));
        if (row.kind == LedgerRow::Kind::Sold)
            sold.insert(row.requestId);
    }
    if (last != ledger.lastMovement)
        verdict.violated(Invariant::I5, "the ledger's last movement is " + number(ledger.lastMovement) +
                                            ", the last that it has is " + number(last));
    compareWithStock(ledger, sums, verdict);
    for (const QByteArray &requestId : ledger.rejected) {
        if (sold.contains(requestId))
            verdict.violated(Invariant::I9,
                             "the ledger has rejected the request id " + requestId + ", and sold to it");
    }
}

void checkOrders(const DecidedOrders &orders, const QByteArray &where, Verdict &verdict)
{
    qint64 last = 0;
    qint64 epoch = 0;
    for (const Order &order : orders.all()) {
        if (order.number != last + 1)
            verdict.violated(Invariant::I2, "in " + where + " order " + number(order.number) +
                                                " comes after order " + number(last));
        last = order.number;
        const Order *first = orders.byRequest(order.requestId);
        if (first != &order)
            verdict.violated(Invariant::I3, "in " + where + " the request id " + order.requestId +
                                                " has order " + number(first->number) + " and order " +
                                                number(order.number));
        if (order.epoch < epoch)
            verdict.violated(Invariant::I9, "in " + where + " order " + number(order.number) +
                                                " was decided in epoch " + number(order.epoch) +
                                                ", the order before it in epoch " + number(epoch));
        epoch = order.epoch;
    }
}

} // namespace toystore
