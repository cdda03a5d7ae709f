// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/callindex.h"
#include "history/logchecks.h"

namespace toystore
{

/// What clients were told, compared with what was decided and is in the logs: I1, I2, I3, I9 and I12.
void checkCalls(const CallIndex &index, const std::vector<LogReading> &logs, Verdict &verdict);

/// What clients were told and when, compared with the order of the decisions: I11.
void checkNumbersFollowTime(const CallIndex &index, Verdict &verdict);

} // namespace toystore
