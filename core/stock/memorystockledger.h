// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "stock/ledgerrules.h"
#include "stock/stockledger.h"

#include <QHash>

#include <map>

namespace toystore
{

/// A ledger in memory, for tests and the simulator, where the object itself is the disk that survives.
class MemoryStockLedger final : public StockLedger
{
public:
    Result<StockState> load() override;
    Result<void> openStore(const QList<Toy> &toys, qint64 level, const QByteArray &at) override;
    Result<SellResults> sell(const std::vector<Sell> &calls, const QByteArray &at) override;
    Result<Leadership::Answer> beginEpoch(const BeginEpoch &request) override;
    Result<Leadership::Answer> importOrders(const ImportOrders &request) override;
    Result<OrdersAfter::Answer> ordersAfter(const OrdersAfter &request) override;
    Result<StockState> restock(qint64 level, const QByteArray &at) override;
    Result<QList<StockMovement>> movementsAfter(qint64 sequence, qint64 limit) override;
    Result<QList<Rejection>> rejectionsAfter(qint64 sequence, qint64 limit) override;

private:
    using Touched = std::map<QByteArray, Product>;

    [[nodiscard]] Result<Sell::Answer> sellOne(const Sell &call, const QByteArray &at, Touched &touched);
    [[nodiscard]] SellOutcome sellEntry(const SellEntry &entry, const QByteArray &at, Touched &touched);
    void book(MovementKind kind, const QByteArray &toy, qint64 delta, const QByteArray &at);
    void bookSale(const Order &order);
    void reject(const SellEntry &entry, const QByteArray &at);

    LedgerPosition m_position;
    std::map<QByteArray, Product> m_toys;
    std::vector<StockMovement> m_movements;
    std::vector<Order> m_orders;              // number n at n - 1
    QHash<QByteArray, qint64> m_requests;     // request id -> number
    std::map<qint64, Rejection> m_rejections; // by sequence number
    QHash<QByteArray, qint64> m_rejected;     // request id -> sequence number
};

} // namespace toystore
