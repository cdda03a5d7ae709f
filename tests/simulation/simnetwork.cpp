// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simnetwork.h"

#include "simulation/simrpcclient.h"
#include "simulation/simserver.h"

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr Duration noticedWithin = 30ms; // that a connection is cut, by each end on its own
constexpr Duration closingTime = 3ms;    // of a process's sockets, after its end
constexpr Duration healingStep = 200us;
constexpr Duration soon = 10ms;
constexpr Duration worthSaying = 20ms; // how long something was under way

Side other(Side side)
{
    return side == Side::Server ? Side::Client : Side::Server;
}

} // namespace

// Partitions.

void SimNetwork::block(const Process &from, const Process &to)
{
    if (m_blocked.emplace(&from, &to).second)
        m_simulation.noteFault(from.name() + " -> " + to.name() + " is blocked");
}

void SimNetwork::heal(const Process &from, const Process &to)
{
    if (m_blocked.erase({&from, &to}) == 0)
        return;
    m_simulation.noteFault(from.name() + " -> " + to.name() + " is healed");
    wakeStalled(from, to);
}

void SimNetwork::healAll()
{
    m_armedCuts.clear();
    if (m_blocked.empty())
        return;
    m_simulation.noteFault("all partitions are healed");
    m_blocked.clear();
    for (const ConnectionPtr &connection : std::vector<ConnectionPtr>(m_connections)) {
        wakeStalled(connection->client, connection->server);
        wakeStalled(connection->server, connection->client);
    }
    for (const Hanging &hanging : std::exchange(m_hanging, {}))
        tryToConnect(hanging);
}

bool SimNetwork::isBlocked(const Process &from, const Process &to) const
{
    return !m_blocked.empty() && m_blocked.contains({&from, &to});
}

void SimNetwork::wakeStalled(const Process &from, const Process &to)
{
    for (const ConnectionPtr &connection : m_connections) {
        for (const Side receiver : {Side::Client, Side::Server}) {
            if (&connection->process(receiver) != &to || &connection->process(other(receiver)) != &from)
                continue;
            Instant arrival = m_simulation.now();
            for (Packet &packet : connection->towards(receiver).packets) {
                if (!std::exchange(packet.isStalled, false))
                    continue;
                arrival += m_simulation.random().between(10us, healingStep);
                schedule(connection, receiver, packet, arrival);
            }
        }
    }
    std::vector<Hanging> still;
    for (const Hanging &hanging : std::exchange(m_hanging, {})) {
        const bool isFreed =
            (hanging.from == &from && hanging.to == &to) || (hanging.from == &to && hanging.to == &from);
        if (isFreed)
            tryToConnect(hanging);
        else
            still.push_back(hanging);
    }
    m_hanging.insert(m_hanging.end(), still.begin(), still.end());
}

// Making connections.

void SimNetwork::connect(SimRpcClient &client, Process &from, Process &to)
{
    tryToConnect({&client, client.attempt(), &from, &to});
}

void SimNetwork::tryToConnect(const Hanging &attempt)
{
    // The attempt is an event of the process that makes it: when that has ended, so has the client.
    attempt.from->post(delay(), [this, attempt] {
        if (attempt.client->attempt() != attempt.attempt)
            return; // it has given up meanwhile
        if (isBlocked(*attempt.from, *attempt.to) || isBlocked(*attempt.to, *attempt.from)) {
            m_hanging.push_back(attempt);
            return;
        }
        SimServer *const server = attempt.to->server();
        if (server == nullptr)
            return attempt.client->refused();
        auto connection = std::make_shared<Connection>(
            Connection{*attempt.from, *attempt.to, attempt.client, server, 0, false, {}, {}});
        std::erase_if(m_connections, [](const ConnectionPtr &old) {
            return !old->toServer.isOpen && !old->toClient.isOpen;
        });
        m_connections.push_back(connection);
        connection->peer = server->accept(connection);
        attempt.client->connectedBy(connection);
    });
}

// Bytes under way.

Duration SimNetwork::delay()
{
    Random &random = m_simulation.random();
    return random.between(Duration(20us), random.chance(m_delays.slow) ? m_delays.most : m_delays.usual);
}

void SimNetwork::send(const ConnectionPtr &connection, Side receiver, Packet packet)
{
    Connection::Direction &direction = connection->towards(receiver);
    if (connection->isCut || !direction.isOpen) {
        m_simulation.statistics().count(Fault::MessageLost);
        return;
    }
    packet.sentAt = m_simulation.now();
    direction.packets.push_back(std::move(packet));
    schedule(connection, receiver, direction.packets.back(), m_simulation.now() + delay());
    if (receiver == Side::Server && !m_armedCuts.empty())
        noticeSent(*connection);
}

void SimNetwork::noticeSent(const Connection &connection)
{
    const auto found = m_armedCuts.find({&connection.client, &connection.server});
    if (found == m_armedCuts.end() || --found->second.requests > 0)
        return;
    const ArmedCut armed = found->second;
    m_armedCuts.erase(found);
    m_simulation.at(m_simulation.now(),
                    [this, armed, &client = connection.client, &server = connection.server] {
                        if (cut(client, server, armed.late, armed.lateBy) > 0)
                            m_simulation.statistics().count(Fault::ConnectionCut);
                    });
}

void SimNetwork::cutAfter(const Process &client, const Process &server, int requests, Late late,
                          Duration lateBy)
{
    m_armedCuts[{&client, &server}] = {requests, late, lateBy};
}

void SimNetwork::schedule(const ConnectionPtr &connection, Side receiver, Packet &packet, Instant arrival)
{
    Connection::Direction &direction = connection->towards(receiver);
    packet.arrival = std::max(arrival, direction.lastArrival);
    direction.lastArrival = packet.arrival;
    m_simulation.at(packet.arrival, [this, connection, receiver] { arrive(connection, receiver); });
}

void SimNetwork::arrive(const ConnectionPtr &connection, Side receiver)
{
    Connection::Direction &direction = connection->towards(receiver);
    Process &process = connection->process(receiver);
    while (direction.isOpen && direction.arrived < direction.packets.size()) {
        Packet &packet = direction.packets[direction.arrived];
        if (packet.arrival > m_simulation.now())
            return;
        if (isBlocked(connection->process(other(receiver)), process)) {
            if (!std::exchange(packet.isStalled, true))
                m_simulation.statistics().count(Fault::MessageStalled);
            // Those behind it must not overtake it; they stall when their time comes.
            for (std::size_t i = direction.arrived + 1; i < direction.packets.size(); ++i)
                direction.packets[i].isStalled |= direction.packets[i].arrival <= m_simulation.now();
            return;
        }
        if (packet.isStalled)
            return; // its new time comes
        ++direction.arrived;
        process.run([this, connection, receiver] { read(connection, receiver); });
    }
}

void SimNetwork::read(const ConnectionPtr &connection, Side receiver)
{
    Connection::Direction &direction = connection->towards(receiver);
    if (!direction.isOpen || direction.packets.empty())
        return;
    const Packet packet = std::move(direction.packets.front());
    direction.packets.pop_front();
    --direction.arrived;
    noteArrival(*connection, receiver, packet);
    if (packet.kind == Packet::Kind::Close)
        direction.isOpen = false;
    if (receiver == Side::Server && connection->serverEnd != nullptr)
        connection->serverEnd->take(connection->peer, packet);
    else if (receiver == Side::Client && connection->clientEnd != nullptr)
        connection->clientEnd->take(packet);
}

void SimNetwork::noteArrival(const Connection &connection, Side receiver, const Packet &packet)
{
    const Process &to = connection.process(receiver);
    const Process &from = connection.process(other(receiver));
    Instant &latest = m_latestSent[&to];
    if (packet.sentAt < latest)
        m_simulation.statistics().count(Fault::MessageReordered);
    latest = std::max(latest, packet.sentAt);
    m_simulation.note({to.fact(), from.fact(), static_cast<quint64>(packet.kind),
                       static_cast<quint64>(packet.id), static_cast<quint64>(packet.method.size())},
                      [&] {
                          const Duration age = m_simulation.now() - packet.sentAt;
                          QByteArray line = to.name() + " <- " + from.name() + ' ' + packet.describe();
                          if (age > worthSaying)
                              line +=
                                  " (sent " +
                                  QByteArray::number(std::chrono::duration_cast<Milliseconds>(age).count()) +
                                  " ms ago)";
                          return line;
                      });
}

int SimNetwork::deliverEarly(Process &receiver, int most)
{
    int delivered = 0;
    while (delivered < most) {
        std::vector<std::pair<ConnectionPtr, Side>> candidates;
        for (const ConnectionPtr &connection : m_connections) {
            for (const Side side : {Side::Client, Side::Server}) {
                const Connection::Direction &direction = connection->towards(side);
                if (&connection->process(side) == &receiver && direction.isOpen && direction.arrived == 0 &&
                    !direction.packets.empty() && !direction.packets.front().isStalled &&
                    direction.packets.front().arrival < m_simulation.now() + soon &&
                    !isBlocked(connection->process(other(side)), receiver))
                    candidates.emplace_back(connection, side);
            }
        }
        if (candidates.empty())
            break;
        const auto [connection, side] = m_simulation.random().pick(candidates);
        ++connection->towards(side).arrived;
        read(connection, side);
        ++delivered;
    }
    return delivered;
}

// The ends of connections.

int SimNetwork::cut(const Process &one, const Process &other, Late late, Duration lateBy)
{
    int count = 0;
    for (const ConnectionPtr &connection : std::vector<ConnectionPtr>(m_connections)) {
        const bool isBetween = (&connection->client == &one && &connection->server == &other) ||
                               (&connection->client == &other && &connection->server == &one);
        if (!isBetween || connection->isCut || (!connection->toServer.isOpen && !connection->toClient.isOpen))
            continue;
        ++count;
        m_simulation.noteFault("the connection of " + connection->client.name() + " to " +
                               connection->server.name() + " is cut");
        keepSome(connection, Side::Server, late, lateBy);
        keepSome(connection, Side::Client, m_simulation.random().chance(0.5) ? Late::None : Late::Some, {});
        for (const Side side : {Side::Client, Side::Server})
            sendEnd(connection, side, noticedWithin);
        connection->isCut = true;
    }
    return count;
}

/// Loses what is under way to @p receiver but for a first part, which comes @p lateBy later.
void SimNetwork::keepSome(const ConnectionPtr &connection, Side receiver, Late late, Duration lateBy)
{
    Connection::Direction &direction = connection->towards(receiver);
    const auto underWay = static_cast<qint64>(direction.packets.size() - direction.arrived);
    qint64 keep = 0;
    if (late == Late::All)
        keep = underWay;
    else if (late == Late::Some)
        keep = m_simulation.random().below(underWay + 1);
    lose(direction, direction.arrived + static_cast<std::size_t>(keep));
    if (lateBy <= Duration(0))
        return;
    for (std::size_t i = direction.arrived; i < direction.packets.size(); ++i) {
        Packet &packet = direction.packets[i];
        if (!packet.isStalled)
            schedule(connection, receiver, packet, packet.arrival + lateBy);
        m_simulation.statistics().count(Fault::MessageLate);
    }
}

void SimNetwork::lose(Connection::Direction &direction, std::size_t keep)
{
    while (direction.packets.size() > keep) {
        m_simulation.statistics().count(Fault::MessageLost);
        m_simulation.note({}, [&] { return "   lost: " + direction.packets.back().describe(); });
        direction.packets.pop_back();
    }
}

void SimNetwork::close(const ConnectionPtr &connection, Side side)
{
    Connection::Direction &incoming = connection->towards(side);
    Connection::Direction &outgoing = connection->towards(other(side));
    if (side == Side::Server)
        connection->serverEnd = nullptr;
    else
        connection->clientEnd = nullptr;
    incoming.isOpen = false;
    incoming.packets.clear();
    incoming.arrived = 0;
    if (!outgoing.isOpen || connection->isCut)
        return;
    if (m_simulation.random().chance(0.5))
        keepSome(connection, other(side), Late::Some, {});
    connection->isCut = true;
    sendEnd(connection, other(side), closingTime);
}

void SimNetwork::sendEnd(const ConnectionPtr &connection, Side receiver, Duration within)
{
    Connection::Direction &direction = connection->towards(receiver);
    if (!direction.isOpen)
        return;
    direction.packets.emplace_back();
    direction.packets.back().sentAt = m_simulation.now();
    schedule(connection, receiver, direction.packets.back(),
             m_simulation.now() + m_simulation.random().between(Duration(0), within));
}

void SimNetwork::forget(const SimRpcClient &client)
{
    std::erase_if(m_hanging, [&client](const Hanging &hanging) { return hanging.client == &client; });
}

} // namespace toystore::simulation
