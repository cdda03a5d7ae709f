// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "metrics/latencyhistogram.h"

#include "base/error.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace toystore
{

void LatencyHistogram::record(Duration duration)
{
    const Duration counted = std::clamp(duration, Duration::zero(), longest);
    ++m_buckets[bucketOf(counted.count())];
    ++m_count;
    m_sum += counted;
    m_min = std::min(m_min, counted);
    m_max = std::max(m_max, counted);
}

void LatencyHistogram::merge(const LatencyHistogram &other)
{
    for (std::size_t i = 0; i < m_buckets.size(); ++i)
        m_buckets[i] += other.m_buckets[i];
    m_count += other.m_count;
    m_sum += other.m_sum;
    m_min = std::min(m_min, other.m_min);
    m_max = std::max(m_max, other.m_max);
}

LatencyHistogram::Duration LatencyHistogram::mean() const
{
    return m_count == 0 ? Duration::zero() : m_sum / static_cast<std::int64_t>(m_count);
}

LatencyHistogram::Duration LatencyHistogram::quantile(double q) const
{
    TOYSTORE_ENSURE(q >= 0 && q <= 1);
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(m_count)));
    if (rank <= 1)
        return min();
    if (rank >= m_count)
        return max();
    std::size_t bucket = 0;
    for (std::uint64_t seen = m_buckets[0]; seen < rank; seen += m_buckets[bucket])
        ++bucket;
    return std::clamp(middleOf(bucket), m_min, m_max);
}

// The octave is the position of the highest bit; the bits below it choose the bucket.
std::size_t LatencyHistogram::bucketOf(std::int64_t nanoseconds)
{
    const auto value = static_cast<std::uint64_t>(nanoseconds);
    if (value < subBuckets)
        return value;
    const auto octave = static_cast<std::size_t>(std::bit_width(value) - 1 - subBucketBits);
    return octave * subBuckets + (value >> octave);
}

LatencyHistogram::Duration LatencyHistogram::middleOf(std::size_t bucket)
{
    if (bucket < 2 * subBuckets)
        return Duration(bucket); // buckets of one nanosecond
    const std::size_t octave = bucket / subBuckets - 1;
    const std::uint64_t lowest = (bucket - octave * subBuckets) << octave;
    return Duration(lowest + (std::uint64_t{1} << octave) / 2);
}

} // namespace toystore
