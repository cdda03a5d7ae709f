// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace toystore
{

/// The buckets in which durations are counted for Prometheus: few and fixed, so that they can be added up
/// over threads, processes and time. (LatencyHistogram tells quantiles, of what one process saw.)
struct DurationBuckets {
    using Duration = std::chrono::nanoseconds;

    /// The longest duration of each bucket; one more takes what is longer.
    static constexpr std::array<Duration, 15> bounds = {
        std::chrono::microseconds(100),  std::chrono::microseconds(250),  std::chrono::microseconds(500),
        std::chrono::milliseconds(1),    std::chrono::microseconds(2500), std::chrono::milliseconds(5),
        std::chrono::milliseconds(10),   std::chrono::milliseconds(25),   std::chrono::milliseconds(50),
        std::chrono::milliseconds(100),  std::chrono::milliseconds(250),  std::chrono::milliseconds(500),
        std::chrono::milliseconds(1000), std::chrono::milliseconds(2500), std::chrono::milliseconds(5000)};
    static constexpr std::size_t count = bounds.size() + 1;

    /// The bucket that counts @p duration. Short ones are found first.
    [[nodiscard]] static constexpr std::size_t indexOf(Duration duration)
    {
        std::size_t index = 0;
        while (index < bounds.size() && duration > bounds[index])
            ++index;
        return index;
    }

    std::array<std::uint64_t, count> counts{}; ///< of each bucket alone
    Duration sum{0};
};

} // namespace toystore
