// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/packet.h"
#include "simulation/process.h"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace toystore::simulation
{

class SimRpcClient;
class SimServer;

/// One TCP connection. Each direction is a queue of packets that stay in their order; of the first `arrived`
/// the receiver's kernel has them, and the process has not read them yet.
struct Connection {
    struct Direction {
        std::deque<Packet> packets;
        std::size_t arrived = 0;
        Instant lastArrival;
        bool isOpen = true; ///< its receiver is there and still reads
    };

    Process &client;
    Process &server;
    SimRpcClient *clientEnd = nullptr; ///< while it takes part
    SimServer *serverEnd = nullptr;
    quint64 peer = 0;   ///< the connection's number at the server
    bool isCut = false; ///< what is sent from now on is lost
    Direction toServer;
    Direction toClient;

    [[nodiscard]] Direction &towards(Side receiver) { return receiver == Side::Server ? toServer : toClient; }
    [[nodiscard]] Process &process(Side side) const { return side == Side::Server ? server : client; }
};
using ConnectionPtr = std::shared_ptr<Connection>;

/// All connections between processes. Bytes of one connection keep their order; those of different ones are
/// delayed each on their own and so come in any order.
///
/// A partition, one-way or two-way, stalls what is sent, and a connection's end, too; it arrives after the
/// healing. A cut connection loses what is under way, but a first part of what was sent towards the server,
/// or all of it, may still be read there, up to seconds later: it sat in the socket's buffer while its sender
/// has long sent it again elsewhere. The two ends learn of it at different times. A process that ends closes
/// its connections, and what it has sent may still arrive.
class SimNetwork
{
public:
    /// How long bytes are under way: most of them up to @c usual, some of them up to @c most.
    struct Delays {
        Duration usual{std::chrono::microseconds(300)};
        Duration most{std::chrono::milliseconds(4)};
        double slow = 0.1; ///< the share of the slow ones
    };

    explicit SimNetwork(Simulation &simulation) : m_simulation(simulation) {}

    void setDelays(const Delays &delays) { m_delays = delays; }

    /// Stalls what @p from sends to @p to, until it is healed.
    void block(const Process &from, const Process &to);
    void heal(const Process &from, const Process &to);
    void healAll();
    [[nodiscard]] bool isBlocked(const Process &from, const Process &to) const;

    /// How much of what is under way towards the server of a connection that is cut is read all the same.
    enum class Late { None, Some, All };

    /// Cuts all connections between two processes; @p lateBy: how late what still arrives does. Returns how
    /// many there were.
    int cut(const Process &one, const Process &other, Late late, Duration lateBy);
    /// The same when @p client will have sent @p requests more to @p server: the last of them is under way.
    void cutAfter(const Process &client, const Process &server, int requests, Late late, Duration lateBy);

    /// Delivers up to @p most packets to @p receiver right now, inside its event, that would have come soon:
    /// as its other threads would have read them.
    int deliverEarly(Process &receiver, int most);

    // For the two ends of connections.
    void connect(SimRpcClient &client, Process &from, Process &to);
    void forget(const SimRpcClient &client);
    void send(const ConnectionPtr &connection, Side receiver, Packet packet);
    /// The process of @p side has ended or closed: the other end will learn of it.
    void close(const ConnectionPtr &connection, Side side);
    [[nodiscard]] Duration delay();

    [[nodiscard]] Simulation &simulation() { return m_simulation; }

private:
    struct Hanging { ///< a connection being made across a partition
        SimRpcClient *client = nullptr;
        quint64 attempt = 0;
        Process *from = nullptr;
        Process *to = nullptr;
    };

    struct ArmedCut {
        int requests = 0; ///< to go
        Late late = Late::None;
        Duration lateBy{0};
    };

    void tryToConnect(const Hanging &attempt);
    void noticeSent(const Connection &connection);
    void arrive(const ConnectionPtr &connection, Side receiver);
    void read(const ConnectionPtr &connection, Side receiver);
    void schedule(const ConnectionPtr &connection, Side receiver, Packet &packet, Instant arrival);
    void keepSome(const ConnectionPtr &connection, Side receiver, Late late, Duration lateBy);
    void sendEnd(const ConnectionPtr &connection, Side receiver, Duration within);
    void lose(Connection::Direction &direction, std::size_t keep);
    void wakeStalled(const Process &from, const Process &to);
    void noteArrival(const Connection &connection, Side receiver, const Packet &packet);

    Simulation &m_simulation;
    Delays m_delays;
    std::set<std::pair<const Process *, const Process *>>
        m_blocked; // never iterated in an order that matters
    std::vector<ConnectionPtr> m_connections;
    std::vector<Hanging> m_hanging;
    std::map<std::pair<const Process *, const Process *>, ArmedCut> m_armedCuts; // never iterated
    std::unordered_map<const Process *, Instant> m_latestSent;                   // of what a process has read
};

} // namespace toystore::simulation
