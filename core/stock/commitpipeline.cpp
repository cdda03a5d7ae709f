// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/commitpipeline.h"

#include <QHash>
#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcCommits, "toystore.stock.commits")

namespace toystore
{

namespace
{

/// Batches up to this size are told order by order, larger ones as one event.
constexpr qsizetype ordersToldOneByOne = 8;
constexpr qint64 auditedAtOnce = 5000; // movements; sales wait meanwhile, for milliseconds

/// Of whose stock an answer tells something. A rejection does, too: that there was too little.
QSet<QByteArray> toysOf(const Sell &call, const Sell::Answer &answer)
{
    QSet<QByteArray> toys;
    for (qsizetype i = 0; i < answer.outcomes.size(); ++i) {
        if (answer.outcomes[i].order || answer.outcomes[i].code == ErrorCode::OrderRejected)
            toys.insert(call.entries[i].name);
    }
    return toys;
}

} // namespace

CommitPipeline::CommitPipeline(StockLedger &ledger, StockView &view, CommitAudience &audience,
                               EventRing &events)
    : m_ledger(ledger), m_view(view), m_audience(audience), m_events(events)
{
}

Result<void> CommitPipeline::open(const Opening &opening, const QByteArray &at)
{
    Result<StockState> state = m_ledger.load();
    if (!state)
        return failure(state.error());
    if (!opening.resume || state->products.isEmpty()) {
        if (Result<void> opened = m_ledger.openStore(opening.toys, opening.stock, at); !opened)
            return opened;
        state = m_ledger.load();
        if (!state)
            return failure(state.error());
        m_events.add({.kind = "opened", .count = state->products.size()});
    }
    m_view.reset(*state);
    return {};
}

void CommitPipeline::sell(std::vector<PendingSell> sells, const QByteArray &at)
{
    std::vector<Sell> calls;
    calls.reserve(sells.size());
    for (PendingSell &sell : sells)
        calls.push_back(std::move(sell.call));
    Result<SellResults> results = m_ledger.sell(calls, at);
    noteStorage(results ? std::nullopt : std::optional(results.error()));
    if (!results) {
        for (const PendingSell &sell : sells)
            sell.respond(failure(results.error()));
        return;
    }
    show(results->state);
    tellSold(*results);
    for (std::size_t i = 0; i < sells.size(); ++i) {
        Result<Sell::Answer> &answer = results->answers[i];
        if (!answer) {
            sells[i].respond(failure(answer.error()));
            continue;
        }
        const QSet<QByteArray> toys = toysOf(calls[i], *answer);
        m_audience.hold(*std::move(answer), toys, std::move(sells[i].respond));
    }
}

Result<BeginEpoch::Answer> CommitPipeline::beginEpoch(const BeginEpoch &request)
{
    Result<Leadership::Answer> begun = m_ledger.beginEpoch(request);
    if (!begun)
        return begun;
    show({{}, *begun});
    qCInfo(lcCommits, "epoch %lld began, replica %lld leads", begun->epoch, begun->leaderId.value);
    m_events.add({.kind = "epoch_began",
                  .subject = QByteArray::number(begun->leaderId.value),
                  .orderNumber = begun->lastOrderNumber,
                  .epoch = begun->epoch});
    return begun;
}

Result<ImportOrders::Answer> CommitPipeline::importOrders(const ImportOrders &request)
{
    const Result<Leadership::Answer> imported = m_ledger.importOrders(request);
    if (!imported)
        return failure(imported.error());
    show({{}, *imported});
    m_events.add({.kind = "imported",
                  .orderNumber = imported->lastOrderNumber,
                  .epoch = imported->epoch,
                  .count = request.orders.size()});
    return ImportOrders::Answer{imported->lastOrderNumber};
}

Result<OrdersAfter::Answer> CommitPipeline::ordersAfter(const OrdersAfter &request)
{
    return m_ledger.ordersAfter(request);
}

void CommitPipeline::restock(qint64 level, const QByteArray &at)
{
    const Result<StockState> restocked = m_ledger.restock(level, at);
    if (restocked && restocked->products.isEmpty())
        return; // wrote nothing, so it says nothing about the disk
    noteStorage(restocked ? std::nullopt : std::optional(restocked.error()));
    if (!restocked)
        return;
    show(*restocked);
    for (const Product &toy : restocked->products) {
        qCInfo(lcCommits, "restocked '%s' to %lld", toy.name.constData(), toy.quantity);
        m_events.add({.kind = "restocked", .subject = toy.name, .count = toy.quantity});
    }
}

// First the view, then the list of subscribers: whoever subscribes in between already asks for what is new.
void CommitPipeline::show(const StockState &change)
{
    m_view.apply(change);
    if (!change.products.isEmpty())
        m_audience.changed(change.products);
}

void CommitPipeline::tellSold(const SellResults &results)
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
            m_events.addOften({.kind = "rejected", .epoch = leadership.epoch, .count = rejected});
        if (orders.size() > ordersToldOneByOne) {
            m_events.addOften({.kind = "sold",
                               .orderNumber = orders.last().number,
                               .epoch = leadership.epoch,
                               .count = orders.size()});
            continue;
        }
        for (const Order &order : orders)
            m_events.addOften({.kind = "sold",
                               .requestId = order.requestId,
                               .subject = order.name,
                               .orderNumber = order.number,
                               .epoch = order.epoch,
                               .count = 1});
    }
}

Result<StockAudit::Answer> CommitPipeline::auditStock(const StockAudit &request)
{
    const Result<QList<StockMovement>> movements = m_ledger.movementsAfter(request.after, auditedAtOnce);
    if (!movements)
        return failure(movements.error());
    StockAudit::Answer answer;
    answer.upTo = request.after;
    QHash<QByteArray, qsizetype> indexes;
    for (const StockMovement &movement : *movements) {
        const qsizetype index = indexes.value(movement.toy, answer.sums.size());
        if (index == StockAudit::maxToys)
            break;
        if (index == answer.sums.size()) {
            indexes.insert(movement.toy, index);
            answer.sums.append({movement.toy, 0, 0});
        }
        ++answer.sums[index].movements;
        answer.sums[index].delta += movement.delta;
        answer.upTo = movement.sequence;
    }
    answer.more = movements->size() == auditedAtOnce ||
                  (!movements->isEmpty() && answer.upTo < movements->last().sequence);
    if (answer.more)
        return answer;
    ProductsQuery::Answer page = m_view.productsAfter(request.afterToy); // nothing else commits meanwhile
    answer.moreStock = page.more || page.products.size() > StockAudit::maxToys;
    answer.stock = page.products.first(std::min(page.products.size(), StockAudit::maxToys));
    return answer;
}

// Said when it begins and when it is over: a full disk fails thousands of times a second.
void CommitPipeline::noteStorage(const std::optional<Error> &error)
{
    if (error.has_value() == m_storageFails)
        return;
    m_storageFails = error.has_value();
    if (error)
        qCCritical(lcCommits, "nothing can be sold or restocked: %s", error->message.constData());
    else
        qCInfo(lcCommits, "the ledger can be written again");
    m_events.add({.kind = error ? "storage_failed" : "storage_recovered",
                  .message = error ? error->message : QByteArray()});
}

} // namespace toystore
