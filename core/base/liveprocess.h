// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtGlobal>

namespace toystore
{

/// Whether a process @p pid is there on this machine, whoever's, and not just the zombie that is left of one
/// until somebody reaps it; in a container nobody may. Any thread.
[[nodiscard]] bool isAlive(qint64 pid);

/// The letter in /proc of what process @p pid does, as 'T' for stopped; 0 if there is none. Any thread.
[[nodiscard]] char processState(qint64 pid);

} // namespace toystore
