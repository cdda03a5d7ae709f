// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <functional>

namespace toystore
{

/// Lets the event loop run and calls @p check every few milliseconds until it says true; false after
/// @p timeout.
[[nodiscard]] bool waitFor(Milliseconds timeout, const std::function<bool()> &check);

} // namespace toystore
