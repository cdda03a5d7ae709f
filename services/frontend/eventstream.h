// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "livefeed.h"

namespace toystore
{

/// What one of those who watch the store over HTTP is sent, as server-sent events (the HTML standard, 9.2):
/// `happened`, an event of the frontend's ring, with an id to go on after it; `missed`, how many the ring no
/// longer had; `status`, the frontend's, when it has changed and as a sign of life. One thread at a time.
class EventStream
{
public:
    static constexpr Milliseconds heartbeat{3000}; ///< between two comments, which keep proxies from closing
    static constexpr qsizetype mostBytes = 64 * 1024; ///< at a time, about
    static constexpr qsizetype mostEvents = 200;      ///< at a time

    /// Begins after @p cursor. @p feed must outlive the stream.
    EventStream(LiveFeed &feed, qint64 cursor);
    ~EventStream();
    EventStream(const EventStream &) = delete;
    EventStream &operator=(const EventStream &) = delete;

    /// What is new; nothing if there is nothing.
    [[nodiscard]] QByteArray next(Instant now);

private:
    void addEvents(QByteArray &bytes);
    void addStatus(QByteArray &bytes, Instant now);

    LiveFeed &m_feed;
    qint64 m_cursor;
    quint64 m_statusRevision = 0; // sent last
    std::optional<Instant> m_lastStatus;
    std::optional<Instant> m_lastHeartbeat;
};

} // namespace toystore
