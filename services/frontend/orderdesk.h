// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "leadertracker.h"
#include "protocol/ordermessages.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <vector>

namespace toystore
{

/// Buys from the leader and looks orders up at any replica.
///
/// A buy waits for a ready leader; when its leader is lost, or refuses without deciding, it is sent again
/// with the same request id in the next epoch, until it is decided or its `patience` is over. So the client
/// notices nothing and never buys twice.
///
/// Lives on the tracker's thread; buy() and find() may be called from any, their callbacks run on the desk's.
class OrderDesk : public QObject
{
    Q_OBJECT

public:
    static constexpr Milliseconds patience{5000};  ///< how long a buy may take
    static constexpr std::size_t maxBuys = 10'000; ///< under way; beyond: `overloaded`
    static constexpr std::size_t maxLookups = 10'000;

    struct Purchase {
        QByteArray requestId;
        QByteArray name;
        qint64 quantity = 0;
    };
    using Bought = std::function<void(const Result<qint64> &orderNumber)>;
    using Found = std::function<void(const Result<OrderDetails::Answer> &order)>;

    /// @p tracker and @p events must outlive the desk.
    OrderDesk(LeaderTracker &tracker, EventRing &events, QObject *parent = nullptr);

    /// Errors: order_rejected, request_mismatch, overloaded, no_order_service (it was certainly not sent),
    /// outcome_unknown (it may have been decided, or still be).
    void buy(Purchase purchase, Bought done);

    /// Errors: order_not_found (it is certain), overloaded, no_order_service (nobody could tell).
    void find(qint64 number, Found done);

    /// Buys under way. The desk's thread.
    [[nodiscard]] std::size_t buys() const { return m_buys.size(); }
    /// Lookups under way. The desk's thread.
    [[nodiscard]] std::size_t lookups() const { return m_lookups; }

private:
    struct Buy {
        Purchase purchase;
        Bought done;
        Instant deadline;
        int attempts = 0;       // sent so far; the last one is under way unless the buy waits
        bool maybeSent = false; // an earlier attempt may have reached the leader
        Instant notBefore;
    };
    using BuyId = quint64; // in the order they came, which is also that of their deadlines
    struct Lookup {
        qint64 number = 0;
        Found done;
        std::vector<ReplicaId> toAsk; // the next one last
    };

    void takeNew();
    void admit(Purchase purchase, Bought done);
    void sendWaiting();
    void send(BuyId id, Buy &buy, Elector::Leader leader);
    void onAnswer(BuyId id, int attempt, Elector::Leader leader, const Result<PlaceOrder::Answer> &answer);
    void onLeaderLost();
    void onChanged();
    void finish(BuyId id, const Result<qint64> &result);
    [[nodiscard]] static Error unsettled(const Buy &buy, const char *why);
    void expire();
    void armTimers();

    void begin(Lookup lookup);
    void askNext(const std::shared_ptr<Lookup> &lookup, const Error &lastError);

    LeaderTracker &m_tracker;
    EventRing &m_events;
    std::map<BuyId, Buy> m_buys;
    BuyId m_lastBuy = 0;
    std::set<BuyId> m_waiting; // of m_buys: to be sent (again)
    QTimer m_deadlineTimer;
    QTimer m_retryTimer;
    std::size_t m_lookups = 0;
    std::size_t m_turn = 0;

    std::mutex m_mutex; // guards what comes from other threads
    std::vector<std::pair<Purchase, Bought>> m_newBuys;
    std::vector<Lookup> m_newLookups;
    bool m_woken = false;
};

} // namespace toystore
