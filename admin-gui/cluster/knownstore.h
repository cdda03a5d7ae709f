// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "cluster/clustersnapshot.h"
#include "protocol/catalogmessages.h"
#include "protocol/faultmessages.h"
#include "protocol/ordermessages.h"
#include "protocol/supervisormessages.h"

#include <deque>
#include <map>

namespace toystore
{

/// Whether we may act on the store.
struct Permission {
    enum class Kind {
        OnlyLooking, ///< nobody gave us a token
        Asked,       ///< whether the token is right is not known yet
        Granted,
        Refused,
    };

    Kind kind = Kind::OnlyLooking;
    QByteArray reason; ///< of a refusal
};

/// What was last heard of one service, by itself and by the supervisor.
struct KnownService {
    ProcessView process;
    bool isConnected = false;
    Instant connectedAt;            ///< if it is connected
    std::optional<Instant> heardAt; ///< from itself
    std::optional<OrderStatus::Answer> order;
    std::optional<CatalogStatus::Answer> catalog;
    std::optional<FrontendStatus::Answer> frontend;
    std::optional<qint64> catchUpFrom; ///< its last order when it began to catch up, while it does
    qint64 incarnation = 0;

    [[nodiscard]] bool isHeard(Instant now) const;
    /// It serves, as far as it and the supervisor say.
    [[nodiscard]] bool serves(Instant now) const;
    [[nodiscard]] bool isReplica() const { return process.service.startsWith("order-"); }
    [[nodiscard]] qint64 replicaId() const { return process.service.mid(6).toLongLong(); }
};

/// Cache hits and misses at one time, to tell how it did lately.
struct CacheSample {
    Instant at;
    qint64 hits = 0;
    qint64 misses = 0;
};

/// All that was heard of a store: what snapshots are made of. A value, no connection.
struct KnownStore {
    Endpoint place; ///< of the supervisor
    bool isAttached = false;
    bool isLocal = true;
    bool isSupervisorConnected = false;
    std::optional<Instant> supervisorHeardAt;
    QByteArray trouble; ///< why the supervisor is not connected
    QByteArray dataDirectory;
    QByteArray version;
    Permission permission;
    std::map<QByteArray, KnownService> services;
    std::deque<CacheSample> cacheSamples; ///< of the last seconds
    std::optional<QList<LinkView>> links; ///< with their faults; absent: the supervisor injects none

    [[nodiscard]] bool isSupervisorHeard(Instant now) const;
    [[nodiscard]] std::optional<Instant> lastHeard() const;
    [[nodiscard]] const KnownService *catalog() const;
    [[nodiscard]] const KnownService *frontend() const;
    /// The highest order that anybody heard now says there is.
    [[nodiscard]] qint64 lastOrder(Instant now) const;
};

/// What there is to see at @p now, whose wall clock reads @p atMs. Verdicts are left empty.
[[nodiscard]] ClusterSnapshot snapshotOf(const KnownStore &store, Instant now, qint64 atMs);

} // namespace toystore
