// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "base/requestsampler.h"
#include "election/failoverwatch.h"
#include "election/orderlookups.h"
#include "election/pendingbuys.h"
#include "leadertracker.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace toystore
{

/// Buys from the leader and looks orders up at any replica: takes them from the session threads, and carries
/// out what PendingBuys and OrderLookups want done.
///
/// Lives on the tracker's thread; buy() and find() may be called from any, their callbacks run on the desk's.
class OrderDesk : public QObject
{
    Q_OBJECT

public:
    using Purchase = PendingBuys::Purchase;
    using Bought = std::function<void(const Result<qint64> &orderNumber)>;
    using Found = std::function<void(const Result<OrderDetails::Answer> &order)>;

    /// @p tracker and @p events must outlive the desk.
    OrderDesk(LeaderTracker &tracker, EventRing &events, QObject *parent = nullptr);

    /// Errors: see PendingBuys::Settled.
    void buy(Purchase purchase, Bought done);

    /// Errors: see OrderLookups::Settled.
    void find(qint64 number, Found done);

    /// Buys under way. The desk's thread.
    [[nodiscard]] std::size_t buys() const { return m_buys.count(); }
    /// Lookups under way. The desk's thread.
    [[nodiscard]] std::size_t lookups() const { return m_lookups.count(); }
    /// What the last change of leader was like. The desk's thread.
    [[nodiscard]] const std::optional<FailoverView> &failover() const { return m_failover.last(); }
    /// All changes of leader since the process started. The desk's thread.
    [[nodiscard]] const FailoverWatch::Totals &failovers() const { return m_failover.totals(); }

private:
    struct NewBuy {
        Purchase purchase;
        Instant arrived;
        Bought done;
    };
    struct OpenBuy {
        Bought done;
        QByteArray followed; // its request id, if its way is told
        qint64 standsFor = 0;
    };
    struct NewLookup {
        qint64 number = 0;
        Found done;
    };

    void wake();
    void takeNew();
    void carryOut();
    void begin(NewBuy buy, Instant now);
    void send(const PendingBuys::Send &effect);
    void settle(const PendingBuys::Settled &effect);
    void tellWay(const OpenBuy &buy, const QByteArray &stage, Event event = {});
    void armTimer();
    void begin(NewLookup lookup);
    void carryOut(const OrderLookups::Step &step);

    LeaderTracker &m_tracker;
    EventRing &m_events;
    PendingBuys m_buys;
    OrderLookups m_lookups;
    RequestSampler m_sampler;
    FailoverWatch m_failover;
    std::unordered_map<PendingBuys::BuyId, OpenBuy> m_open;
    std::unordered_map<OrderLookups::LookupId, Found> m_found;
    QTimer m_timer;
    std::optional<Instant> m_armedFor;

    std::mutex m_mutex; // guards what comes from other threads
    std::vector<NewBuy> m_newBuys;
    std::vector<NewLookup> m_newLookups;
    std::atomic_bool m_woken = false;
};

} // namespace toystore
