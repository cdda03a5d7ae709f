// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/places.h"

#include <QList>

#include <deque>

namespace toystore
{

/// The catalog, where a call's destination or an order's source is named by a replica's id.
inline constexpr ReplicaId theCatalog{};

/// The replicas in the order in which @p self asks them for orders: smallest distance between ids first, ties
/// to the higher id.
[[nodiscard]] QList<ReplicaId> nearestFirst(ReplicaId self, QList<ReplicaId> others);

/// Whom a replica that lacks orders still has to ask, and why it asks. One source at a time. Pure.
class CatchUp
{
public:
    enum class Purpose {
        Boot,    ///< the process has just started: the peers that can be reached
        Gap,     ///< the leader has more: until we have it too
        Lead,    ///< before the first sale of an epoch: every peer, and the ledger last
        Behind,  ///< a leader whose sell the ledger found to be behind: the ledger alone
        Recover, ///< the disk was full: see whether it still is
    };

    /// @p sources in the order in which to ask; may be empty.
    void begin(Purpose purpose, const QList<ReplicaId> &sources);
    void end() { m_running = false; }

    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] bool isRunningTo(Purpose purpose) const { return m_running && m_purpose == purpose; }
    [[nodiscard]] Purpose purpose() const { return m_purpose; }
    [[nodiscard]] bool hasSource() const { return !m_sources.empty(); }
    /// Whom to ask now, if there is one.
    [[nodiscard]] ReplicaId source() const { return m_sources.front(); }

    /// The source has no more (@p answered) or is silent: on to the next one.
    void nextSource(bool answered);

    [[nodiscard]] bool everySourceAnswered() const { return m_silent.isEmpty(); }
    [[nodiscard]] const QList<ReplicaId> &silent() const { return m_silent; }

private:
    bool m_running = false;
    Purpose m_purpose = Purpose::Boot;
    std::deque<ReplicaId> m_sources;
    QList<ReplicaId> m_silent;
};

} // namespace toystore
