// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/patience.h"

#include <algorithm>

namespace toystore
{

void Patience::heard(const QList<ProcessView> &processes, Instant now)
{
    const bool oneStarts = std::any_of(processes.begin(), processes.end(), [](const ProcessView &process) {
        return process.state == "starting";
    });
    if (oneStarts && !m_isLimit)
        m_until = now + m_span;
}

Milliseconds Patience::left(Instant now) const
{
    return std::max(std::chrono::ceil<Milliseconds>(m_until - now), Milliseconds(0));
}

} // namespace toystore
