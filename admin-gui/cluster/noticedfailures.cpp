// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/noticedfailures.h"

namespace toystore
{

void NoticedFailures::take(const FrontendStatus::Answer &status, qint64 life)
{
    Counts now{0, status.refusedSessions};
    for (const TrafficView &kind : status.traffic)
        now.answers += kind.failures;
    if (!m_life)
        m_counted = now; // of before we came
    else if (*m_life != life)
        m_counted = {};
    m_life = life;
    m_sum.answers += now.answers - m_counted.answers;
    m_sum.refused += now.refused - m_counted.refused;
    m_counted = now;
}

void NoticedFailures::setLoadErrors(qint64 errors)
{
    m_loadErrors += errors < m_countedByLoad ? errors : errors - m_countedByLoad;
    m_countedByLoad = errors;
}

VerdictView NoticedFailures::verdict(const KnownStore &store, Instant now) const
{
    const KnownService *frontend = store.frontend();
    const bool isFrontendHeard = frontend && frontend->frontend && frontend->isHeard(now);
    VerdictView verdict;
    verdict.text = "clients noticed: " + QByteArray::number(count());
    verdict.tooltip = "Since this dashboard watches, the frontend answered " +
                      QByteArray::number(m_sum.answers) + " requests with 500 or above and refused " +
                      QByteArray::number(m_sum.refused) +
                      " connections, and the load of this dashboard met " + QByteArray::number(m_loadErrors) +
                      " other errors.";
    if (!m_life) {
        verdict.text = "clients noticed: ?";
        verdict.tooltip = "The frontend has not said yet what it answered.";
    } else if (count() > 0) {
        verdict.state = VerdictState::Broken;
    } else if (!isFrontendHeard) {
        verdict.state = VerdictState::Partial;
    } else {
        verdict.state = VerdictState::Ok;
    }
    if (m_life && !isFrontendHeard)
        verdict.tooltip += " Now it does not answer: whom it does not serve nobody counts.";
    return verdict;
}

} // namespace toystore
