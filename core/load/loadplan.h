// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "load/loadmix.h"
#include "protocol/places.h"

#include <optional>

namespace toystore
{

/// Which load to put on a shop.
struct LoadPlan {
    Endpoint shop;
    /// Each has a connection of its own and one request under way at most.
    int clients = 8;
    /// Requests per second, above 0: the open loop, whose requests start at even intervals whether the ones
    /// before are answered or not. Absent: the closed loop, in which each client sends as soon as it is
    /// answered.
    std::optional<double> rate;
    LoadMix mix;
    /// After so many each client has done what it wanted; absent: until stopped.
    std::optional<qint64> requestsPerClient;

    /// Of one attempt.
    Milliseconds timeout = Milliseconds(10'000);
    /// A buy without an answer that tells is sent again under its key so often, and for so long.
    int maxRepeats = 1000;
    Milliseconds repeatFor = Milliseconds(30'000);
    /// Of the open loop: requests that may be due and not sent because no client is free.
    std::size_t maxBacklog = 10'000;
    /// Begins every Idempotency-Key; at most 80 visible ASCII characters, never used before with this
    /// store. Empty: a new one is made.
    QByteArray keyPrefix;
};

} // namespace toystore
