// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "history/call.h"

#include <map>
#include <vector>

namespace toystore
{

/// Follows the calls of clients from being sent to being answered. Pure: the caller reads the clock, the
/// monotonic one, and keeps what has settled, in memory or as callLine()s in a file.
///
/// One thread. Whoever sends from several threads gives each a recorder, with ids of its own.
class Recorder
{
public:
    /// @p firstId: the id of the first call; the others follow it.
    explicit Recorder(qint64 firstId = 1) : m_nextId(firstId) {}

    /// A call is about to leave: to be called before its first byte is written. @p asked: client, kind, name,
    /// quantity, key and number as the call has them; the rest is filled in here. Give every buy a key:
    /// without one nothing can be said of a buy whose outcome is unknown. Returns the call's id.
    [[nodiscard]] qint64 sent(Call asked, Instant now);

    /// What came back for a call under way. Only what the outcome has is looked at: @c number of a buy,
    /// @c quantity of a query, @c name and @c quantity of a look-up.
    struct Answer {
        CallOutcome outcome = CallOutcome::Unknown;
        qint64 number = 0;
        QByteArray name = {};
        qint64 quantity = 0;
    };
    /// To be called after the last byte was read.
    void answered(qint64 id, const Answer &answer, Instant now);

    /// A call under way gets no answer any more: its connection was lost, or the client gave up.
    void gaveUp(qint64 id);

    /// The calls that settled since the last time, in the order in which they did.
    [[nodiscard]] std::vector<Call> takeSettled();

    /// Calls under way. A history is complete when there are none.
    [[nodiscard]] std::size_t underWay() const { return m_underWay.size(); }

private:
    [[nodiscard]] Call take(qint64 id);

    qint64 m_nextId;
    std::map<qint64, Call> m_underWay;
    std::vector<Call> m_settled;
};

} // namespace toystore
