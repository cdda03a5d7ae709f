// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/eventpublisher.h"
#include "protocol/catalogmessages.h"
#include "protocol/faultmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/ordermessages.h"
#include "protocol/supervisormessages.h"

#include <QTemporaryDir>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace toystore
{

/// The admin side of a store, as a dashboard sees it: supervisor, catalog, frontend and three replicas that
/// say what a test wants them to say. Lives on the test's thread, which needs an event loop.
class FakeCluster
{
public:
    /// All that the services say.
    struct State {
        QByteArray token = "right";
        QByteArray dataDirectory; ///< at first one of this machine, see announce()
        qint64 supervisorPid = 0; ///< at first ours
        qint64 clockAheadMs = 0;  ///< of ours
        std::map<QByteArray, ProcessView> processes;
        std::map<QByteArray, OrderStatus::Answer> replicas;
        CatalogStatus::Answer catalog;
        FrontendStatus::Answer frontend;
        QList<Order> orders;                        ///< that were decided
        std::map<QByteArray, QByteArray> otherSums; ///< replicas whose log has another checksum
        std::map<QByteArray, qint64> changedOrders; ///< replicas with an order that changed on their disk
        qint64 lostMovements = 0;                   ///< of Tux: stock that left without a movement
        QList<CacheEntry> cache;
        QList<LinkView> links;
        std::optional<Error> refusal;      ///< of every command
        std::set<QByteArray> strangers;    ///< places where another store's service answers
        std::map<QByteArray, int> ignored; ///< so many requests of a method get no answer
    };
    /// A request that changes something.
    struct Seen {
        QByteArray method;
        QByteArray service;
        QByteArray token;

        bool operator==(const Seen &) const = default;
    };

    /// All is well: replica 8093 leads epoch 1, the stock of Tux is 100, there are no orders.
    FakeCluster();

    [[nodiscard]] Endpoint supervisor() const;
    [[nodiscard]] static QByteArray nameOf(qint64 replica) { return "order-" + QByteArray::number(replica); }

    /// Leaves the file that a supervisor of this machine leaves, as the process @p pid.
    void announce(qint64 pid);
    /// Changes what is said; the next push says it.
    void change(const std::function<void(State &)> &change);
    /// The supervisor's word about a process, with its event.
    void setProcess(const QByteArray &service, const QByteArray &state, const QByteArray &reason = {});
    /// Decides @p count orders, one Tux each, which @p replicas (none: all) have on disk.
    void sell(qint64 count, const QList<qint64> &replicas = {});
    /// Adds an event to those of a service, or the `supervisor`.
    void happen(const QByteArray &service, Event event);

    /// Its connections close and nobody listens, as after a kill -9.
    void stop(const QByteArray &service);
    /// Starts it anew: its events begin anew, too.
    void start(const QByteArray &service);
    /// It keeps its connections and says nothing, as one that is paused.
    void mute(const QByteArray &service);
    void unmute(const QByteArray &service);

    [[nodiscard]] QList<Seen> seen() const;
    /// Requests of a method that any service got.
    [[nodiscard]] int asked(const QByteArray &method) const;

private:
    [[nodiscard]] qint64 clockMs() const;

    struct Service {
        EventRing events;
        RpcServer server;
        EventPublisher publisher{server, events};
    };

    [[nodiscard]] std::unique_ptr<Service> make(const QByteArray &name);
    void serveSupervisor(RpcServer &server);
    void serveCatalog(RpcServer &server);
    void serveFrontend(RpcServer &server);
    void serveReplica(const QByteArray &name, RpcServer &server);
    void serveOrders(RpcServer &server);
    template <typename Request>
    void serveCommand(RpcServer &server, const QByteArray &turnsTo);
    [[nodiscard]] QByteArray statusLine(const QByteArray &name) const;
    [[nodiscard]] StockAudit::Answer audit(const StockAudit &request) const;
    void note(const QByteArray &method) { ++m_asked[method]; }
    template <typename Answer>
    [[nodiscard]] bool ignores(const QByteArray &method, const Reply<Answer> &reply);

    QTemporaryDir m_directory;

    mutable std::mutex m_mutex; // guards these: handlers run on the servers' threads
    State m_state;
    QList<Seen> m_seen;
    std::map<QByteArray, int> m_asked;
    std::vector<std::shared_ptr<void>> m_ignored; // replies: one that is let go of answers

    std::map<QByteArray, EventPublisher::TakeStatus> m_kept; // of the muted: status that is not given
    std::set<QByteArray> m_muted;
    std::map<QByteArray, quint16> m_ports;
    std::map<QByteArray, std::unique_ptr<Service>> m_services; // last: its threads use the rest
};

} // namespace toystore
