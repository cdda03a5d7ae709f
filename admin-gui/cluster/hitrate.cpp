// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/hitrate.h"

namespace toystore
{

void HitRate::take(qint64 hits, qint64 misses, Instant now)
{
    if (!m_samples.empty() && hits < m_samples.back().hits)
        m_samples.clear(); // the frontend was started anew
    if (m_samples.empty() || now - m_samples.back().at >= betweenSamples)
        m_samples.push_back({now, hits, misses});
    while (now - m_samples.front().at > window)
        m_samples.pop_front();
}

std::optional<double> HitRate::percent() const
{
    if (m_samples.size() < 2)
        return std::nullopt;
    const qint64 hits = m_samples.back().hits - m_samples.front().hits;
    const qint64 queries = hits + m_samples.back().misses - m_samples.front().misses;
    if (queries <= 0)
        return std::nullopt;
    return 100.0 * static_cast<double>(hits) / static_cast<double>(queries);
}

} // namespace toystore
