// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/simnetwork.h"

#include <map>

namespace toystore::simulation
{

/// RpcClient's double: one kept connection to one service, many requests at a time, each with a deadline;
/// connects again after 5 to 100 ms; the same errors, and no answer inside call().
class SimRpcClient
{
public:
    SimRpcClient(SimNetwork &network, Process &owner, Process &service);
    ~SimRpcClient();
    SimRpcClient(const SimRpcClient &) = delete;
    SimRpcClient &operator=(const SimRpcClient &) = delete;

    /// Both may be absent. Before start().
    void setConnected(std::function<void()> connected) { m_onConnected = std::move(connected); }
    void setDisconnected(std::function<void()> disconnected) { m_onDisconnected = std::move(disconnected); }
    template <typename M>
    void onPush(std::function<void(M, qint64 id)> handler)
    {
        m_onPush = [handler = std::move(handler)](const Packet &packet) {
            handler(std::any_cast<const M &>(packet.body), packet.id);
        };
    }

    void start();
    [[nodiscard]] bool isConnected() const { return m_connection != nullptr; }

    template <typename R>
    void call(const R &request, Milliseconds deadline, std::function<void(Result<typename R::Answer>)> done)
    {
        using Answer = typename R::Answer;
        const qint64 id = ++m_lastId;
        take(Packet::request(id, request), deadline,
             [done = std::move(done)](const std::any &answer, const std::optional<Error> &error) {
                 done(error ? Result<Answer>(failure(*error)) : std::any_cast<const Answer &>(answer));
             });
    }
    void acknowledge(qint64 id);

    // For the network.
    [[nodiscard]] quint64 attempt() const { return m_attempt; }
    void refused();
    void connectedBy(const ConnectionPtr &connection);
    void take(const Packet &packet);

private:
    using Done = std::function<void(const std::any &answer, const std::optional<Error> &error)>;

    void take(Packet request, Milliseconds deadline, Done done);
    void connectNow();
    void lost(ErrorCode code);
    void finish(qint64 id, const std::any &answer, const std::optional<Error> &error);

    SimNetwork &m_network;
    Process &m_owner;
    Process &m_service;
    std::function<void()> m_onConnected;
    std::function<void()> m_onDisconnected;
    std::function<void(const Packet &)> m_onPush;
    ConnectionPtr m_connection;
    bool m_connecting = false;
    bool m_saidDisconnected = false;
    quint64 m_attempt = 0;
    Milliseconds m_backOff;
    std::vector<Packet> m_heldBack; // until the connection being made is there
    std::map<qint64, Done> m_waiting;
    qint64 m_lastId = 0;
};

} // namespace toystore::simulation
