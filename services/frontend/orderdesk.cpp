// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orderdesk.h"

#include <algorithm>

namespace toystore
{

using namespace std::chrono_literals;

OrderDesk::OrderDesk(LeaderTracker &tracker, EventRing &events, QObject *parent)
    : QObject(parent), m_tracker(tracker), m_events(events), m_buys(tracker.elector()),
      m_lookups(tracker.elector(), tracker.replicas())
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_armedFor.reset();
        m_buys.tick(monotonicNow());
        carryOut();
    });
    connect(&tracker, &LeaderTracker::leaderReady, this, [this](Elector::Leader leader) {
        m_failover.leaderReady(leader.id, leader.epoch, wallClockMs());
        m_buys.send(monotonicNow());
        carryOut();
    });
    connect(&tracker, &LeaderTracker::leaderLost, this, [this](Elector::Leader leader) {
        m_failover.leaderLost(leader.id, wallClockMs());
        m_buys.leaderLost();
    });
    connect(&tracker, &LeaderTracker::changed, this, [this] {
        m_buys.replicasChanged();
        carryOut();
    });
}

void OrderDesk::buy(Purchase purchase, Bought done)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_newBuys.push_back({std::move(purchase), monotonicNow(), std::move(done)});
    }
    wake();
}

void OrderDesk::find(qint64 number, Found done)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_newLookups.push_back({number, std::move(done)});
    }
    wake();
}

// Without the lock, which the desk's thread wants as soon as it is woken.
void OrderDesk::wake()
{
    if (!m_woken.exchange(true))
        QMetaObject::invokeMethod(
            this, [this] { takeNew(); }, Qt::QueuedConnection);
}

void OrderDesk::takeNew()
{
    std::vector<NewBuy> buys;
    std::vector<NewLookup> lookups;
    m_woken = false; // before the lists are taken: what comes later wakes anew
    {
        const std::scoped_lock lock(m_mutex);
        buys.swap(m_newBuys);
        lookups.swap(m_newLookups);
    }
    const Instant now = monotonicNow();
    for (NewBuy &buy : buys)
        begin(std::move(buy), now);
    m_buys.send(now);
    carryOut();
    for (NewLookup &lookup : lookups)
        begin(std::move(lookup));
}

void OrderDesk::begin(NewBuy buy, Instant now)
{
    OpenBuy open{std::move(buy.done), {}, m_sampler.take(buy.purchase.requestId, now)};
    if (open.standsFor > 0) {
        open.followed = buy.purchase.requestId;
        const auto waited = std::chrono::duration_cast<std::chrono::microseconds>(now - buy.arrived);
        tellWay(open, "received", {.atUs = wallClockUs() - waited.count(), .message = buy.purchase.name});
    }
    m_open.emplace(m_buys.add(std::move(buy.purchase), buy.arrived, now), std::move(open));
}

void OrderDesk::tellWay(const OpenBuy &buy, const QByteArray &stage, Event event)
{
    event.kind = "order_way";
    event.requestId = buy.followed;
    event.subject = stage;
    event.count = buy.standsFor;
    if (!event.atUs)
        event.atUs = wallClockUs();
    m_events.add(std::move(event));
}

// What is carried out may lead back here, by the tracker's signals: then the rest comes after it.
void OrderDesk::carryOut()
{
    PendingBuys::Effects effects = m_buys.takeEffects();
    for (const PendingBuys::Send &effect : effects.sends)
        send(effect);
    for (Event &event : effects.events)
        m_events.add(std::move(event));
    for (const PendingBuys::Settled &settled : effects.settled)
        settle(settled);
    for (const auto &[leader, error] : effects.refusals)
        m_tracker.buyRefused(leader, error);
    armTimer();
}

void OrderDesk::settle(const PendingBuys::Settled &effect)
{
    const Result<qint64> &number = effect.orderNumber;
    const bool isDecided = number || PendingBuys::settles(number.error());
    if (isDecided)
        m_failover.answered(wallClockMs());
    else
        m_failover.failed(wallClockMs());
    const OpenBuy buy = std::move(m_open.extract(effect.buy).mapped());
    buy.done(number);
    if (!buy.followed.isEmpty())
        tellWay(buy, "answered",
                {.orderNumber = number ? std::optional(*number) : std::nullopt,
                 .message = number ? QByteArray() : number.error().message});
}

void OrderDesk::send(const PendingBuys::Send &effect)
{
    if (effect.attempt > 1)
        m_failover.resent();
    if (const OpenBuy &buy = m_open.at(effect.buy); !buy.followed.isEmpty())
        tellWay(buy, "sent",
                {.epoch = effect.to.epoch, .message = "order-" + QByteArray::number(effect.to.id.value)});
    const auto left = std::chrono::ceil<Milliseconds>(effect.deadline - monotonicNow());
    m_tracker.client(effect.to.id)
        .call(effect.request, std::max(left, 0ms),
              [this, buy = effect.buy, attempt = effect.attempt](const Result<PlaceOrder::Answer> &answer) {
                  if (!answer && !PendingBuys::settles(answer.error()) && m_open.contains(buy))
                      m_failover.attemptFailed(wallClockMs());
                  m_buys.answered(buy, attempt, answer, monotonicNow());
                  carryOut();
              });
}

void OrderDesk::armTimer()
{
    const std::optional<Instant> wake = m_buys.nextWake();
    if (!wake || (m_armedFor && *m_armedFor <= *wake))
        return; // the timer rings early at worst, and is armed again then
    m_armedFor = wake;
    const auto left = std::chrono::ceil<Milliseconds>(*wake - monotonicNow());
    m_timer.start(std::max(left, 0ms));
}

void OrderDesk::begin(NewLookup lookup)
{
    const OrderLookups::Step step = m_lookups.begin(lookup.number);
    const auto id = std::visit([](const auto &one) { return one.lookup; }, step);
    m_found.emplace(id, std::move(lookup.done));
    carryOut(step);
}

void OrderDesk::carryOut(const OrderLookups::Step &step)
{
    if (const auto *settled = std::get_if<OrderLookups::Settled>(&step))
        return m_found.extract(settled->lookup).mapped()(settled->order);
    const auto &ask = std::get<OrderLookups::Ask>(step);
    m_tracker.client(ask.replica)
        .call(ask.request, OrderLookups::answerLimit,
              [this, id = ask.lookup](const Result<OrderDetails::Answer> &answer) {
                  carryOut(m_lookups.answered(id, answer));
              });
}

} // namespace toystore
