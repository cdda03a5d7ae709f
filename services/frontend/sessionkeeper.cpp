// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "sessionkeeper.h"

#include "eventsession.h"
#include "requestport.h"
#include "session.h"

#include <algorithm>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <vector>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds leastPause = 100ms; // between two looks at all sessions
constexpr int kernelSendBytes = 64 * 1024; // that a client may leave unread in the kernel

} // namespace

SessionKeeper::SessionKeeper(HttpHandler handler, std::atomic_int &sessions)
    : m_count(sessions), m_server(std::move(handler)), m_timer(this)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { expire(); });
}

SessionKeeper::~SessionKeeper()
{
    qDeleteAll(std::exchange(m_sessions, {}));
    qDeleteAll(findChildren<EventSession *>());
}

void SessionKeeper::open(int descriptor)
{
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &kernelSendBytes, sizeof kernelSendBytes);
    auto *session = new Session(descriptor, m_server.makePort(), m_server, this);
    m_sessions.insert(session);
    connect(session, &Session::closed, this, [this, session] {
        m_sessions.erase(session);
        --m_count;
        if (m_sessions.empty())
            m_timer.stop();
    });
    connect(session, &Session::streamBegan, this,
            [this](int streamed, const QByteArray &head, const std::shared_ptr<EventStream> &stream) {
                ++m_count; // the session's own count goes
                auto *events = new EventSession(streamed, head, stream, this);
                connect(events, &EventSession::closed, this, [this] { --m_count; });
            });
    connect(session, &Session::deadlineChanged, this, [this, session] { arm(session->deadline()); });
    arm(session->deadline());
}

void SessionKeeper::arm(Instant deadline)
{
    if (m_timer.isActive() && m_armedFor <= deadline)
        return; // rings early at worst, and is armed again then
    m_armedFor = deadline;
    const auto left = std::chrono::ceil<Milliseconds>(deadline - monotonicNow());
    m_timer.start(std::max(left, leastPause));
}

void SessionKeeper::expire()
{
    const Instant now = monotonicNow();
    std::vector<Session *> late;
    for (Session *session : m_sessions) {
        if (session->deadline() <= now)
            late.push_back(session);
    }
    for (Session *session : late)
        session->expire(); // which may leave it a while to read why
    Instant next = Instant::max();
    for (const Session *session : m_sessions)
        next = std::min(next, session->deadline());
    if (next != Instant::max())
        arm(next);
}

} // namespace toystore
