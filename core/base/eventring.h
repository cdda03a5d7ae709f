// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <QByteArray>
#include <QList>

#include <deque>
#include <map>
#include <mutex>
#include <optional>

namespace toystore
{

/// One thing that happened in a service: what, when, for which request, with which numbers. Made by naming
/// what matters: `ring.add({.kind = "leader_changed", .epoch = 4});`
struct Event {
    qint64 cursor = 0;    ///< given by the ring: 1, 2, 3 ...
    qint64 atMs = 0;      ///< wall clock, milliseconds since 1970 UTC
    QByteArray kind = {}; ///< past facts in lower case, for example "leader_changed"
    QByteArray requestId = {};
    QByteArray subject = {}; ///< who or what it happened to: a toy, a service, a peer
    std::optional<qint64> orderNumber = {};
    std::optional<qint64> epoch = {};
    std::optional<qint64> count = {}; ///< how many things this event stands for
    std::optional<qint64> atUs = {};  ///< atMs to the microsecond, where that matters
    QByteArray message = {};

    bool operator==(const Event &) const = default;
};

/// The last events of a service, bounded; readers keep a cursor and so notice what they missed. Any thread.
class EventRing
{
public:
    /// @p capacity: events kept; older ones are dropped.
    explicit EventRing(qsizetype capacity = 4096);

    /// Kinds that happen often: so many a second are kept one by one, those in between are summed,
    static constexpr int oftenPerSecond = 20;
    /// for so long.
    static constexpr Milliseconds sumFor{50};

    /// Adds @p event and gives it the next cursor (and the time, if it has none).
    void add(Event event);
    /// The same for a kind that may happen thousands of times a second: beyond oftenPerSecond, the events of
    /// sumFor become one, which says what the last of them said but for the request id, and counts for all.
    void addOften(Event event);

    struct Page {
        QList<Event> events;
        qint64 cursor = 0; ///< ask with this one next
        qint64 missed = 0; ///< events after the asked cursor that the ring no longer had
    };

    /// At most @p limit events after @p cursor (0: from the oldest kept). A cursor from the future, as after
    /// a restart of the service, starts again from the oldest.
    [[nodiscard]] Page after(qint64 cursor, qsizetype limit) const;

    /// The newest event's cursor; 0 if there was none.
    [[nodiscard]] qint64 lastCursor() const;

private:
    struct Often {      // of one kind
        Instant second; // when the current one began
        int passed = 0; // in it
        Instant summedSince;
        std::optional<Event> sum;
    };

    void append(Event event) const;
    void appendSums(Instant now) const;

    // What is summed joins the events when somebody looks.
    const qsizetype m_capacity;
    mutable std::mutex m_mutex;
    mutable std::deque<Event> m_events;
    mutable qint64 m_last = 0;
    mutable std::map<QByteArray, Often> m_often; // few kinds
};

} // namespace toystore
