// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "base/instant.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace toystore
{

class EventStream;

/// The store's news for those who watch it over HTTP: the same events that the admin port pushes, and the
/// frontend's status, made once for all who watch. Any thread.
class LiveFeed
{
public:
    static constexpr int maxStreams = 64;
    static constexpr qint64 pastEvents = 200;          ///< that a new watcher is told
    static constexpr Milliseconds statusInterval{250}; ///< at least, between two makings of the status
    static constexpr Milliseconds signOfLife{1000};    ///< an unchanged status is told so often

    struct Status {
        quint64 revision = 0; ///< 0: there is none yet
        QByteArray json;
    };

    /// @p events must outlive the feed, and the feed its streams. @p askForStatus: has setStatus() called,
    /// later; called only while somebody watches.
    LiveFeed(const EventRing &events, std::function<void()> askForStatus);

    /// A stream that goes on after the event named @p lastEventId, one of idOf(); after one of another life
    /// of this process, with the oldest event kept; without one, or with what is none, with the last few.
    /// Nothing if there are maxStreams.
    [[nodiscard]] std::shared_ptr<EventStream> open(const std::optional<QByteArray> &lastEventId);

    void setStatus(const QByteArray &json);
    [[nodiscard]] int streams() const { return m_streams; }

    // For the streams.
    [[nodiscard]] const EventRing &events() const { return m_events; }
    [[nodiscard]] Status status(Instant now);
    [[nodiscard]] QByteArray idOf(qint64 cursor) const;
    void streamEnded() { --m_streams; }

private:
    [[nodiscard]] qint64 cursorOf(const std::optional<QByteArray> &lastEventId) const;

    const EventRing &m_events;
    const std::function<void()> m_askForStatus;
    const QByteArray m_incarnation;
    std::atomic_int m_streams = 0;
    std::mutex m_mutex; // guards what follows
    Status m_status;
    Instant m_askedAt;
};

} // namespace toystore
