// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"
#include "protocol/order.h"

namespace toystore
{

// Stores as a monitor could tell of them, for tests of what is shown.

/// When they are: 2026-11-22T14:03:11Z.
inline constexpr qint64 madeUpNowMs = 1'795'356'191'000;

/// Everything runs, order-8093 leads.
[[nodiscard]] ClusterSnapshot storeAtWork();
/// order-8093 was killed; order-8092 leads.
[[nodiscard]] ClusterSnapshot storeAfterKill();
/// Of every state one service: 8093 down, 8092 leads, 8091 syncing, catalog draining, frontend paused.
[[nodiscard]] ClusterSnapshot storeInTrouble();
/// As storeAtWork(), heard of for the last time 7 s ago.
[[nodiscard]] ClusterSnapshot storeOutOfReach();
/// As storeAtWork(), but only to look at.
[[nodiscard]] ClusterSnapshot storeOfOthers();

[[nodiscard]] ServiceCard madeUpReplica(qint64 id, ServiceState state);
/// What can be done to a service in @p state, as a monitor says.
[[nodiscard]] QList<ActionView> madeUpActions(ServiceState state);

[[nodiscard]] QList<Order> madeUpOrders(qint64 first, qint64 count);
[[nodiscard]] QList<TimelineEvent> madeUpEvents();
[[nodiscard]] Toys madeUpToys();
[[nodiscard]] CacheEntries madeUpCache();
[[nodiscard]] OrderWay madeUpWay(qint64 number);

} // namespace toystore
