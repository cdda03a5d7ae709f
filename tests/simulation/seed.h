// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/simulation.h"

namespace toystore::simulation
{

/// What came of one seed.
struct SeedResult {
    quint64 hash = 0;
    Statistics statistics;
    std::optional<Violation> violation;
    std::vector<QByteArray> lines;     ///< of the trace, in Trace::Mode::Text
    std::vector<QByteArray> shortened; ///< the lines that matter to the violation
};

/// Opens a store, lets people shop and faults happen, heals all, and wants it to sell again and to be whole.
/// The same seed always does the same.
[[nodiscard]] SeedResult runSeed(quint64 seed, Trace::Mode mode);

} // namespace toystore::simulation
