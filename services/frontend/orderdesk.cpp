// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orderdesk.h"

#include <algorithm>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds retryPause = 20ms; // before a leader that did not decide is asked once more
constexpr int unpacedAttempts = 2;
constexpr Milliseconds lookupDeadline = 500ms; // at one replica; then the next is asked

/// Whether @p error settles a buy: nothing was decided for it, and nothing will be.
bool settles(const Error &error)
{
    return error.code == ErrorCode::OrderRejected || error.code == ErrorCode::RequestMismatch;
}

/// Whether @p error means that this attempt was certainly not carried out.
bool wasNotCarriedOut(const Error &error)
{
    return error.code == ErrorCode::CannotConnect || error.code == ErrorCode::Overloaded;
}

/// The Idempotency-Key under which a buy can be repeated.
QByteArray keyOf(const QByteArray &requestId)
{
    return requestId.startsWith("c-") ? requestId.mid(2) : requestId;
}

} // namespace

OrderDesk::OrderDesk(LeaderTracker &tracker, EventRing &events, QObject *parent)
    : QObject(parent), m_tracker(tracker), m_events(events)
{
    for (QTimer *timer : {&m_deadlineTimer, &m_retryTimer}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    connect(&m_deadlineTimer, &QTimer::timeout, this, [this] { expire(); });
    connect(&m_retryTimer, &QTimer::timeout, this, [this] { sendWaiting(); });
    connect(&tracker, &LeaderTracker::leaderReady, this, [this] { sendWaiting(); });
    connect(&tracker, &LeaderTracker::leaderLost, this, [this] { onLeaderLost(); });
    connect(&tracker, &LeaderTracker::changed, this, [this] { onChanged(); });
}

void OrderDesk::buy(Purchase purchase, Bought done)
{
    const std::scoped_lock lock(m_mutex);
    m_newBuys.emplace_back(std::move(purchase), std::move(done));
    if (!std::exchange(m_woken, true))
        QMetaObject::invokeMethod(
            this, [this] { takeNew(); }, Qt::QueuedConnection);
}

void OrderDesk::find(qint64 number, Found done)
{
    const std::scoped_lock lock(m_mutex);
    m_newLookups.push_back({number, std::move(done), {}});
    if (!std::exchange(m_woken, true))
        QMetaObject::invokeMethod(
            this, [this] { takeNew(); }, Qt::QueuedConnection);
}

void OrderDesk::takeNew()
{
    std::vector<std::pair<Purchase, Bought>> purchases;
    std::vector<Lookup> lookups;
    {
        const std::scoped_lock lock(m_mutex);
        m_woken = false;
        purchases.swap(m_newBuys);
        lookups.swap(m_newLookups);
    }
    for (auto &[purchase, done] : purchases)
        admit(std::move(purchase), std::move(done));
    sendWaiting();
    for (Lookup &lookup : lookups)
        begin(std::move(lookup));
}

// Buys.

void OrderDesk::admit(Purchase purchase, Bought done)
{
    Buy buy{std::move(purchase), std::move(done), monotonicNow() + patience, 0, false, {}};
    if (m_tracker.elector().noOrderService())
        return buy.done(failure(unsettled(buy, "no order service is up")));
    if (m_buys.size() >= maxBuys)
        return buy.done(failure(ErrorCode::Overloaded, "too many orders wait for their answer"));
    m_buys.emplace(++m_lastBuy, std::move(buy));
    m_waiting.insert(m_lastBuy);
    armTimers();
}

void OrderDesk::sendWaiting()
{
    const std::optional<Elector::Leader> leader = m_tracker.elector().readyLeader();
    if (m_waiting.empty() || !leader)
        return;
    const Instant now = monotonicNow();
    qint64 resent = 0;
    QByteArray firstResent;
    std::erase_if(m_waiting, [&](BuyId id) {
        Buy &buy = m_buys.at(id);
        if (now < buy.notBefore)
            return false;
        if (buy.attempts > 0 && resent++ == 0)
            firstResent = buy.purchase.requestId;
        send(id, buy, *leader);
        return true;
    });
    if (resent > 0)
        m_events.add({.kind = "buy_resent",
                      .requestId = firstResent,
                      .subject = "order-" + QByteArray::number(leader->id.value),
                      .epoch = leader->epoch,
                      .count = resent});
    if (!m_waiting.empty() && !m_retryTimer.isActive())
        m_retryTimer.start(retryPause);
}

void OrderDesk::send(BuyId id, Buy &buy, Elector::Leader leader)
{
    const int attempt = ++buy.attempts;
    const auto left = std::chrono::ceil<Milliseconds>(buy.deadline - monotonicNow());
    m_tracker.client(leader.id).call(
        PlaceOrder{leader.epoch, buy.purchase.requestId, buy.purchase.name, buy.purchase.quantity},
        std::max(left, 0ms), [this, id, attempt, leader](const Result<PlaceOrder::Answer> &answer) {
            onAnswer(id, attempt, leader, answer);
        });
}

void OrderDesk::onAnswer(BuyId id, int attempt, Elector::Leader leader,
                         const Result<PlaceOrder::Answer> &answer)
{
    const auto found = m_buys.find(id);
    if (found == m_buys.end())
        return;
    if (answer)
        return finish(id, answer->orderNumber); // decided, whichever attempt tells
    const Error error = answer.error();
    Buy &buy = found->second;
    buy.maybeSent |= !wasNotCarriedOut(error);
    // An earlier attempt's "no" says nothing: the later one may still be decided.
    if (m_waiting.contains(id) || attempt != buy.attempts)
        return;
    if (settles(error))
        return finish(id, failure(error));
    if (error.code == ErrorCode::DeadlineExceeded)
        return finish(id, failure(unsettled(buy, "no answer within 5 s")));
    if (error.code == ErrorCode::Overloaded && !buy.maybeSent)
        return finish(id, failure(error));
    m_waiting.insert(id);
    if (attempt >= unpacedAttempts || error.code == ErrorCode::CatalogUnavailable)
        buy.notBefore = monotonicNow() + retryPause;
    m_tracker.buyRefused(leader, error); // may find the next leader, or that there is none
    if (!m_retryTimer.isActive())
        m_retryTimer.start(0ms); // once for all whose answers are being read
}

void OrderDesk::onLeaderLost()
{
    for (auto &[id, buy] : m_buys) {
        if (m_waiting.insert(id).second)
            buy.maybeSent = true;
    }
}

void OrderDesk::onChanged()
{
    if (m_waiting.empty() || !m_tracker.elector().noOrderService())
        return;
    for (const BuyId id : std::exchange(m_waiting, {}))
        finish(id, failure(unsettled(m_buys.at(id), "no order service is up")));
}

void OrderDesk::finish(BuyId id, const Result<qint64> &result)
{
    const auto node = m_buys.extract(id);
    m_waiting.erase(id);
    node.mapped().done(result);
}

Error OrderDesk::unsettled(const Buy &buy, const char *why)
{
    if (!buy.maybeSent)
        return {ErrorCode::NoOrderService, QByteArray(why) + "; the order was not placed"};
    return {ErrorCode::OutcomeUnknown,
            QByteArray(why) +
                ", the outcome of the order is unknown; to settle it send it again with"
                " the header 'Idempotency-Key: " +
                keyOf(buy.purchase.requestId) + "'"};
}

void OrderDesk::expire()
{
    const Instant now = monotonicNow();
    while (!m_buys.empty() && m_buys.begin()->second.deadline <= now) {
        Buy &buy = m_buys.begin()->second;
        buy.maybeSent |= !m_waiting.contains(m_buys.begin()->first);
        finish(m_buys.begin()->first, failure(unsettled(buy, "no answer within 5 s")));
    }
    armTimers();
}

void OrderDesk::armTimers()
{
    if (m_buys.empty() || m_deadlineTimer.isActive())
        return;
    const auto left = std::chrono::ceil<Milliseconds>(m_buys.begin()->second.deadline - monotonicNow());
    m_deadlineTimer.start(std::max(left, 0ms));
}

// Lookups.

void OrderDesk::begin(Lookup lookup)
{
    if (m_tracker.elector().noOrderService())
        return lookup.done(failure(ErrorCode::NoOrderService, "no order service is up"));
    if (m_lookups >= maxLookups)
        return lookup.done(failure(ErrorCode::Overloaded, "too many order queries wait for their answer"));
    ++m_lookups;
    lookup.toAsk = m_tracker.replicasToAsk(m_turn++);
    std::reverse(lookup.toAsk.begin(), lookup.toAsk.end());
    askNext(std::make_shared<Lookup>(std::move(lookup)), {});
}

void OrderDesk::askNext(const std::shared_ptr<Lookup> &lookup, const Error &lastError)
{
    if (lookup->toAsk.empty()) {
        --m_lookups;
        lookup->done(
            failure(ErrorCode::NoOrderService, "no order service can tell right now: " + lastError.message));
        return;
    }
    const ReplicaId replica = lookup->toAsk.back();
    lookup->toAsk.pop_back();
    m_tracker.client(replica).call(OrderDetails{lookup->number}, lookupDeadline,
                                   [this, lookup](const Result<OrderDetails::Answer> &answer) {
                                       if (!answer && answer.error().code != ErrorCode::OrderNotFound)
                                           return askNext(lookup, answer.error());
                                       --m_lookups;
                                       lookup->done(answer);
                                   });
}

} // namespace toystore
