// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/frontendmessages.h"

#include <array>
#include <span>

namespace toystore
{

/// How the dashboard stands to the store it watches.
enum class Attachment {
    Empty,      ///< no store was named yet
    Connecting, ///< the first time: nothing is known
    Live,
    Disconnected, ///< what is shown is the last that was heard, see ClusterSnapshot::ageMs
    NotPermitted, ///< live, but the store refuses our actions: no token, or a wrong one
};
[[nodiscard]] std::span<const QByteArrayView> valueNames(Attachment);

/// How a service looks, by the best that is known: the seven states of a card, and Serving, which is what
/// Follower is for a service that is no replica.
enum class ServiceState {
    Leader,
    Follower,
    Serving,
    Syncing,      ///< catches up or starts; see ServiceCard::catchUp
    NotAnswering, ///< paused, or alive and silent, or diverged: it serves nothing
    Down,
    Draining,
    Stale, ///< nobody says anything about it any more: the rest of the card is ServiceCard::ageMs old
};
[[nodiscard]] std::span<const QByteArrayView> valueNames(ServiceState);

/// What a service is.
enum class ServiceRole {
    Catalog,
    Frontend,
    OrderReplica,
};
[[nodiscard]] std::span<const QByteArrayView> valueNames(ServiceRole);

/// What can be asked of the supervisor for one service.
enum class ServiceAction {
    Start,
    Stop,
    Kill,
    Pause,
    Resume,
    Restart,
};
inline constexpr std::array serviceActions = {ServiceAction::Start,  ServiceAction::Stop,
                                              ServiceAction::Kill,   ServiceAction::Pause,
                                              ServiceAction::Resume, ServiceAction::Restart};
[[nodiscard]] std::span<const QByteArrayView> valueNames(ServiceAction);

/// Whether an action makes sense now.
struct ActionView {
    ServiceAction action = ServiceAction::Start;
    bool allowed = false;
    QByteArray reason;  ///< why it is not allowed, one sentence; empty if it is
    QByteArray warning; ///< not empty: ask first, with this text and Cancel as the default

    bool operator==(const ActionView &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("action", self.action);
        visit("allowed", self.allowed);
        visit("reason", self.reason);
        visit("warning", self.warning);
    }
};

/// How far a replica that catches up has come.
struct CatchUp {
    qint64 from = 0; ///< its last order when it began
    qint64 now = 0;
    qint64 target = 0; ///< the store's last order

    bool operator==(const CatchUp &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("from", self.from);
        visit("now", self.now);
        visit("target", self.target);
    }
};

/// One service of the store. Times are before the snapshot's.
struct ServiceCard {
    QByteArray name; ///< catalog, frontend, order-ID: the key, and what actions are asked for
    ServiceRole role = ServiceRole::OrderReplica;
    qint64 replicaId = 0; ///< 0: no replica
    qint64 port = 0;
    ServiceState state = ServiceState::Stale;
    QByteArray stateText; ///< in words, upper case: LEADER, PAUSED, NO ANSWER, STARTING, DIVERGED ...
    std::optional<qint64> epoch;
    std::optional<qint64> lastOrder; ///< on its disk
    std::optional<qint64> lag;       ///< orders behind the store's last
    std::optional<CatchUp> catchUp;  ///< while Syncing
    bool inSync = false;             ///< a follower that the leader waits for
    qint64 pid = 0;                  ///< 0: not running
    qint64 forMs = 0;                ///< so long in this state, by the supervisor
    qint64 restarts = 0;
    QByteArray exitCause;        ///< how it ended, as "SIGKILL"; empty while it runs
    QByteArray supervisorSays;   ///< what the supervisor knows of the process: ready, paused, killed ...
    QByteArray frontendSees;     ///< what the frontend sees: leader, follower, syncing, silent, down ...
    QByteArray supervisorReason; ///< all that the supervisor says about its end, may have several lines
    qint64 ageMs = 0;            ///< since it, or the supervisor about it, was last heard
    QList<ActionView> actions;   ///< one of each, in the order of serviceActions

    bool operator==(const ServiceCard &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name);
        visit("role", self.role);
        visit("replica_id", self.replicaId);
        visit("port", self.port);
        visit("state", self.state);
        visit("state_text", self.stateText);
        visit("epoch", self.epoch);
        visit("last_order", self.lastOrder);
        visit("lag", self.lag);
        visit("catch_up", self.catchUp);
        visit("in_sync", self.inSync);
        visit("pid", self.pid);
        visit("for_ms", self.forMs);
        visit("restarts", self.restarts);
        visit("exit_cause", self.exitCause);
        visit("supervisor_says", self.supervisorSays);
        visit("frontend_sees", self.frontendSees);
        visit("supervisor_reason", self.supervisorReason);
        visit("age_ms", self.ageMs);
        visit("actions", self.actions);
    }
};

/// The kinds of request that the shop takes.
enum class TrafficKind {
    Query,
    Buy,
    LookUp,
};
[[nodiscard]] std::span<const QByteArrayView> valueNames(TrafficKind);

/// The traffic of one kind, as the frontend saw it over the last second.
struct ShopTraffic {
    TrafficKind kind = TrafficKind::Query;
    double perSecond = 0;
    double errorsPerSecond = 0;  ///< answers of 500 and above
    std::optional<double> p50Ms; ///< absent: no request in that second
    std::optional<double> p99Ms;

    bool operator==(const ShopTraffic &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("kind", self.kind);
        visit("per_second", self.perSecond);
        visit("errors_per_second", self.errorsPerSecond);
        visit("p50_ms", self.p50Ms);
        visit("p99_ms", self.p99Ms);
    }
};

enum class VerdictState {
    Unknown, ///< nothing to compare, or not compared yet
    Ok,
    Partial, ///< what could be compared is fine, but not all could be
    Broken,
};
[[nodiscard]] std::span<const QByteArrayView> valueNames(VerdictState);

/// A computed statement about the store.
struct VerdictView {
    VerdictState state = VerdictState::Unknown;
    QByteArray text;    ///< a few words, for the tile
    QByteArray tooltip; ///< what was compared with what, and when

    bool operator==(const VerdictView &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("state", self.state);
        visit("text", self.text);
        visit("tooltip", self.tooltip);
    }
};

/// The cache of the frontend in figures; its entries come apart, see ClusterSource.
struct CacheFigures {
    bool enabled = false;
    bool bypassed = false; ///< on, but the catalog's invalidations do not arrive: nothing is taken from it
    qint64 capacity = 0;
    qint64 entries = 0;
    qint64 hits = 0; ///< since the frontend started; so are the next two
    qint64 misses = 0;
    qint64 invalidations = 0;
    std::optional<double> hitPercent; ///< of the last seconds' queries; absent: there were none

    bool operator==(const CacheFigures &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("enabled", self.enabled);
        visit("bypassed", self.bypassed);
        visit("capacity", self.capacity);
        visit("entries", self.entries);
        visit("hits", self.hits);
        visit("misses", self.misses);
        visit("invalidations", self.invalidations);
        visit("hit_percent", self.hitPercent);
    }
};

/// A fault that is being injected, as the supervisor tells it.
struct FaultView {
    QByteArray link; ///< between whom
    QByteArray text; ///< what is done to it, in words

    bool operator==(const FaultView &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("link", self.link);
        visit("text", self.text);
    }
};

/// The store at one moment, as far as the services say. Value type; cheap to copy.
struct ClusterSnapshot {
    Attachment attachment = Attachment::Empty;
    QByteArray detail;        ///< in words: why it is so, as "nothing answers at 127.0.0.1:8083"
    QByteArray store;         ///< HOST:PORT of the supervisor
    QByteArray dataDirectory; ///< on the store's machine
    QByteArray version;
    bool isLocal = true;               ///< the supervisor runs on this machine, as can be proved
    std::optional<QByteArray> refusal; ///< why nothing can be done to it, one sentence; empty: something can
    qint64 atMs = 0;                   ///< wall clock when this was put together, milliseconds since 1970 UTC
    qint64 ageMs = 0;                  ///< since any service was last heard

    // The tiles.
    qint64 leader = 0; ///< a replica's id; 0: none right now
    qint64 epoch = 0;
    qint64 replicasUp = 0; ///< those that lead, follow or catch up
    qint64 replicas = 0;
    qint64 lastOrder = 0;              ///< the ledger's, or the highest any replica has
    QList<ShopTraffic> traffic;        ///< one of each kind, or none: the frontend does not answer
    std::optional<qint64> sessions;    ///< open connections of clients, if the frontend says
    std::optional<CacheFigures> cache; ///< absent: the frontend does not answer

    QList<ServiceCard> services; ///< catalog, order replicas by id descending, frontend
    VerdictView logsIdentical;
    VerdictView stockConserved;
    VerdictView clientsNoticed;
    qint64 clientErrors = 0;              ///< the figure of the last one
    std::optional<FailoverView> failover; ///< the last one; absent: none was seen
    QList<FaultView> faults;
    bool faultsSupported = false;      ///< the supervisor can inject faults
    std::optional<qint64> restockInMs; ///< absent: the catalog does not answer or never restocks

    bool operator==(const ClusterSnapshot &) const = default;

    [[nodiscard]] const ServiceCard *service(const QByteArray &name) const;
    [[nodiscard]] bool isLive() const
    {
        return attachment == Attachment::Live || attachment == Attachment::NotPermitted;
    }

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("attachment", self.attachment);
        visit("detail", self.detail);
        visit("store", self.store);
        visit("data_directory", self.dataDirectory);
        visit("version", self.version);
        visit("is_local", self.isLocal);
        visit("refusal", self.refusal);
        visit("at_ms", self.atMs);
        visit("age_ms", self.ageMs);
        visit("leader", self.leader);
        visit("epoch", self.epoch);
        visit("replicas_up", self.replicasUp);
        visit("replicas", self.replicas);
        visit("last_order", self.lastOrder);
        visit("traffic", self.traffic);
        visit("sessions", self.sessions);
        visit("cache", self.cache);
        visit("services", self.services, 64);
        visit("logs_identical", self.logsIdentical);
        visit("stock_conserved", self.stockConserved);
        visit("clients_noticed", self.clientsNoticed);
        visit("client_errors", self.clientErrors);
        visit("failover", self.failover);
        visit("faults", self.faults, 64);
        visit("faults_supported", self.faultsSupported);
        visit("restock_in_ms", self.restockInMs);
    }
};

/// What is worth a new snapshot; that things got older is not.
[[nodiscard]] ClusterSnapshot withoutAges(ClusterSnapshot snapshot);

} // namespace toystore
