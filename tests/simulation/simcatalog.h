// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/simledger.h"
#include "simulation/simserver.h"
#include "stock/commitpipeline.h"
#include "stock/invalidationhub.h"

#include <optional>
#include <unordered_map>

namespace toystore::simulation
{

/// The catalog service, wired as services/catalog: the one that owns the ledger, and the audience of its
/// changes.
class SimCatalog final : public Process, private CommitAudience
{
public:
    struct Settings {
        QList<Toy> toys;
        qint64 stock = 5;
        qint64 restockLevel = 5;
        Duration restockInterval{std::chrono::milliseconds(700)};
    };

    SimCatalog(SimNetwork &network, LedgerWitness &witness, Settings settings);
    ~SimCatalog() override { discard(); }

    [[nodiscard]] SimLedger &ledger() { return m_ledger; }
    /// Of every later start; a first one opens the store in any case.
    void setToys(QList<Toy> toys) { m_settings.toys = std::move(toys); }

private:
    using Job = std::function<void()>;
    struct Held {
        Sell::Answer answer;
        Respond respond;
    };
    /// What is gone when the process ends.
    struct Memory {
        explicit Memory(SimCatalog &catalog);

        EventRing events{64};
        StockView view;
        InvalidationHub hub;
        CommitPipeline pipeline;
        SimServer server;
        std::vector<Job> jobs; // for the ledger's thread
        std::vector<CommitPipeline::PendingSell> sells;
        bool working = false;
        bool restocking = false;
        std::unordered_map<qint64, Held> held;
        qint64 lastHeld = 0;
        std::optional<Instant> armedFor;
    };

    void boot() override;
    void discard() override;
    void changed(const QList<Product> &toys) override;
    void hold(Sell::Answer answer, const QSet<QByteArray> &toys, Respond respond) override;

    void serveQueries();
    void serveLedger();
    void serveSubscribers();
    void enqueue(Job job);
    void startWork();
    void work();
    void restockLater();
    void performed();
    void serveOthers();
    [[nodiscard]] QByteArray decisionTime();

    SimNetwork &m_network;
    Settings m_settings;
    SimLedger m_ledger;
    std::unique_ptr<Memory> m_memory;
};

} // namespace toystore::simulation
