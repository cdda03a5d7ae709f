// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/requestsampler.h"

#include <bit>

namespace toystore
{

namespace
{

constexpr int highestRank = 20; // one in a million

/// FNV-1a (Fowler, Noll, Vo), its halves folded because the low bits alone mix badly.
quint32 hashOf(QByteArrayView text)
{
    quint64 hash = 14695981039346656037U;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return static_cast<quint32>(hash ^ (hash >> 32U));
}

} // namespace

qint64 RequestSampler::take(QByteArrayView requestId, Instant now)
{
    const int rank = std::min(std::countr_zero(hashOf(requestId)), highestRank);
    const std::scoped_lock lock(m_mutex);
    if (now - m_second >= std::chrono::seconds(1)) {
        if (m_taken < leastPerSecond && m_leastRank > 0)
            --m_leastRank;
        m_second = now;
        m_taken = 0;
    }
    if (rank < m_leastRank)
        return 0;
    if (++m_taken > mostPerSecond && m_leastRank < highestRank) {
        ++m_leastRank;
        m_taken = mostPerSecond / 2;
    }
    return qint64(1) << m_leastRank;
}

} // namespace toystore
