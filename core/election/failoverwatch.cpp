// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "election/failoverwatch.h"

#include <algorithm>

namespace toystore
{

void FailoverWatch::attemptFailed(qint64 atMs)
{
    if (!m_firstFailure)
        m_firstFailure = atMs;
    if (isUnderWay() && !m_last->firstFailureMs)
        m_last->firstFailureMs = atMs;
}

void FailoverWatch::resent()
{
    if (isUnderWay())
        ++m_last->resent;
}

void FailoverWatch::answered(qint64 atMs)
{
    m_lastGood = atMs;
    m_firstFailure.reset();
    m_failedSince = 0;
    if (!isUnderWay() || !m_last->newLeaderMs)
        return; // a late answer of the old leader's ends nothing
    m_last->firstSuccessMs = atMs;
    m_last->isOver = true;
}

void FailoverWatch::failed(qint64 atMs)
{
    ++m_failedSince;
    attemptFailed(atMs);
    if (isUnderWay())
        ++m_last->failed;
}

void FailoverWatch::leaderLost(ReplicaId leader, qint64 atMs)
{
    if (isUnderWay() && !m_last->newLeaderMs)
        return; // still the same one: there has been no leader in between
    FailoverView begun;
    begun.lostLeader = leader.value;
    begun.lastGoodMs = m_lastGood;
    begun.firstFailureMs = m_firstFailure;
    begun.detectedMs = atMs;
    begun.failed = m_failedSince;
    m_last = begun;
}

void FailoverWatch::leaderReady(ReplicaId leader, qint64 epoch, qint64 atMs)
{
    if (!isUnderWay() || m_last->newLeaderMs)
        return;
    m_last->newLeader = leader.value;
    m_last->epoch = epoch;
    m_last->newLeaderMs = atMs;
    ++m_totals.count;
    m_totals.time +=
        Milliseconds(std::max<qint64>(0, atMs - *m_last->detectedMs)); // the clock may be set back
}

} // namespace toystore
