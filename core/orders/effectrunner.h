// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "orders/orderlog.h"
#include "orders/replica.h"

#include <atomic>
#include <functional>
#include <mutex>

namespace toystore
{

/// How a replica reaches its peers and the catalog. Production: RpcClients; the simulator loses and delays.
class Network
{
public:
    using Message = std::variant<Sell, OrdersAfter, AppendOrders, Leadership, ImportOrders>;
    using Done = std::function<void(Result<CallAnswer>)>;

    virtual ~Network() = default;

    /// Sends @p message to a replica or theCatalog; @p done gets the answer, or an error no later than after
    /// @p deadline, once, on any thread, never inside call(). Any thread.
    virtual void call(ReplicaId to, const Message &message, Milliseconds deadline, Done done) = 0;
};

/// Where time comes from.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

/// Carries out what a Replica wants done. The only code that orders it: decide, then persist and send
/// together, then answer. Any thread may call; the replica is stepped by one at a time. No lock is held while
/// anything waits.
class EffectRunner
{
public:
    using Respond = std::function<void(Result<ReplicaAnswer>)>;

    /// @p log must be open. All references must outlive the runner, which must outlive every callback it has
    /// given to the disk and the network. @p booted is called once, on any thread, when the boot catch-up has
    /// ended.
    EffectRunner(Replica replica, OrderLog &log, Network &network, const Clock &clock, EventRing &events,
                 std::function<void()> booted);

    void start();
    /// @p respond is called once, on any thread, perhaps inside this call.
    void request(ReplicaRequest request, Respond respond);
    void peerLost(ReplicaId peer);
    /// Lets time pass; returns after how long to call again.
    Milliseconds tick();

private:
    using Step = std::function<Effects(Replica &, Instant now)>;

    void step(const Step &step);
    void persist(const QList<Order> &orders);
    void send(Effects::Call call);
    [[nodiscard]] Respond takeRespond(Token token);
    [[nodiscard]] std::optional<Result<ReplicaAnswer>> answerFromLog(const ReplicaRequest &request) const;
    [[nodiscard]] Result<ReplicaAnswer> lookUp(qint64 number) const;
    [[nodiscard]] Result<ReplicaAnswer> readPage(const OrdersAfter &request) const;

    OrderLog &m_log;
    Network &m_network;
    const Clock &m_clock;
    EventRing &m_events;
    const std::function<void()> m_booted;
    std::atomic_bool m_diverged = false;
    std::mutex m_mutex; // guards all below
    Replica m_replica;
    std::unordered_map<Token, Respond> m_responds;
    Token m_lastToken = 0;
};

} // namespace toystore
