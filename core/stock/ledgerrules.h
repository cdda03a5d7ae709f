// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "stock/stockledger.h"

namespace toystore
{

/// Where a ledger stands: its leadership row.
struct LedgerPosition {
    qint64 epoch = 0; ///< 0: there was never a leader
    ReplicaId leaderId;
    qint64 lastCall = 0; ///< the highest sell call of this epoch that was decided
    qint64 lastOrderNumber = 0;
    qint64 highestImportedEpoch = 0;
    qint64 lastMovement = 0;  ///< sequence number
    qint64 lastRejection = 0; ///< sequence number

    [[nodiscard]] Leadership::Answer leadership() const { return {epoch, leaderId, lastOrderNumber}; }
};

/// The ledger's rules that need no storage, for every StockLedger. All pure.

/// Whether a sell call may decide: stale_epoch, then stale_call, then behind or ledger_behind.
[[nodiscard]] Result<void> maySell(const LedgerPosition &position, const Sell &call);

/// Whether a call is one at all: at most maxPageOrders entries, request ids of 1 to maxRequestIdBytes visible
/// ASCII characters. Errors: out_of_range, invalid_field, naming the entry.
[[nodiscard]] Result<void> checkCall(const Sell &call);

/// The epoch that a begin_epoch moves to. Errors: stale_epoch, out_of_range.
[[nodiscard]] Result<qint64> nextEpoch(const LedgerPosition &position, const BeginEpoch &request);

/// Whether an import's page may be booked, as far as it can be said without looking at the rows that exist:
/// stale_epoch; invalid_field (a bad order, or a gap within the page), behind (a gap before it).
[[nodiscard]] Result<void> checkImport(const LedgerPosition &position, const ImportOrders &request);

/// The number of the row that a checked import's page follows; 0: none.
[[nodiscard]] qint64 rowBefore(const ImportOrders &request);

/// Whether an import's page follows @p before, the ledger's row before its first one. A page that does not
/// say what it follows may.
[[nodiscard]] bool continues(const ImportOrders &request, const Order &before);

/// The refusal of an import that contradicts what is there.
[[nodiscard]] Error divergedAt(const LedgerPosition &position, const Order &order);

/// What becomes of an entry whose request id was decided already: sold or rejected.
[[nodiscard]] SellOutcome repeated(const Order &sold, const SellEntry &entry);
[[nodiscard]] SellOutcome repeated(const Rejection &rejection, const SellEntry &entry);

/// The most orders that a page may have: the wish, bounded. Errors: out_of_range.
[[nodiscard]] Result<qint64> pageLimit(const OrdersAfter &request);

/// At most how many bytes an order takes in a message.
[[nodiscard]] qsizetype boundOfBytes(const Order &order);

} // namespace toystore
