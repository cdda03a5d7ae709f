// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cache/productcache.h"
#include "metrics/prometheustext.h"
#include "protocol/frontendmessages.h"
#include "protocol/ordermessages.h"
#include "routemeter.h"

#include <map>
#include <optional>

namespace toystore
{

/// All that `GET /metrics` tells. The first part the frontend knows by itself; the second the services were
/// asked for.
struct StoreFigures {
    FrontendStatus::Answer frontend;
    ProductCache::Statistics cache;
    RouteMeter::Snapshot routes;
    qint64 failovers = 0;
    Milliseconds failoverTime{0}; ///< of all failovers together, from noticing to the next leader
    qint64 eventStreams = 0;

    std::optional<CatalogStatus::Answer> catalog;           ///< absent: it did not answer in time
    std::map<ReplicaId, OrderStatus::Answer> replicas = {}; ///< those that answered in time
};

/// @p figures in Prometheus' text format; docs/http.md lists what they mean.
[[nodiscard]] QByteArray metricsText(const StoreFigures &figures);

} // namespace toystore
