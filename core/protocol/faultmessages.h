// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/fields.h"

namespace toystore
{

/// What is wrong with a link (faults/links.h). A link has at most one fault of each kind.
struct Fault {
    QByteArray kind; ///< delay, loss, silent or cut
    /// forward: what FROM sends; backward: what TO sends back; both, which is also meant where it is absent.
    /// A cut is always both.
    std::optional<QByteArray> direction;
    std::optional<qint64> delayMs;     ///< a delay's
    std::optional<qint64> jitterMs;    ///< a delay's: up to so much more, another for each message
    std::optional<double> lossPercent; ///< a loss's: so many of a hundred messages

    bool operator==(const Fault &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("kind", self.kind, 64);
        visit("direction", self.direction, 64);
        visit("delay_ms", self.delayMs);
        visit("jitter_ms", self.jitterMs);
        visit("loss_percent", self.lossPercent);
    }
};

/// What went along a link in one direction since the fault proxy started, and what faults did to it.
struct Traffic {
    qint64 messages = 0; ///< that came, the dropped ones too
    qint64 bytes = 0;
    qint64 delayed = 0; ///< messages; so for these
    qint64 dropped = 0;
    qint64 held = 0; ///< came while the direction was silent

    bool operator==(const Traffic &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("messages", self.messages);
        visit("bytes", self.bytes);
        visit("delayed", self.delayed);
        visit("dropped", self.dropped);
        visit("held", self.held);
    }
};

/// A link as the fault proxy knows it.
struct LinkView {
    QByteArray from;
    QByteArray to;
    QByteArray address; ///< where the proxy takes FROM's connections
    QList<Fault> faults;
    qint64 connections = 0; ///< open ones
    qint64 cut = 0; ///< connections that a cut has closed, or the end of a loss that left a gap in them
    Traffic forward;
    Traffic backward;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("from", self.from, 64);
        visit("to", self.to, 64);
        visit("address", self.address, 64);
        visit("faults", self.faults, 8);
        visit("connections", self.connections);
        visit("cut", self.cut);
        visit("forward", self.forward);
        visit("backward", self.backward);
    }
};

/// All links of the store and their faults. Needs no token. Errors, of all three: faults_not_allowed,
/// wrong_state (the proxy does not run).
struct Faults {
    static constexpr QByteArrayView method = "faults";

    struct Answer {
        QList<LinkView> links;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("links", self.links, 300);
        }
    };

    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// Gives a link a fault, in place of the one of its kind that it has. @c from and @c to are services: their
/// names, a replica's id alone, "leader", or "all". Answers with the links concerned. Errors: unauthorized,
/// unknown_service (no such link), invalid_field, out_of_range.
struct SetFault : Fault {
    static constexpr QByteArrayView method = "set_fault";
    using Answer = Faults::Answer;

    QByteArray from;
    QByteArray to;
    /// A loss's: the same seed and the same messages, the same losses; absent: anew each time.
    std::optional<qint64> seed;
    QByteArray token;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("from", self.from, 64);
        visit("to", self.to, 64);
        Fault::fields(self, visit);
        visit("seed", self.seed);
        visit("token", self.token, 256);
    }
};

/// Takes faults away again: those of a kind or all, of some links or all. Answers with the links concerned.
/// Errors: unauthorized, unknown_service, invalid_field.
struct ClearFaults {
    static constexpr QByteArrayView method = "clear_faults";
    using Answer = Faults::Answer;

    std::optional<QByteArray> from; ///< absent: all; so for these
    std::optional<QByteArray> to;
    std::optional<QByteArray> kind;
    QByteArray token;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("from", self.from, 64);
        visit("to", self.to, 64);
        visit("kind", self.kind, 64);
        visit("token", self.token, 256);
    }
};

} // namespace toystore
