// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"

namespace toystore
{

/// How one of the supervisor's events reads to a person: a line for a service that gets ready, fails, is
/// killed or ends, and for the store's opening and closing, with where to shop. Without the last line's end.
/// Empty for what needs no telling, as a start that will be told by its end.
[[nodiscard]] QByteArray announcement(const Event &event);

/// Between why a service ended and its log's last lines, in a ProcessView's reason.
inline constexpr QByteArrayView logFollows = "; its log ends with:\n";

/// Why a service ended, without the lines of its log.
[[nodiscard]] QByteArray withoutLog(const QByteArray &reason);

} // namespace toystore
