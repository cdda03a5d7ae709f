// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

namespace toystore
{

/// Makes room for @p clients, each with a connection of its own: raises the limit of open descriptors as far
/// as this process may. Errors: out_of_range, naming the limit and how many clients it leaves room for.
[[nodiscard]] Result<void> makeRoomFor(qint64 clients);

} // namespace toystore
