// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/call.h"
#include "support/shoppers.h"
#include "support/storeundertest.h"

namespace toystore
{

// What must hold of a store whatever was done to it. Each fails the current test where it does not.

/// I1, I2: everything acknowledged is in the log with its content, under dense numbers.
void compareWithLog(const Shoppers &shoppers, const QByteArray &log);

/// I1, I2, I5, I6: compares the logs with each other and with what the shoppers were told, closes the store,
/// and sums up its ledger's movements.
void closeAndCheck(StoreUnderTest &store, const Shoppers &shoppers);

/// All that can be seen from outside (docs/guarantees.md): waits for equal logs, closes the store and lets
/// `toystore verify` judge logs and ledger by @p calls.
void closeAndJudge(StoreUnderTest &store, const std::vector<Call> &calls);

} // namespace toystore
