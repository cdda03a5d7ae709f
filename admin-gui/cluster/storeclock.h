// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <optional>

namespace toystore
{

/// How far a store's wall clock is ahead of ours, by what its supervisor says that it reads. Its word takes
/// some time, more after this program was stopped, so the difference that looks the greatest is the right
/// one; a smaller one counts when nothing else was heard for a while. Pure.
class StoreClock
{
public:
    static constexpr Milliseconds same{1000}; ///< less is no difference
    static constexpr Milliseconds patience{5000};

    /// At @p now, when ours reads @p ourMs, the store says @p theirMs (milliseconds since 1970 UTC).
    void take(qint64 theirMs, qint64 ourMs, Instant now);
    /// Milliseconds; negative: it is behind. 0 while nothing is known.
    [[nodiscard]] qint64 aheadMs() const;

private:
    std::optional<qint64> m_aheadMs;
    Instant m_heardAt; // the last that says the same
};

} // namespace toystore
