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

/// Batches up to this size are told order by order, larger ones as one event.
constexpr qsizetype ordersToldOneByOne = 8;

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

Result<void> LedgerWriter::runAndWait(std::function<Result<void>(StockLedger &)> work)
{
    std::promise<Result<void>> done;
    if (Result<void> queued = enqueue([&](StockLedger &ledger) { done.set_value(work(ledger)); }); !queued)
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
            m_sells.push_back({std::move(call), reply});
            m_wake.notify_one();
        }
    }
    if (refused)
        reply.fail(*refused);
}

void LedgerWriter::beginEpoch(const BeginEpoch &request, const Reply<BeginEpoch::Answer> &reply)
{
    const Result<void> queued = enqueue([this, request, reply](StockLedger &ledger) {
        const Result<Leadership::Answer> begun = ledger.beginEpoch(request);
        if (begun) {
            show({{}, *begun});
            qCInfo(lcLedger, "epoch %lld began, replica %lld leads", begun->epoch, begun->leaderId.value);
            m_events.add({.kind = "epoch_began",
                          .subject = QByteArray::number(begun->leaderId.value),
                          .orderNumber = begun->lastOrderNumber,
                          .epoch = begun->epoch});
        }
        reply.send(begun);
    });
    if (!queued)
        reply.fail(queued.error());
}

void LedgerWriter::importOrders(ImportOrders request, const Reply<ImportOrders::Answer> &reply)
{
    const Result<void> queued = enqueue([this, request = std::move(request), reply](StockLedger &ledger) {
        const Result<Leadership::Answer> imported = ledger.importOrders(request);
        if (!imported)
            return reply.fail(imported.error());
        show({{}, *imported});
        m_events.add({.kind = "imported",
                      .orderNumber = imported->lastOrderNumber,
                      .epoch = imported->epoch,
                      .count = request.orders.size()});
        reply.succeed({imported->lastOrderNumber});
    });
    if (!queued)
        reply.fail(queued.error());
}

void LedgerWriter::ordersAfter(const OrdersAfter &request, const Reply<OrdersAfter::Answer> &reply)
{
    const Result<void> queued =
        enqueue([request, reply](StockLedger &ledger) { reply.send(ledger.ordersAfter(request)); });
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
    const Result<void> queued = enqueue([this, level](StockLedger &ledger) { restockNow(ledger, level); });
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
    const std::scoped_lock lock(m_mutex);
    if (m_stopping)
        return failure(closing());
    if (m_jobs.size() >= maxWaiting)
        return failure(overloaded());
    m_jobs.push_back(std::move(job));
    m_wake.notify_one();
    return {};
}

void LedgerWriter::run(const Open &open, std::promise<Result<void>> opened)
{
    const Result<std::unique_ptr<StockLedger>> ledger = open();
    if (!ledger)
        return opened.set_value(failure(ledger.error()));
    opened.set_value({});
    work(**ledger);
}

void LedgerWriter::work(StockLedger &ledger)
{
    while (true) {
        std::deque<Job> jobs;
        std::deque<PendingSell> sells;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_stopping || !m_jobs.empty() || !m_sells.empty(); });
            if (m_jobs.empty() && m_sells.empty())
                return; // stopping, and nothing is left to do
            jobs.swap(m_jobs);
            sells.swap(m_sells);
        }
        for (const Job &job : jobs)
            job(ledger);
        if (!sells.empty())
            sellAll(ledger, std::move(sells));
    }
}

void LedgerWriter::sellAll(StockLedger &ledger, std::deque<PendingSell> sells)
{
    std::vector<Sell> calls;
    calls.reserve(sells.size());
    for (PendingSell &sell : sells)
        calls.push_back(std::move(sell.call));
    Result<SellResults> results = ledger.sell(calls, decisionTime());
    noteStorage(results ? std::nullopt : std::optional(results.error()));
    if (!results) {
        for (const PendingSell &sell : sells)
            sell.reply.fail(results.error());
        return;
    }
    show(results->state);
    tellSold(*results);
    for (std::size_t i = 0; i < sells.size(); ++i) {
        Result<Sell::Answer> &answer = results->answers[i];
        if (answer)
            m_relay.answer(sells[i].reply, *std::move(answer));
        else
            sells[i].reply.fail(answer.error());
    }
}

void LedgerWriter::tellSold(const SellResults &results)
{
    const Leadership::Answer leadership = results.state.leadership;
    for (const Result<Sell::Answer> &answer : results.answers) {
        if (!answer)
            continue;
        QList<Order> orders;
        for (const SellOutcome &outcome : answer->outcomes) {
            if (outcome.order)
                orders.append(*outcome.order);
        }
        const qsizetype rejected = answer->outcomes.size() - orders.size();
        if (rejected > 0)
            m_events.add({.kind = "rejected", .epoch = leadership.epoch, .count = rejected});
        if (orders.size() > ordersToldOneByOne) {
            m_events.add({.kind = "sold",
                          .orderNumber = orders.last().number,
                          .epoch = leadership.epoch,
                          .count = orders.size()});
            continue;
        }
        for (const Order &order : orders)
            m_events.add({.kind = "sold",
                          .requestId = order.requestId,
                          .subject = order.name,
                          .orderNumber = order.number,
                          .epoch = order.epoch,
                          .count = 1});
    }
}

void LedgerWriter::restockNow(StockLedger &ledger, qint64 level)
{
    const Result<StockState> restocked = ledger.restock(level, decisionTime());
    {
        const std::scoped_lock lock(m_mutex);
        m_restocking = false;
    }
    if (restocked && restocked->products.isEmpty())
        return; // wrote nothing, so it says nothing about the disk
    noteStorage(restocked ? std::nullopt : std::optional(restocked.error()));
    if (!restocked)
        return;
    show(*restocked);
    for (const Product &toy : restocked->products) {
        qCInfo(lcLedger, "restocked '%s' to %lld", toy.name.constData(), toy.quantity);
        m_events.add({.kind = "restocked", .subject = toy.name, .count = toy.quantity});
    }
}

// Said when it begins and when it is over: a full disk fails thousands of times a second.
void LedgerWriter::noteStorage(const std::optional<Error> &error)
{
    if (error.has_value() == m_storageFails)
        return;
    m_storageFails = error.has_value();
    if (error)
        qCCritical(lcLedger, "nothing can be sold or restocked: %s", error->message.constData());
    else
        qCInfo(lcLedger, "the ledger can be written again");
    m_events.add({.kind = error ? "storage_failed" : "storage_recovered",
                  .message = error ? error->message : QByteArray()});
}

// First the view, then the list of subscribers: whoever subscribes in between already asks for what is new.
void LedgerWriter::show(const StockState &change)
{
    m_view.apply(change);
    m_relay.changed(change.products);
}

} // namespace toystore
