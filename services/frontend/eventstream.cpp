// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "eventstream.h"

#include "protocol/eventmessages.h"
#include "protocol/messagejson.h"

namespace toystore
{

EventStream::EventStream(LiveFeed &feed, qint64 cursor) : m_feed(feed), m_cursor(cursor) {}

EventStream::~EventStream()
{
    m_feed.streamEnded();
}

QByteArray EventStream::next(Instant now)
{
    QByteArray bytes;
    if (!m_lastHeartbeat)
        bytes += "retry: 1000\n\n"; // milliseconds, after which a browser connects again
    if (!m_lastHeartbeat || now - *m_lastHeartbeat >= heartbeat) {
        bytes += ": alive\n\n";
        m_lastHeartbeat = now;
    }
    addEvents(bytes);
    addStatus(bytes, now);
    return bytes;
}

void EventStream::addEvents(QByteArray &bytes)
{
    EventRing::Page page = m_feed.events().after(m_cursor, mostEvents);
    if (page.missed > 0)
        bytes += "event: missed\ndata: {\"count\":" + QByteArray::number(page.missed) + "}\n\n";
    for (Event &event : page.events) {
        if (bytes.size() >= mostBytes)
            break; // the rest comes next
        m_cursor = event.cursor;
        bytes += "id: " + m_feed.idOf(event.cursor) +
                 "\nevent: happened\ndata: " + toJson(EventFields(std::move(event))) + "\n\n";
    }
}

void EventStream::addStatus(QByteArray &bytes, Instant now)
{
    const LiveFeed::Status status = m_feed.status(now);
    const bool isNew = status.revision != m_statusRevision;
    if (status.revision == 0 || (!isNew && m_lastStatus && now - *m_lastStatus < LiveFeed::signOfLife))
        return;
    m_statusRevision = status.revision;
    m_lastStatus = now;
    bytes += "event: status\ndata: " + status.json + "\n\n";
}

} // namespace toystore
