// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "protocol/fields.h"

namespace toystore
{

/// An Event of base/eventring.h on the wire.
struct EventFields : Event {
    static constexpr qsizetype maxKindBytes = 64;
    static constexpr qsizetype maxSubjectBytes = 1024;
    static constexpr qsizetype maxMessageBytes = 4096;

    EventFields() = default;
    /// Cuts what is longer than a reader accepts.
    explicit EventFields(Event event) : Event(std::move(event))
    {
        kind = clipText(kind, maxKindBytes);
        requestId = clipText(requestId, maxSubjectBytes);
        subject = clipText(subject, maxSubjectBytes);
        message = clipText(message, maxMessageBytes);
    }

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("cursor", self.cursor);
        visit("at_ms", self.atMs);
        visit("kind", self.kind, maxKindBytes);
        visit("request_id", self.requestId, maxSubjectBytes);
        visit("subject", self.subject, maxSubjectBytes);
        visit("order_number", self.orderNumber);
        visit("epoch", self.epoch);
        visit("count", self.count);
        visit("at_us", self.atUs);
        visit("message", self.message, maxMessageBytes);
    }
};

inline constexpr qsizetype maxEventsPerPush = 500;

/// Asks for the events after a cursor: the service pushes Events on this connection, at most 20 times a
/// second. Who also asks for the status gets it pushed: when it has changed, and as a sign of life.
struct Subscribe {
    static constexpr QByteArrayView method = "subscribe";

    struct Answer {
        qint64 cursor = 0;                      ///< where the pushes begin
        std::optional<qint64> incarnation = {}; ///< for those who named one

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("cursor", self.cursor);
            visit("incarnation", self.incarnation);
        }
    };

    std::optional<qint64> cursor; ///< absent: from now on; 0: from the oldest kept
    /// Of the process whose cursor it is, by an earlier answer; 0: not known yet. In another life of the
    /// service the pushes begin with the oldest event kept.
    std::optional<qint64> incarnation = {};
    std::optional<bool> status = {};

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("cursor", self.cursor);
        visit("incarnation", self.incarnation);
        visit("with_status", self.status); // "status" is the envelope's
    }
};

/// Pushed to a subscriber; wants no answer.
struct Events {
    static constexpr QByteArrayView method = "events";

    QList<EventFields> events;
    qint64 cursor = 0; ///< subscribe with this one after a reconnect: nothing is missed
    qint64 missed = 0; ///< events dropped before these because the reader was too slow

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("events", self.events, maxEventsPerPush);
        visit("cursor", self.cursor);
        visit("missed", self.missed);
    }
};

} // namespace toystore
