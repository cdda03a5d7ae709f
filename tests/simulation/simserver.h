// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/simnetwork.h"

#include <map>
#include <typeindex>

namespace toystore::simulation
{

class SimServer;

/// The answer that a handler owes, to be kept as long as it takes; as Reply.
template <typename R>
class SimReply
{
public:
    SimReply(SimServer &server, quint64 peer, qint64 id) : m_server(&server), m_peer(peer), m_id(id) {}

    void send(const Result<typename R::Answer> &answer) const;
    /// Not overtaken by what the server sends to this peer later, as another thread's answer might be.
    void sendInOrder(const Result<typename R::Answer> &answer) const;
    [[nodiscard]] quint64 peer() const { return m_peer; }

private:
    SimServer *m_server; // lives as long as the process whose event this is
    quint64 m_peer;
    qint64 m_id;
};

/// RpcServer's double. The requests of one connection are handled one after the other, those of different
/// ones in any order: a thread of the pool may be late. So may be an answer, which another one overtakes
/// then.
class SimServer
{
public:
    SimServer(SimNetwork &network, Process &owner) : m_network(network), m_owner(owner) {}
    ~SimServer();
    SimServer(const SimServer &) = delete;
    SimServer &operator=(const SimServer &) = delete;

    template <typename R>
    void handle(std::function<void(R, SimReply<R>)> handler)
    {
        m_handlers[std::type_index(typeid(R))] = [this, handler = std::move(handler)](quint64 peer,
                                                                                      const Packet &packet) {
            handler(std::any_cast<const R &>(packet.body), SimReply<R>(*this, peer, packet.id));
        };
    }
    void setAcknowledged(std::function<void(quint64 peer, qint64 push)> acknowledged)
    {
        m_onAcknowledged = std::move(acknowledged);
    }
    void setPeerGone(std::function<void(quint64 peer)> peerGone) { m_onPeerGone = std::move(peerGone); }

    void listen() { m_owner.setServer(this); }

    template <typename M>
    void push(quint64 peer, qint64 id, const M &message)
    {
        send(peer, Packet::push(id, message));
    }
    /// An answer; nothing happens if the peer has gone.
    void send(quint64 peer, Packet packet);
    /// The same, perhaps a little later.
    void sendSoon(quint64 peer, Packet packet);

    /// For scenarios: the threads that answer @p method are late until sendDelayed(), when all of them
    /// answer.
    void delayAnswers(QByteArrayView method) { m_delayed = method; }
    void sendDelayed();

    // For the network.
    [[nodiscard]] quint64 accept(const ConnectionPtr &connection);
    void take(quint64 peer, const Packet &packet);

private:
    struct Peer {
        ConnectionPtr connection;
        std::deque<Packet> waiting; // for a thread
    };

    void handleNext(quint64 peer, const std::shared_ptr<Peer> &queue);
    void handleNow(quint64 peer, const Packet &packet);

    SimNetwork &m_network;
    Process &m_owner;
    std::map<std::type_index, std::function<void(quint64, const Packet &)>> m_handlers;
    std::function<void(quint64, qint64)> m_onAcknowledged;
    std::function<void(quint64)> m_onPeerGone;
    std::map<quint64, std::shared_ptr<Peer>> m_peers;
    quint64 m_lastPeer = 0;
    std::optional<QByteArrayView> m_delayed; // the method whose answers are
    std::vector<std::pair<quint64, Packet>> m_delayedAnswers;
};

template <typename R>
void SimReply<R>::send(const Result<typename R::Answer> &answer) const
{
    m_server->sendSoon(m_peer, Packet::answer<R>(m_id, answer));
}

template <typename R>
void SimReply<R>::sendInOrder(const Result<typename R::Answer> &answer) const
{
    m_server->send(m_peer, Packet::answer<R>(m_id, answer));
}

} // namespace toystore::simulation
