// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"
#include "history/call.h"

#include <vector>

namespace toystore
{

/// A history's file is text (docs/protocol.md): a first line with the format's version, then one call a line,
/// in any order.
///
/// The first line, LF included.
[[nodiscard]] QByteArray historyHeaderLine();

/// A call's line, LF included.
[[nodiscard]] QByteArray callLine(const Call &call);

/// Reads a whole history. Strict: each field that a call's kind and outcome ask for must be there, no other
/// of the format's fields may be; unknown fields are ignored. Errors: malformed_message, invalid_field,
/// naming line and field.
[[nodiscard]] Result<std::vector<Call>> parseHistory(QByteArrayView text);

} // namespace toystore
