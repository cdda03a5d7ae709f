// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "protocol/supervisormessages.h"

namespace toystore
{

/// How long to wait for services that start: no less than the supervisor, who knows whether one gets on and
/// calls it failed when it does not. Pure.
class Patience
{
public:
    /// @p limit: what the user set, which nothing puts off; 0: @p usual, from the last word on that a service
    /// starts.
    Patience(Milliseconds limit, Milliseconds usual, Instant now)
        : m_isLimit(limit.count() > 0), m_span(m_isLimit ? limit : usual), m_until(now + m_span)
    {
    }

    /// What the supervisor says of its services.
    void heard(const QList<ProcessView> &processes, Instant now);
    [[nodiscard]] Milliseconds left(Instant now) const;
    /// The time that was not enough.
    [[nodiscard]] Milliseconds span() const { return m_span; }

private:
    const bool m_isLimit;
    const Milliseconds m_span;
    Instant m_until;
};

} // namespace toystore
