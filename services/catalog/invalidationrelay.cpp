// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "invalidationrelay.h"

#include <QLoggingCategory>

#include <algorithm>
#include <map>

Q_LOGGING_CATEGORY(lcInvalidations, "toystore.catalog.invalidations")

namespace toystore
{

InvalidationRelay::InvalidationRelay(RpcServer &server, EventRing &events, QObject *parent)
    : QObject(parent), m_events(events), m_hub(monotonicNow())
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { tick(); });
    connect(&server, &RpcServer::peerDisconnected, this, [this](quint64 peer) { peerGone(peer); });
    server.handle<SubscribeInvalidations>(
        [this](const SubscribeInvalidations &, const Reply<SubscribeInvalidations::Answer> &reply) {
            subscribe(reply);
        });
    server.handle<Renew>([this](const Renew &request, const Reply<Empty> &reply) { renew(request, reply); });
    server.setAnswerHandler([this](quint64 peer, qint64 id, const std::optional<Error> &error) {
        acknowledged(peer, id, error);
    });
}

void InvalidationRelay::start()
{
    const std::scoped_lock lock(m_mutex);
    m_hub = InvalidationHub(monotonicNow());
}

void InvalidationRelay::changed(const QList<Product> &toys)
{
    Released released;
    {
        const std::scoped_lock lock(m_mutex);
        m_hub.changed(toys, monotonicNow());
        released = perform();
    }
    send(std::move(released));
}

void InvalidationRelay::hold(Sell::Answer answer, const QSet<QByteArray> &toys, Respond respond)
{
    Released released;
    {
        const std::scoped_lock lock(m_mutex);
        m_held.emplace(++m_lastHeld, Held{std::move(answer), std::move(respond)});
        m_hub.hold(m_lastHeld, toys, monotonicNow());
        released = perform();
    }
    send(std::move(released));
}

qint64 InvalidationRelay::subscriptions() const
{
    const std::scoped_lock lock(m_mutex);
    return m_hub.subscriptions();
}

qint64 InvalidationRelay::held() const
{
    const std::scoped_lock lock(m_mutex);
    return m_hub.held();
}

void InvalidationRelay::subscribe(const Reply<SubscribeInvalidations::Answer> &reply)
{
    const quint64 peer = reply.peer()->id();
    Released released;
    {
        const std::scoped_lock lock(m_mutex);
        const Result<qint64> subscription = m_hub.subscribe(peer, monotonicNow());
        released = perform();
        if (subscription) {
            m_peers[peer] = reply.peer();
            m_events.add({.kind = "subscribed", .subject = QByteArray::number(*subscription)});
            // Under the lock, so that no push of this subscription overtakes its number.
            reply.succeed({*subscription});
        } else {
            reply.fail(subscription.error());
        }
    }
    send(std::move(released));
}

void InvalidationRelay::renew(const Renew &request, const Reply<Empty> &reply)
{
    Released released;
    Result<void> renewed;
    {
        const std::scoped_lock lock(m_mutex);
        renewed = m_hub.renew(reply.peer()->id(), request.subscription, monotonicNow());
        released = perform();
    }
    if (renewed)
        reply.succeed({});
    else
        reply.fail(renewed.error());
    send(std::move(released));
}

void InvalidationRelay::acknowledged(quint64 peer, qint64 push, const std::optional<Error> &error)
{
    if (error) { // then its lease has to end
        qCWarning(lcInvalidations, "an invalidation was refused: %s", error->message.constData());
        return;
    }
    Released released;
    {
        const std::scoped_lock lock(m_mutex);
        m_hub.acknowledged(peer, push, monotonicNow());
        released = perform();
    }
    send(std::move(released));
}

void InvalidationRelay::peerGone(quint64 peer)
{
    Released released;
    {
        const std::scoped_lock lock(m_mutex);
        m_hub.peerGone(peer, monotonicNow());
        released = perform();
    }
    send(std::move(released));
}

void InvalidationRelay::tick()
{
    Released released;
    {
        const std::scoped_lock lock(m_mutex);
        m_armedFor.reset();
        m_hub.tick(monotonicNow());
        released = perform();
    }
    send(std::move(released));
}

// Under the lock: what goes to the peers keeps the hub's order. The released answers can be long, and are
// made into lines without it.
InvalidationRelay::Released InvalidationRelay::perform()
{
    const InvalidationHub::Effects effects = m_hub.takeEffects();
    std::map<quint64, QByteArray> lines; // by peer: those of one change leave together
    for (const InvalidationHub::Push &push : effects.pushes)
        lines[push.peer] += requestLine(push.id, push.message);
    for (const auto &[peer, together] : lines)
        m_peers.at(peer)->pushLine(together);
    if (!effects.pushes.empty())
        m_events.addOften({.kind = "invalidated",
                           .subject = effects.pushes.front().message.name,
                           .count = static_cast<qint64>(effects.pushes.size())});
    Released released;
    for (const qint64 answer : effects.released) {
        const auto found = m_held.find(answer);
        TOYSTORE_ENSURE(found != m_held.end());
        released.push_back(std::move(found->second));
        m_held.erase(found);
    }
    for (const InvalidationHub::Ended &ended : effects.ended) {
        m_peers.erase(ended.peer);
        const QByteArray subscription = QByteArray::number(ended.subscription);
        qCInfo(lcInvalidations, "subscription %s ended: %s", subscription.constData(),
               ended.reason.constData());
        m_events.add({.kind = "subscription_ended", .subject = subscription, .message = ended.reason});
    }
    arm();
    return released;
}

void InvalidationRelay::arm()
{
    const std::optional<Instant> deadline = m_hub.nextDeadline();
    if (!deadline || (m_armedFor && *m_armedFor <= *deadline))
        return; // the timer rings early at worst, and is armed again then
    m_armedFor = deadline;
    QMetaObject::invokeMethod(
        this,
        [this, until = *deadline] {
            const auto left = std::chrono::ceil<Milliseconds>(until - monotonicNow());
            m_timer.start(std::max(left, Milliseconds(0)));
        },
        Qt::QueuedConnection);
}

void InvalidationRelay::send(Released released)
{
    for (Held &held : released)
        held.respond(std::move(held.answer));
}

} // namespace toystore
