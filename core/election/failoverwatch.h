// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "protocol/frontendmessages.h"

#include <optional>

namespace toystore
{

/// Puts together how the frontend lived through the last change of leader, and what buys noticed of it. Pure;
/// times are wall clock, milliseconds since 1970 UTC.
class FailoverWatch
{
public:
    /// All that are over, as far as finding another leader goes.
    struct Totals {
        qint64 count = 0;
        Milliseconds time{0}; ///< from giving a leader up to the next one
    };

    /// The leader did not answer a buy, or refused it without deciding it.
    void attemptFailed(qint64 atMs);
    /// A buy was sent again.
    void resent();
    /// A buy was answered by the leader: with an order, or with a refusal for good.
    void answered(qint64 atMs);
    /// A buy was given up and answered 500 or above.
    void failed(qint64 atMs);
    void leaderLost(ReplicaId leader, qint64 atMs);
    void leaderReady(ReplicaId leader, qint64 epoch, qint64 atMs);

    /// The last one; nothing if the leader was never lost.
    [[nodiscard]] const std::optional<FailoverView> &last() const { return m_last; }
    [[nodiscard]] const Totals &totals() const { return m_totals; }

private:
    [[nodiscard]] bool isUnderWay() const { return m_last && !m_last->isOver; }

    std::optional<FailoverView> m_last;
    Totals m_totals;
    std::optional<qint64> m_lastGood;
    std::optional<qint64> m_firstFailure; // since then
    qint64 m_failedSince = 0;             // buys, since then
};

} // namespace toystore
