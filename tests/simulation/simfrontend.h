// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cache/productqueries.h"
#include "election/orderlookups.h"
#include "election/pendingbuys.h"
#include "simulation/shopmessages.h"
#include "simulation/simreplica.h"

namespace toystore::simulation
{

/// The frontend service, wired as services/frontend: Elector, PendingBuys, OrderLookups and
/// ProductQueries, with messages in the place of HTTP.
class SimFrontend final : public Process
{
public:
    struct Settings {
        qint64 cacheCapacity = 3; // fewer than there are toys, so that entries are evicted
        bool cacheEnabled = true;
    };

    SimFrontend(SimNetwork &network, QByteArray name, Process &catalog,
                const std::vector<SimReplica *> &replicas, Settings settings);
    ~SimFrontend() override { discard(); }

    /// Who takes buys by its word.
    [[nodiscard]] std::optional<Elector::Leader> readyLeader() const;
    /// It has a connection, as far as it knows.
    [[nodiscard]] bool reachesCatalog() const { return m_memory && m_memory->catalog.isConnected(); }

private:
    /// What is gone when the process ends.
    struct Memory {
        Memory(SimFrontend &frontend, quint32 seed);

        SimRpcClient catalog;
        ProductQueries products;
        std::map<ReplicaId, std::unique_ptr<SimRpcClient>> replicas;
        Elector elector;
        PendingBuys buys;
        OrderLookups lookups;
        SimServer server;
        std::unordered_map<ProductQueries::QueryId, SimReply<ShopQuery>> queried;
        ProductQueries::QueryId lastQuery = 0;
        std::unordered_map<PendingBuys::BuyId, SimReply<ShopBuy>> bought;
        std::unordered_map<OrderLookups::LookupId, SimReply<ShopFind>> found;
        std::optional<Instant> electorArmedFor;
        std::optional<Instant> buysArmedFor;
    };

    void boot() override;
    void discard() override;
    void connectCatalog();
    void connectReplicas();
    void serve();

    void run(const Elector::Effects &effects);
    void carryOut(const Elector::SendHealthCheck &effect);
    void carryOut(const Elector::SendUpdateLeader &effect);
    void carryOut(const Elector::SendLeadership &effect);
    void carryOut(const Elector::SendBeginEpoch &effect);
    void carryOut(const Elector::ElectionBegan &effect);
    void carryOut(const Elector::LeaderReady &effect);
    void carryOut(const Elector::LeaderLost &effect);
    void armElector();
    void carryOutBuys();
    void armBuys();
    void carryOut(const OrderLookups::Step &step);

    void carryOutQueries();
    void heartbeatLater();
    void carryOut(const ProductQueries::Fetch &effect);
    void carryOut(const ProductQueries::Settled &effect);
    void carryOut(const ProductQueries::Subscribe &effect);
    void carryOut(const ProductQueries::SendRenew &effect);
    void carryOut(const ProductQueries::Acknowledge &effect);
    void carryOut(const ProductQueries::CatalogReached &effect);
    void carryOut(const ProductQueries::CatalogLost &effect);
    void carryOut(const Event &event);

    SimNetwork &m_network;
    Process &m_catalog;
    const std::vector<SimReplica *> m_replicas;
    const Settings m_settings;
    std::unique_ptr<Memory> m_memory;
};

} // namespace toystore::simulation
