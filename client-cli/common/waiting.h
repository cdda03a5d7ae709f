// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/patience.h"

#include <functional>

namespace toystore
{

/// Lets the event loop run and calls @p check every few milliseconds until it says true; false after
/// @p timeout.
[[nodiscard]] bool waitFor(Milliseconds timeout, const std::function<bool()> &check);
/// The same as long as @p patience lasts, which may get more meanwhile.
[[nodiscard]] bool waitFor(const Patience &patience, const std::function<bool()> &check);

} // namespace toystore
