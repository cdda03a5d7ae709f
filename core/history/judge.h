// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/evidence.h"
#include "history/logchecks.h"
#include "history/verdict.h"

namespace toystore
{

/// What was found in the evidence.
struct Findings {
    Verdict verdict;
    std::vector<LogReading> logs; ///< in the evidence's order
    qint64 decidedOrders = 0;     ///< in the ledger or, without one, in the longest log
};

/// Judges a store by what is known of it, without trusting any part of it: calls, logs and ledger are
/// compared with each other. Says of what it could not decide why. Exact for what it decides: with true
/// evidence it finds nothing in a store that keeps its promises, but for the exceptions that
/// docs/guarantees.md names.
///
/// O(n log n). Pure; any thread.
[[nodiscard]] Findings judge(const Evidence &evidence);

} // namespace toystore
