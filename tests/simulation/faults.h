// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/world.h"

namespace toystore::simulation
{

/// What a random seed does to a World: phases, each with a few kinds of fault or with many, some now and then
/// and some at once. All is drawn from the simulation's random source.
///
/// It stays inside what the store promises: no combination takes the last copy of an order that a client may
/// have been told of (docs/architecture.md, "A lost disk").
class Faults
{
public:
    explicit Faults(World &world);

    /// Lets the phases pass.
    void run();
    /// From now on what ends stays down until World::heal() starts it, or later ends it on its own.
    void stop() { m_active = false; }

private:
    enum class Kind {
        Kill,
        CrashAtBoundary,
        Pause,
        Cut,
        Partition,
        SlowNetwork,
        LogStorage,
        LedgerStorage,
        LoseReplicaDisk,
        LoseLedger,
        KillAllReplicas,
    };
    static constexpr int kindCount = static_cast<int>(Kind::KillAllReplicas) + 1;

    void phase();
    [[nodiscard]] std::vector<Kind> drawKinds();
    void inject(Kind kind);
    void kill();
    void crashAtBoundary();
    void pause();
    void cut();
    void partition();
    void slowNetwork();
    void logStorage();
    void ledgerStorage();
    void loseReplicaDisk();
    void loseLedger();
    void killAllReplicas();

    [[nodiscard]] bool mayLoseLedger();
    [[nodiscard]] Process &anyService();
    [[nodiscard]] SimReplica &anyReplica();
    [[nodiscard]] std::pair<Process *, Process *> anyPair();
    [[nodiscard]] Duration shortTime();
    void count(Fault fault) { m_world.simulation().statistics().count(fault); }
    /// Undoes a fault later, if the faults have not ended by then anyway.
    void later(Duration delay, std::function<void()> undo);

    World &m_world;
    Simulation &m_simulation;
    Random &m_random;
    bool m_active = true;
    bool m_ledgerMayGetLost = false; // in this seed
};

} // namespace toystore::simulation
