// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "eventsession.h"

#include "eventstream.h"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace toystore
{

EventSession::EventSession(int descriptor, QByteArray head, std::shared_ptr<EventStream> stream,
                           QObject *parent)
    : QObject(parent), m_descriptor(descriptor), m_stream(std::move(stream)),
      m_readable(descriptor, QSocketNotifier::Read), m_unsent(std::move(head)), m_lastTaken(monotonicNow())
{
    const auto confirmMs = static_cast<unsigned>(confirmLimit.count());
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &confirmMs, sizeof confirmMs);
    connect(&m_readable, &QSocketNotifier::activated, this, [this] { readSome(); });
    connect(&m_timer, &QTimer::timeout, this, [this] { goOn(); });
    m_timer.start(interval);
    QMetaObject::invokeMethod(
        this, [this] { goOn(); }, Qt::QueuedConnection); // whoever made us wants to know when we close
}

EventSession::~EventSession()
{
    close();
}

void EventSession::goOn()
{
    if (m_isClosed)
        return;
    const Instant now = monotonicNow();
    if (m_unsent.isEmpty()) {
        m_unsent = m_stream->next(now);
        m_lastTaken = now;
    }
    if (!flush() || (!m_unsent.isEmpty() && now - m_lastTaken >= takeLimit))
        close();
}

void EventSession::readSome()
{
    std::array<char, 4096> dropped;
    const auto read = ::recv(m_descriptor, dropped.data(), dropped.size(), MSG_DONTWAIT);
    if (read > 0 || (read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)))
        return;
    close();
}

// Whether the connection still is one.
bool EventSession::flush()
{
    while (!m_unsent.isEmpty()) {
        const auto sent = ::send(m_descriptor, m_unsent.constData(),
                                 static_cast<std::size_t>(m_unsent.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        m_lastTaken = monotonicNow();
        m_unsent.remove(0, sent);
    }
    return true;
}

void EventSession::close()
{
    if (std::exchange(m_isClosed, true))
        return;
    m_timer.stop();
    m_readable.setEnabled(false);
    ::close(m_descriptor);
    Q_EMIT closed();
    deleteLater();
}

} // namespace toystore
