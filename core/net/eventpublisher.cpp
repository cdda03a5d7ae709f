// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/eventpublisher.h"

#include "base/instant.h"
#include "protocol/lineframer.h"

#include <QPointer>
#include <QRandomGenerator>

namespace toystore
{

namespace
{

constexpr Milliseconds pushInterval{50};
constexpr qsizetype mostUntakenBytes = 64 * 1024;
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
    : QObject(parent), m_server(server), m_ring(ring),
      // As many bits as a double holds exactly: any JSON reader can keep it.
      m_incarnation(static_cast<qint64>(QRandomGenerator::system()->generate64() >> 12U) + 1)
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
    if (!m_server.untakenBytes(peer))
        return; // disconnected meanwhile: nobody would take it off the list again
    const bool isOfAnotherLife =
        request.incarnation && *request.incarnation != 0 && *request.incarnation != m_incarnation;
    const qint64 asked = isOfAnotherLife ? 0 : request.cursor.value_or(m_ring.lastCursor());
    const qint64 cursor = m_ring.after(asked, 0).cursor;
    m_subscribers[peer] = Subscriber{reply.peer(), cursor, m_status && request.status.value_or(false)};
    m_lastStatus.clear();
    reply.succeed({cursor, request.incarnation ? std::optional(m_incarnation) : std::nullopt});
    if (!m_timer.isActive())
        m_timer.start();
}

void EventPublisher::pushAll()
{
    bool isStatusWanted = false;
    for (auto &[id, subscriber] : m_subscribers) {
        isStatusWanted |= subscriber.wantsStatus;
        if (takesMore(id))
            pushTo(subscriber);
    }
    if (isStatusWanted && !m_statusAsked)
        askForStatus();
    if (m_subscribers.empty())
        m_timer.stop();
}

bool EventPublisher::takesMore(quint64 peer) const
{
    return m_server.untakenBytes(peer).value_or(0) <= mostUntakenBytes;
}

void EventPublisher::askForStatus()
{
    m_statusAsked = true;
    // As for a request: the line comes on any thread, and only ours looks whether we are there.
    m_status([&server = m_server, self = QPointer<EventPublisher>(this)](const QByteArray &line) {
        QMetaObject::invokeMethod(
            &server,
            [self, line] {
                if (self)
                    self->pushStatus(line);
            },
            Qt::QueuedConnection);
    });
}

void EventPublisher::pushStatus(const QByteArray &line)
{
    m_statusAsked = false;
    const Instant now = monotonicNow();
    if (line == m_lastStatus && now - m_lastStatusAt < signOfLife)
        return;
    m_lastStatus = line;
    m_lastStatusAt = now;
    for (const auto &[id, subscriber] : m_subscribers) {
        if (subscriber.wantsStatus && takesMore(id))
            subscriber.peer->pushLine(line);
    }
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
