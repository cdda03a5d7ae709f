// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simcatalog.h"

#include <QDateTime>

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr Duration usualCommit = 300us;
constexpr Duration slowCommit = 10ms;
constexpr double slow = 0.05;
constexpr qint64 epochOfClock = 1'795'000'000'000; // virtual time 0 for people, milliseconds since 1970

} // namespace

SimCatalog::Memory::Memory(SimCatalog &catalog)
    : hub(catalog.now()), pipeline(catalog.m_ledger, view, catalog, events),
      server(catalog.m_network, catalog)
{
}

SimCatalog::SimCatalog(SimNetwork &network, LedgerWitness &witness, Settings settings)
    : Process(network.simulation(), "catalog"), m_network(network), m_settings(std::move(settings)),
      m_ledger(*this, witness)
{
}

void SimCatalog::boot()
{
    m_memory = std::make_unique<Memory>(*this);
    serveQueries();
    serveLedger();
    serveSubscribers();
    const Result<void> opened =
        m_memory->pipeline.open({m_settings.toys, m_settings.stock, true}, decisionTime());
    if (!opened)
        throw Crash{"because it can't open the store: " + opened.error().message};
    m_memory->server.listen();
    passes(Boundary::CatalogBooted);
    restockLater();
}

void SimCatalog::discard()
{
    m_memory.reset();
}

QByteArray SimCatalog::decisionTime()
{
    const qint64 ms = std::chrono::duration_cast<Milliseconds>(now().time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(epochOfClock + ms, Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
}

void SimCatalog::serveQueries()
{
    SimServer &server = m_memory->server;
    server.handle<ProductQuery>([this](const ProductQuery &query, const SimReply<ProductQuery> &reply) {
        reply.send(m_memory->view.product(query.name));
    });
    server.handle<Leadership>([this](const Leadership &, const SimReply<Leadership> &reply) {
        reply.send(m_memory->view.leadership());
    });
}

void SimCatalog::serveLedger()
{
    SimServer &server = m_memory->server;
    server.handle<Sell>([this](Sell call, const SimReply<Sell> &reply) {
        m_memory->sells.push_back(
            {std::move(call), [reply](const Result<Sell::Answer> &answer) { reply.send(answer); }});
        startWork();
    });
    server.handle<BeginEpoch>([this](const BeginEpoch &request, const SimReply<BeginEpoch> &reply) {
        enqueue([this, request, reply] { reply.send(m_memory->pipeline.beginEpoch(request)); });
    });
    server.handle<ImportOrders>([this](const ImportOrders &request, const SimReply<ImportOrders> &reply) {
        enqueue([this, request, reply] { reply.send(m_memory->pipeline.importOrders(request)); });
    });
    server.handle<OrdersAfter>([this](const OrdersAfter &request, const SimReply<OrdersAfter> &reply) {
        enqueue([this, request, reply] { reply.send(m_memory->pipeline.ordersAfter(request)); });
    });
}

void SimCatalog::serveSubscribers()
{
    SimServer &server = m_memory->server;
    server.handle<SubscribeInvalidations>(
        [this](const SubscribeInvalidations &, const SimReply<SubscribeInvalidations> &reply) {
            const Result<qint64> subscription = m_memory->hub.subscribe(reply.peer(), now());
            if (subscription)
                reply.sendInOrder(SubscribeInvalidations::Answer{*subscription});
            else
                reply.sendInOrder(failure(subscription.error()));
            performed();
        });
    server.handle<Renew>([this](const Renew &request, const SimReply<Renew> &reply) {
        const Result<void> renewed = m_memory->hub.renew(reply.peer(), request.subscription, now());
        reply.send(renewed ? Result<Empty>(Empty()) : failure(renewed.error()));
        performed();
    });
    server.setAcknowledged([this](quint64 peer, qint64 push) {
        m_memory->hub.acknowledged(peer, push, now());
        performed();
    });
    server.setPeerGone([this](quint64 peer) {
        m_memory->hub.peerGone(peer, now());
        performed();
    });
}

// The ledger's thread.

void SimCatalog::enqueue(Job job)
{
    m_memory->jobs.push_back(std::move(job));
    startWork();
}

void SimCatalog::startWork()
{
    if (std::exchange(m_memory->working, true))
        return;
    post(random().between(Duration(20us), random().chance(slow) ? slowCommit : usualCommit),
         [this] { work(); });
}

void SimCatalog::work()
{
    const std::vector<Job> jobs = std::exchange(m_memory->jobs, {});
    std::vector<CommitPipeline::PendingSell> sells = std::exchange(m_memory->sells, {});
    for (const Job &job : jobs)
        job();
    if (!sells.empty())
        m_memory->pipeline.sell(std::move(sells), decisionTime());
    m_memory->working = false;
    if (!m_memory->jobs.empty() || !m_memory->sells.empty())
        startWork();
}

void SimCatalog::restockLater()
{
    post(m_settings.restockInterval, [this] {
        restockLater();
        if (std::exchange(m_memory->restocking, true))
            return;
        enqueue([this] {
            m_memory->pipeline.restock(m_settings.restockLevel, decisionTime());
            m_memory->restocking = false;
        });
    });
}

// The audience.

void SimCatalog::changed(const QList<Product> &toys)
{
    passes(Boundary::CatalogAfterView);
    serveOthers();
    m_memory->hub.changed(toys, now());
    performed();
    passes(Boundary::CatalogAfterPush);
}

void SimCatalog::hold(Sell::Answer answer, const QSet<QByteArray> &toys, Respond respond)
{
    serveOthers();
    m_memory->held.emplace(++m_memory->lastHeld, Held{std::move(answer), std::move(respond)});
    m_memory->hub.hold(m_memory->lastHeld, toys, now());
    performed();
    passes(Boundary::CatalogAfterAnswer);
}

/// What other threads do meanwhile: whatever was about to arrive.
void SimCatalog::serveOthers()
{
    if (!random().chance(0.3))
        return;
    if (m_network.deliverEarly(*this, static_cast<int>(random().between(1, 3))) > 0)
        simulation().statistics().count(Fault::SubscriptionDuringSale);
}

void SimCatalog::performed()
{
    const InvalidationHub::Effects effects = m_memory->hub.takeEffects();
    for (const InvalidationHub::Push &push : effects.pushes)
        m_memory->server.push(push.peer, push.id, push.message);
    for (const qint64 answer : effects.released) {
        const auto held = m_memory->held.extract(answer);
        held.mapped().respond(std::move(held.mapped().answer));
    }
    for (const InvalidationHub::Ended &ended : effects.ended) {
        simulation().note({static_cast<quint64>(ended.subscription)}, [&ended] {
            return "catalog ends subscription " + QByteArray::number(ended.subscription) + ": " +
                   ended.reason;
        });
    }
    const std::optional<Instant> deadline = m_memory->hub.nextDeadline();
    if (!deadline || (m_memory->armedFor && *m_memory->armedFor <= *deadline))
        return;
    m_memory->armedFor = deadline;
    post(*deadline - now(), [this] {
        m_memory->armedFor.reset();
        m_memory->hub.tick(now());
        performed();
    });
}

} // namespace toystore::simulation
