// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "faults/links.h"
#include "protocol/faultmessages.h"

#include <vector>

namespace toystore
{

enum class ChaosKind {
    Kill,    ///< SIGKILL, and started again
    Pause,   ///< SIGSTOP, and SIGCONT
    Restart, ///< SIGTERM, drained, and started again at once
    Cut,     ///< a link is cut, or silent in one direction or both
    Delay,   ///< a link delays or loses messages
};
inline constexpr ChaosKind allChaosKinds[] = {ChaosKind::Kill, ChaosKind::Pause, ChaosKind::Restart,
                                              ChaosKind::Cut, ChaosKind::Delay};

/// "kill", "pause" ...
[[nodiscard]] QByteArray nameOf(ChaosKind kind);
[[nodiscard]] std::optional<ChaosKind> chaosKindFromName(const QByteArray &name);

/// One fault of a plan, from its begin to its end.
struct ChaosStep {
    ChaosKind kind = ChaosKind::Kill;
    Milliseconds begin{0};   ///< since that of the plan
    Milliseconds end{0};     ///< of a restart: its begin
    QByteArray service = {}; ///< of a kill, pause or restart; may be "leader"
    QByteArray from = {};    ///< of a cut or delay: the link, where either may be "leader" or "all"
    QByteArray to = {};
    Fault fault = {};
    qint64 seed = 0; ///< of what is lost

    bool operator==(const ChaosStep &) const = default;
};

/// What a plan is made of.
struct ChaosOptions {
    Milliseconds duration{0}; ///< no fault ends later
    quint64 seed = 0;
    std::vector<ChaosKind> kinds; ///< at least one
    QList<ReplicaId> replicas;    ///< of the store
};

/// Draws a plan from its seed: the same options, the same plan. Faults come in bursts of one to three that
/// overlap, with short times of peace in between. It stays within what the store promises to survive
/// (docs/guarantees.md): it takes any process and any link, all at once if it comes to that, and never a
/// disk. Pure.
///
/// The steps are in the order of their begins.
[[nodiscard]] std::vector<ChaosStep> planChaos(const ChaosOptions &options);

/// @p step for people: "kill leader", "delay 50 ms on frontend -> catalog".
[[nodiscard]] QByteArray textOf(const ChaosStep &step);

} // namespace toystore
