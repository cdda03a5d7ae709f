// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "base/randomnumbers.h"
#include "protocol/faultmessages.h"

#include <deque>

namespace toystore
{

/// What happens to what is sent in one direction of a link.
struct LaneRules {
    Milliseconds delay{0};
    Milliseconds jitter{0}; ///< up to so much more, another for each message
    double loss = 0;        ///< the probability that a message is dropped
    bool silent = false;    ///< nothing passes; nothing is lost either

    bool operator==(const LaneRules &) const = default;
};

/// One direction of one connection: bytes go in as they come, and come out as the rules have it. A message is
/// a line, as everywhere in the store: one is dropped as a whole or not at all, whenever the rules change.
/// Order is kept, as TCP keeps it, so a message with a long jitter holds up those behind it. Bounded: who
/// feeds it asks room() first, and lets the sender wait. Pure.
class Lane
{
public:
    static constexpr qsizetype capacity = 1024 * 1024;

    /// @p seed: of jitter and loss. @p traffic is counted up, and must outlive the lane.
    Lane(const LaneRules &rules, quint64 seed, Traffic &traffic);

    /// What waits already is late by the new delay at most.
    void setRules(const LaneRules &rules, Instant now);
    /// From now on jitter and loss follow this seed.
    void setSeed(quint64 seed) { m_random = RandomNumbers(seed); }

    /// Bytes that may be fed: positive, or 0 if it is full.
    [[nodiscard]] qsizetype room() const { return std::max<qsizetype>(capacity - m_held, 0); }
    void feed(QByteArrayView bytes, Instant now);
    /// The sender has closed the connection; to be told of like a message.
    void end(Instant now);

    /// What is due.
    [[nodiscard]] QByteArray take(Instant now);
    /// Whether the receiver is to be told now that the connection is closed.
    [[nodiscard]] bool isOver(Instant now) const;
    /// When there will be something to take, or the end; nothing: not before something else happens.
    [[nodiscard]] std::optional<Instant> nextDue() const;
    /// A message was lost here, and no more will be. As no TCP connection outlives what it can't deliver,
    /// this one is to be closed: else who waits for that message would learn of it by a deadline alone.
    [[nodiscard]] bool isBroken() const { return m_hasGap && m_rules.loss <= 0; }

private:
    struct Segment {
        QByteArray bytes;
        Instant due;
    };

    void beginLine();
    void append(QByteArrayView bytes, Instant due);

    LaneRules m_rules;
    RandomNumbers m_random;
    Traffic &m_traffic;
    std::deque<Segment> m_segments; // due in their order
    qsizetype m_held = 0;           // bytes of them
    Instant m_lastDue;
    std::optional<Instant> m_end;
    bool m_atLineStart = true;
    bool m_dropsLine = false; // the line that is under way
    bool m_hasGap = false;
    Milliseconds m_lineDelay{0}; // so for this
};

} // namespace toystore
