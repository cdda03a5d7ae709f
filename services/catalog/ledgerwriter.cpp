// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ledgerwriter.h"

#include <QDateTime>
#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcLedger, "toystore.catalog.ledger")

namespace toystore
{

namespace
{

Error closing()
{
    return {ErrorCode::CatalogUnavailable, "the catalog is closing"};
}

Error overloaded()
{
    return {ErrorCode::Overloaded, "more than " + QByteArray::number(qulonglong(LedgerWriter::maxWaiting)) +
                                       " requests wait for the ledger"};
}

} // namespace

QByteArray decisionTime()
{
    return QDateTime::fromMSecsSinceEpoch(wallClockMs(), Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
}

LedgerWriter::LedgerWriter(StockView &view, InvalidationRelay &relay, EventRing &events)
    : m_view(view), m_relay(relay), m_events(events)
{
}

LedgerWriter::~LedgerWriter()
{
    stop();
}

Result<void> LedgerWriter::start(Open open)
{
    TOYSTORE_ENSURE(!m_thread.joinable());
    m_stopping = false;
    std::promise<Result<void>> opened;
    std::future<Result<void>> outcome = opened.get_future();
    m_thread = std::thread([this, open = std::move(open), opened = std::move(opened)]() mutable {
        run(open, std::move(opened));
    });
    return outcome.get();
}

Result<void> LedgerWriter::runAndWait(std::function<Result<void>(CommitPipeline &)> work)
{
    std::promise<Result<void>> done;
    if (Result<void> queued = enqueue([&](CommitPipeline &pipeline) { done.set_value(work(pipeline)); });
        !queued)
        return queued;
    return done.get_future().get();
}

void LedgerWriter::stop()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
        m_wake.notify_all();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void LedgerWriter::sell(Sell call, const Reply<Sell::Answer> &reply)
{
    const auto held = static_cast<std::size_t>(m_relay.held());
    std::optional<Error> refused;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_stopping) {
            refused = closing();
        } else if (m_sells.size() + held >= maxWaiting) {
            refused = overloaded();
        } else {
            m_sells.push_back({std::move(call), [this, reply](const Result<Sell::Answer> &answer) {
                                   if (answer) // before the next stage can begin
                                       tellWays(*answer);
                                   reply.send(answer);
                               }});
        }
    }
    if (refused)
        return reply.fail(*refused);
    m_wake.notify_one(); // without the lock, which the ledger's thread wants as soon as it is woken
}

/// The stage of a few buys' ways that is ours.
void LedgerWriter::tellWays(const Sell::Answer &answer)
{
    for (const SellOutcome &outcome : answer.outcomes) {
        if (!outcome.order)
            continue;
        const Order &order = *outcome.order;
        if (const qint64 standsFor = m_sampler.take(order.requestId, monotonicNow()); standsFor > 0)
            m_events.add({.kind = "order_way",
                          .requestId = order.requestId,
                          .subject = "decided",
                          .orderNumber = order.number,
                          .epoch = order.epoch,
                          .count = standsFor,
                          .atUs = wallClockUs(),
                          .message = order.name});
    }
}

void LedgerWriter::beginEpoch(const BeginEpoch &request, const Reply<BeginEpoch::Answer> &reply)
{
    const Result<void> queued =
        enqueue([request, reply](CommitPipeline &pipeline) { reply.send(pipeline.beginEpoch(request)); });
    if (!queued)
        reply.fail(queued.error());
}

void LedgerWriter::importOrders(ImportOrders request, const Reply<ImportOrders::Answer> &reply)
{
    const Result<void> queued = enqueue([request = std::move(request), reply](CommitPipeline &pipeline) {
        reply.send(pipeline.importOrders(request));
    });
    if (!queued)
        reply.fail(queued.error());
}

void LedgerWriter::ordersAfter(const OrdersAfter &request, const Reply<OrdersAfter::Answer> &reply)
{
    const Result<void> queued =
        enqueue([request, reply](CommitPipeline &pipeline) { reply.send(pipeline.ordersAfter(request)); });
    if (!queued)
        reply.fail(queued.error());
}

void LedgerWriter::auditStock(const StockAudit &request, const Reply<StockAudit::Answer> &reply)
{
    const Result<void> queued =
        enqueue([request, reply](CommitPipeline &pipeline) { reply.send(pipeline.auditStock(request)); });
    if (!queued)
        reply.fail(queued.error());
}

void LedgerWriter::restock(qint64 level)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_restocking)
            return;
        m_restocking = true;
    }
    const Result<void> queued = enqueue([this, level](CommitPipeline &pipeline) {
        pipeline.restock(level, decisionTime());
        const std::scoped_lock lock(m_mutex);
        m_restocking = false;
    });
    if (queued)
        return;
    qCWarning(lcLedger, "no restock this time: %s", queued.error().message.constData());
    const std::scoped_lock lock(m_mutex);
    m_restocking = false;
}

qint64 LedgerWriter::waiting() const
{
    const std::scoped_lock lock(m_mutex);
    return static_cast<qint64>(m_sells.size()) + static_cast<qint64>(m_jobs.size());
}

Result<void> LedgerWriter::enqueue(Job job)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_stopping)
            return failure(closing());
        if (m_jobs.size() >= maxWaiting)
            return failure(overloaded());
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
    return {};
}

void LedgerWriter::run(const Open &open, std::promise<Result<void>> opened)
{
    const Result<std::unique_ptr<StockLedger>> ledger = open();
    if (!ledger)
        return opened.set_value(failure(ledger.error()));
    CommitPipeline pipeline(**ledger, m_view, m_relay, m_events);
    opened.set_value({});
    work(pipeline);
}

WriteFigures LedgerWriter::writes() const
{
    const std::scoped_lock lock(m_mutex);
    WriteFigures writes = m_writes;
    writes.flushUs = std::chrono::duration_cast<std::chrono::microseconds>(m_sellTime).count();
    return writes;
}

void LedgerWriter::sellAll(CommitPipeline &pipeline, std::vector<CommitPipeline::PendingSell> sells)
{
    qint64 entries = 0;
    for (const CommitPipeline::PendingSell &sell : sells)
        entries += sell.call.entries.size();
    const Instant before = monotonicNow();
    pipeline.sell(std::move(sells), decisionTime());
    const std::chrono::nanoseconds took = monotonicNow() - before;
    const std::scoped_lock lock(m_mutex);
    ++m_writes.flushes;
    ++m_writes.batches;
    m_writes.batchOrders += entries;
    m_sellTime += took;
}

void LedgerWriter::work(CommitPipeline &pipeline)
{
    while (true) {
        std::deque<Job> jobs;
        std::vector<CommitPipeline::PendingSell> sells;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_stopping || !m_jobs.empty() || !m_sells.empty(); });
            if (m_jobs.empty() && m_sells.empty())
                return; // stopping, and nothing is left to do
            jobs.swap(m_jobs);
            sells.swap(m_sells);
        }
        for (const Job &job : jobs)
            job(pipeline);
        if (!sells.empty())
            sellAll(pipeline, std::move(sells));
    }
}

} // namespace toystore
