// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simfrontend.h"

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

// As services/frontend has them.
constexpr Milliseconds healthDeadline = 1000ms;
constexpr Milliseconds ledgerDeadline = 1000ms;
constexpr Milliseconds updateDeadline = 30'000ms;

template <typename List>
List idsOf(const std::vector<SimReplica *> &replicas)
{
    List ids;
    for (const SimReplica *replica : replicas)
        ids.push_back(replica->id());
    return ids;
}

} // namespace

SimFrontend::Memory::Memory(SimFrontend &frontend, quint32 seed)
    : catalog(frontend.m_network, frontend, frontend.m_catalog),
      products(frontend.m_settings.cacheCapacity, frontend.m_settings.cacheEnabled),
      elector(idsOf<QList<ReplicaId>>(frontend.m_replicas), seed, frontend.now()), buys(elector),
      lookups(elector, idsOf<std::vector<ReplicaId>>(frontend.m_replicas)),
      server(frontend.m_network, frontend)
{
}

SimFrontend::SimFrontend(SimNetwork &network, QByteArray name, Process &catalog,
                         const std::vector<SimReplica *> &replicas, Settings settings)
    : Process(network.simulation(), std::move(name)), m_network(network), m_catalog(catalog),
      m_replicas(replicas), m_settings(settings)
{
}

std::optional<Elector::Leader> SimFrontend::readyLeader() const
{
    return m_memory ? m_memory->elector.readyLeader() : std::nullopt;
}

void SimFrontend::boot()
{
    m_memory = std::make_unique<Memory>(*this, static_cast<quint32>(random().below(1'000'000)));
    serve();
    m_memory->server.listen();
    connectCatalog();
    connectReplicas();
    heartbeatLater();
    armElector();
}

void SimFrontend::discard()
{
    m_memory.reset();
}

void SimFrontend::connectCatalog()
{
    SimRpcClient &catalog = m_memory->catalog;
    catalog.setConnected([this] {
        m_memory->products.connected(now());
        carryOutQueries();
    });
    catalog.setDisconnected([this] {
        m_memory->products.disconnected(now());
        carryOutQueries();
    });
    catalog.onPush<Invalidate>([this](const Invalidate &invalidate, qint64 id) {
        m_memory->products.invalidated(invalidate, id, now());
        carryOutQueries();
    });
    catalog.start();
}

void SimFrontend::connectReplicas()
{
    for (SimReplica *const replica : m_replicas) {
        auto client = std::make_unique<SimRpcClient>(m_network, *this, *replica);
        client->setConnected(
            [this, id = replica->id()] { run(m_memory->elector.replicaConnected(id, now())); });
        client->setDisconnected(
            [this, id = replica->id()] { run(m_memory->elector.replicaDisconnected(id, now())); });
        client->start();
        m_memory->replicas.emplace(replica->id(), std::move(client));
    }
}

void SimFrontend::serve()
{
    SimServer &server = m_memory->server;
    server.handle<ShopBuy>([this](const ShopBuy &buy, const SimReply<ShopBuy> &reply) {
        const PendingBuys::BuyId id =
            m_memory->buys.add({buy.requestId, buy.name, buy.quantity}, now(), now());
        m_memory->bought.emplace(id, reply);
        m_memory->buys.send(now());
        carryOutBuys();
    });
    server.handle<ShopFind>([this](const ShopFind &find, const SimReply<ShopFind> &reply) {
        const OrderLookups::Step step = m_memory->lookups.begin(find.number);
        m_memory->found.emplace(std::visit([](const auto &one) { return one.lookup; }, step), reply);
        carryOut(step);
    });
    server.handle<ShopQuery>([this](const ShopQuery &query, const SimReply<ShopQuery> &reply) {
        const ProductQueries::QueryId id = ++m_memory->lastQuery;
        if (const std::optional<Product> hit = m_memory->products.query(query.name, id, now()))
            return reply.send(*hit);
        m_memory->queried.emplace(id, reply);
        carryOutQueries();
    });
}

// The election, as LeaderTracker.

void SimFrontend::run(const Elector::Effects &effects)
{
    for (const Elector::Effect &effect : effects)
        std::visit([this](const auto &toDo) { carryOut(toDo); }, effect);
    armElector();
    m_memory->buys.replicasChanged();
    carryOutBuys();
}

void SimFrontend::armElector()
{
    const Instant wake = m_memory->elector.nextWake();
    if (m_memory->electorArmedFor && *m_memory->electorArmedFor <= wake)
        return;
    m_memory->electorArmedFor = wake;
    post(wake - now(), [this, wake] {
        if (m_memory->electorArmedFor != wake)
            return;
        m_memory->electorArmedFor.reset();
        run(m_memory->elector.tick(now()));
    });
}

void SimFrontend::carryOut(const Elector::SendHealthCheck &effect)
{
    m_memory->replicas.at(effect.to)->call(
        HealthCheck(), healthDeadline, [this, effect](const Result<HealthCheck::Answer> &answer) {
            run(m_memory->elector.healthAnswered(effect.to, effect.check, answer, now()));
        });
}

void SimFrontend::carryOut(const Elector::SendUpdateLeader &effect)
{
    m_memory->replicas.at(effect.to)->call(
        UpdateLeader{effect.leader, effect.epoch}, updateDeadline,
        [this, effect](const Result<UpdateLeader::Answer> &answer) {
            run(m_memory->elector.leaderUpdated(effect.to, {effect.leader, effect.epoch}, answer, now()));
        });
}

void SimFrontend::carryOut(const Elector::SendLeadership &effect)
{
    m_memory->catalog.call(Leadership(), ledgerDeadline,
                           [this, effect](const Result<Leadership::Answer> &answer) {
                               run(m_memory->elector.leadershipAnswered(effect.call, answer, now()));
                           });
}

void SimFrontend::carryOut(const Elector::SendBeginEpoch &effect)
{
    m_memory->catalog.call(effect.request, ledgerDeadline,
                           [this, effect](const Result<BeginEpoch::Answer> &answer) {
                               run(m_memory->elector.epochBegun(effect.call, answer, now()));
                           });
}

void SimFrontend::carryOut(const Elector::ElectionBegan &effect)
{
    simulation().note({fact()}, [&] { return name() + " begins an election: " + effect.reason; });
}

void SimFrontend::carryOut(const Elector::LeaderReady &effect)
{
    simulation().note({fact(), static_cast<quint64>(effect.epoch)}, [&] {
        return name() + ": order-" + QByteArray::number(effect.leader.value) + " leads epoch " +
               QByteArray::number(effect.epoch);
    });
    m_memory->buys.send(now());
    carryOutBuys();
}

void SimFrontend::carryOut(const Elector::LeaderLost &effect)
{
    simulation().note({fact(), static_cast<quint64>(effect.epoch)}, [&] {
        return name() + ": the leader order-" + QByteArray::number(effect.leader.value) + " of epoch " +
               QByteArray::number(effect.epoch) + " is lost: " + effect.reason;
    });
    m_memory->buys.leaderLost();
}

// Buys and look-ups, as OrderDesk.

void SimFrontend::carryOutBuys()
{
    const PendingBuys::Effects effects = m_memory->buys.takeEffects();
    for (const PendingBuys::Send &send : effects.sends) {
        const auto left = std::chrono::ceil<Milliseconds>(send.deadline - now());
        m_memory->replicas.at(send.to.id)
            ->call(send.request, std::max(left, 0ms),
                   [this, buy = send.buy, attempt = send.attempt](const Result<PlaceOrder::Answer> &answer) {
                       m_memory->buys.answered(buy, attempt, answer, now());
                       carryOutBuys();
                   });
    }
    for (const auto &[buy, number] : effects.settled) {
        const auto reply = m_memory->bought.extract(buy);
        reply.mapped().send(number.map([](qint64 decided) { return PlaceOrder::Answer{decided}; }));
    }
    for (const auto &[leader, error] : effects.refusals)
        run(m_memory->elector.buyRefused(leader, error, now()));
    armBuys();
}

void SimFrontend::armBuys()
{
    const std::optional<Instant> wake = m_memory->buys.nextWake();
    if (!wake || (m_memory->buysArmedFor && *m_memory->buysArmedFor <= *wake))
        return;
    m_memory->buysArmedFor = wake;
    post(*wake - now(), [this] {
        m_memory->buysArmedFor.reset();
        m_memory->buys.tick(now());
        carryOutBuys();
    });
}

void SimFrontend::carryOut(const OrderLookups::Step &step)
{
    if (const auto *settled = std::get_if<OrderLookups::Settled>(&step)) {
        const auto reply = m_memory->found.extract(settled->lookup);
        return reply.mapped().send(settled->order);
    }
    const auto &ask = std::get<OrderLookups::Ask>(step);
    m_memory->replicas.at(ask.replica)
        ->call(ask.request, OrderLookups::answerLimit,
               [this, id = ask.lookup](const Result<OrderDetails::Answer> &answer) {
                   carryOut(m_memory->lookups.answered(id, answer));
               });
}

// Queries, as ProductDesk.

void SimFrontend::carryOutQueries()
{
    for (const ProductQueries::Effect &effect : m_memory->products.takeEffects())
        std::visit([this](const auto &toDo) { carryOut(toDo); }, effect);
}

void SimFrontend::heartbeatLater()
{
    post(ProductQueries::renewInterval, [this] {
        heartbeatLater();
        m_memory->products.tick(now());
        carryOutQueries();
    });
}

void SimFrontend::carryOut(const ProductQueries::Fetch &effect)
{
    const auto left = std::chrono::ceil<Milliseconds>(effect.deadline - now());
    m_memory->catalog.call(ProductQuery{effect.name}, std::max(left, 0ms),
                           [this, fetch = effect.fetch](const Result<Product> &answer) {
                               m_memory->products.fetched(fetch, answer, now());
                               carryOutQueries();
                           });
}

void SimFrontend::carryOut(const ProductQueries::Settled &effect)
{
    const auto reply = m_memory->queried.extract(effect.query);
    reply.mapped().send(effect.answer);
}

void SimFrontend::carryOut(const ProductQueries::Subscribe &)
{
    m_memory->catalog.call(SubscribeInvalidations(), ProductQueries::subscribeLimit,
                           [this](const Result<SubscribeInvalidations::Answer> &answer) {
                               m_memory->products.subscribed(answer, now());
                               carryOutQueries();
                           });
}

void SimFrontend::carryOut(const ProductQueries::SendRenew &effect)
{
    m_memory->catalog.call(Renew{effect.subscription}, ProductCache::lease,
                           [this, effect](const Result<Empty> &answer) {
                               m_memory->products.renewed(effect, answer, now());
                               carryOutQueries();
                           });
}

void SimFrontend::carryOut(const ProductQueries::Acknowledge &effect)
{
    m_memory->catalog.acknowledge(effect.push);
}

void SimFrontend::carryOut(const ProductQueries::CatalogReached &)
{
    run(m_memory->elector.catalogReached(now()));
}

void SimFrontend::carryOut(const ProductQueries::CatalogLost &)
{
    run(m_memory->elector.catalogLost(now()));
}

void SimFrontend::carryOut(const Event &event)
{
    simulation().note({fact()}, [&] { return name() + ": " + event.kind + ' ' + event.message; });
}

} // namespace toystore::simulation
