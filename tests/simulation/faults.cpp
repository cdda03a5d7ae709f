// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/faults.h"

#include <algorithm>

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

Fault killed(const World &world, const Process &service)
{
    if (&service == world.services().front())
        return Fault::CatalogKilled;
    return service.name().startsWith("order-") ? Fault::ReplicaKilled : Fault::FrontendKilled;
}

Fault paused(const World &world, const Process &service)
{
    if (&service == world.services().front())
        return Fault::CatalogPaused;
    return service.name().startsWith("order-") ? Fault::ReplicaPaused : Fault::FrontendPaused;
}

} // namespace

Faults::Faults(World &world)
    : m_world(world), m_simulation(world.simulation()), m_random(world.simulation().random()),
      m_ledgerMayGetLost(world.simulation().random().chance(0.12))
{
    for (Process *const service : world.services()) {
        service->setEnded([this, service] {
            const bool staysDown = m_random.chance(0.1);
            if (m_active && !staysDown)
                service->startAfter(shortTime());
            else if (!m_active)
                service->startAfter(20ms); // it refused its log, and waits for the operator
        });
    }
}

Duration Faults::shortTime()
{
    return m_random.between(Duration(1ms), m_random.chance(0.3) ? Duration(900ms) : Duration(150ms));
}

void Faults::later(Duration delay, std::function<void()> undo)
{
    m_simulation.after(delay, [this, undo = std::move(undo)] {
        if (m_active)
            undo();
    });
}

void Faults::run()
{
    const qint64 phases = m_random.between(2, 10);
    for (qint64 i = 0; i < phases && !m_simulation.violation(); ++i)
        phase();
    stop();
}

void Faults::phase()
{
    const std::vector<Kind> kinds = drawKinds();
    const Duration length = m_random.between(Duration(100ms), Duration(1000ms));
    const qint64 faults = m_random.between(1, m_random.chance(0.3) ? 15 : 5);
    for (qint64 i = 0; i < faults; ++i)
        later(m_random.between(Duration(0), length), [this, kind = m_random.pick(kinds)] { inject(kind); });
    m_world.runFor(length);
}

std::vector<Faults::Kind> Faults::drawKinds()
{
    std::vector<Kind> kinds;
    for (int i = 0; i < kindCount; ++i)
        kinds.push_back(static_cast<Kind>(i));
    m_random.shuffle(kinds);
    const qint64 few = m_random.between(1, 3);
    if (m_random.chance(0.6))
        kinds.resize(static_cast<std::size_t>(few));
    return kinds;
}

void Faults::inject(Kind kind)
{
    switch (kind) {
    case Kind::Kill:
        return kill();
    case Kind::CrashAtBoundary:
        return crashAtBoundary();
    case Kind::Pause:
        return pause();
    case Kind::Cut:
        return cut();
    case Kind::Partition:
        return partition();
    case Kind::SlowNetwork:
        return slowNetwork();
    case Kind::LogStorage:
        return logStorage();
    case Kind::LedgerStorage:
        return ledgerStorage();
    case Kind::LoseReplicaDisk:
        return loseReplicaDisk();
    case Kind::LoseLedger:
        return loseLedger();
    case Kind::KillAllReplicas:
        return killAllReplicas();
    }
}

Process &Faults::anyService()
{
    return *m_random.pick(m_world.services());
}

SimReplica &Faults::anyReplica()
{
    SimReplica *const leader = m_world.leader();
    return leader != nullptr && m_random.chance(0.4) ? *leader : *m_random.pick(m_world.replicas());
}

/// Two services that talk to each other, or a customer and a frontend.
std::pair<Process *, Process *> Faults::anyPair()
{
    std::vector<std::pair<Process *, Process *>> pairs;
    const std::vector<SimReplica *> &replicas = m_world.replicas();
    for (SimReplica *const replica : replicas) {
        pairs.emplace_back(replica, &m_world.catalog());
        for (SimReplica *const peer : replicas) {
            if (peer->id() > replica->id())
                pairs.emplace_back(replica, peer);
        }
        for (SimFrontend *const frontend : m_world.frontends())
            pairs.emplace_back(frontend, replica);
    }
    for (SimFrontend *const frontend : m_world.frontends()) {
        pairs.emplace_back(frontend, &m_world.catalog());
        for (SimClient *const client : m_world.clients())
            pairs.emplace_back(client, frontend);
    }
    std::pair<Process *, Process *> pair = m_random.pick(pairs);
    if (m_random.chance(0.5))
        std::swap(pair.first, pair.second);
    return pair;
}

void Faults::kill()
{
    Process &service = m_random.chance(0.4) ? anyReplica() : anyService();
    if (!service.isUp())
        return;
    count(killed(m_world, service));
    service.kill("is killed");
}

void Faults::killAllReplicas()
{
    count(Fault::AllReplicasDown);
    for (SimReplica *const replica : m_world.replicas())
        replica->kill("is killed");
}

void Faults::crashAtBoundary()
{
    const auto boundary = static_cast<Boundary>(m_random.below(static_cast<qint64>(boundaryCount)));
    Process &process = isCatalogs(boundary) ? static_cast<Process &>(m_world.catalog()) : anyReplica();
    process.crashAt(boundary, static_cast<int>(m_random.between(1, 3)));
    if (boundary == Boundary::ReplicaBeforeTruncate) { // only a torn tail leads there
        process.crashAt(Boundary::ReplicaAfterWrite, 1);
    } else if (boundary == Boundary::ReplicaAfterFailure) {
        auto &replica = static_cast<SimReplica &>(process);
        process.crashAt(boundary, 1);
        replica.disk().failNextWrite();
    } else if (boundary == Boundary::CatalogBeforeOpening || boundary == Boundary::CatalogAfterOpening ||
               boundary == Boundary::CatalogBeforeImport || boundary == Boundary::CatalogAfterImport) {
        process.crashAt(boundary, 1);
        loseLedger(); // only then is there anything to open or import
    } else if (boundary == Boundary::CatalogBooted || boundary == Boundary::ReplicaBooted ||
               boundary == Boundary::ReplicaBeforeOpen || boundary == Boundary::ReplicaAfterOpen) {
        process.crashAt(boundary, 1);
        process.kill("is killed");
    }
}

void Faults::pause()
{
    Process &service = m_random.chance(0.4) ? anyReplica() : anyService();
    if (!service.isUp() || service.isPaused())
        return;
    count(paused(m_world, service));
    service.pause();
    // Around the times that matter: heartbeats, the silence limit, a lease, and what is longer than all.
    later(m_random.between(Duration(20ms), m_random.chance(0.3) ? Duration(1500ms) : Duration(600ms)),
          [&service] { service.resume(); });
}

void Faults::cut()
{
    const auto [one, other] = anyPair();
    const auto late = static_cast<SimNetwork::Late>(m_random.below(3));
    const Duration lateBy =
        m_random.chance(0.6) ? m_random.between(Duration(1ms), Duration(3s)) : Duration(0);
    // One of them is the client, in the direction in which they connect; the other call finds nothing.
    const auto requests = static_cast<int>(m_random.between(1, 6));
    m_world.network().cutAfter(*one, *other, requests, late, lateBy);
    if (m_random.chance(0.5))
        m_world.network().cutAfter(*other, *one, requests, late, lateBy);
}

void Faults::partition()
{
    const auto [one, other] = anyPair();
    const bool bothWays = m_random.chance(0.5);
    count(bothWays ? Fault::PartitionTwoWay : Fault::PartitionOneWay);
    m_world.network().block(*one, *other);
    if (bothWays)
        m_world.network().block(*other, *one);
    later(shortTime() * 2, [this, one = one, other = other] {
        m_world.network().heal(*one, *other);
        m_world.network().heal(*other, *one);
    });
}

void Faults::slowNetwork()
{
    count(Fault::SlowNetwork);
    m_simulation.noteFault("the network is slow");
    SimNetwork::Delays slow;
    slow.usual = m_random.between(Duration(300us), Duration(8ms));
    slow.most = m_random.between(Duration(10ms), Duration(120ms));
    slow.slow = 0.3;
    m_world.network().setDelays(slow);
    later(shortTime(), [this] { m_world.network().setDelays({}); });
}

void Faults::logStorage()
{
    SimReplica &replica = anyReplica();
    const qint64 dice = m_random.below(3);
    if (dice == 0) {
        replica.disk().failNextWrite();
    } else if (dice == 1) {
        replica.disk().failNextFlush();
    } else {
        m_simulation.noteFault("the disk of " + replica.name() + " is full");
        replica.disk().setFull(true);
        later(shortTime(), [&replica] { replica.disk().setFull(false); });
    }
}

void Faults::ledgerStorage()
{
    SimLedger &ledger = m_world.catalog().ledger();
    if (m_random.chance(0.5)) {
        ledger.failNext();
    } else {
        m_simulation.noteFault("the ledger's disk is full");
        ledger.setFull(true);
        later(shortTime(), [&ledger] { ledger.setFull(false); });
    }
}

void Faults::loseReplicaDisk()
{
    SimReplica &replica = anyReplica();
    if (m_world.checker().lastInLedger() < m_world.checker().lastDecided())
        return; // a lost ledger is not rebuilt yet
    count(Fault::ReplicaDiskLost);
    replica.kill("loses its disk");
    replica.disk().lose();
}

/// Not when the last copy of a promised order went with it; nor while a replica's log is empty, which with a
/// lost ledger looks like a new store.
bool Faults::mayLoseLedger()
{
    const Checker &checker = m_world.checker();
    bool isCopied = false;
    bool anyEmpty = false;
    for (SimReplica *const replica : m_world.replicas()) {
        const qint64 number = checker.durableNumber(*replica);
        isCopied |= number >= checker.promised();
        anyEmpty |= number == 0;
    }
    return m_ledgerMayGetLost && isCopied && (!anyEmpty || checker.lastDecided() == 0);
}

void Faults::loseLedger()
{
    if (mayLoseLedger())
        m_world.loseLedger();
}

} // namespace toystore::simulation
