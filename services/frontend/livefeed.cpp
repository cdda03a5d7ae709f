// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "livefeed.h"

#include "eventstream.h"

#include <QRandomGenerator>

#include <algorithm>

namespace toystore
{

LiveFeed::LiveFeed(const EventRing &events, std::function<void()> askForStatus)
    : m_events(events), m_askForStatus(std::move(askForStatus)),
      m_incarnation(QByteArray::number(QRandomGenerator::system()->generate64(), 36))
{
}

std::shared_ptr<EventStream> LiveFeed::open(const std::optional<QByteArray> &lastEventId)
{
    if (++m_streams > maxStreams) {
        --m_streams;
        return nullptr;
    }
    return std::make_shared<EventStream>(*this, cursorOf(lastEventId));
}

QByteArray LiveFeed::idOf(qint64 cursor) const
{
    return m_incarnation + '-' + QByteArray::number(cursor);
}

qint64 LiveFeed::cursorOf(const std::optional<QByteArray> &lastEventId) const
{
    const qint64 last = m_events.lastCursor();
    const QByteArrayList parts = lastEventId.value_or(QByteArray()).split('-');
    bool isNumber = false;
    const qint64 cursor = parts.last().toLongLong(&isNumber);
    if (parts.size() != 2 || !isNumber || cursor < 0)
        return std::max<qint64>(0, last - pastEvents);
    return parts.first() == m_incarnation ? std::min(cursor, last) : 0;
}

void LiveFeed::setStatus(const QByteArray &json)
{
    const std::scoped_lock lock(m_mutex);
    if (json == m_status.json)
        return;
    m_status = {m_status.revision + 1, json};
}

// Whoever looks first when it is time has it made; the others, and the next look, find it.
LiveFeed::Status LiveFeed::status(Instant now)
{
    Status status;
    {
        const std::scoped_lock lock(m_mutex);
        status = m_status;
        if (now - m_askedAt < statusInterval)
            return status;
        m_askedAt = now;
    }
    m_askForStatus();
    return status;
}

} // namespace toystore
