// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/storeclock.h"

#include <cstdlib>

namespace toystore
{

void StoreClock::take(qint64 theirMs, qint64 ourMs, Instant now)
{
    const qint64 ahead = theirMs - ourMs;
    if (!m_aheadMs || ahead > *m_aheadMs || now - m_heardAt > patience)
        m_aheadMs = ahead;
    if (*m_aheadMs - ahead < same.count())
        m_heardAt = now;
}

qint64 StoreClock::aheadMs() const
{
    const qint64 ahead = m_aheadMs.value_or(0);
    return std::abs(ahead) < same.count() ? 0 : ahead;
}

} // namespace toystore
