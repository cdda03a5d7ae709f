// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "base/result.h"

namespace toystore
{

/// Reads a length of time as people write it: "500ms", "10s", "5min"; without a unit seconds. From 100 ms to
/// @p most, whole minutes. Errors: invalid_field, naming @p option, the text and the limits.
[[nodiscard]] Result<Milliseconds> parseDuration(const QByteArray &option, const std::string &text,
                                                 std::chrono::minutes most = std::chrono::hours(24));

} // namespace toystore
