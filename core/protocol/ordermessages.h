// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/order.h"

namespace toystore
{

/// Asks a replica whether it could lead. A replica that is catching up or can't write answers with the error
/// `syncing` and its last number, one whose log differs from the ledger with `diverged`.
struct HealthCheck {
    static constexpr QByteArrayView method = "health_check";

    struct Answer {
        ReplicaId leaderId; ///< whom this replica takes for the leader; 0: nobody yet
        qint64 epoch = 0;   ///< of that leader
        qint64 lastOrderNumber = 0;
        bool leading = false; ///< this replica leads and has fetched every order decided before its epoch

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("leader_id", self.leaderId);
            visit("epoch", self.epoch);
            visit("last_order_number", self.lastOrderNumber);
            visit("leading", self.leading);
        }
    };

    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// Tells a replica who leads. The new leader answers once it has fetched what it lacked; the others at once.
/// Errors: stale_epoch, syncing (can't write), diverged, catalog_unavailable, ledger_behind.
struct UpdateLeader {
    static constexpr QByteArrayView method = "update_leader";

    struct Answer {
        qint64 epoch = 0;
        qint64 lastOrderNumber = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("epoch", self.epoch);
            visit("last_order_number", self.lastOrderNumber);
        }
    };

    ReplicaId leaderId;
    std::optional<qint64> epoch; ///< absent: leads only if the ledger names that leader

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("leader_id", self.leaderId);
        visit("epoch", self.epoch);
    }
};

/// A buy. Errors: order_rejected, request_mismatch, not_leader, stale_epoch, catalog_unavailable, overloaded;
/// after any but the first two the outcome is unknown and the same request id may be sent again.
struct PlaceOrder {
    static constexpr QByteArrayView method = "place_order";

    struct Answer {
        qint64 orderNumber = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("order_number", self.orderNumber);
        }
    };

    qint64 epoch = 0; ///< another than the leader's is refused
    QByteArray requestId;
    QByteArray name;
    qint64 quantity = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("epoch", self.epoch);
        visit("request_id", self.requestId, maxRequestIdBytes);
        visit("name", self.name, maxToyNameBytes);
        visit("quantity", self.quantity);
    }
};

/// Looks an order up. Errors: order_not_found, catalog_unavailable (the replica lacks it and can't ask),
/// diverged.
struct OrderDetails {
    static constexpr QByteArrayView method = "order_details";

    struct Answer {
        qint64 number = 0;
        QByteArray name;
        qint64 quantity = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("number", self.number);
            visit("name", self.name, maxToyNameBytes);
            visit("quantity", self.quantity);
        }
    };

    qint64 number = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("number", self.number);
    }
};

/// The leader's copies to a follower; sent every 100 ms even without orders. A follower that is behind says
/// so by its last number, and catches up. Errors: stale_epoch (it has heard of a later one), syncing (can't
/// write), diverged (its log and the leader's differ, or it is known to be wrong).
struct AppendOrders {
    static constexpr QByteArrayView method = "append_orders";

    struct Answer {
        qint64 lastOrderNumber = 0; ///< on this follower's disk

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("last_order_number", self.lastOrderNumber);
        }
    };

    qint64 epoch = 0;
    ReplicaId leaderId;
    qint64 lastOrderNumber = 0; ///< the leader's, these orders included
    QList<Order> orders;
    std::optional<QByteArray> afterCrc =
        {}; ///< of the row before the first order, or the last if there is none

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("epoch", self.epoch);
        visit("leader_id", self.leaderId);
        visit("last_order_number", self.lastOrderNumber);
        visit("orders", self.orders, maxPageOrders);
        visit("after_crc", self.afterCrc, crcDigits);
    }
};

/// The SHA-256 of the log file's bytes up to an order, as sha256sum prints it: from the first line on, or
/// from behind an order.
struct LogChecksum {
    static constexpr QByteArrayView method = "log_checksum";

    struct Answer {
        qint64 upTo = 0;
        qint64 bytes = 0;
        QByteArray sha256;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("up_to", self.upTo);
            visit("bytes", self.bytes);
            visit("sha256", self.sha256);
        }
    };

    std::optional<qint64> upTo;       ///< absent: all there is on disk
    std::optional<qint64> after = {}; ///< only what follows this order

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("up_to", self.upTo);
        visit("after", self.after);
    }
};

/// What an order replica tells people about itself.
struct OrderStatus {
    static constexpr QByteArrayView method = "status";

    struct Answer {
        ReplicaId id;
        QByteArray role; ///< leader, follower, syncing or diverged
        ReplicaId leaderId;
        qint64 epoch = 0;
        qint64 lastOrderNumber = 0;
        qint64 durableOrderNumber = 0;
        QList<ReplicaId> inSync; ///< the followers a leader waits for
        qint64 waiting = 0;      ///< buys that wait for their answer
        qint64 pid = 0;
        QByteArray version;
        std::optional<WriteFigures> writes = {};

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("replica_id", self.id); // "id" is the envelope's
            visit("role", self.role);
            visit("leader_id", self.leaderId);
            visit("epoch", self.epoch);
            visit("last_order_number", self.lastOrderNumber);
            visit("durable_order_number", self.durableOrderNumber);
            visit("in_sync", self.inSync);
            visit("waiting", self.waiting);
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
struct OrderStatusPush : OrderStatus::Answer {
    static constexpr QByteArrayView method = "order_status";
};

} // namespace toystore
