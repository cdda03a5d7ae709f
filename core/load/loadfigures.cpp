// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/loadfigures.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace toystore
{

QByteArrayView nameOf(LoadError error)
{
    static constexpr QByteArrayView names[] = {"refused",      "connection_lost", "timed_out",
                                               "server_error", "malformed",       "overrun"};
    static_assert(std::size(names) == loadErrors);
    return names[static_cast<std::size_t>(error)];
}

void LoadFigures::merge(const LoadFigures &later)
{
    for (std::size_t i = 0; i < requestKinds; ++i)
        latency[i].merge(later.latency[i]);
    for (std::size_t i = 0; i < loadErrors; ++i)
        errors[i] += later.errors[i];
    rejected += later.rejected;
    mismatched += later.mismatched;
    notFound += later.notFound;
    noticedBy.unite(later.noticedBy);
    repeats += later.repeats;
    recovered += later.recovered;
    unanswered += later.unanswered;
    longestWait = std::max(longestWait, later.longestWait);
    span += later.span;
}

qint64 LoadFigures::allErrors() const
{
    return std::accumulate(errors.begin(), errors.end(), qint64{0});
}

qint64 LoadFigures::answered() const
{
    return std::accumulate(latency.begin(), latency.end(), qint64{0},
                           [](qint64 sum, const LatencyHistogram &one) { return sum + qint64(one.count()); });
}

qint64 LoadFigures::acknowledged() const
{
    return qint64(latencyOf(RequestKind::Buy).count()) - rejected - mismatched;
}

double LoadFigures::throughput() const
{
    const double seconds = std::chrono::duration<double>(span).count();
    return seconds > 0 ? static_cast<double>(answered()) / seconds : 0;
}

} // namespace toystore
