// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "net/rpcserver.h"
#include "protocol/eventmessages.h"

#include <QTimer>

#include <unordered_map>

namespace toystore
{

/// Answers `subscribe` on a server and pushes the ring's events to the subscribers, at most 20 times a second
/// and @c maxEventsPerPush at a time; and the service's status to those who want it. A subscriber that does
/// not take what it was sent gets no more until it does: its cursor waits, and the ring's bound and one push
/// are all it can cost, the kernel's buffers included. It is told how many events it missed, and a cursor
/// lets it go on after a reconnect. Lives on the server's thread.
class EventPublisher : public QObject
{
public:
    /// @p ring and @p server must outlive the publisher. Before server.listen().
    EventPublisher(RpcServer &server, const EventRing &ring, QObject *parent = nullptr);

    /// Without a change the status is pushed so often: whoever hears nothing for a multiple of it knows that
    /// the service is silent.
    static constexpr Milliseconds signOfLife{250};

    /// Takes the service's status as a finished line; any thread, once.
    using TakeStatus = std::function<void(QByteArray line)>;
    /// Sets what makes the status. Called on the server's thread, at most 20 times a second and only while
    /// somebody wants it. Before server.listen().
    void setStatus(std::function<void(TakeStatus)> status) { m_status = std::move(status); }

private:
    struct Subscriber {
        std::shared_ptr<RpcPeer> peer;
        qint64 cursor = 0;
        bool wantsStatus = false;
    };

    void subscribe(const Subscribe &request, const Reply<Subscribe::Answer> &reply);
    void pushAll();
    void pushTo(Subscriber &subscriber);
    void askForStatus();
    void pushStatus(const QByteArray &line);
    [[nodiscard]] bool takesMore(quint64 peer) const;

    RpcServer &m_server;
    const EventRing &m_ring;
    QTimer m_timer; // runs while there are subscribers
    std::unordered_map<quint64, Subscriber> m_subscribers;
    const qint64 m_incarnation;
    std::function<void(TakeStatus)> m_status;
    bool m_statusAsked = false;
    QByteArray m_lastStatus; // as it was pushed; empty: somebody has none yet
    Instant m_lastStatusAt;
};

} // namespace toystore
