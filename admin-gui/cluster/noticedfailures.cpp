// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/noticedfailures.h"

namespace toystore
{

void NoticedFailures::take(const FrontendStatus::Answer &status, qint64 life)
{
    qint64 failures = 0;
    for (const TrafficView &kind : status.traffic)
        failures += kind.failures;
    if (!m_life)
        m_counted = failures; // of before we came
    else if (*m_life != life)
        m_counted = 0;
    m_life = life;
    m_answers += failures - m_counted;
    m_counted = failures;
}

VerdictView NoticedFailures::verdict(const KnownStore &store, Instant now) const
{
    const KnownService *frontend = store.frontend();
    const bool isFrontendHeard = frontend && frontend->frontend && frontend->isHeard(now);
    VerdictView verdict;
    verdict.text = "clients noticed: " + QByteArray::number(count());
    verdict.tooltip = "Since this dashboard watches, the frontend answered " + QByteArray::number(m_answers) +
                      " requests with 500 or above, and the load of this dashboard met " +
                      QByteArray::number(m_loadErrors) + " errors.";
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
