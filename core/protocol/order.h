// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/fields.h"

#include <algorithm>

namespace toystore
{

/// The limits of what a buy may name (docs/protocol.md).
inline constexpr qsizetype maxToyNameBytes = 256;
inline constexpr qsizetype maxRequestIdBytes = 130;

/// The length of an order's checksum (protocol/orderchecksum.h) as text.
inline constexpr qsizetype crcDigits = 8;

/// Whether @p id can name a buy: 1 to maxRequestIdBytes visible ASCII characters.
[[nodiscard]] inline bool isRequestId(QByteArrayView id)
{
    return !id.isEmpty() && id.size() <= maxRequestIdBytes &&
           std::all_of(id.begin(), id.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// A decided order: the row of the ledger, the line of every log. Never changes once it has its number.
struct Order {
    qint64 number = 0;
    QByteArray name;
    qint64 quantity = 0;
    QByteArray requestId;
    qint64 epoch = 0; ///< of the decision
    QByteArray at;    ///< when it was decided, ISO 8601 UTC with milliseconds, as the catalog wrote it

    bool operator==(const Order &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("number", self.number);
        visit("name", self.name, maxToyNameBytes);
        visit("quantity", self.quantity);
        visit("request_id", self.requestId, maxRequestIdBytes);
        visit("epoch", self.epoch);
        visit("at", self.at, 32);
    }
};

/// What writing has cost a service since it started.
struct WriteFigures {
    qint64 flushes = 0; ///< times it waited for its disk: a replica's fdatasync, the catalog's transactions
    qint64 flushUs = 0; ///< all of them together, microseconds
    qint64 batches = 0; ///< buys that were decided together: a leader's calls, the catalog's transactions
    qint64 batchOrders = 0; ///< buys in all of these

    bool operator==(const WriteFigures &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("flushes", self.flushes);
        visit("flush_us", self.flushUs);
        visit("batches", self.batches);
        visit("batch_orders", self.batchOrders);
    }
};

/// A page of orders stays well under the line limit: at most this many and this many bytes of lines.
inline constexpr qint64 maxPageOrders = 1000;
inline constexpr qsizetype maxPageBytes = 512 * 1024;

/// The orders after a number, oldest first, a page at a time. Any replica answers it, and so does the
/// catalog.
struct OrdersAfter {
    static constexpr QByteArrayView method = "orders_after";

    struct Answer {
        QList<Order> orders;
        qint64 lastOrderNumber = 0;              ///< the answering party's last
        bool more = false;                       ///< ask again after the page's last number
        std::optional<qint64> epoch = {};        ///< the ledger's, if it is the ledger that answers
        std::optional<QByteArray> afterCrc = {}; ///< of row @c after, if the answering party has it

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("orders", self.orders, maxPageOrders);
            visit("last_order_number", self.lastOrderNumber);
            visit("more", self.more);
            visit("epoch", self.epoch);
            visit("after_crc", self.afterCrc, crcDigits);
        }
    };

    qint64 after = 0;
    std::optional<qint64> limit; ///< at most this many; never more than maxPageOrders
    /// Of an asker that is about to lead this epoch: from its answer on, a replica takes nothing of an
    /// earlier one. Errors: stale_epoch.
    std::optional<qint64> epoch = {};

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("after", self.after);
        visit("limit", self.limit);
        visit("epoch", self.epoch);
    }
};

} // namespace toystore
