// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plot/chart.h"
#include "plot/table.h"

namespace toystore
{

/// What a sweep is to show, from its results.csv and failover.csv; @p delayMs as in its manifest, said where
/// it is not 0.
[[nodiscard]] QList<Figure> figuresOf(const ResultTable &results, const ResultTable &failovers,
                                      qint64 delayMs);

} // namespace toystore
