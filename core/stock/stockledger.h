// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/catalogmessages.h"
#include "stock/toylist.h"

#include <vector>

namespace toystore
{

/// Why a toy's stock changed.
enum class MovementKind {
    Opened,    ///< the store was opened with a stock level
    Sold,      ///< an order
    Restocked, ///< it was sold out
    Rebuilt,   ///< makes up for the imported sale after it: that stock had left before the ledger was lost
};

/// One change of one toy's stock, a row of the ledger. Only a sale has order number, request id and epoch.
struct StockMovement {
    qint64 sequence = 0; ///< 1, 2, 3 ...
    MovementKind kind = MovementKind::Opened;
    QByteArray toy;
    qint64 delta = 0;
    qint64 orderNumber = 0;
    QByteArray requestId;
    qint64 epoch = 0;
    QByteArray at; ///< ISO 8601 UTC with milliseconds, as the caller of the change gave it

    bool operator==(const StockMovement &) const = default;
};

/// A request id that sold nothing, for good: a late copy of that buy gets the same answer, though by then
/// there might be enough of the toy (I9).
struct Rejection {
    qint64 sequence = 0; ///< 1, 2, 3 ...
    QByteArray requestId;
    QByteArray name;
    qint64 quantity = 0;
    QByteArray at; ///< as a movement's

    bool operator==(const Rejection &) const = default;
};

/// Toys and leadership after something was committed: all toys, or those that it changed.
struct StockState {
    QList<Product> products;
    Leadership::Answer leadership;
};

/// What one transaction made of the sell calls it took: an answer a call, in their order.
struct SellResults {
    std::vector<Result<Sell::Answer>> answers;
    StockState state; ///< with the toys that were sold
};

/// The one place where orders are decided (docs/architecture.md): every change of stock is a movement, a
/// sale's movement carries the order's number, and each operation is one transaction that is on disk when it
/// returns.
///
/// Every operation may fail with storage_full or storage_failed: it is rolled back then, as if it had never
/// been asked, and the ledger stays usable. A failure that leaves unknown what is on disk ends the process.
/// An @c at is the time of the change, ISO 8601 UTC with milliseconds. One thread at a time, the one that
/// made it.
class StockLedger
{
public:
    /// Rejections kept; older ones are forgotten. About what a busy store rejects in 5 s, after which no
    /// frontend sends a buy again.
    static constexpr qint64 maxRejections = 100'000;

    StockLedger() = default;
    StockLedger(const StockLedger &) = delete;
    StockLedger &operator=(const StockLedger &) = delete;
    virtual ~StockLedger() = default;

    /// Everything there is; no toys if the store was never opened.
    [[nodiscard]] virtual Result<StockState> load() = 0;

    /// Makes @p toys what the store offers, each with @p level (0 to maxStock) in stock. Toys no longer
    /// listed are withdrawn. Orders, numbers and leadership stay.
    [[nodiscard]] virtual Result<void> openStore(const QList<Toy> &toys, qint64 level,
                                                 const QByteArray &at) = 0;

    /// Decides all of @p calls in one transaction, one after the other, each seeing those before it. A
    /// request id is decided once, sold or rejected; repeated, it gets the same answer.
    [[nodiscard]] virtual Result<SellResults> sell(const std::vector<Sell> &calls, const QByteArray &at) = 0;

    /// The fence. Errors: stale_epoch, with who leads; out_of_range.
    [[nodiscard]] virtual Result<Leadership::Answer> beginEpoch(const BeginEpoch &request) = 0;

    /// Books orders that a lost ledger had decided. The stock stays as it is, and so do toys nobody knows any
    /// more: their orders are kept, they are not offered. Errors: stale_epoch, behind, diverged,
    /// invalid_field.
    [[nodiscard]] virtual Result<Leadership::Answer> importOrders(const ImportOrders &request) = 0;

    /// A page of orders, bounded by maxPageOrders and maxPageBytes. Errors: out_of_range.
    [[nodiscard]] virtual Result<OrdersAfter::Answer> ordersAfter(const OrdersAfter &request) = 0;

    /// Brings sold-out toys to @p level; returns those.
    [[nodiscard]] virtual Result<StockState> restock(qint64 level, const QByteArray &at) = 0;

    /// At most @p limit movements after a sequence number, oldest first.
    [[nodiscard]] virtual Result<QList<StockMovement>> movementsAfter(qint64 sequence, qint64 limit) = 0;

    /// At most @p limit of the rejections kept, after a sequence number, oldest first.
    [[nodiscard]] virtual Result<QList<Rejection>> rejectionsAfter(qint64 sequence, qint64 limit) = 0;
};

/// Reads the whole ledger and says which invariant it breaks, if one: I2 (dense numbers), I3 (a request id
/// sells once), I4 (no negative stock, at no time), I5 (stock is the sum of its movements) and I9 (a rejected
/// request id never sells). Errors: diverged, naming invariant, toy, number or request id; whatever reading
/// failed with.
[[nodiscard]] Result<void> auditLedger(StockLedger &ledger);

} // namespace toystore
