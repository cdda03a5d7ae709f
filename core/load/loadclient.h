// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "load/httpclientconnection.h"
#include "load/loadfigures.h"
#include "load/loadobserver.h"
#include "load/loadplan.h"
#include "load/shopper.h"

#include <functional>
#include <memory>

namespace toystore
{

/// One client of a load: sends what its shopper wants, one request at a time, repeats buys that were not
/// answered, and counts what happens.
class LoadClient
{
public:
    /// What all clients of an engine share; outlives them.
    struct Shared {
        LoadPlan plan;
        LoadFigures figures;
        LoadObserver *observer = nullptr;
        std::function<void(LoadClient &)> freed; ///< its request is settled; it may begin another
    };

    /// @p id: unique among the clients of an engine, also over time.
    LoadClient(qint64 id, Shared &shared, std::shared_ptr<Shopper> shopper);

    /// Sends the next request, which was due at @p due; only if it is free. False: its shopper has done all
    /// it wanted.
    [[nodiscard]] bool begin(Instant due);
    /// Gives up what is under way.
    void abort();

    [[nodiscard]] bool isBusy() const { return m_busy; }
    [[nodiscard]] bool isDone() const { return m_done; }
    /// It is to begin nothing any more.
    void retire() { m_retired = true; }
    [[nodiscard]] bool isRetired() const { return m_retired; }

private:
    void attempt();
    void ended(const HttpClientConnection::Outcome &outcome);
    void failed(LoadError error, Instant now);
    [[nodiscard]] bool mayRepeat(Instant now) const;
    void settle(const ShopAnswer &answer, Instant now);

    const qint64 m_id;
    Shared &m_shared;
    const std::shared_ptr<Shopper> m_shopper;
    const QByteArray m_host;
    HttpClientConnection m_connection;
    QTimer m_pauseTimer;
    bool m_busy = false;
    bool m_done = false;
    bool m_retired = false;
    ShopRequest m_request;
    QByteArray m_bytes; // of it
    Instant m_due;
    Instant m_firstSent;
    int m_repeats = 0;
    Milliseconds m_pause{0};
};

} // namespace toystore
