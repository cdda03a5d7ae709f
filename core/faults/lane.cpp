// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "faults/lane.h"

#include <algorithm>

namespace toystore
{

Lane::Lane(const LaneRules &rules, quint64 seed, Traffic &traffic)
    : m_rules(rules), m_random(seed), m_traffic(traffic)
{
}

void Lane::setRules(const LaneRules &rules, Instant now)
{
    m_rules = rules;
    const Instant latest = now + rules.delay + rules.jitter;
    for (Segment &segment : m_segments)
        segment.due = std::min(segment.due, latest);
    m_lastDue = std::min(m_lastDue, latest);
    if (m_end)
        m_end = std::min(*m_end, latest);
    m_lineDelay = std::min(m_lineDelay, rules.delay + rules.jitter);
}

void Lane::feed(QByteArrayView bytes, Instant now)
{
    m_traffic.bytes += bytes.size();
    if (m_rules == LaneRules() && !m_dropsLine && !bytes.isEmpty()) {
        // Nothing is wrong with the link: no need to look at each message.
        m_traffic.messages += std::count(bytes.begin(), bytes.end(), '\n');
        m_atLineStart = bytes.back() == '\n';
        return append(bytes, now);
    }
    while (!bytes.isEmpty()) {
        if (m_atLineStart)
            beginLine();
        const qsizetype end = bytes.indexOf('\n');
        const QByteArrayView piece = end < 0 ? bytes : bytes.first(end + 1);
        m_atLineStart = end >= 0;
        m_traffic.messages += m_atLineStart ? 1 : 0;
        if (!m_dropsLine)
            append(piece, now + m_lineDelay);
        m_dropsLine = m_dropsLine && !m_atLineStart;
        bytes = bytes.sliced(piece.size());
    }
}

void Lane::beginLine()
{
    m_dropsLine = m_rules.loss > 0 && m_random.chance(m_rules.loss);
    m_hasGap = m_hasGap || m_dropsLine;
    m_lineDelay = m_rules.delay;
    if (m_rules.jitter.count() > 0)
        m_lineDelay += Milliseconds(m_random.between(0, m_rules.jitter.count()));
    m_traffic.dropped += m_dropsLine ? 1 : 0;
    m_traffic.delayed += !m_dropsLine && m_lineDelay.count() > 0 ? 1 : 0;
    m_traffic.held += !m_dropsLine && m_rules.silent ? 1 : 0;
}

void Lane::append(QByteArrayView bytes, Instant due)
{
    m_lastDue = std::max(m_lastDue, due);
    m_held += bytes.size();
    if (!m_segments.empty() && m_segments.back().due == m_lastDue)
        m_segments.back().bytes.append(bytes);
    else
        m_segments.push_back({bytes.toByteArray(), m_lastDue});
}

void Lane::end(Instant now)
{
    if (!m_end)
        m_end = std::max(m_lastDue, now + m_rules.delay);
}

QByteArray Lane::take(Instant now)
{
    QByteArray taken;
    while (!m_rules.silent && !m_segments.empty() && m_segments.front().due <= now) {
        QByteArray &bytes = m_segments.front().bytes;
        m_held -= bytes.size();
        if (taken.isEmpty())
            taken = std::move(bytes);
        else
            taken += bytes;
        m_segments.pop_front();
    }
    return taken;
}

bool Lane::isOver(Instant now) const
{
    return m_end && !m_rules.silent && m_segments.empty() && *m_end <= now;
}

std::optional<Instant> Lane::nextDue() const
{
    if (m_rules.silent)
        return std::nullopt;
    return m_segments.empty() ? m_end : m_segments.front().due;
}

} // namespace toystore
