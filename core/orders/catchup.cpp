// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/catchup.h"

#include <algorithm>
#include <cstdlib>

namespace toystore
{

QList<ReplicaId> nearestFirst(ReplicaId self, QList<ReplicaId> others)
{
    std::sort(others.begin(), others.end(), [self](ReplicaId a, ReplicaId b) {
        const qint64 distanceA = std::abs(a.value - self.value);
        const qint64 distanceB = std::abs(b.value - self.value);
        return distanceA != distanceB ? distanceA < distanceB : a > b;
    });
    return others;
}

void CatchUp::begin(Purpose purpose, const QList<ReplicaId> &sources)
{
    m_running = true;
    m_purpose = purpose;
    m_sources.assign(sources.begin(), sources.end());
    m_silent.clear();
}

void CatchUp::nextSource(bool answered)
{
    if (!answered)
        m_silent.append(m_sources.front());
    m_sources.pop_front();
}

} // namespace toystore
