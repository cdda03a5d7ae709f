// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "operate/storewatch.h"

namespace toystore
{

/// Connects @p watch with the store that the options name. Errors: those of StoreWatch::open(),
/// cannot_connect also where another store answers at the usual port.
[[nodiscard]] Result<void> openStore(StoreWatch &watch, const StoreAccess &access,
                                     const GlobalOptions &options);

/// Says plainly that there is no open store, and what to do. @p error: openStore()'s.
ExitCode tellNotOpen(const StoreAccess &access, const Error &error, const Output &output);

} // namespace toystore
