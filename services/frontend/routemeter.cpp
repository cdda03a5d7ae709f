// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "routemeter.h"

#include <algorithm>
#include <thread>

namespace toystore
{

QByteArrayView nameOf(Route route)
{
    static constexpr std::array<QByteArrayView, routes> names = {
        "/products/{name}", "/products", "/orders",  "/orders/{number}", "/",     "/events", "/healthz",
        "/readyz",          "/metrics",  "/version", "/openapi.json",    "other", "refused"};
    return names[static_cast<std::size_t>(route)];
}

RouteMeter::Shard &RouteMeter::ownShard()
{
    return (*m_shards)[std::hash<std::thread::id>()(std::this_thread::get_id()) % shards];
}

void RouteMeter::record(Route route, int status, Duration took)
{
    const auto index = static_cast<std::size_t>(route);
    Shard &shard = ownShard();
    const auto *const found = std::find(statuses.begin(), statuses.end() - 1, status);
    const auto add = [](Counter &counter, std::uint64_t value) {
        counter.fetch_add(value, std::memory_order_relaxed);
    };
    add(shard.answers[index][static_cast<std::size_t>(found - statuses.begin())], 1);
    add(shard.durations[index][DurationBuckets::indexOf(took)], 1);
    add(shard.nanoseconds[index], static_cast<std::uint64_t>(std::max(took, Duration::zero()).count()));
}

void RouteMeter::count(Route route, int status)
{
    record(route, status, Duration::zero());
}

RouteMeter::Snapshot RouteMeter::snapshot() const
{
    Snapshot all;
    for (const Shard &shard : *m_shards) {
        for (std::size_t i = 0; i < routes; ++i) {
            const auto route = static_cast<Route>(i);
            for (std::size_t s = 0; s < statuses.size(); ++s) {
                if (const std::uint64_t count = shard.answers[i][s]; count > 0)
                    all.answers[{route, statuses[s]}] += count;
            }
            for (std::size_t b = 0; b < DurationBuckets::count; ++b) {
                if (const std::uint64_t count = shard.durations[i][b]; count > 0)
                    all.durations[route].counts[b] += count;
            }
            if (const std::uint64_t nanoseconds = shard.nanoseconds[i]; nanoseconds > 0)
                all.durations[route].sum += Duration(nanoseconds);
        }
    }
    return all;
}

} // namespace toystore
