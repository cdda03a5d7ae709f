// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <QByteArrayView>

#include <mutex>

namespace toystore
{

/// Chooses a few of many requests, to follow each on its way through all services: about as many a second as
/// people can look at. Services choose without asking each other, and yet mostly the same ones: each id has
/// a rank by its hash, of which half of all ids have at least 1, a quarter at least 2 and so on; a service
/// that is busier takes only higher ranks. So what the busiest takes all others take, too. Any thread.
class RequestSampler
{
public:
    static constexpr int mostPerSecond = 20; ///< then only every second one of those so far is taken
    static constexpr int leastPerSecond = 5; ///< then twice as many

    /// How many requests @p requestId stands for, itself included; 0: it is not taken.
    [[nodiscard]] qint64 take(QByteArrayView requestId, Instant now);

private:
    std::mutex m_mutex;
    Instant m_second; // when the current one began
    int m_taken = 0;  // in it, at this rank
    int m_leastRank = 0;
};

} // namespace toystore
