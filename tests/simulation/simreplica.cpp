// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simreplica.h"

namespace toystore::simulation
{

SimReplica::Memory::Memory(SimReplica &replica, SimNetwork &network)
    : log(replica.m_disk), server(network, replica)
{
}

SimReplica::SimReplica(SimNetwork &network, ReplicaWitness &witness, ReplicaId id)
    : Process(network.simulation(), "order-" + QByteArray::number(id.value)), m_network(network),
      m_witness(witness), m_id(id), m_disk(*this)
{
}

void SimReplica::setOthers(Process &catalog, const std::vector<SimReplica *> &peers)
{
    m_catalog = &catalog;
    m_peers = peers;
}

Instant SimReplica::now() const
{
    return m_network.simulation().now();
}

void SimReplica::boot()
{
    m_memory = std::make_unique<Memory>(*this, m_network);
    passes(Boundary::ReplicaBeforeOpen);
    if (std::exchange(m_repair, false)) {
        m_disk.lose();
        simulation().statistics().count(Fault::Repaired);
        simulation().noteFault(name() + " sets its log aside");
    }
    Result<OrderLog::Recovered> recovered = m_memory->log.open();
    m_refusedLog = !recovered;
    if (m_refusedLog)
        throw Crash{"because it can't read its log: " + recovered.error().message};
    passes(Boundary::ReplicaAfterOpen);
    makeClients();
    Replica::Settings settings{m_id, {}, m_rebuildFromAvailable};
    for (const SimReplica *peer : m_peers)
        settings.peers.append(peer->id());
    m_memory->runner = std::make_unique<EffectRunner>(
        Replica(settings, recovered->last, std::move(recovered->checksums)), m_memory->log,
        static_cast<Network &>(*this), static_cast<Clock &>(*this), m_memory->events,
        [this] { passes(Boundary::ReplicaBooted); });
    serve();
    m_memory->server.listen();
    for (const auto &[id, client] : m_memory->clients)
        client->start();
    m_memory->runner->start();
    tickLater(Followers::heartbeat);
}

void SimReplica::discard()
{
    if (!m_memory)
        return;
    m_memory.reset();
    m_disk.processEnded();
}

std::optional<Result<ReplicaAnswer>> SimReplica::ask(ReplicaRequest request)
{
    auto answer = std::make_shared<std::optional<Result<ReplicaAnswer>>>();
    if (m_memory && m_memory->runner)
        m_memory->runner->request(std::move(request),
                                  [answer](const Result<ReplicaAnswer> &given) { *answer = given; });
    return *answer;
}

OrderStatus::Answer SimReplica::status()
{
    const std::optional<Result<ReplicaAnswer>> answer = ask(OrderStatus());
    return answer && *answer ? std::get<OrderStatus::Answer>(**answer) : OrderStatus::Answer();
}

void SimReplica::makeClients()
{
    for (SimReplica *const peer : m_peers) {
        auto client = std::make_unique<SimRpcClient>(m_network, *this, *peer);
        client->setDisconnected([this, id = peer->id()] { m_memory->runner->peerLost(id); });
        m_memory->clients.emplace(peer->id(), std::move(client));
    }
    m_memory->clients.emplace(theCatalog, std::make_unique<SimRpcClient>(m_network, *this, *m_catalog));
}

void SimReplica::tickLater(Duration delay)
{
    post(delay, [this] { tickLater(m_memory->runner->tick()); });
}

void SimReplica::call(ReplicaId to, const Network::Message &message, Milliseconds deadline,
                      Network::Done done)
{
    SimRpcClient &client = *m_memory->clients.at(to);
    std::visit(
        [&](const auto &request) {
            using Request = std::decay_t<decltype(request)>;
            client.call<Request>(
                request, deadline, [done = std::move(done)](Result<typename Request::Answer> answer) {
                    done(std::move(answer).map([](auto &&body) { return CallAnswer(std::move(body)); }));
                });
        },
        message);
}

template <typename Request>
void SimReplica::serveRequest()
{
    m_memory->server.handle<Request>([this](const Request &request, const SimReply<Request> &reply) {
        m_memory->runner->request(request, [this, request, reply](const Result<ReplicaAnswer> &answer) {
            watch(request, answer);
            if (answer)
                reply.send(std::get<typename Request::Answer>(*answer));
            else
                reply.send(failure(answer.error()));
        });
    });
}

void SimReplica::serve()
{
    serveRequest<HealthCheck>();
    serveRequest<UpdateLeader>();
    serveRequest<PlaceOrder>();
    serveRequest<OrderDetails>();
    serveRequest<AppendOrders>();
    serveRequest<OrdersAfter>();
}

void SimReplica::watch(const ReplicaRequest &request, const Result<ReplicaAnswer> &answer)
{
    if (!answer) {
        m_memory->saidDiverged |= answer.error().code == ErrorCode::Diverged;
        return;
    }
    const auto *health = std::get_if<HealthCheck::Answer>(&*answer);
    if (health != nullptr && health->leading)
        m_witness.saysReady(*this, health->epoch);
    if (const auto *bought = std::get_if<PlaceOrder::Answer>(&*answer))
        m_witness.promises(bought->orderNumber);
    if (const auto *found = std::get_if<OrderDetails::Answer>(&*answer))
        m_witness.promises(found->number);
    const auto *told = std::get_if<UpdateLeader::Answer>(&*answer);
    const auto *update = std::get_if<UpdateLeader>(&request);
    if (told != nullptr && update != nullptr && update->leaderId == m_id)
        m_witness.saysReady(*this, told->epoch);
}

} // namespace toystore::simulation
