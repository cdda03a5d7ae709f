// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/callchecks.h"

#include "base/logging.h"
#include "history/stocktimeline.h"

#include <algorithm>

namespace toystore
{

namespace
{

QByteArray describe(const Order &order)
{
    return "order " + QByteArray::number(order.number) + " (" + QByteArray::number(order.quantity) + " x '" +
           printable(order.name) + "', request id " + order.requestId + ')';
}

bool isOf(const Call &call, const Order &order)
{
    return call.name == order.name && call.quantity == order.quantity;
}

/// Whether the order may be what @p buy bought, going by its key.
bool isKeyOf(const Call &buy, const Order &order)
{
    return buy.key.isEmpty() || order.requestId == "c-" + buy.key || order.requestId == buy.key;
}

QByteArray told(const Call &buy)
{
    return toystore::describe(buy) + " was answered order " + QByteArray::number(buy.number);
}

/// What makes a buy another one: its key, or being sent without one. A buy that was sent without a key may be
/// repeated with the key that its refusal named.
bool mayBeOneBuy(const Call &left, const Call &right)
{
    if (!left.key.isEmpty() && !right.key.isEmpty())
        return left.key == right.key;
    return left.key.startsWith("f-") || right.key.startsWith("f-");
}

/// Compares the buys that were answered with a number, and the logs.
class BoughtCheck
{
public:
    BoughtCheck(const CallIndex &index, const std::vector<LogReading> &logs, Verdict &verdict)
        : m_index(index), m_logs(logs), m_verdict(verdict)
    {
    }

    void run()
    {
        const QHash<qint64, std::vector<const Call *>> &byNumber = m_index.buysByNumber();
        for (auto buys = byNumber.cbegin(); buys != byNumber.cend(); ++buys) {
            for (const Call *buy : *buys) {
                checkContent(*buy);
                if (!mayBeOneBuy(*buy, *buys->front()) && buy != buys->front())
                    m_verdict.violated(Invariant::I2,
                                       toystore::describe(*buy) + " and " +
                                           toystore::describe(*buys->front()) + " were both answered order " +
                                           QByteArray::number(buys.key()),
                                       {*buy, *buys->front()});
            }
            checkLogs(*buys->front());
        }
    }

private:
    void checkContent(const Call &buy)
    {
        const Order *order = m_index.orders().byNumber(buy.number);
        if (order == nullptr)
            m_verdict.violated(Invariant::I1, told(buy) + ", which is not among the decided orders", {buy});
        else if (!isKeyOf(buy, *order))
            m_verdict.violated(Invariant::I2, told(buy) + ", but that is " + describe(*order), {buy});
        else if (!isOf(buy, *order))
            tellOtherContent(buy, *order);
    }

    void tellOtherContent(const Call &buy, const Order &order)
    {
        const std::vector<const Call *> sameKey = m_index.buysByKey().value(buy.key);
        const auto other = std::find_if(sameKey.begin(), sameKey.end(),
                                        [&](const Call *call) { return isOf(*call, order); });
        if (other == sameKey.end())
            m_verdict.violated(Invariant::I1, told(buy) + ", but that is " + describe(order), {buy});
        else
            m_verdict.violated(Invariant::I3,
                               told(buy) + ", but its key had bought something else: " + describe(order),
                               {buy, **other});
    }

    void checkLogs(const Call &buy)
    {
        for (const LogReading &log : m_logs) {
            if (log.mustBeComplete && !log.has(buy.number))
                m_verdict.violated(Invariant::I1,
                                   told(buy) + ", which the log of " + log.replica +
                                       " does not have, though it is live and caught up",
                                   {buy});
        }
    }

    const CallIndex &m_index;
    const std::vector<LogReading> &m_logs;
    Verdict &m_verdict;
};

/// Whether a store that can't sell @p buy keeps no record of it, so that its key is still free.
bool isRefusedUnrecorded(const Call &buy)
{
    return buy.quantity < 1 || buy.name.size() > maxToyNameBytes;
}

/// Compares all buys of one key with each other and with its order: I3 and I9.
void checkKey(const std::vector<const Call *> &buys, const Order *order, Verdict &verdict)
{
    const Call *numbered = nullptr;
    for (const Call *buy : buys) {
        if (buy->outcome == CallOutcome::Ok && numbered == nullptr)
            numbered = buy;
        if (buy->outcome == CallOutcome::Ok && buy->number != numbered->number)
            verdict.violated(Invariant::I3,
                             describe(*buy) + " was answered order " + QByteArray::number(buy->number) +
                                 ", the same key also order " + QByteArray::number(numbered->number),
                             {*buy, *numbered});
        if (buy->outcome == CallOutcome::Mismatch && order != nullptr && isOf(*buy, *order))
            verdict.violated(Invariant::I3,
                             describe(*buy) +
                                 " was refused because its key had bought something else, but that is " +
                                 describe(*order),
                             {*buy});
        if (buy->outcome == CallOutcome::Rejected && order != nullptr && !isRefusedUnrecorded(*buy)) {
            std::vector<Call> proof{*buy};
            for (const Call *other : buys) {
                if (other->outcome == CallOutcome::Ok)
                    proof.push_back(*other);
            }
            verdict.violated(Invariant::I9,
                             describe(*buy) + " was rejected, but its key bought " + describe(*order),
                             std::move(proof));
        }
    }
}

/// When an order was first known to be there.
struct Known {
    const Call *found = nullptr;
    const Call *acknowledged = nullptr;
};

void keepEarlier(const Call *&earliest, const Call &call)
{
    if (earliest == nullptr || call.answered < earliest->answered)
        earliest = &call;
}

QHash<qint64, Known> knownOrders(const CallIndex &index)
{
    QHash<qint64, Known> known;
    for (const Call &call : index.calls()) {
        if (call.outcome != CallOutcome::Ok)
            continue;
        if (call.kind == CallKind::LookUp)
            keepEarlier(known[call.number].found, call);
        if (call.kind == CallKind::Buy)
            keepEarlier(known[call.number].acknowledged, call);
    }
    return known;
}

void checkFound(const Call &lookUp, const DecidedOrders &orders, Verdict &verdict)
{
    const Order *order = orders.byNumber(lookUp.number);
    if (order != nullptr && isOf(lookUp, *order))
        return;
    verdict.violated(Invariant::I1,
                     describe(lookUp) + " showed " + QByteArray::number(lookUp.quantity) + " x '" +
                         printable(lookUp.name) + "', " +
                         (order == nullptr ? QByteArray("which is not among the decided orders")
                                           : "but that is " + describe(*order)),
                     {lookUp});
}

void checkLookUps(const CallIndex &index, Verdict &verdict)
{
    const QHash<qint64, Known> known = knownOrders(index);
    for (const Call &call : index.calls()) {
        if (call.kind != CallKind::LookUp)
            continue;
        if (call.outcome == CallOutcome::Ok)
            checkFound(call, index.orders(), verdict);
        if (call.outcome != CallOutcome::NotFound)
            continue;
        const Known order = known.value(call.number);
        if (order.found != nullptr && *order.found->answered < call.sent)
            verdict.violated(Invariant::I12,
                             describe(call) + " was answered 'not found', after " + describe(*order.found) +
                                 " had found it",
                             {call, *order.found});
        else if (order.acknowledged != nullptr && *order.acknowledged->answered < call.sent)
            verdict.violated(Invariant::I1,
                             describe(call) + " was answered 'not found', after " +
                                 describe(*order.acknowledged) + " had been told that number",
                             {call, *order.acknowledged});
    }
}

} // namespace

void checkCalls(const CallIndex &index, const std::vector<LogReading> &logs, Verdict &verdict)
{
    BoughtCheck(index, logs, verdict).run();
    const QHash<QByteArray, std::vector<const Call *>> &byKey = index.buysByKey();
    for (auto buys = byKey.cbegin(); buys != byKey.cend(); ++buys)
        checkKey(*buys, index.orders().byKey(buys.key()), verdict);
    checkLookUps(index, verdict);
}

void checkNumbersFollowTime(const CallIndex &index, Verdict &verdict)
{
    std::vector<const Order *> orders;
    for (const Order &order : index.orders().all())
        orders.push_back(&order);
    std::stable_sort(orders.begin(), orders.end(),
                     [](const Order *left, const Order *right) { return left->number < right->number; });
    std::vector<Span> spans;
    spans.reserve(orders.size());
    for (const Order *order : orders)
        spans.push_back(index.sale(*order).span);
    for (const OutOfOrder &found : outOfOrder(spans)) {
        const Sale earlier = index.sale(*orders[found.earlier]);
        const Sale later = index.sale(*orders[found.later]);
        verdict.violated(Invariant::I11,
                         describe(*later.acknowledged) + " was answered order " +
                             QByteArray::number(orders[found.later]->number) + " before " +
                             describe(*earlier.sent) + " was first sent, which got order " +
                             QByteArray::number(orders[found.earlier]->number),
                         {*later.acknowledged, *earlier.sent});
    }
}

} // namespace toystore
