// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QList>

namespace toystore
{

/// A mean, and how far the true one may be from it.
struct Estimate {
    double mean = 0;
    double halfWidth = 0; ///< of the 95 % confidence interval, by Student's t; 0 for a single value

    bool operator==(const Estimate &) const = default;
};

/// Of independent measurements of one thing; at least one.
[[nodiscard]] Estimate estimate(const QList<double> &values);

} // namespace toystore
