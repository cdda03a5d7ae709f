// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"

namespace toystore
{

/// What is new for the timeline of one dashboard, until it is told. A value.
class TimelineNews
{
public:
    void add(TimelineEvent event) { m_events.append(std::move(event)); }
    /// What the frontend says of its last failover is news when that is over; not if it was over before the
    /// frontend was heard for the first time.
    void takeFailover(const std::optional<FailoverView> &failover);
    /// That a store is heard, or not any more, is news.
    void takeLiveness(const ClusterSnapshot &snapshot);
    /// All that was not told yet, in the order of a timeline, each with its key.
    [[nodiscard]] QList<TimelineEvent> take();
    /// Another store: nothing of the one before is told any more. Keys go on.
    void forget();

private:
    qint64 m_lastKey = 0;
    QList<TimelineEvent> m_events;
    bool m_wasLive = false;
    std::optional<FailoverView> m_toldFailover;
    bool m_sawFrontend = false;
};

} // namespace toystore
