// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/callindex.h"
#include "history/verdict.h"

namespace toystore
{

/// I10, toy by toy: whether queries and buys, rejected ones included, are linearizable together with the
/// ledger's movements in their sequence. A sale happened between the first sending of its request id and its
/// first acknowledgement, as far as these were recorded; of openings and restocks only the sequence is known.
///
/// Not decided for a toy of which the ledger was rebuilt: what clients saw before is gone with the old one.
void checkStockFollowsTime(const CallIndex &index, const LedgerCopy &ledger, Verdict &verdict);

} // namespace toystore
