// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/stockchecks.h"

#include "base/logging.h"
#include "history/stocktimeline.h"

namespace toystore
{

namespace
{

using Step = StockTimeline::Step;
using Reading = StockTimeline::Reading;

/// What happened to one toy, and what clients saw of it.
struct ToyHistory {
    std::vector<const LedgerRow *> rows;
    std::vector<Step> steps; ///< of the rows
    std::vector<const Call *> readers;
    std::vector<Reading> readings; ///< of the readers
    bool isRebuilt = false;
};

using ToyHistories = QHash<QByteArray, ToyHistory>;

void addRows(const CallIndex &index, const LedgerCopy &ledger, ToyHistories &toys)
{
    for (const LedgerRow &row : ledger.rows) {
        ToyHistory &toy = toys[row.toy];
        Step step;
        step.stock = (toy.steps.empty() ? 0 : toy.steps.back().stock) + row.delta;
        step.isOpening = row.kind == LedgerRow::Kind::Opened;
        const Order *order =
            row.kind == LedgerRow::Kind::Sold ? index.orders().byNumber(row.orderNumber) : nullptr;
        if (order != nullptr)
            step.span = index.sale(*order).span;
        toy.isRebuilt = toy.isRebuilt || row.kind == LedgerRow::Kind::Rebuilt;
        toy.rows.push_back(&row);
        toy.steps.push_back(step);
    }
}

/// What @p call says of its toy's stock, if anything.
std::optional<Reading> readingOf(const Call &call, const CallIndex &index)
{
    if (!call.answered)
        return std::nullopt;
    Reading reading{{call.sent, *call.answered}, Reading::Seen::Exactly, call.quantity};
    if (call.kind == CallKind::Query && call.outcome == CallOutcome::Ok)
        return reading;
    if (call.kind == CallKind::Query && call.outcome == CallOutcome::NotFound) {
        reading.seen = Reading::Seen::NotThere;
        return reading;
    }
    if (call.kind != CallKind::Buy || call.outcome != CallOutcome::Rejected || call.quantity < 1)
        return std::nullopt;
    reading.seen = Reading::Seen::Fewer;
    // A repetition is given the first decision.
    if (!call.key.isEmpty())
        reading.span.from = index.buysByKey().constFind(call.key)->front()->sent;
    return reading;
}

QByteArray seenBy(const Call &call)
{
    if (call.outcome == CallOutcome::Rejected)
        return describe(call) + " was rejected";
    if (call.outcome == CallOutcome::NotFound)
        return describe(call) + " was answered 'not found'";
    return describe(call) + " showed a stock of " + QByteArray::number(call.quantity);
}

QByteArray describe(const LedgerRow &row, const Step &step)
{
    return "movement " + QByteArray::number(row.sequence) + " (" +
           (row.kind == LedgerRow::Kind::Sold ? "order " + QByteArray::number(row.orderNumber) + ", "
                                              : QByteArray()) +
           QByteArray::number(step.stock) + " left)";
}

/// The stock from state @p first to @p last.
QByteArray stocksBetween(const ToyHistory &toy, std::size_t first, std::size_t last)
{
    constexpr std::size_t most = 8;
    if (first > last)
        return "so that there is no place for it";
    QByteArrayList stocks;
    for (std::size_t state = first; state <= last && state - first < most; ++state)
        stocks.append(state == 0 ? QByteArray("not there yet")
                                 : QByteArray::number(toy.steps[state - 1].stock));
    if (last - first >= most)
        stocks.append("...");
    return "in between the stock was " + stocks.join(", ");
}

/// The call that shows when a step was over, or begun.
void addProof(const Call *call, std::vector<Call> &proof)
{
    if (call != nullptr)
        proof.push_back(*call);
}

void tell(const StockTimeline::Misfit &misfit, const ToyHistory &toy, const CallIndex &index,
          Verdict &verdict)
{
    const Call &reader = *toy.readers[misfit.reading];
    QByteArray what = seenBy(reader);
    QByteArrayList bounds;
    std::vector<Call> proof{reader};
    for (const std::size_t before : misfit.chain) {
        bounds.append("before it " + seenBy(*toy.readers[before]));
        proof.push_back(*toy.readers[before]);
    }
    const auto saleOf = [&](std::size_t step) {
        return index.sale(*index.orders().byNumber(toy.rows[step]->orderNumber));
    };
    if (misfit.step) {
        bounds.append(describe(*toy.rows[*misfit.step], toy.steps[*misfit.step]) +
                      (misfit.chain.empty() ? " was over when it was sent" : " was over before that"));
        addProof(saleOf(*misfit.step).acknowledged, proof);
    }
    if (misfit.lastState < toy.steps.size()) {
        bounds.append(describe(*toy.rows[misfit.lastState], toy.steps[misfit.lastState]) +
                      " had not begun when it was answered");
        addProof(saleOf(misfit.lastState).sent, proof);
    }
    bounds.append(stocksBetween(toy, misfit.firstState, misfit.lastState));
    verdict.violated(Invariant::I10, what + ": " + bounds.join("; "), std::move(proof));
}

} // namespace

void checkStockFollowsTime(const CallIndex &index, const LedgerCopy &ledger, Verdict &verdict)
{
    ToyHistories toys;
    addRows(index, ledger, toys);
    for (const Call &call : index.calls()) {
        if (const std::optional<Reading> reading = readingOf(call, index)) {
            ToyHistory &toy = toys[call.name];
            toy.readings.push_back(*reading);
            toy.readers.push_back(&call);
        }
    }
    for (auto toy = toys.cbegin(); toy != toys.cend(); ++toy) {
        if (toy->isRebuilt) {
            verdict.undecided(Invariant::I10, "the ledger was rebuilt, and what clients saw of '" +
                                                  printable(toy.key()) + "' before is gone with the old one");
            continue;
        }
        const StockTimeline timeline(toy->steps);
        for (const StockTimeline::Misfit &misfit : timeline.misfits(toy->readings))
            tell(misfit, *toy, index, verdict);
    }
}

} // namespace toystore
