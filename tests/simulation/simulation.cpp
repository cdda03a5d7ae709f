// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simulation.h"

#include <algorithm>

namespace toystore::simulation
{

void Simulation::at(Instant time, std::function<void()> work)
{
    m_events.push_back({std::max(time, m_now), ++m_lastSequence, std::move(work)});
    std::push_heap(m_events.begin(), m_events.end());
}

bool Simulation::runUntil(Instant end, const std::function<bool()> &enough)
{
    while (!m_violation && !m_events.empty() && m_events.front().time <= end) {
        std::pop_heap(m_events.begin(), m_events.end());
        const Event event = std::move(m_events.back());
        m_events.pop_back();
        m_now = event.time;
        ++m_statistics.events;
        event.work();
        if (m_afterEvent)
            m_afterEvent();
        if (enough && enough())
            return true;
    }
    if (!m_violation)
        m_now = std::max(m_now, end);
    return false;
}

void Simulation::violate(Violation violation)
{
    if (m_violation)
        return;
    noteFault(violation.invariant + " is broken: " + violation.text);
    m_violation = std::move(violation);
}

} // namespace toystore::simulation
