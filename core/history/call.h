// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

#include <chrono>
#include <limits>
#include <optional>

namespace toystore
{

/// A reading of the monotonic clock. All times of a history are of one machine between two of its boots, so
/// that they can be compared; their zero means nothing.
using Nanoseconds = std::chrono::nanoseconds;

enum class CallKind {
    Buy,    ///< POST /orders
    Query,  ///< GET /products/{name}
    LookUp, ///< GET /orders/{number}
};

enum class CallOutcome {
    Ok,       ///< what was asked for
    Rejected, ///< of a buy: couldn't place the order
    Mismatch, ///< of a buy: its key was used with another order
    NotFound, ///< of a query or a look-up
    Unknown,  ///< no answer, or one that does not say what happened: a buy may have been decided, or may be
              ///< yet
};

/// What one client asked and what it was told.
struct Call {
    qint64 id = 0;     ///< unique in its history
    qint64 client = 0; ///< who asked
    CallKind kind = CallKind::Query;
    QByteArray name;                     ///< asked for; of a look-up that is Ok: of the order found
    qint64 quantity = 0;                 ///< a buy's: asked for; of a query or look-up that is Ok: shown
    QByteArray key;                      ///< a buy's Idempotency-Key; empty: it was sent without one
    qint64 number = 0;                   ///< a look-up's: asked for; of a buy that is Ok: its order's
    Nanoseconds sent{0};                 ///< read before the first byte left
    std::optional<Nanoseconds> answered; ///< read after the last byte came; absent: it never did
    CallOutcome outcome = CallOutcome::Unknown;

    bool operator==(const Call &) const = default;
};

/// When something happened: not before @c from and not after @c to. By default nothing is known of it.
struct Span {
    Nanoseconds from = Nanoseconds::min();
    Nanoseconds to = Nanoseconds::max();

    /// Whether it was over when the other began: the real-time order. Equal times say nothing.
    [[nodiscard]] bool precedes(const Span &other) const { return to < other.from; }
};

} // namespace toystore
