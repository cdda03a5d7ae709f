// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "metrics/latencyhistogram.h"
#include "protocol/frontendmessages.h"
#include "routemeter.h"

#include <array>
#include <memory>
#include <mutex>

namespace toystore
{

/// Measures the shop: how many requests of each kind, how long they took from the request's last byte to the
/// answer, how many failed; by the second for people, since the start for machines. Any thread may record;
/// threads hardly ever wait for each other.
class ShopMeter
{
public:
    ShopMeter();

    /// A request that came at @p arrived is answered with @p status.
    void record(Route route, Instant arrived, int status);
    /// What was no request is answered with @p status.
    void countRefusal(int status) { m_routes.count(Route::Refused, status); }

    /// Since the process started.
    [[nodiscard]] RouteMeter::Snapshot routes() const { return m_routes.snapshot(); }

    /// Ends the current second: what it brought is what traffic() tells from now on. One thread.
    void endSecond();
    /// One view a kind. The same thread.
    [[nodiscard]] const QList<TrafficView> &traffic() const { return m_traffic; }

private:
    enum class Kind { Query, Buy, LookUp };
    static constexpr std::size_t kinds = 3;

    struct Shard {
        std::mutex mutex; // guards the rest
        std::array<LatencyHistogram, kinds> latencies;
        std::array<qint64, kinds> failures{};
    };

    static constexpr std::size_t shards = 16;

    [[nodiscard]] static std::optional<Kind> kindOf(Route route);
    [[nodiscard]] Shard &ownShard();

    RouteMeter m_routes;
    const std::unique_ptr<std::array<Shard, shards>> m_shards;
    QList<TrafficView> m_traffic;
};

} // namespace toystore
