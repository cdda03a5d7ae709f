// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "load/shoprequest.h"
#include "metrics/latencyhistogram.h"

#include <QSet>

#include <array>

namespace toystore
{

/// What can go wrong with one attempt to get an answer.
enum class LoadError {
    Refused,        ///< no connection
    ConnectionLost, ///< before the answer was complete
    TimedOut,       ///< no complete answer within the plan's time-out
    ServerError,    ///< a status of 500 or more
    Malformed,      ///< no HTTP, or not what a toy store answers
    Overrun,        ///< of the open loop: due, but never sent, because too many were due before it
};
inline constexpr std::size_t loadErrors = 6;

/// "refused", "connection_lost", …
[[nodiscard]] QByteArrayView nameOf(LoadError error);

/// What a load has done and how it fared, in a span of time. A value of 110 KB that can be merged.
struct LoadFigures {
    using Duration = LatencyHistogram::Duration;

    /// Of the requests that were answered, rejections and such included: from the first attempt, in the open
    /// loop from when it was due, to the answer. So a buy that was repeated counts once, with all its wait.
    std::array<LatencyHistogram, requestKinds> latency;
    qint64 rejected = 0;   ///< of the answers to buys
    qint64 mismatched = 0; ///< of the answers to buys
    qint64 notFound = 0;   ///< of the answers to queries and look-ups

    std::array<qint64, loadErrors> errors{}; ///< attempts that failed: what clients noticed
    QSet<qint64> noticedBy;                  ///< the clients that did
    qint64 repeats = 0;                      ///< attempts of buys under a key that was sent before
    qint64 recovered = 0;                    ///< buys that were answered after such a repetition
    qint64 unanswered = 0;                   ///< requests given up, overruns not among them
    Duration longestWait{0};                 ///< of any request, given up or answered
    Duration span{0};                        ///< the time in which all this happened

    void merge(const LoadFigures &later);

    [[nodiscard]] const LatencyHistogram &latencyOf(RequestKind kind) const
    {
        return latency[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] qint64 errorsOf(LoadError error) const { return errors[static_cast<std::size_t>(error)]; }
    [[nodiscard]] qint64 allErrors() const;
    [[nodiscard]] qint64 answered() const;
    [[nodiscard]] qint64 acknowledged() const; ///< orders
    /// Answers per second.
    [[nodiscard]] double throughput() const;
};

} // namespace toystore
