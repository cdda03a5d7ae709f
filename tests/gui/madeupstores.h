// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"
#include "gui/madeupstore.h"
#include "protocol/order.h"

namespace toystore
{

// Stores as a monitor could tell of them, for tests of what is shown.

/// Everything runs, order-8093 leads.
[[nodiscard]] ClusterSnapshot storeAtWork();
/// order-8093 was killed; order-8092 leads.
[[nodiscard]] ClusterSnapshot storeAfterKill();
/// Of every state one service: 8093 down, 8092 leads, 8091 syncing, catalog draining, frontend paused.
[[nodiscard]] ClusterSnapshot storeInTrouble();
/// As storeAtWork(), heard of for the last time 7 s ago.
[[nodiscard]] ClusterSnapshot storeOutOfReach();
/// As storeAtWork(), but on another machine.
[[nodiscard]] ClusterSnapshot storeElsewhere();
/// As storeAtWork(), but it refuses our token.
[[nodiscard]] ClusterSnapshot storeOfOthers();
/// As storeAtWork(), but for one replica, see MadeUpStore::set().
[[nodiscard]] ClusterSnapshot storeWith(qint64 replica, ServiceState state);

/// The card of a replica of storeWith().
[[nodiscard]] ServiceCard madeUpReplica(qint64 id, ServiceState state);
/// A failover of 12 s ago, which took 24 ms and cost nobody anything.
[[nodiscard]] FailoverView madeUpFailover(qint64 lost, qint64 next, qint64 epoch);

[[nodiscard]] QList<Order> madeUpOrders(qint64 first, qint64 count);
[[nodiscard]] QList<TimelineEvent> madeUpEvents();
[[nodiscard]] Toys madeUpToys();
[[nodiscard]] CacheEntries madeUpCache();
[[nodiscard]] OrderWay madeUpWay(qint64 number);

} // namespace toystore
