// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "session.h"

#include "requestport.h"
#include "sessionserver.h"

#include <QSocketNotifier>

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace toystore
{

namespace
{

constexpr std::size_t readBytes = 16 * 1024;
constexpr qsizetype maxReadAhead = 16 * 1024; // of requests whose turn has not come

} // namespace

Session::Session(int descriptor, RequestPort *port, SessionServer &server, QObject *parent)
    : QObject(parent), m_descriptor(descriptor), m_server(server), m_port(port),
      m_readable(new QSocketNotifier(descriptor, QSocketNotifier::Read, this)), m_lastEvent(monotonicNow()),
      m_deadline(m_lastEvent + idleLimit)
{
    connect(m_readable, &QSocketNotifier::activated, this, [this] { readSome(); });
}

Session::~Session()
{
    close();
}

void Session::readSome()
{
    std::array<char, readBytes> bytes;
    const auto read = ::recv(m_descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (read < 0)
        return close();
    if (read == 0)
        return onEndOfInput();
    if (m_phase == Phase::Lingering || m_phase == Phase::Ending)
        return;
    m_lastEvent = monotonicNow();
    m_reader.feed({bytes.data(), static_cast<qsizetype>(read)});
    advance();
}

// The client may only have ended its half of the connection (`nc -N` does): what it asked is answered.
void Session::onEndOfInput()
{
    m_inputEnded = true;
    m_readable->setEnabled(false);
    if (m_phase == Phase::Lingering)
        close();
    else
        advance();
}

void Session::advance()
{
    if (std::exchange(m_advancing, true))
        return; // the loop below goes on
    while (m_phase == Phase::Reading && m_unsent.isEmpty()) {
        RequestReader::Step step = m_reader.next();
        if (auto *request = std::get_if<CheckedRequest>(&step))
            hand(*std::move(request));
        else if (const auto *refusal = std::get_if<RequestReader::Refusal>(&step))
            refuse(*refusal);
        else if (std::holds_alternative<RequestReader::ContinueWanted>(step))
            send(QByteArrayLiteral("HTTP/1.1 100 Continue\r\n\r\n"));
        else if (!m_inputEnded)
            break;
        else if (m_reader.isBetweenRequests())
            close();
        else
            refuse(HttpAnswer::error(400, "the connection ended in the middle of a request"));
    }
    m_advancing = false;
    if (m_phase == Phase::Closed)
        return;
    updateReading();
    updateDeadline();
}

void Session::hand(CheckedRequest request)
{
    m_phase = Phase::Answering;
    m_requestId = std::move(request.requestId);
    m_isHead = request.method == "HEAD";
    m_connection = request.connection;
    m_requestBegan.reset();
    m_server.serve(*this, *m_port, request.canonical());
}

void Session::answer(const HttpAnswer &answer)
{
    if (m_phase != Phase::Answering)
        return; // the client is gone
    if (answer.stream)
        return handOver(answer);
    m_phase = m_connection == ConnectionHeader::Close ? Phase::Ending : Phase::Reading;
    m_lastEvent = monotonicNow();
    send(bytesOf(answer));
    advance();
}

void Session::handOver(const HttpAnswer &answer)
{
    m_connection = ConnectionHeader::Close;
    m_readable->setEnabled(false);
    if (m_writable != nullptr)
        m_writable->setEnabled(false);
    Q_EMIT streamBegan(std::exchange(m_descriptor, -1), bytesOf(answer), answer.stream);
    close();
}

QByteArray Session::bytesOf(const HttpAnswer &answer)
{
    return httpBytes(answer, m_isHead, m_connection,
                     m_requestId.isEmpty() ? m_server.requestIds().next() : QByteArrayView(m_requestId));
}

void Session::refuse(const HttpAnswer &answer)
{
    m_phase = Phase::Ending;
    m_requestId = m_reader.requestId();
    m_isHead = false;
    m_connection = ConnectionHeader::Close;
    m_server.noteRefusal(answer.status);
    send(bytesOf(answer));
}

void Session::send(const QByteArray &bytes)
{
    m_unsent += bytes;
    flush();
}

void Session::flush()
{
    while (!m_unsent.isEmpty()) {
        const auto sent = ::send(m_descriptor, m_unsent.constData(),
                                 static_cast<std::size_t>(m_unsent.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
            return close();
        if (sent < 0)
            break;
        m_lastEvent = monotonicNow();
        if (sent == m_unsent.size())
            m_unsent = {};
        else
            m_unsent.remove(0, sent);
    }
    if (!m_unsent.isEmpty() && m_writable == nullptr) {
        m_writable = new QSocketNotifier(m_descriptor, QSocketNotifier::Write, this);
        connect(m_writable, &QSocketNotifier::activated, this, [this] {
            flush();
            advance();
        });
    }
    if (m_writable != nullptr)
        m_writable->setEnabled(!m_unsent.isEmpty());
    if (m_unsent.isEmpty() && m_phase == Phase::Ending)
        linger();
}

// Closed with unread bytes the client would see a reset instead of its last answer.
void Session::linger()
{
    if (m_inputEnded)
        return close();
    m_phase = Phase::Lingering;
    ::shutdown(m_descriptor, SHUT_WR);
}

void Session::close()
{
    if (std::exchange(m_phase, Phase::Closed) == Phase::Closed)
        return;
    m_readable->setEnabled(false);
    if (m_writable != nullptr)
        m_writable->setEnabled(false);
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    if (m_port)
        m_port->end();
    Q_EMIT closed();
    deleteLater();
}

void Session::updateReading()
{
    const bool full = m_phase == Phase::Answering || !m_unsent.isEmpty();
    const bool wanted = !m_inputEnded && !(full && m_reader.bufferedBytes() >= maxReadAhead);
    if (m_readable->isEnabled() != wanted)
        m_readable->setEnabled(wanted);
}

void Session::updateDeadline()
{
    if (m_phase != Phase::Reading || !m_unsent.isEmpty() || m_reader.isBetweenRequests())
        m_requestBegan.reset();
    else if (!m_requestBegan)
        m_requestBegan = m_lastEvent;
    const Instant before = m_deadline;
    if (m_phase == Phase::Answering)
        m_deadline = Instant::max();
    else if (m_phase == Phase::Lingering)
        m_deadline = m_lastEvent + lingerLimit;
    else if (m_requestBegan)
        m_deadline = *m_requestBegan + requestLimit;
    else
        m_deadline = m_lastEvent + idleLimit;
    if (m_deadline < before)
        Q_EMIT deadlineChanged();
}

void Session::expire()
{
    if (!m_requestBegan || m_phase != Phase::Reading)
        return close();
    refuse(HttpAnswer::error(408, "the request was not complete within 5 s"));
    if (m_phase != Phase::Closed)
        updateDeadline();
}

} // namespace toystore
