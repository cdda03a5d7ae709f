// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "common/storeaccess.h"
#include "operate/storestatus.h"

namespace toystore
{

/// How an open store is, by the word of all its services. Errors: those of StoreWatch::open(); a service that
/// does not answer is no error.
[[nodiscard]] Result<StoreStatus> askForStatus(const StoreAccess &access, Milliseconds timeout);

/// Prints how the store is.
[[nodiscard]] ExitCode showStatus(const GlobalOptions &options, const Output &output);

} // namespace toystore
