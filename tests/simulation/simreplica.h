// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "orders/effectrunner.h"
#include "simulation/simdisk.h"
#include "simulation/simrpcclient.h"
#include "simulation/simserver.h"

#include <map>
#include <memory>

namespace toystore::simulation
{

class SimReplica;

/// Told of what a replica says about itself.
class ReplicaWitness
{
public:
    virtual ~ReplicaWitness() = default;
    /// It says that it leads @p epoch and is ready.
    virtual void saysReady(SimReplica &replica, qint64 epoch) = 0;
    /// It answers a buy or a look-up with this order: somebody will be told, or may be.
    virtual void promises(qint64 number) = 0;
};

/// An order replica, wired as services/order: the real Replica, EffectRunner and OrderLog on a SimDisk.
class SimReplica final : public Process, private Network, private Clock
{
public:
    SimReplica(SimNetwork &network, ReplicaWitness &witness, ReplicaId id);
    ~SimReplica() override { discard(); }

    /// Whom it talks to. Before its first start.
    void setOthers(Process &catalog, const std::vector<SimReplica *> &peers);

    [[nodiscard]] ReplicaId id() const { return m_id; }
    [[nodiscard]] SimDisk &disk() { return m_disk; }

    /// How it is started the next time: --rebuild-from-available, and --repair, which sets the log aside.
    void setRebuildFromAvailable(bool rebuild) { m_rebuildFromAvailable = rebuild; }
    void repair() { m_repair = true; }
    /// It says that its log differs from the ledger, or it could not read it when it was started.
    [[nodiscard]] bool wantsRepair() const { return m_refusedLog || (m_memory && m_memory->saidDiverged); }

    /// What it answers at once, asked past the network; nothing if it is down or has to wait for something.
    [[nodiscard]] std::optional<Result<ReplicaAnswer>> ask(ReplicaRequest request);
    /// What it says about itself; nothing at all while it is down.
    [[nodiscard]] OrderStatus::Answer status();

private:
    /// What is gone when the process ends.
    struct Memory {
        Memory(SimReplica &replica, SimNetwork &network);

        EventRing events{64};
        OrderLog log;
        SimServer server;
        std::map<ReplicaId, std::unique_ptr<SimRpcClient>> clients; // theCatalog's too
        std::unique_ptr<EffectRunner> runner;
        bool saidDiverged = false;
    };

    void boot() override;
    void discard() override;
    void call(ReplicaId to, const Network::Message &message, Milliseconds deadline,
              Network::Done done) override;
    [[nodiscard]] Instant now() const override;

    void makeClients();
    void serve();
    template <typename Request>
    void serveRequest();
    void watch(const ReplicaRequest &request, const Result<ReplicaAnswer> &answer);
    void tickLater(Duration delay);

    SimNetwork &m_network;
    ReplicaWitness &m_witness;
    const ReplicaId m_id;
    SimDisk m_disk;
    Process *m_catalog = nullptr;
    std::vector<SimReplica *> m_peers;
    bool m_rebuildFromAvailable = false;
    bool m_repair = false;
    bool m_refusedLog = false;
    std::unique_ptr<Memory> m_memory;
};

} // namespace toystore::simulation
