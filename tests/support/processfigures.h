// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QtGlobal>

namespace toystore
{

// What the kernel says of processes and their connections; 0 of those that are not there.

/// Proportional set size, kB.
[[nodiscard]] qint64 pssOf(qint64 pid);
/// Resident set size, kB.
[[nodiscard]] qint64 residentOf(qint64 pid);
/// CPU time used so far, in clock ticks.
[[nodiscard]] qint64 cpuTicksOf(qint64 pid);
/// Files, sockets and the like that are open.
[[nodiscard]] int descriptorsOf(qint64 pid);

/// The clients' end of a port of this machine, all together.
struct PortFigures {
    int connections = 0;     ///< established
    qint64 untakenBytes = 0; ///< sent to the clients, and not yet taken by their side
};
[[nodiscard]] PortFigures figuresOfPort(quint16 port);

} // namespace toystore
