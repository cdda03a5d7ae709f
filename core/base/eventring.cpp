// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/eventring.h"

#include "base/error.h"
#include "base/instant.h"

#include <algorithm>
#include <utility>

namespace toystore
{

EventRing::EventRing(qsizetype capacity) : m_capacity(capacity)
{
    TOYSTORE_ENSURE(capacity > 0);
}

void EventRing::add(Event event)
{
    if (event.atMs == 0)
        event.atMs = wallClockMs();
    const std::scoped_lock lock(m_mutex);
    append(std::move(event));
}

void EventRing::addOften(Event event)
{
    if (event.atMs == 0)
        event.atMs = wallClockMs();
    const Instant now = monotonicNow();
    const std::scoped_lock lock(m_mutex);
    appendSums(now);
    Often &often = m_often[event.kind];
    if (now - often.second >= std::chrono::seconds(1)) {
        often.second = now;
        often.passed = 0;
    }
    if (!often.sum && often.passed < oftenPerSecond) {
        ++often.passed;
        return append(std::move(event));
    }
    const qint64 before = often.sum ? often.sum->count.value_or(1) : 0;
    if (!often.sum)
        often.summedSince = now;
    event.count = before + event.count.value_or(1);
    event.requestId.clear();
    often.sum = std::move(event);
}

void EventRing::append(Event event) const
{
    event.cursor = ++m_last;
    m_events.push_back(std::move(event));
    if (static_cast<qsizetype>(m_events.size()) > m_capacity)
        m_events.pop_front();
}

void EventRing::appendSums(Instant now) const
{
    for (auto &[kind, often] : m_often) {
        if (often.sum && now - often.summedSince >= sumFor)
            append(*std::exchange(often.sum, std::nullopt));
    }
}

EventRing::Page EventRing::after(qint64 cursor, qsizetype limit) const
{
    const std::scoped_lock lock(m_mutex);
    appendSums(monotonicNow());
    if (cursor < 0 || cursor > m_last)
        cursor = 0;
    const qint64 oldest = m_last - static_cast<qint64>(m_events.size()) + 1;
    Page page;
    page.cursor = cursor;
    if (cursor + 1 < oldest)
        page.missed = oldest - 1 - cursor;
    const qint64 first = std::max(cursor + 1, oldest);
    for (qint64 next = first; next <= m_last && page.events.size() < limit; ++next) {
        page.events.append(m_events[static_cast<std::size_t>(next - oldest)]);
        page.cursor = next;
    }
    return page;
}

qint64 EventRing::lastCursor() const
{
    const std::scoped_lock lock(m_mutex);
    return m_last;
}

} // namespace toystore
