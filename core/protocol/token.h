// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QByteArray>

namespace toystore
{

/// Compares what a command carries with the store's token, in a time that tells nothing of how much of a
/// guess was right. Errors: unauthorized.
[[nodiscard]] Result<void> checkToken(const QByteArray &given, const QByteArray &token);

} // namespace toystore
