// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simserver.h"

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr double lateThread = 0.1; // the share of requests and answers that wait for a thread
constexpr Duration mostThreadWait = 2ms;

} // namespace

SimServer::~SimServer()
{
    m_owner.setServer(nullptr);
    for (const auto &[id, peer] : m_peers)
        m_network.close(peer->connection, Side::Server);
}

quint64 SimServer::accept(const ConnectionPtr &connection)
{
    auto peer = std::make_shared<Peer>();
    peer->connection = connection;
    m_peers.emplace(++m_lastPeer, std::move(peer));
    return m_lastPeer;
}

void SimServer::take(quint64 peer, const Packet &packet)
{
    const auto found = m_peers.find(peer);
    if (found == m_peers.end())
        return;
    const std::shared_ptr<Peer> queue = found->second;
    if (packet.kind == Packet::Kind::Close) { // noticed by the event loop, whatever waits for a thread
        m_network.close(queue->connection, Side::Server);
        m_peers.erase(found);
        if (m_onPeerGone)
            m_onPeerGone(peer);
        return;
    }
    const bool threadIsLate = m_owner.random().chance(lateThread);
    if (queue->waiting.empty() && !threadIsLate)
        return handleNow(peer, packet);
    queue->waiting.push_back(packet);
    if (queue->waiting.size() == 1)
        m_owner.post(m_owner.random().between(Duration(0), mostThreadWait),
                     [this, peer, queue] { handleNext(peer, queue); });
}

void SimServer::handleNext(quint64 peer, const std::shared_ptr<Peer> &queue)
{
    const Packet packet = queue->waiting.front();
    // Still at the front while it is handled: what comes meanwhile waits behind it.
    handleNow(peer, packet);
    queue->waiting.pop_front();
    if (!queue->waiting.empty())
        m_owner.post(Duration(0), [this, peer, queue] { handleNext(peer, queue); });
}

void SimServer::handleNow(quint64 peer, const Packet &packet)
{
    if (packet.kind == Packet::Kind::Acknowledgement) {
        if (m_onAcknowledged)
            m_onAcknowledged(peer, packet.id);
        return;
    }
    m_handlers.at(std::type_index(packet.body.type()))(peer, packet);
}

void SimServer::send(quint64 peer, Packet packet)
{
    const auto found = m_peers.find(peer);
    if (found != m_peers.end())
        m_network.send(found->second->connection, Side::Client, std::move(packet));
}

void SimServer::sendDelayed()
{
    m_delayed.reset();
    for (auto &[peer, packet] : std::exchange(m_delayedAnswers, {}))
        send(peer, std::move(packet));
}

void SimServer::sendSoon(quint64 peer, Packet packet)
{
    if (m_delayed == packet.method) {
        m_delayedAnswers.emplace_back(peer, std::move(packet));
        return;
    }
    if (!m_owner.random().chance(lateThread))
        return send(peer, std::move(packet));
    m_owner.post(m_owner.random().between(Duration(0), mostThreadWait),
                 [this, peer, packet = std::move(packet)] { send(peer, packet); });
}

} // namespace toystore::simulation
