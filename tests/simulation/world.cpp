// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/world.h"

#include <algorithm>

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr qint64 firstReplica = 8091;
constexpr Duration operatorsPause = 50ms;
constexpr Duration probePause = 20ms;
constexpr Duration quietTime = 1500ms;

/// The toy that only the probes of I13 buy.
const QByteArray &probedToy()
{
    static const QByteArray name = "Probe";
    return name;
}

template <typename T>
std::function<void(const Result<T> &)> into(const World::Outcome<T> &outcome)
{
    return [outcome](const Result<T> &result) { *outcome = result; };
}

} // namespace

World::World(const Settings &settings, quint64 seed, Trace::Mode mode)
    : m_settings(settings), m_simulation(seed, mode), m_network(m_simulation), m_checker(m_simulation),
      m_catalog(m_network, m_checker,
                {toys(), settings.stock, settings.restockLevel, settings.restockInterval})
{
    m_network.setDelays(settings.delays);
    m_services.push_back(&m_catalog);
    const auto own = [this](auto process) {
        auto *const raw = process.get();
        m_owned.push_back(std::move(process));
        return raw;
    };
    for (int i = 0; i < settings.replicas; ++i) {
        m_replicas.push_back(
            own(std::make_unique<SimReplica>(m_network, m_checker, ReplicaId{firstReplica + i})));
        m_checker.watch(*m_replicas.back());
        m_services.push_back(m_replicas.back());
    }
    for (SimReplica *const replica : m_replicas) {
        std::vector<SimReplica *> peers = m_replicas;
        std::erase(peers, replica);
        replica->setOthers(m_catalog, peers);
    }
    for (int i = 0; i < settings.frontends; ++i) {
        m_frontends.push_back(own(std::make_unique<SimFrontend>(
            m_network, "frontend-" + QByteArray::number(i), m_catalog, m_replicas,
            SimFrontend::Settings{settings.cacheCapacity, settings.cacheEnabled})));
        m_services.push_back(m_frontends.back());
    }
    for (int i = 0; i < settings.clients; ++i)
        m_clients.push_back(own(std::make_unique<SimClient>(
            m_network, m_checker, "client" + QByteArray::number(i), m_frontends, settings.toys)));
    m_shopper = own(std::make_unique<SimShopper>(m_network, m_checker, "shopper", m_frontends));
    m_probed.resize(m_frontends.size());
}

QList<Toy> World::toys() const
{
    QList<Toy> toys;
    for (const QByteArray &name : m_settings.toys)
        toys.append({name, Checker::priceIn(m_checker.generation())});
    toys.append({probedToy(), Checker::priceIn(m_checker.generation())});
    return toys;
}

void World::open()
{
    for (Process *const service : m_services)
        service->start();
    m_shopper->start();
    for (SimClient *const client : m_clients)
        client->start();
    if (m_settings.operatorRepairs)
        lookAfterReplicas();
    runFor(5s, [this] { return leader() != nullptr; });
}

World::Outcome<qint64> World::buy(std::size_t frontend, const QByteArray &requestId, const QByteArray &toy,
                                  qint64 quantity)
{
    auto outcome = std::make_shared<std::optional<Result<qint64>>>();
    m_shopper->buy(frontend, {requestId, toy, quantity}, into<qint64>(outcome));
    return outcome;
}

World::Outcome<Product> World::query(std::size_t frontend, const QByteArray &toy)
{
    auto outcome = std::make_shared<std::optional<Result<Product>>>();
    m_shopper->query(frontend, toy, into<Product>(outcome));
    return outcome;
}

World::Outcome<OrderDetails::Answer> World::find(std::size_t frontend, qint64 number)
{
    auto outcome = std::make_shared<std::optional<Result<OrderDetails::Answer>>>();
    m_shopper->find(frontend, number, into<OrderDetails::Answer>(outcome));
    return outcome;
}

SimReplica *World::leader() const
{
    std::optional<Elector::Leader> agreed;
    for (const SimFrontend *frontend : m_frontends) {
        const std::optional<Elector::Leader> leader = frontend->readyLeader();
        if (!leader || (agreed && *agreed != *leader))
            return nullptr;
        agreed = leader;
    }
    const auto found = std::find_if(m_replicas.begin(), m_replicas.end(), [&agreed](const SimReplica *one) {
        return agreed && one->id() == agreed->id;
    });
    return found == m_replicas.end() ? nullptr : *found;
}

void World::loseLedger()
{
    m_catalog.kill("loses its disk");
    m_catalog.ledger().lose();
    m_catalog.setToys(toys());
    m_simulation.statistics().count(Fault::LedgerLost);
}

void World::heal()
{
    m_simulation.noteFault("all faults end");
    m_network.setDelays({});
    m_network.healAll();
    m_catalog.ledger().heal();
    for (SimReplica *const replica : m_replicas)
        replica->disk().heal();
    for (Process *const service : m_services) {
        service->disarm();
        service->resume();
        service->start();
    }
    if (!m_settings.operatorRepairs)
        lookAfterReplicas();
}

void World::lookAfterReplicas()
{
    for (SimReplica *const replica : m_replicas) {
        if (!replica->wantsRepair())
            continue;
        replica->kill("is stopped by an operator");
        replica->repair();
        replica->start();
    }
    m_simulation.after(operatorsPause, [this] { lookAfterReplicas(); });
}

void World::probe(std::size_t frontend)
{
    if (!m_probing || m_probed[frontend])
        return;
    m_shopper->buy(frontend, {"c-probe-" + QByteArray::number(++m_lastProbe), probedToy(), 1},
                   [this, frontend](const Result<qint64> &answer) {
                       if (answer)
                           m_probed[frontend] = true;
                       else
                           m_shopper->post(probePause, [this, frontend] { probe(frontend); });
                   });
}

Instant World::lastStart() const
{
    Instant last;
    for (const Process *service : m_services)
        last = std::max(last, service->startedAt());
    return last;
}

bool World::sellsWithin(Duration limit, Duration rebuilding)
{
    m_probing = true;
    m_probed.assign(m_probed.size(), false);
    for (std::size_t frontend = 0; frontend < m_frontends.size(); ++frontend)
        probe(frontend);
    const auto sellsAgain = [this] {
        return std::all_of(m_probed.begin(), m_probed.end(), [](bool probed) { return probed; });
    };
    const Instant began = m_simulation.now();
    m_simulation.runUntil(began + rebuilding, [&] { return m_checker.ledgerIsWhole(); });
    Instant deadline = m_simulation.now() + limit;
    while (!sellsAgain() && m_simulation.now() < deadline && !m_simulation.violation()) {
        m_simulation.runUntil(deadline, sellsAgain);
        deadline = std::max(deadline, std::min(lastStart(), began + rebuilding) + limit);
    }
    m_probing = false;
    if (!sellsAgain() && !m_simulation.violation()) {
        const auto late = std::chrono::duration_cast<Milliseconds>(m_simulation.now() - began);
        m_simulation.violate({"I13",
                              "no buy succeeds at every frontend within " + QByteArray::number(late.count()) +
                                  " ms after the end of the last fault",
                              {"epoch", "elect"}});
    }
    return sellsAgain();
}

void World::settle()
{
    for (SimClient *const client : m_clients)
        client->stop();
    runFor(quietTime);
    if (!m_simulation.violation())
        m_checker.audit(m_catalog.ledger().durable());
}

} // namespace toystore::simulation
