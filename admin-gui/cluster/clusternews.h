// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"
#include "protocol/catalogmessages.h"
#include "protocol/frontendmessages.h"

namespace toystore
{

/// One thing for the timeline.
struct TimelineEvent {
    enum class Kind {
        Service,   ///< a process started, got ready, was paused, ended ...
        Leader,    ///< lost, elected
        Failover,  ///< over, with what it cost
        Orders,    ///< caught up, rebuilt, diverged
        Stock,     ///< opened, restocked
        Cache,     ///< a lease lost, a subscription
        Fault,     ///< injected, cleared
        Dashboard, ///< our own: connected, disconnected, an action of ours
    };

    qint64 key = 0;  ///< 1, 2, 3 ... in the order of arrival
    qint64 atMs = 0; ///< wall clock of the service, milliseconds since 1970 UTC
    Kind kind = Kind::Service;
    bool isTrouble = false;                 ///< something got worse
    QByteArray subject;                     ///< a service's or toy's name
    QByteArray text;                        ///< a few words, as "order-8093 killed"
    QByteArray detail;                      ///< all that the service said
    std::optional<QByteArray> service = {}; ///< that told it; absent: the dashboard itself
    std::optional<qint64> cursor = {};      ///< of it among that service's events

    bool operator==(const TimelineEvent &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("key", self.key);
        visit("at_ms", self.atMs);
        visit("kind", self.kind);
        visit("is_trouble", self.isTrouble);
        visit("subject", self.subject);
        visit("text", self.text);
        visit("detail", self.detail);
        visit("service", self.service);
        visit("cursor", self.cursor);
    }
};
[[nodiscard]] std::span<const QByteArrayView> valueNames(TimelineEvent::Kind);
/// The order of a timeline: by time; at the same time by service, and by what that told first.
[[nodiscard]] bool isBefore(const TimelineEvent &a, const TimelineEvent &b);

/// One stage of an order's way through the store.
struct OrderStage {
    enum class Place {
        Received,    ///< client to frontend
        Sent,        ///< frontend to leader
        Decided,     ///< by the catalog
        Invalidated, ///< the frontend's cache let the toy go
        Stored,      ///< in the leader's log
        Copied,      ///< in a follower's log
        Answered,    ///< frontend to client
    };

    Place place = Place::Received;
    QByteArray service; ///< where it happened
    double afterMs = 0; ///< since Received

    bool operator==(const OrderStage &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("place", self.place);
        visit("service", self.service);
        visit("after_ms", self.afterMs);
    }
};
[[nodiscard]] std::span<const QByteArrayView> valueNames(OrderStage::Place);

/// The way of one buy, put together from the events of the services that carry its request id.
struct OrderWay {
    QByteArray requestId;
    qint64 orderNumber = 0; ///< 0: it was not sold
    QByteArray toy;
    qint64 quantity = 0;
    bool resent = false;      ///< it was sent again to another leader
    qint64 standsFor = 1;     ///< buys, this one included: too many to show each
    QList<OrderStage> stages; ///< by time

    bool operator==(const OrderWay &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("request_id", self.requestId);
        visit("order_number", self.orderNumber);
        visit("toy", self.toy);
        visit("quantity", self.quantity);
        visit("resent", self.resent);
        visit("stands_for", self.standsFor);
        visit("stages", self.stages, 64);
    }
};

/// What became of an action that was asked for.
struct ActionOutcome {
    qint64 action = 0;  ///< as ClusterSource returned it
    QByteArray what;    ///< in words, as "kill order-8093"
    QByteArray service; ///< the one it was about; empty: none
    bool succeeded = false;
    QByteArray message; ///< how the service is now, or why it failed

    bool operator==(const ActionOutcome &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("action", self.action);
        visit("what", self.what);
        visit("service", self.service);
        visit("succeeded", self.succeeded);
        visit("message", self.message);
    }
};

/// Entries of the frontend's cache, the most recently used first; at most 1000.
using CacheEntries = QList<CacheEntry>;
/// The catalog's toys by name.
using Toys = QList<Product>;

} // namespace toystore
