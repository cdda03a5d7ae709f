// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "load/loadclient.h"
#include "load/wakeclock.h"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace toystore
{

/// Puts a load on a shop: many clients, in a closed or an open loop, and the figures of what they met.
///
/// One thread, with an event loop that it never blocks; several engines in several threads can share a load,
/// their figures are merged then. Nothing here may be called from within the observer or a shopper.
class LoadEngine : public QObject
{
    Q_OBJECT

public:
    /// Makes the shopper of one client; the engine shares it with whoever keeps it, too.
    using ShopperMaker = std::function<std::shared_ptr<Shopper>(qint64 client)>;

    /// A load of RandomShoppers, as the plan's mix says.
    explicit LoadEngine(LoadPlan plan, QObject *parent = nullptr);
    /// A load of other shoppers; what the plan says of mix and requestsPerClient is theirs to follow.
    LoadEngine(LoadPlan plan, const ShopperMaker &maker, QObject *parent = nullptr);
    ~LoadEngine() override;

    /// Is told of all attempts from now on; outlives the engine, or is taken away (null). Not while requests
    /// are under way.
    void setObserver(LoadObserver *observer);

    /// Begins, with new figures.
    void start();
    /// Begins nothing more. What is under way is settled, repetitions included, and then finished() comes.
    /// Of the open loop, what was due and not sent counts as overrun.
    void stop();
    /// Gives up what is under way, too.
    void abort();

    [[nodiscard]] bool isRunning() const { return m_running; }
    /// Nothing is under way.
    [[nodiscard]] bool isIdle() const;

    [[nodiscard]] const LoadPlan &plan() const { return m_shared.plan; }
    // At any time.
    /// Clients that are one too many leave when their request is settled.
    void setClients(int clients);
    void setMix(const LoadMix &mix);
    /// Absent: the closed loop.
    void setRate(std::optional<double> rate);

    /// Since the start or the last takeFigures(), up to now.
    [[nodiscard]] const LoadFigures &figures();
    /// The same, and begins anew. Merge what was taken for the figures of a whole run.
    [[nodiscard]] LoadFigures takeFigures();

Q_SIGNALS:
    /// It was stopped or all clients have done what they wanted, and nothing is under way.
    void finished();

private:
    void putToWork(LoadClient &client);
    void beginAll();
    void freed(LoadClient &client);
    void halt();
    void arrive();
    void serve(Instant due);
    [[nodiscard]] Instant arrival(qint64 number) const;
    void checkFinished();
    [[nodiscard]] bool wantsNoMore() const;
    void finishIfOver();

    LoadClient::Shared m_shared;
    ShopperMaker m_maker;
    qint64 m_lastClient = 0;
    std::vector<std::unique_ptr<LoadClient>> m_clients;
    std::vector<std::unique_ptr<LoadClient>> m_leaving;
    bool m_running = false;
    QTimer m_checkTimer; // rings in the next turn of the event loop
    Instant m_figuresSince;
    std::optional<Instant> m_finished;

    // The open loop.
    WakeClock m_clock;
    std::deque<LoadClient *> m_free;
    std::deque<Instant> m_backlog; // when they were due
    Instant m_firstArrival;
    qint64 m_arrivals = 0;
};

} // namespace toystore
