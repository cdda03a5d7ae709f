// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "net/rpcserver.h"

#include <QTimer>

#include <mutex>
#include <unordered_map>

namespace toystore
{

/// Answers `subscribe` on a server and pushes the ring's events to the subscribers, at most 20 times a second
/// and
/// @c maxEventsPerPush at a time. A reader that falls behind the ring is told how many events it missed; a
/// cursor lets it go on after a reconnect. Lives on the server's thread.
class EventPublisher : public QObject
{
public:
    /// @p ring and @p server must outlive the publisher. Before server.listen().
    EventPublisher(RpcServer &server, const EventRing &ring, QObject *parent = nullptr);

private:
    struct Subscriber {
        std::shared_ptr<RpcPeer> peer;
        qint64 cursor = 0;
    };

    void pushAll();

    const EventRing &m_ring;
    QTimer m_timer; // runs while there are subscribers
    std::mutex m_mutex;
    std::unordered_map<quint64, Subscriber> m_subscribers;
};

} // namespace toystore
