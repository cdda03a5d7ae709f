// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "common/storeaccess.h"
#include "verify/verifyreport.h"

namespace toystore
{

struct VerifyOptions {
    QString history;      ///< a file (docs/protocol.md); empty: none
    bool allLogs = false; ///< every log must be complete, not only those of replicas that lead or follow now
};

/// What was found, and the report on it.
struct Verification {
    Findings findings;
    VerifyReport report;
};

/// Judges the store in the data directory by its logs, its ledger and what was recorded of calls. Errors:
/// what can't be read. The store may be open: nothing is locked and nothing waits for us. It is read in the
/// order in which one thing follows from the other, the calls first and the ledger last, so that what goes on
/// meanwhile is no contradiction.
[[nodiscard]] Result<Verification> verification(const GlobalOptions &options, const VerifyOptions &verify);

/// The same for people: prints the verdict.
[[nodiscard]] ExitCode verifyStore(const GlobalOptions &options, const VerifyOptions &verify,
                                   const Output &output);

} // namespace toystore
