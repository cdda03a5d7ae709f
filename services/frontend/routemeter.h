// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "metrics/durationbuckets.h"

#include <QByteArrayView>

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <utility>

namespace toystore
{

/// What a request was for.
enum class Route {
    Product,
    Products,
    Buy,
    LookUp,
    Page,
    Events,
    Health,
    Ready,
    Metrics,
    Version,
    OpenApi,
    Other,   ///< a path that means nothing
    Refused, ///< no request: refused before it was known what for
};
inline constexpr std::size_t routes = 13;

/// The path that stands for a route, as "/products/{name}".
[[nodiscard]] QByteArrayView nameOf(Route route);

/// Counts the answers of each route by status, and how long they took, since the process started. Any thread
/// may record; none waits for another: what a thread adds to is mostly its own, and always atomic.
class RouteMeter
{
public:
    using Duration = DurationBuckets::Duration;

    struct Snapshot {
        std::map<std::pair<Route, int>, std::uint64_t> answers; ///< by route and status, those there were
        std::map<Route, DurationBuckets> durations;             ///< of the routes that were asked for
    };

    RouteMeter() : m_shards(std::make_unique<std::array<Shard, shards>>()) {}

    void record(Route route, int status, Duration took);
    /// Something that took no time to speak of.
    void count(Route route, int status);

    [[nodiscard]] Snapshot snapshot() const;

private:
    // What the store answers with; any other would be a defect of ours, and counts as 500.
    static constexpr std::array<int, 15> statuses = {200, 204, 404, 503, 400, 405, 408, 413,
                                                     415, 417, 422, 431, 501, 505, 500};
    static constexpr std::size_t shards = 32;
    using Counter = std::atomic<std::uint64_t>;

    struct alignas(64) Shard {
        std::array<std::array<Counter, statuses.size()>, routes> answers{};
        std::array<std::array<Counter, DurationBuckets::count>, routes> durations{};
        std::array<Counter, routes> nanoseconds{};
    };

    [[nodiscard]] Shard &ownShard();

    const std::unique_ptr<std::array<Shard, shards>> m_shards;
};

} // namespace toystore
