// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/eventpublisher.h"

#include "base/instant.h"
#include "protocol/eventmessages.h"

namespace toystore
{

namespace
{

constexpr Milliseconds pushInterval{50};

} // namespace

EventPublisher::EventPublisher(RpcServer &server, const EventRing &ring, QObject *parent)
    : QObject(parent), m_ring(ring)
{
    m_timer.setInterval(pushInterval);
    connect(&m_timer, &QTimer::timeout, this, [this] { pushAll(); });
    connect(&server, &RpcServer::peerDisconnected, this, [this](quint64 peer) {
        const std::scoped_lock lock(m_mutex);
        m_subscribers.erase(peer);
        if (m_subscribers.empty())
            m_timer.stop();
    });
    server.handle<Subscribe>([this](const Subscribe &request, const Reply<Subscribe::Answer> &reply) {
        const qint64 cursor = request.cursor.value_or(m_ring.lastCursor());
        reply.succeed({cursor});
        const std::scoped_lock lock(m_mutex);
        m_subscribers[reply.peer()->id()] = Subscriber{reply.peer(), cursor};
        QMetaObject::invokeMethod(
            &m_timer, [this] { m_timer.start(); }, Qt::QueuedConnection);
    });
}

void EventPublisher::pushAll()
{
    const std::scoped_lock lock(m_mutex);
    for (auto &[id, subscriber] : m_subscribers) {
        EventRing::Page page = m_ring.after(subscriber.cursor, maxEventsPerPush);
        if (page.events.isEmpty())
            continue;
        Events events{{}, page.cursor, page.missed};
        for (Event &event : page.events)
            events.events.append(EventFields(std::move(event)));
        subscriber.cursor = page.cursor;
        subscriber.peer->push(events);
    }
}

} // namespace toystore
