// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/httpclientconnection.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds leastBackOff = 5ms;
constexpr Milliseconds mostBackOff = 100ms;
constexpr std::size_t readBytes = 16'384;

Milliseconds until(Instant then)
{
    return std::max(std::chrono::ceil<Milliseconds>(then - monotonicNow()), 0ms);
}

} // namespace

HttpClientConnection::HttpClientConnection(Endpoint server, Done done, QObject *parent)
    : QObject(parent), m_server(std::move(server)), m_done(std::move(done)), m_backOff(leastBackOff)
{
    for (QTimer *timer : {&m_deadlineTimer, &m_connectTimer}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    connect(&m_deadlineTimer, &QTimer::timeout, this, [this] { onDeadline(); });
    connect(&m_connectTimer, &QTimer::timeout, this, [this] { connectNow(); });
    connect(&m_socket, &QTcpSocket::connected, this, [this] { onConnected(); });
    connect(&m_socket, &QTcpSocket::readyRead, this, [this] { read(); });
    connect(&m_socket, &QTcpSocket::errorOccurred, this, [this] { onEnd(); });
}

HttpClientConnection::~HttpClientConnection()
{
    m_socket.disconnect(this);
}

void HttpClientConnection::request(QByteArrayView bytes, Instant deadline)
{
    TOYSTORE_ENSURE(!m_busy);
    m_busy = true;
    m_bytes = bytes;
    m_deadline = deadline;
    m_parser.begin();
    armDeadline();
    if (m_socket.state() == QAbstractSocket::ConnectedState)
        m_socket.write(m_bytes.data(), m_bytes.size());
    else
        connectLater();
}

void HttpClientConnection::abort()
{
    m_busy = false;
    m_connectTimer.stop();
    m_socket.abort();
}

// What still rings for an earlier request is armed anew then: no request pays for a timer of its own.
void HttpClientConnection::armDeadline()
{
    if (m_deadlineTimer.isActive() && m_rings <= m_deadline)
        return;
    m_rings = m_deadline;
    m_deadlineTimer.start(until(m_deadline));
}

// Never at once: we may be in a signal of the socket, and a refused connection would recurse.
void HttpClientConnection::connectLater()
{
    if (m_socket.state() == QAbstractSocket::UnconnectedState && !m_connectTimer.isActive())
        m_connectTimer.start(until(m_mayConnect));
}

// Unbuffered: a request is one write and an answer one read, without a wait for the event loop in between.
void HttpClientConnection::connectNow()
{
    m_wasConnected = false;
    m_socket.connectToHost(m_server.host, m_server.port, QIODevice::ReadWrite | QIODevice::Unbuffered);
}

void HttpClientConnection::onConnected()
{
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_wasConnected = true;
    m_backOff = leastBackOff;
    if (m_busy)
        m_socket.write(m_bytes.data(), m_bytes.size());
}

void HttpClientConnection::read()
{
    std::array<char, readBytes> bytes;
    const qint64 size = m_socket.read(bytes.data(), bytes.size());
    if (size < 0)
        return onEnd();
    if (size == 0)
        return;
    if (!m_busy)
        return m_socket.abort(); // nobody has asked for anything
    const HttpResponseParser::State state = m_parser.feed({bytes.data(), size});
    if (state == HttpResponseParser::State::Malformed)
        return lose(HttpFailure::Malformed);
    if (state == HttpResponseParser::State::Incomplete)
        return;
    if (!m_parser.keepsAlive())
        m_socket.abort();
    finish(m_parser.response());
}

// The connection was ended by the other side, or could not be made.
void HttpClientConnection::onEnd()
{
    const bool isAnswer = m_busy && m_parser.end() == HttpResponseParser::State::Complete;
    if (isAnswer) {
        m_socket.abort();
        return finish(m_parser.response());
    }
    lose(m_wasConnected ? HttpFailure::Lost : HttpFailure::Refused);
}

void HttpClientConnection::onDeadline()
{
    if (!m_busy)
        return;
    if (monotonicNow() < m_deadline)
        armDeadline();
    else
        lose(HttpFailure::TimedOut);
}

void HttpClientConnection::lose(HttpFailure failure)
{
    m_socket.abort();
    m_connectTimer.stop();
    if (!m_busy)
        return; // an idle connection may end at any time
    m_mayConnect = monotonicNow() + m_backOff;
    m_backOff = std::min(2 * m_backOff, mostBackOff);
    finish(tl::make_unexpected(failure));
}

void HttpClientConnection::finish(const Outcome &outcome)
{
    m_busy = false;
    m_done(outcome);
}

} // namespace toystore
