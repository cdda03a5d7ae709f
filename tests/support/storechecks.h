// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/call.h"
#include "support/storeundertest.h"

namespace toystore
{

// What must hold of a store whatever was done to it. Each fails the current test where it does not.

/// I1, I2: everything acknowledged is in the log with its content, under dense numbers.
void compareWithLog(const std::vector<Call> &calls, const QByteArray &log);

/// All that can be seen from outside (docs/guarantees.md): compares the logs with each other and with what
/// the clients were told, closes the store, sums up its ledger's movements, and lets `toystore verify` judge
/// all of it. @p verdict: its last line.
void closeAndCheck(StoreUnderTest &store, const std::vector<Call> &calls,
                   const char *verdict = "The store keeps its promises.");

} // namespace toystore
