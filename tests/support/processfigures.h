// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QtGlobal>

namespace toystore
{

/// Whether memory that was freed can be used again: the address sanitizer keeps it for a while. And how many
/// times as long the CPU may take for the same work.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool memoryIsExact = false;
inline constexpr int slowness = 5;
#else
inline constexpr bool memoryIsExact = true;
inline constexpr int slowness = 1;
#endif

// What the kernel says of processes and their connections; 0 of those that are not there.

/// Its share of memory, in bytes (Pss).
[[nodiscard]] qint64 memoryOf(qint64 pid);
/// Heap and stacks, in bytes: what grows when it keeps something. Its share of memory grows, too, when
/// another process of the same program ends.
[[nodiscard]] qint64 ownMemoryOf(qint64 pid);
/// What it has in memory, shared or not, in bytes (Rss).
[[nodiscard]] qint64 residentOf(qint64 pid);
/// CPU time used so far, in clock ticks.
[[nodiscard]] qint64 cpuTicksOf(qint64 pid);
/// Files, sockets and the like that are open.
[[nodiscard]] qsizetype descriptorsOf(qint64 pid);

/// The clients' end of a port of this machine, all together.
struct PortFigures {
    int connections = 0;     ///< established
    qint64 untakenBytes = 0; ///< sent to the clients, and not yet taken by their side
};
[[nodiscard]] PortFigures figuresOfPort(quint16 port);

} // namespace toystore
