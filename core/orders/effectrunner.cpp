// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/effectrunner.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcReplica, "toystore.orders.replica")

namespace toystore
{

namespace
{

/// What an operator wants to find in the log; sales are for those who watch the events.
void logEvent(const Event &event)
{
    if (event.kind == "sold")
        return;
    const bool isTrouble = event.kind == "append_failed" || event.kind == "diverged";
    const QByteArray line = event.kind + " at order " + QByteArray::number(event.orderNumber.value_or(0)) +
                            ", epoch " + QByteArray::number(event.epoch.value_or(0)) +
                            (event.message.isEmpty() ? "" : ": ") + event.message;
    if (isTrouble)
        qCWarning(lcReplica, "%s", line.constData());
    else
        qCInfo(lcReplica, "%s", line.constData());
}

} // namespace

EffectRunner::EffectRunner(Replica replica, OrderLog &log, Network &network, const Clock &clock,
                           EventRing &events, std::function<void()> booted)
    : m_log(log), m_network(network), m_clock(clock), m_events(events), m_booted(std::move(booted)),
      m_replica(std::move(replica))
{
}

void EffectRunner::start()
{
    step([](Replica &replica, Instant now) { return replica.start(now); });
}

void EffectRunner::request(ReplicaRequest request, Respond respond)
{
    if (const std::optional<Result<ReplicaAnswer>> answer = answerFromLog(request)) {
        respond(*answer);
        return;
    }
    step([this, &request, &respond](Replica &replica, Instant now) {
        const Token token = ++m_lastToken;
        m_responds.emplace(token, std::move(respond));
        return replica.requested(token, std::move(request), now);
    });
}

/// What is on our disk is final: most look-ups, and those who fetch orders without being about to lead, need
/// neither the replica's state nor its lock.
std::optional<Result<ReplicaAnswer>> EffectRunner::answerFromLog(const ReplicaRequest &request) const
{
    if (m_diverged)
        return std::nullopt;
    const auto *details = std::get_if<OrderDetails>(&request);
    if (details != nullptr && details->number >= 1 && details->number <= m_log.durableNumber())
        return lookUp(details->number);
    const auto *page = std::get_if<OrdersAfter>(&request);
    if (page != nullptr && !page->epoch)
        return readPage(*page);
    return std::nullopt;
}

void EffectRunner::peerLost(ReplicaId peer)
{
    step([peer](Replica &replica, Instant now) { return replica.peerLost(peer, now); });
}

Milliseconds EffectRunner::tick()
{
    Milliseconds interval{0};
    step([&interval](Replica &replica, Instant now) {
        Effects effects = replica.tick(now);
        interval = replica.tickInterval();
        return effects;
    });
    return interval;
}

void EffectRunner::step(const Step &step)
{
    std::vector<std::pair<Respond, Result<ReplicaAnswer>>> answers;
    std::vector<std::pair<Respond, qint64>> lookUps;
    std::vector<std::pair<Respond, OrdersAfter>> pages;
    std::vector<Event> events;
    bool booted = false;
    {
        const std::scoped_lock lock(m_mutex);
        Effects effects = step(m_replica, m_clock.now()); // decide,
        m_diverged = m_replica.isDiverged();
        booted = effects.booted;
        if (!effects.append.isEmpty())
            persist(effects.append); // then persist
        for (Effects::Call &call : effects.calls)
            send(std::move(call)); // and send together,
        for (Effects::Answer &answer : effects.answers)
            answers.emplace_back(takeRespond(answer.token), std::move(answer.answer));
        for (const Effects::LookUp &wanted : effects.lookUps)
            lookUps.emplace_back(takeRespond(wanted.token), wanted.number);
        for (const Effects::ReadPage &wanted : effects.pages)
            pages.emplace_back(takeRespond(wanted.token), wanted.request);
        events = std::move(effects.events);
    }
    for (const auto &[respond, answer] : answers)
        respond(answer); // then answer
    for (const auto &[respond, number] : lookUps)
        respond(lookUp(number));
    for (const auto &[respond, request] : pages)
        respond(readPage(request));
    for (Event &event : events) { // whoever reads our log may be slow: no lock is held for it
        logEvent(event);
        if (event.kind == "sold")
            m_events.addOften(std::move(event));
        else
            m_events.add(std::move(event));
    }
    if (booted)
        m_booted();
}

void EffectRunner::persist(const QList<Order> &orders)
{
    m_log.append(orders, [this](const Result<qint64> &durable) {
        step([this, &durable](Replica &replica, Instant now) {
            if (durable)
                return replica.durable(*durable, now);
            m_log.rollBack();
            return replica.appendFailed(m_log.durableNumber(), durable.error(), now);
        });
    });
}

void EffectRunner::send(Effects::Call call)
{
    auto done = [this, tag = call.tag](Result<CallAnswer> answer) {
        step([tag, &answer](Replica &replica, Instant now) {
            return replica.answered(tag, std::move(answer), now);
        });
    };
    std::visit(
        [&](auto &body) {
            if constexpr (std::is_same_v<std::decay_t<decltype(body)>, ImportPage>) {
                Result<OrdersAfter::Answer> page = m_log.ordersAfter(body.after, maxPageOrders);
                // A page that can't be read imports nothing, and the replica sees that it got no further.
                ImportOrders import{body.epoch, body.leaderId,
                                    page ? std::move(page->orders) : QList<Order>(),
                                    page ? std::move(page->afterCrc) : std::nullopt};
                m_network.call(call.to, std::move(import), call.deadline, std::move(done));
            } else {
                m_network.call(call.to, std::move(body), call.deadline, std::move(done));
            }
        },
        call.body);
}

EffectRunner::Respond EffectRunner::takeRespond(Token token)
{
    auto respond = m_responds.extract(token);
    TOYSTORE_ENSURE(!respond.empty()); // every request is answered once
    return std::move(respond.mapped());
}

Result<ReplicaAnswer> EffectRunner::lookUp(qint64 number) const
{
    const Result<Order> order = m_log.order(number);
    if (!order)
        return failure(order.error());
    return OrderDetails::Answer{order->number, order->name, order->quantity};
}

Result<ReplicaAnswer> EffectRunner::readPage(const OrdersAfter &request) const
{
    return m_log.ordersAfter(request.after, request.limit.value_or(maxPageOrders))
        .map([](OrdersAfter::Answer &&page) { return ReplicaAnswer(std::move(page)); });
}

} // namespace toystore
