// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/timelinenews.h"

#include "cluster/timelinetexts.h"

#include <algorithm>

namespace toystore
{

void TimelineNews::takeFailover(const std::optional<FailoverView> &failover)
{
    const bool isOver = failover && failover->isOver;
    if (isOver && m_sawFrontend && m_toldFailover != failover)
        add(timelineEvent(*failover));
    if (isOver)
        m_toldFailover = failover; // also one of before we came, which is no news
    m_sawFrontend = true;
}

void TimelineNews::takeLiveness(const ClusterSnapshot &snapshot)
{
    if (snapshot.isLive() == m_wasLive)
        return;
    TimelineEvent change;
    change.kind = TimelineEvent::Kind::Dashboard;
    change.atMs = snapshot.atMs;
    change.isTrouble = m_wasLive;
    change.text = m_wasLive ? "the store is not heard any more" : "watching " + snapshot.store;
    change.detail = snapshot.detail;
    m_wasLive = snapshot.isLive();
    add(std::move(change));
}

QList<TimelineEvent> TimelineNews::take()
{
    // Those of different services come one service after the other.
    std::stable_sort(m_events.begin(), m_events.end(), isBefore);
    for (TimelineEvent &event : m_events)
        event.key = ++m_lastKey;
    return std::exchange(m_events, {});
}

void TimelineNews::forget()
{
    m_events.clear();
    m_wasLive = false;
    m_toldFailover.reset();
    m_sawFrontend = false;
}

} // namespace toystore
