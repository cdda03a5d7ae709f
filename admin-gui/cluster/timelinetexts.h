// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"
#include "protocol/eventmessages.h"

namespace toystore
{

/// What an event that @p service has pushed looks like on the timeline; nothing if it is none for it: too
/// small, or told by another one. The key is left open.
[[nodiscard]] std::optional<TimelineEvent> timelineEvent(const QByteArray &service, const EventFields &event);

/// A failover that is over, in one line.
[[nodiscard]] TimelineEvent timelineEvent(const FailoverView &failover);

/// What became of an action of ours, told at @p atMs (milliseconds since 1970 UTC, the store's clock).
[[nodiscard]] TimelineEvent timelineEvent(const ActionOutcome &outcome, qint64 atMs);

/// That @p missed events of @p service did not come, before @p next; if these are none, told at @p atMs.
[[nodiscard]] TimelineEvent missedEvents(const QByteArray &service, qint64 missed,
                                         const QList<EventFields> &next, qint64 atMs);

} // namespace toystore
