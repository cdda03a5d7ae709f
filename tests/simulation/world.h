// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/simcatalog.h"
#include "simulation/simclient.h"

namespace toystore::simulation
{

/// A whole store. A scripted scenario makes one, opens it, and then lets time pass, breaks things and shops,
/// in sentences:
///
///     World world({.frontends = 2}, 1);
///     world.open();
///     const Outcome<qint64> bought = world.buy(0, "c-1", "Tux");
///     world.runUntil(bought);
///     world.network().block(world.replica(2), world.catalog());
///     world.catalog().crashAt(Boundary::CatalogAfterCommit, 1);
///     world.replica(1).kill("is killed"); world.replica(1).startAfter(100ms);
///     world.runFor(2s);
///     world.heal();
///     QVERIFY(world.sellsWithin(1s));
///     world.settle();
///     QVERIFY2(!world.simulation().violation(), ...);
///
/// The Checker watches all the time. Everything random (delays above all) comes from the seed, so a scenario
/// is the same every time and can be tried with many seeds.
class World
{
public:
    struct Settings {
        int replicas = 3; ///< 8091, 8092, ...
        int frontends = 1;
        int clients = 0; ///< that shop on their own, see SimClient
        std::vector<QByteArray> toys = {"Tux", "Bear", "Robot"};
        qint64 stock = 5;
        qint64 restockLevel = 5;
        Duration restockInterval{std::chrono::milliseconds(700)};
        qint64 cacheCapacity = 3;
        bool cacheEnabled = true;
        SimNetwork::Delays delays = {};
        bool operatorRepairs = true; ///< replicas that ask for it, at any time; otherwise only from heal() on
    };

    /// What a request came to, when it has.
    template <typename T>
    using Outcome = std::shared_ptr<std::optional<Result<T>>>;

    World(const Settings &settings, quint64 seed, Trace::Mode mode = Trace::Mode::Hash);

    [[nodiscard]] Simulation &simulation() { return m_simulation; }
    [[nodiscard]] SimNetwork &network() { return m_network; }
    [[nodiscard]] Checker &checker() { return m_checker; }
    [[nodiscard]] SimCatalog &catalog() { return m_catalog; }
    [[nodiscard]] const std::vector<SimReplica *> &replicas() const { return m_replicas; }
    [[nodiscard]] const std::vector<SimFrontend *> &frontends() const { return m_frontends; }
    [[nodiscard]] const std::vector<SimClient *> &clients() const { return m_clients; }
    /// The services, the catalog first: what faults happen to.
    [[nodiscard]] const std::vector<Process *> &services() const { return m_services; }
    [[nodiscard]] SimReplica &replica(std::size_t index) { return *m_replicas.at(index); }
    [[nodiscard]] SimFrontend &frontend(std::size_t index) { return *m_frontends.at(index); }
    [[nodiscard]] SimShopper &shopper() { return *m_shopper; }

    /// Starts everything, in the order of the store, and waits until every frontend has a leader.
    void open();

    // Shopping of the scenario's own. @p frontend: its index.
    [[nodiscard]] Outcome<qint64> buy(std::size_t frontend, const QByteArray &requestId,
                                      const QByteArray &toy, qint64 quantity = 1);
    [[nodiscard]] Outcome<Product> query(std::size_t frontend, const QByteArray &toy);
    [[nodiscard]] Outcome<OrderDetails::Answer> find(std::size_t frontend, qint64 number);

    bool runFor(Duration time, const std::function<bool()> &enough = {})
    {
        return m_simulation.runFor(time, enough);
    }
    /// Until @p outcome is there, at most @p limit. Returns whether it is.
    template <typename T>
    bool runUntil(const Outcome<T> &outcome, Duration limit = std::chrono::seconds(10))
    {
        return outcome->has_value() ||
               m_simulation.runFor(limit, [&outcome] { return outcome->has_value(); });
    }
    /// Who leads by every frontend's word; nobody if they do not agree.
    [[nodiscard]] SimReplica *leader() const;

    /// The disk of the catalog is gone; it is down or gets killed, and is started again.
    void loseLedger();

    /// Ends all faults that last: partitions, pauses, full disks, armed crashes. Starts what is down.
    void heal();
    /// I13: a buy at every frontend succeeds within @p limit. While a lost ledger is being rebuilt the time
    /// does not count, for at most @p rebuilding; nor does the time up to the last start of a process.
    /// Violates I13 and returns false if not.
    bool sellsWithin(Duration limit, Duration rebuilding = std::chrono::seconds(6));
    /// Ends all shopping, waits until all is quiet, and audits ledger and logs.
    void settle();

private:
    /// Starts a replica with --repair that says it needs that, as an operator would.
    void lookAfterReplicas();
    void probe(std::size_t frontend);
    [[nodiscard]] Instant lastStart() const;
    [[nodiscard]] QList<Toy> toys() const;

    const Settings m_settings;
    Simulation m_simulation;
    SimNetwork m_network;
    Checker m_checker;
    SimCatalog m_catalog;
    std::vector<std::unique_ptr<Process>> m_owned;
    std::vector<SimReplica *> m_replicas;
    std::vector<SimFrontend *> m_frontends;
    std::vector<SimClient *> m_clients;
    std::vector<Process *> m_services;
    SimShopper *m_shopper = nullptr;
    std::vector<bool> m_probed; // by the frontend's index: a buy there has succeeded
    bool m_probing = false;
    int m_lastProbe = 0;
};

} // namespace toystore::simulation
