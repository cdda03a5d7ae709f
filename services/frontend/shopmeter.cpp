// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "shopmeter.h"

#include <thread>

namespace toystore
{

namespace
{

constexpr std::array<QByteArrayView, 3> kindNames = {"query", "buy", "look_up"};
constexpr int firstFailure = 500; // of the HTTP statuses

qint64 microseconds(LatencyHistogram::Duration duration)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

} // namespace

ShopMeter::ShopMeter() : m_shards(std::make_unique<std::array<Shard, shards>>())
{
    for (const QByteArrayView kind : kindNames) {
        TrafficView view;
        view.kind = kind.toByteArray();
        m_traffic.append(view);
    }
}

ShopMeter::Shard &ShopMeter::ownShard()
{
    return (*m_shards)[std::hash<std::thread::id>()(std::this_thread::get_id()) % shards];
}

// A path that means nothing counts as a query; looking after the store is no shopping.
std::optional<ShopMeter::Kind> ShopMeter::kindOf(Route route)
{
    switch (route) {
    case Route::Product:
    case Route::Products:
    case Route::Other:
        return Kind::Query;
    case Route::Buy:
        return Kind::Buy;
    case Route::LookUp:
        return Kind::LookUp;
    default:
        return std::nullopt;
    }
}

void ShopMeter::record(Route route, Instant arrived, int status)
{
    const Instant::duration took = monotonicNow() - arrived;
    m_routes.record(route, status, took);
    const std::optional<Kind> kind = kindOf(route);
    if (!kind)
        return;
    const auto index = static_cast<std::size_t>(*kind);
    Shard &shard = ownShard();
    const std::scoped_lock lock(shard.mutex);
    shard.latencies[index].record(took);
    if (status >= firstFailure)
        ++shard.failures[index];
}

void ShopMeter::endSecond()
{
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        LatencyHistogram latencies;
        qint64 failures = 0;
        for (Shard &shard : *m_shards) {
            const std::scoped_lock lock(shard.mutex);
            if (shard.latencies[kind].count() == 0)
                continue;
            latencies.merge(std::exchange(shard.latencies[kind], {}));
            failures += std::exchange(shard.failures[kind], 0);
        }
        TrafficView &view = m_traffic[static_cast<qsizetype>(kind)];
        view.lastRequests = static_cast<qint64>(latencies.count());
        view.lastFailures = failures;
        view.requests += view.lastRequests;
        view.failures += failures;
        view.p50Us.reset();
        view.p99Us.reset();
        if (view.lastRequests > 0) {
            view.p50Us = microseconds(latencies.quantile(0.5));
            view.p99Us = microseconds(latencies.quantile(0.99));
        }
    }
}

} // namespace toystore
