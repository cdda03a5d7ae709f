// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "invalidationrelay.h"
#include "stock/stockledger.h"
#include "stock/stockview.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <thread>

namespace toystore
{

/// The time now as it stands in the ledger and every log: ISO 8601, UTC, with milliseconds. Any thread.
[[nodiscard]] QByteArray decisionTime();

/// The one thread that owns the ledger. What is asked of the ledger waits in a bounded queue; all sell calls
/// that wait become one transaction. After each commit, in this order: the view shows it, the subscribers are
/// told, the callers are answered.
///
/// Any thread, but start() and stop() are for the one that made it.
class LedgerWriter
{
public:
    /// Sell calls, and other requests, that may wait; beyond: `overloaded`.
    static constexpr std::size_t maxWaiting = 1024;

    using Open = std::function<Result<std::unique_ptr<StockLedger>>()>;

    /// All must outlive the writer.
    LedgerWriter(StockView &view, InvalidationRelay &relay, EventRing &events);
    ~LedgerWriter();
    LedgerWriter(const LedgerWriter &) = delete;
    LedgerWriter &operator=(const LedgerWriter &) = delete;

    /// Starts the thread, which opens the ledger with @p open; waits for that and returns how it ended.
    [[nodiscard]] Result<void> start(Open open);

    /// Runs @p work on the thread and waits for it; for the time before requests come.
    [[nodiscard]] Result<void> runAndWait(std::function<Result<void>(StockLedger &)> work);

    /// Carries out what waits, closes the ledger and ends the thread.
    void stop();

    void sell(Sell call, const Reply<Sell::Answer> &reply);
    void beginEpoch(const BeginEpoch &request, const Reply<BeginEpoch::Answer> &reply);
    void importOrders(ImportOrders request, const Reply<ImportOrders::Answer> &reply);
    void ordersAfter(const OrdersAfter &request, const Reply<OrdersAfter::Answer> &reply);

    /// Brings sold-out toys to @p level; nothing if the restock before has not been done yet.
    void restock(qint64 level);

    /// Requests that wait for the ledger.
    [[nodiscard]] qint64 waiting() const;

private:
    using Job = std::function<void(StockLedger &)>;
    struct PendingSell {
        Sell call;
        Reply<Sell::Answer> reply;
    };

    [[nodiscard]] Result<void> enqueue(Job job);
    void run(const Open &open, std::promise<Result<void>> opened);
    void work(StockLedger &ledger);
    void sellAll(StockLedger &ledger, std::deque<PendingSell> sells);
    void tellSold(const SellResults &results);
    void restockNow(StockLedger &ledger, qint64 level);
    void noteStorage(const std::optional<Error> &error);
    void show(const StockState &change);

    StockView &m_view;
    InvalidationRelay &m_relay;
    EventRing &m_events;
    bool m_storageFails = false; // the thread's own
    std::thread m_thread;

    mutable std::mutex m_mutex; // guards what follows
    std::condition_variable m_wake;
    std::deque<PendingSell> m_sells;
    std::deque<Job> m_jobs;
    bool m_restocking = false;
    bool m_stopping = true;
};

} // namespace toystore
