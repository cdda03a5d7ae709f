// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtGlobal>

namespace toystore
{

/// Whether process @p pid is a supervisor, as far as can be seen: of somebody else's process no more than
/// that it is there. A supervisor that was killed leaves its pid behind, which after a while, and certainly
/// after a restart of the machine, may be another process's.
[[nodiscard]] bool isSupervisor(qint64 pid);

} // namespace toystore
