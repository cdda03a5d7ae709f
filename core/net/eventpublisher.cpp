// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/eventpublisher.h"

#include "base/instant.h"
#include "protocol/lineframer.h"

#include <QPointer>

namespace toystore
{

namespace
{

constexpr Milliseconds pushInterval{50};
constexpr qsizetype mostUnsentBytes = 64 * 1024;
// A push must fit into a line. Escaped, a text grows to six times its size at most.
constexpr qsizetype mostPushBytes = maxLineBytes - 1024;
constexpr qsizetype eventOverheadBytes = 256;

qsizetype mostBytes(const Event &event)
{
    return eventOverheadBytes +
           6 * (event.kind.size() + event.requestId.size() + event.subject.size() + event.message.size());
}

} // namespace

EventPublisher::EventPublisher(RpcServer &server, const EventRing &ring, QObject *parent)
    : QObject(parent), m_server(server), m_ring(ring)
{
    m_timer.setInterval(pushInterval);
    connect(&m_timer, &QTimer::timeout, this, [this] { pushAll(); });
    connect(&server, &RpcServer::peerDisconnected, this, [this](quint64 peer) { m_subscribers.erase(peer); });
    // The handler runs on a pool thread and the server may outlive us: only its own thread looks whether we
    // are there. A request without a publisher is answered by RpcReply.
    server.handle<Subscribe>([&server, self = QPointer<EventPublisher>(this)](
                                 const Subscribe &request, const Reply<Subscribe::Answer> &reply) {
        QMetaObject::invokeMethod(
            &server,
            [self, request, reply] {
                if (self)
                    self->subscribe(request, reply);
            },
            Qt::QueuedConnection);
    });
}

void EventPublisher::subscribe(const Subscribe &request, const Reply<Subscribe::Answer> &reply)
{
    const quint64 peer = reply.peer()->id();
    if (!m_server.unsentBytes(peer))
        return; // disconnected meanwhile: nobody would take it off the list again
    const qint64 asked = request.cursor.value_or(m_ring.lastCursor());
    const qint64 cursor = m_ring.after(asked, 0).cursor;
    m_subscribers[peer] = Subscriber{reply.peer(), cursor};
    reply.succeed({cursor});
    if (!m_timer.isActive())
        m_timer.start();
}

void EventPublisher::pushAll()
{
    for (auto &[id, subscriber] : m_subscribers) {
        if (m_server.unsentBytes(id).value_or(0) <= mostUnsentBytes)
            pushTo(subscriber);
    }
    if (m_subscribers.empty())
        m_timer.stop();
}

void EventPublisher::pushTo(Subscriber &subscriber)
{
    EventRing::Page page = m_ring.after(subscriber.cursor, maxEventsPerPush);
    if (page.events.isEmpty())
        return;
    Events push{{}, subscriber.cursor, page.missed};
    qsizetype bytes = 0;
    for (Event &event : page.events) {
        EventFields fields(std::move(event));
        bytes += mostBytes(fields);
        if (bytes > mostPushBytes)
            break; // the rest goes with the next push
        push.cursor = fields.cursor;
        push.events.append(std::move(fields));
    }
    subscriber.cursor = push.cursor;
    subscriber.peer->push(push);
}

} // namespace toystore
