// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/order.h"

namespace toystore
{

/// How a replica looks from the frontend.
struct ReplicaView {
    ReplicaId id;
    bool connected = false;
    QByteArray state; ///< leader, follower, syncing, diverged, silent or down
    qint64 epoch = 0;
    qint64 lastOrderNumber = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("id", self.id);
        visit("connected", self.connected);
        visit("state", self.state);
        visit("epoch", self.epoch);
        visit("last_order_number", self.lastOrderNumber);
    }
};

/// The shop's traffic of one kind of request.
struct TrafficView {
    QByteArray kind;     ///< query, buy or look_up
    qint64 requests = 0; ///< answered since the frontend started
    qint64 failures = 0; ///< of these, those answered 500 or above
    // Of the last whole second:
    qint64 lastRequests = 0;
    qint64 lastFailures = 0;
    std::optional<qint64> p50Us = {}; ///< absent: nothing was answered
    std::optional<qint64> p99Us = {};

    bool operator==(const TrafficView &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("kind", self.kind, 64);
        visit("requests", self.requests);
        visit("failures", self.failures);
        visit("last_requests", self.lastRequests);
        visit("last_failures", self.lastFailures);
        visit("p50_us", self.p50Us);
        visit("p99_us", self.p99Us);
    }
};

/// A change of leader, as the frontend lived through it. Wall clock, milliseconds since 1970 UTC; what has
/// not happened (yet) is absent.
struct FailoverView {
    qint64 lostLeader = 0;
    qint64 newLeader = 0;                      ///< 0: none yet
    qint64 epoch = 0;                          ///< of the new leader
    std::optional<qint64> lastGoodMs = {};     ///< the last buy answered before
    std::optional<qint64> firstFailureMs = {}; ///< the first buy that the lost leader did not answer
    std::optional<qint64> detectedMs = {};     ///< the frontend gave the leader up
    std::optional<qint64> newLeaderMs = {};    ///< the new one takes buys
    std::optional<qint64> firstSuccessMs = {}; ///< the first buy answered after that
    qint64 resent = 0;                         ///< buys sent again
    qint64 failed = 0;                         ///< buys answered 500 or above meanwhile
    bool isOver = false;                       ///< nothing of it will change any more

    bool operator==(const FailoverView &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("lost_leader", self.lostLeader);
        visit("new_leader", self.newLeader);
        visit("epoch", self.epoch);
        visit("last_good_ms", self.lastGoodMs);
        visit("first_failure_ms", self.firstFailureMs);
        visit("detected_ms", self.detectedMs);
        visit("new_leader_ms", self.newLeaderMs);
        visit("first_success_ms", self.firstSuccessMs);
        visit("resent", self.resent);
        visit("failed", self.failed);
        visit("is_over", self.isOver);
    }
};

/// What a frontend tells people about itself.
struct FrontendStatus {
    static constexpr QByteArrayView method = "status";

    struct Answer {
        ReplicaId leaderId; ///< 0: none right now
        qint64 epoch = 0;
        bool catalogConnected = false;
        bool subscribed = false; ///< a living lease: the cache may be used
        bool cacheEnabled = true;
        qint64 cacheEntries = 0;
        qint64 cacheHits = 0;
        qint64 cacheMisses = 0;
        qint64 cacheInvalidations = 0;
        qint64 cacheCapacity = 0;
        qint64 sessions = 0;
        qint64 refusedSessions = 0; ///< answered 503 since the frontend started: there were too many
        qint64 waitingBuys = 0;
        QList<ReplicaView> replicas;
        QList<TrafficView> traffic;           ///< one of each kind
        std::optional<FailoverView> failover; ///< the last; absent: the leader was never lost
        qint64 pid = 0;
        QByteArray version;
        std::optional<QByteArray> noLeaderBecause = {}; ///< a clause, while who is to lead can't

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("leader_id", self.leaderId);
            visit("epoch", self.epoch);
            visit("catalog_connected", self.catalogConnected);
            visit("subscribed", self.subscribed);
            visit("cache_enabled", self.cacheEnabled);
            visit("cache_entries", self.cacheEntries);
            visit("cache_hits", self.cacheHits);
            visit("cache_misses", self.cacheMisses);
            visit("cache_invalidations", self.cacheInvalidations);
            visit("cache_capacity", self.cacheCapacity);
            visit("sessions", self.sessions);
            visit("refused_sessions", self.refusedSessions);
            visit("waiting_buys", self.waitingBuys);
            visit("replicas", self.replicas, 64);
            visit("traffic", self.traffic, 8);
            visit("failover", self.failover);
            visit("pid", self.pid);
            visit("version", self.version);
            visit("no_leader_because", self.noLeaderBecause, 1024);
        }
    };

    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// Pushed to those who subscribed with `with_status`.
struct FrontendStatusPush : FrontendStatus::Answer {
    static constexpr QByteArrayView method = "frontend_status";
};

/// One entry of the frontend's cache.
struct CacheEntry {
    QByteArray name;
    double price = 0;
    qint64 quantity = 0;
    qint64 version = 0;
    qint64 ageMs = 0;
    qint64 hits = 0;

    bool operator==(const CacheEntry &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name, maxToyNameBytes);
        visit("price", self.price);
        visit("quantity", self.quantity);
        visit("version", self.version);
        visit("age_ms", self.ageMs);
        visit("hits", self.hits);
    }
};

/// The cache's entries, most recently used first; at most 1000.
struct CacheContents {
    static constexpr QByteArrayView method = "cache_contents";

    struct Answer {
        bool enabled = true;
        qint64 capacity = 0;
        QList<CacheEntry> entries;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("enabled", self.enabled);
            visit("capacity", self.capacity);
            visit("entries", self.entries, 1000);
        }
    };

    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// How the cache has done since the frontend started.
struct CacheStatistics {
    static constexpr QByteArrayView method = "cache_statistics";

    struct Answer {
        bool enabled = true;
        bool subscribed = false; ///< a living lease: else the cache is passed by
        QByteArray policy;       ///< what goes when it is full: lru, the least recently used
        qint64 capacity = 0;
        qint64 entries = 0;
        qint64 hits = 0;
        qint64 misses = 0; ///< queries not answered from the cache, for whatever reason
        qint64 invalidations = 0;
        qint64 evictions = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("enabled", self.enabled);
            visit("subscribed", self.subscribed);
            visit("policy", self.policy, 64);
            visit("capacity", self.capacity);
            visit("entries", self.entries);
            visit("hits", self.hits);
            visit("misses", self.misses);
            visit("invalidations", self.invalidations);
            visit("evictions", self.evictions);
        }
    };

    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// Switches the cache on or off, or changes its capacity; what is absent stays.
struct SetCache {
    static constexpr QByteArrayView method = "set_cache";
    using Answer = Empty;

    std::optional<bool> enabled;
    std::optional<qint64> capacity; ///< entries, 1 to 1,000,000

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("enabled", self.enabled);
        visit("capacity", self.capacity);
    }
};

} // namespace toystore
