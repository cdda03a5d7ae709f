// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace toystore
{

/// How often durations of which length occurred, in fixed memory (33 KB) and with a known relative error.
///
/// Log-linear, as in Gil Tene's HdrHistogram: every power of two is cut into equally many buckets, so that a
/// bucket's width grows with what it counts. Durations below 256 ns are exact.
///
/// A value. Pure; one thread at a time.
class LatencyHistogram
{
public:
    using Duration = std::chrono::nanoseconds;

    /// A quantile is off by at most this share of its true value.
    static constexpr double maxRelativeError = 1.0 / 256;
    /// What is longer, 36 minutes, counts as this long; less than nothing counts as nothing.
    static constexpr Duration longest{(std::int64_t{1} << 41) - 1};

    void record(Duration duration);
    /// Counts what @p other counted, too.
    void merge(const LatencyHistogram &other);

    [[nodiscard]] std::uint64_t count() const { return m_count; }
    /// These three are exact; 0 if there are none.
    [[nodiscard]] Duration min() const { return m_count == 0 ? Duration::zero() : m_min; }
    [[nodiscard]] Duration max() const { return m_max; }
    [[nodiscard]] Duration mean() const;
    /// The duration that the share @p q of all (0 to 1) did not exceed, by nearest rank: q = 0 is the
    /// shortest, q = 1 the longest. 0 if there are none.
    [[nodiscard]] Duration quantile(double q) const;

    bool operator==(const LatencyHistogram &) const = default;

private:
    static constexpr int subBucketBits =
        7; // of a power of two: 128 buckets, the value in the middle stands for all
    static constexpr std::size_t subBuckets = std::size_t{1} << subBucketBits;
    static constexpr std::size_t octaves = 41 - subBucketBits; // above the exact ones

    [[nodiscard]] static std::size_t bucketOf(std::int64_t nanoseconds);
    [[nodiscard]] static Duration middleOf(std::size_t bucket);

    std::array<std::uint64_t, subBuckets *(octaves + 1)> m_buckets{};
    std::uint64_t m_count = 0;
    Duration m_sum{0};
    Duration m_min = Duration::max();
    Duration m_max{0};
};

} // namespace toystore
