// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plot/statistics.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace toystore
{

namespace
{

/// The 97.5 % quantile of Student's t distribution for 1, 2, 3 ... degrees of freedom; beyond them that of
/// the normal distribution is near enough.
constexpr std::array quantiles = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                                  2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086};
constexpr double normalQuantile = 1.96;

} // namespace

Estimate estimate(const QList<double> &values)
{
    TOYSTORE_ENSURE(!values.isEmpty());
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    if (values.size() == 1)
        return {mean, 0};
    const double squares =
        std::accumulate(values.begin(), values.end(), 0.0,
                        [mean](double sum, double value) { return sum + (value - mean) * (value - mean); });
    const auto freedom = static_cast<std::size_t>(values.size() - 1);
    const double t = freedom <= quantiles.size() ? quantiles[freedom - 1] : normalQuantile;
    return {mean, t * std::sqrt(squares / (count - 1) / count)};
}

} // namespace toystore
