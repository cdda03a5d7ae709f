// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/decidedorders.h"
#include "history/verdict.h"

namespace toystore
{

/// I4 and I5, and I9 as far as the ledger still knows what it rejected.
void checkLedger(const LedgerCopy &ledger, Verdict &verdict);

/// I2, I3, and I9's old epochs. @p where: whose orders they are, for messages.
void checkOrders(const DecidedOrders &orders, const QByteArray &where, Verdict &verdict);

} // namespace toystore
