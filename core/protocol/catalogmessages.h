// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/order.h"

namespace toystore
{

/// A toy as the catalog has it.
struct Product {
    QByteArray name;
    double price = 0;
    qint64 quantity = 0;
    qint64 version = 0; ///< grows with every change of the toy

    bool operator==(const Product &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name, maxToyNameBytes);
        visit("price", self.price);
        visit("quantity", self.quantity);
        visit("version", self.version);
    }
};

/// Looks a toy up. Errors: product_not_found.
struct ProductQuery {
    static constexpr QByteArrayView method = "product";
    using Answer = Product;

    QByteArray name;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name, maxToyNameBytes);
    }
};

/// All toys by name (bytewise), a page at a time.
struct ProductsQuery {
    static constexpr QByteArrayView method = "products";

    struct Answer {
        QList<Product> products;
        bool more = false; ///< ask again after the page's last name

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("products", self.products, 1000);
            visit("more", self.more);
        }
    };

    std::optional<QByteArray> after;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("after", self.after, maxToyNameBytes);
    }
};

/// One buy in a sell call.
struct SellEntry {
    QByteArray requestId;
    QByteArray name;
    qint64 quantity = 0;

    bool operator==(const SellEntry &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("request_id", self.requestId, maxRequestIdBytes);
        visit("name", self.name, maxToyNameBytes);
        visit("quantity", self.quantity);
    }
};

/// What became of one buy: an order, or why not (order_rejected, request_mismatch).
struct SellOutcome {
    std::optional<Order> order;
    std::optional<ErrorCode> code;

    bool operator==(const SellOutcome &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("order", self.order);
        visit("code", self.code);
    }
};

/// The one way an order is decided (docs/architecture.md). Errors that decide nothing: stale_epoch (with the
/// current epoch and leader), stale_call, behind and ledger_behind (with the ledger's last number).
struct Sell {
    static constexpr QByteArrayView method = "sell";

    struct Answer {
        QList<SellOutcome> outcomes; ///< one an entry, in their order

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("outcomes", self.outcomes, maxPageOrders);
        }
    };

    qint64 epoch = 0;
    ReplicaId leaderId;
    qint64 call = 0;  ///< 1, 2, 3 ... in each epoch: late copies of a call decide nothing
    qint64 after = 0; ///< the leader's last number: a leader that missed orders finds out before it sells
    QList<SellEntry> entries;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("epoch", self.epoch);
        visit("leader_id", self.leaderId);
        visit("call", self.call);
        visit("after", self.after);
        visit("entries", self.entries, maxPageOrders);
    }
};

/// Who leads by the ledger.
struct Leadership {
    static constexpr QByteArrayView method = "leadership";

    struct Answer {
        qint64 epoch = 0;   ///< 0: there was never a leader
        ReplicaId leaderId; ///< 0: none
        qint64 lastOrderNumber = 0;

        bool operator==(const Answer &) const = default;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("epoch", self.epoch);
            visit("leader_id", self.leaderId);
            visit("last_order_number", self.lastOrderNumber);
        }
    };

    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// Moves the epoch by compare-and-set: the fence. Errors: stale_epoch, with the current epoch and leader, if
/// the ledger's epoch is not the expected one.
struct BeginEpoch {
    static constexpr QByteArrayView method = "begin_epoch";
    using Answer = Leadership::Answer;

    qint64 expectedEpoch = 0;
    ReplicaId leaderId;
    qint64 seenEpoch = 0; ///< the highest that any replica reported

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("expected_epoch", self.expectedEpoch);
        visit("leader_id", self.leaderId);
        visit("seen_epoch", self.seenEpoch);
    }
};

/// Gives a lost ledger its orders back, a page at a time, contiguous. Errors: stale_epoch, behind (a gap,
/// with the ledger's last number), diverged (a row that exists differs, or the one before the page does).
struct ImportOrders {
    static constexpr QByteArrayView method = "import_orders";

    struct Answer {
        qint64 lastOrderNumber = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("last_order_number", self.lastOrderNumber);
        }
    };

    qint64 epoch = 0;
    ReplicaId leaderId;
    QList<Order> orders;
    std::optional<QByteArray> afterCrc = {}; ///< of the row before the first one

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("epoch", self.epoch);
        visit("leader_id", self.leaderId);
        visit("orders", self.orders, maxPageOrders);
        visit("after_crc", self.afterCrc, crcDigits);
    }
};

/// Subscribes this connection to the invalidations; an earlier subscription of it ends.
struct SubscribeInvalidations {
    static constexpr QByteArrayView method = "subscribe_invalidations";

    struct Answer {
        qint64 subscription = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("subscription", self.subscription);
        }
    };

    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// Renews the lease. Errors: not_subscribed (it ran out, or an acknowledgement is owed for too long:
/// subscribe anew).
struct Renew {
    static constexpr QByteArrayView method = "renew";
    using Answer = Empty;

    qint64 subscription = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("subscription", self.subscription);
    }
};

/// Pushed by the catalog on a subscribed connection; the answer with its id is the acknowledgement.
struct Invalidate {
    static constexpr QByteArrayView method = "invalidate";
    using Answer = Empty;

    qint64 subscription = 0;
    QByteArray name;
    qint64 version = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("subscription", self.subscription);
        visit("name", self.name, maxToyNameBytes);
        visit("version", self.version);
    }
};

/// What the catalog tells people about itself.
struct CatalogStatus {
    static constexpr QByteArrayView method = "status";

    struct Answer {
        qint64 epoch = 0;
        ReplicaId leaderId;
        qint64 lastOrderNumber = 0;
        qint64 products = 0;
        qint64 subscriptions = 0; ///< frontends with a living lease
        qint64 waiting = 0;       ///< sell calls that wait for the ledger or for acknowledgements
        qint64 restockInMs = 0;   ///< until sold-out toys are restocked
        qint64 pid = 0;
        QByteArray version;
        std::optional<WriteFigures> writes = {};

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("epoch", self.epoch);
            visit("leader_id", self.leaderId);
            visit("last_order_number", self.lastOrderNumber);
            visit("products", self.products);
            visit("subscriptions", self.subscriptions);
            visit("waiting", self.waiting);
            visit("restock_in_ms", self.restockInMs);
            visit("pid", self.pid);
            visit("version", self.version);
            visit("writes", self.writes);
        }
    };

    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// Pushed to those who subscribed with `with_status`.
struct CatalogStatusPush : CatalogStatus::Answer {
    static constexpr QByteArrayView method = "catalog_status";
};

/// What moved of one toy's stock.
struct StockSum {
    QByteArray name;
    qint64 movements = 0;
    qint64 delta = 0; ///< their sum

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name, maxToyNameBytes);
        visit("movements", self.movements);
        visit("delta", self.delta);
    }
};

/// The means to check I5, a page at a time: what the ledger's movements after a sequence number sum up to,
/// and, with the last page, a page of the stock as it is just then.
struct StockAudit {
    static constexpr QByteArrayView method = "stock_audit";
    static constexpr qsizetype maxToys = 500;

    struct Answer {
        QList<StockSum> sums;
        qint64 upTo = 0;   ///< the last movement summed: go on after it
        bool more = false; ///< there are more movements, and no stock yet
        QList<Product> stock;
        bool moreStock = false; ///< ask again after the page's last name

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("sums", self.sums, maxToys);
            visit("up_to", self.upTo);
            visit("more", self.more);
            visit("stock", self.stock, maxToys);
            visit("more_stock", self.moreStock);
        }
    };

    qint64 after = 0;                        ///< a movement's sequence number
    std::optional<QByteArray> afterToy = {}; ///< where the page of the stock begins

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("after", self.after);
        visit("after_toy", self.afterToy, maxToyNameBytes);
    }
};

} // namespace toystore
