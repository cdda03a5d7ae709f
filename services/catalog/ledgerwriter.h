// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/requestsampler.h"
#include "invalidationrelay.h"
#include "stock/commitpipeline.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <thread>
#include <vector>

namespace toystore
{

/// The time now as it stands in the ledger and every log: ISO 8601, UTC, with milliseconds. Any thread.
[[nodiscard]] QByteArray decisionTime();

/// The one thread that owns the ledger. What is asked of the ledger waits in a bounded queue and is carried
/// out by a CommitPipeline; all sell calls that wait become one transaction.
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
    [[nodiscard]] Result<void> runAndWait(std::function<Result<void>(CommitPipeline &)> work);

    /// Carries out what waits, closes the ledger and ends the thread.
    void stop();

    void sell(Sell call, const Reply<Sell::Answer> &reply);
    void beginEpoch(const BeginEpoch &request, const Reply<BeginEpoch::Answer> &reply);
    void importOrders(ImportOrders request, const Reply<ImportOrders::Answer> &reply);
    void ordersAfter(const OrdersAfter &request, const Reply<OrdersAfter::Answer> &reply);
    void auditStock(const StockAudit &request, const Reply<StockAudit::Answer> &reply);

    /// Brings sold-out toys to @p level; nothing if the restock before has not been done yet.
    void restock(qint64 level);

    /// Requests that wait for the ledger.
    [[nodiscard]] qint64 waiting() const;

    /// What deciding buys has cost since start().
    [[nodiscard]] WriteFigures writes() const;

private:
    using Job = std::function<void(CommitPipeline &)>;

    void tellWays(const Sell::Answer &answer);

    [[nodiscard]] Result<void> enqueue(Job job);
    void run(const Open &open, std::promise<Result<void>> opened);
    void work(CommitPipeline &pipeline);
    void sellAll(CommitPipeline &pipeline, std::vector<CommitPipeline::PendingSell> sells);

    StockView &m_view;
    InvalidationRelay &m_relay;
    EventRing &m_events;
    RequestSampler m_sampler;
    std::thread m_thread;

    mutable std::mutex m_mutex; // guards what follows
    std::condition_variable m_wake;
    std::vector<CommitPipeline::PendingSell> m_sells;
    std::deque<Job> m_jobs;
    WriteFigures m_writes;
    std::chrono::nanoseconds m_sellTime{0};
    bool m_restocking = false;
    bool m_stopping = true;
};

} // namespace toystore
