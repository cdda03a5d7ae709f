// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simrpcclient.h"

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds leastBackOff = 5ms;
constexpr Milliseconds mostBackOff = 100ms;
constexpr Duration connectDeadline = 1000ms;

} // namespace

SimRpcClient::SimRpcClient(SimNetwork &network, Process &owner, Process &service)
    : m_network(network), m_owner(owner), m_service(service), m_backOff(leastBackOff)
{
}

SimRpcClient::~SimRpcClient()
{
    m_network.forget(*this);
    if (m_connection)
        m_network.close(m_connection, Side::Client);
}

void SimRpcClient::start()
{
    connectNow();
}

void SimRpcClient::take(Packet request, Milliseconds deadline, Done done)
{
    const qint64 id = request.id;
    m_waiting.emplace(id, std::move(done));
    if (!m_connection && !m_connecting) {
        m_owner.post(Duration(0), [this, id] {
            finish(id, {}, Error{ErrorCode::CannotConnect, "nothing answers at " + m_service.name()});
        });
        return;
    }
    m_owner.post(deadline, [this, id] {
        finish(id, {}, Error{ErrorCode::DeadlineExceeded, m_service.name() + " did not answer in time"});
    });
    if (m_connection)
        m_network.send(m_connection, Side::Server, std::move(request));
    else
        m_heldBack.push_back(std::move(request));
}

void SimRpcClient::acknowledge(qint64 id)
{
    if (!m_connection)
        return;
    Packet packet;
    packet.kind = Packet::Kind::Acknowledgement;
    packet.id = id;
    packet.method = "push";
    m_network.send(m_connection, Side::Server, std::move(packet));
}

void SimRpcClient::connectNow()
{
    m_connecting = true;
    const quint64 attempt = ++m_attempt;
    m_owner.post(connectDeadline, [this, attempt] {
        if (m_connecting && attempt == m_attempt)
            lost(ErrorCode::CannotConnect);
    });
    m_network.connect(*this, m_owner, m_service);
}

void SimRpcClient::refused()
{
    lost(ErrorCode::CannotConnect);
}

void SimRpcClient::connectedBy(const ConnectionPtr &connection)
{
    m_connecting = false;
    m_connection = connection;
    m_saidDisconnected = false;
    for (Packet &packet : std::exchange(m_heldBack, {}))
        m_network.send(m_connection, Side::Server, std::move(packet));
    if (m_onConnected)
        m_onConnected();
}

void SimRpcClient::take(const Packet &packet)
{
    if (packet.kind == Packet::Kind::Close)
        return lost(ErrorCode::ConnectionLost);
    m_backOff = leastBackOff;
    if (packet.kind == Packet::Kind::Answer)
        finish(packet.id, packet.body, packet.error);
    else if (m_onPush)
        m_onPush(packet);
}

void SimRpcClient::lost(ErrorCode code)
{
    if (m_connection)
        m_network.close(m_connection, Side::Client);
    m_connection.reset();
    m_connecting = false;
    ++m_attempt;
    m_heldBack.clear();
    m_owner.post(m_backOff, [this] { connectNow(); });
    m_backOff = std::min(2 * m_backOff, mostBackOff);
    const bool isNews = !std::exchange(m_saidDisconnected, true);
    m_owner.simulation().note({m_owner.fact(), m_service.fact()},
                              [this] { return m_owner.name() + " is not connected to " + m_service.name(); });
    // Who waited is told in no particular order, and before that the connection is gone.
    std::vector<qint64> ids;
    for (const auto &[id, done] : m_waiting)
        ids.push_back(id);
    m_owner.random().shuffle(ids);
    for (const qint64 id : ids)
        finish(id, {}, Error{code, m_service.name() + ": the connection is gone"});
    if (isNews && m_onDisconnected)
        m_onDisconnected();
}

void SimRpcClient::finish(qint64 id, const std::any &answer, const std::optional<Error> &error)
{
    const auto found = m_waiting.extract(id);
    if (!found.empty()) // else it was answered, or given up, before
        found.mapped()(answer, error);
}

} // namespace toystore::simulation
