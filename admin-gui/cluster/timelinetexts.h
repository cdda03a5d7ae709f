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

} // namespace toystore
