// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "cluster/clustersnapshot.h"
#include "cluster/hitrate.h"
#include "cluster/storeclock.h"
#include "protocol/catalogmessages.h"
#include "protocol/eventmessages.h"
#include "protocol/faultmessages.h"
#include "protocol/ordermessages.h"
#include "protocol/supervisormessages.h"

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
    /// Whose word comes over a connection: through a forwarded port another store's service may answer.
    enum class Speaker {
        Unknown, ///< it has not said its pid yet
        Itself,  ///< the process that the supervisor names
        Another,
    };

    ProcessView process;
    bool isConnected = false;
    Instant connectedAt;                 ///< if it is connected
    Speaker speaker = Speaker::Unknown;  ///< since it is connected
    QList<EventFields> unassignedEvents; ///< that came while the speaker was not known to be itself
    qint64 missedEvents = 0;             ///< before those

    // The last that it said itself, kept when it falls silent.
    std::optional<Instant> heardAt;
    std::optional<OrderStatus::Answer> order;
    std::optional<CatalogStatus::Answer> catalog;
    std::optional<FrontendStatus::Answer> frontend;
    std::optional<qint64> catchUpFrom; ///< its last order when it began to catch up, while it does
    qint64 incarnation = 0;

    /// A connection was made: who speaks there has to be heard first.
    void takeConnection(Instant now);
    /// Forgets all that it ever said.
    void forgetStatus();
    [[nodiscard]] bool isHeard(Instant now) const;
    /// It serves, as far as it and the supervisor say.
    [[nodiscard]] bool serves(Instant now) const;
    [[nodiscard]] bool isReplica() const { return process.service.startsWith("order-"); }
    [[nodiscard]] qint64 replicaId() const { return process.service.mid(6).toLongLong(); }
};

/// All that was heard of a store: what snapshots are made of. A value, no connection.
struct KnownStore {
    Endpoint place; ///< of the supervisor
    bool isAttached = false;
    bool isLocal = false; ///< it is proved that the supervisor runs on this machine
    bool isSupervisorConnected = false;
    std::optional<Instant> supervisorHeardAt;
    qint64 supervisorPid = 0; ///< 0: it was never heard
    QByteArray trouble;       ///< why the supervisor is not connected, or there is none
    QByteArray dataDirectory;
    QByteArray version;
    Permission permission;
    StoreClock clock; ///< all times are the store's
    std::map<QByteArray, KnownService> services;
    HitRate hitRate;
    std::optional<QList<LinkView>> links; ///< with their faults; absent: the supervisor injects none

    [[nodiscard]] bool isSupervisorHeard(Instant now) const;
    [[nodiscard]] std::optional<Instant> lastHeard() const;
    /// Somebody was heard once, and nobody is any more.
    [[nodiscard]] bool isGone(Instant now) const;
    /// What @p service said last is news; or the store is gone, and it was among those heard to the last.
    [[nodiscard]] bool isToldBy(const KnownService &service, Instant now) const;
    /// The same of the supervisor.
    [[nodiscard]] bool isToldBySupervisor(Instant now) const;
    [[nodiscard]] const KnownService *catalog() const;
    [[nodiscard]] const KnownService *frontend() const;
    /// The highest order that anybody heard now says there is; if nobody is, that anybody ever said.
    [[nodiscard]] qint64 lastOrder(Instant now) const;
};

/// What there is to see at @p now, whose wall clock reads @p atMs. Verdicts are left empty.
[[nodiscard]] ClusterSnapshot snapshotOf(const KnownStore &store, Instant now, qint64 atMs);

} // namespace toystore
