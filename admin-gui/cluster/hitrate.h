// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <deque>
#include <optional>

namespace toystore
{

/// How often the cache had what was asked for lately, by the counts that the frontend tells. A value.
class HitRate
{
public:
    static constexpr Milliseconds window{5000};
    static constexpr Milliseconds betweenSamples{250};

    /// The counts since the frontend started, heard at @p now.
    void take(qint64 hits, qint64 misses, Instant now);
    /// Of the last seconds' queries; nothing if there were none.
    [[nodiscard]] std::optional<double> percent() const;

private:
    struct Sample {
        Instant at;
        qint64 hits = 0;
        qint64 misses = 0;
    };

    std::deque<Sample> m_samples;
};

} // namespace toystore
