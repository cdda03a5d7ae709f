// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "sessionserver.h"

#include <QLoggingCategory>
#include <QTcpSocket>
#include <QUrl>

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpHeaders>
#endif

#include <algorithm>

Q_LOGGING_CATEGORY(lcSession, "toystore.frontend.session")

namespace toystore
{

namespace
{

constexpr std::size_t maxOwedAnswers = 64;    // pipelined requests of one session
constexpr qint64 maxUnreadBytes = 256 * 1024; // answers that a session does not read

/// Later, not now: Qt goes on using the socket when the handler of a request returns.
void abortSoon(QTcpSocket *socket, const char *why)
{
    qCInfo(lcSession, "closing the session from port %u: %s", socket->peerPort(), why);
    QMetaObject::invokeMethod(
        socket, [socket] { socket->abort(); }, Qt::QueuedConnection);
}

void writeAnswer(QTcpSocket *socket, const HttpAnswer &answer, bool head, bool close)
{
    if (socket->state() != QAbstractSocket::ConnectedState)
        return;
    socket->write(httpBytes(answer, head, close));
    socket->flush();
    if (socket->bytesToWrite() > maxUnreadBytes) {
        abortSoon(socket, "it does not read its answers");
    } else if (close) {
        QMetaObject::invokeMethod(
            socket, [socket] { socket->disconnectFromHost(); }, Qt::QueuedConnection);
    }
}

HttpMethod methodOf(const QHttpServerRequest &request)
{
    switch (request.method()) {
    case QHttpServerRequest::Method::Get:
        return HttpMethod::Get;
    case QHttpServerRequest::Method::Head:
        return HttpMethod::Head;
    case QHttpServerRequest::Method::Post:
        return HttpMethod::Post;
    case QHttpServerRequest::Method::Options:
        return HttpMethod::Options;
    default:
        return HttpMethod::Other;
    }
}

std::optional<QByteArray> header(const QHttpServerRequest &request, const QByteArray &name)
{
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    for (const auto &[key, value] : request.headers()) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return std::nullopt;
#else
    const QHttpHeaders headers = request.headers();
    if (!headers.contains(name))
        return std::nullopt;
    return headers.value(name).toByteArray();
#endif
}

HttpRequest copyOf(const QHttpServerRequest &request)
{
    HttpRequest copy;
    copy.method = methodOf(request);
    copy.path = request.url().path(QUrl::FullyEncoded).toLatin1();
    copy.wantsClose = request.value("connection").compare("close", Qt::CaseInsensitive) == 0;
    if (copy.method == HttpMethod::Post) {
        copy.idempotencyKey = header(request, "idempotency-key");
        copy.body = request.body();
    }
    return copy;
}

} // namespace

SessionServer::SessionServer(HttpHandler handler, QObject *parent)
    : QAbstractHttpServer(parent), m_handler(std::move(handler))
{
}

SessionServer::~SessionServer() = default;

#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)

void SessionServer::expect(QTcpSocket *) {}

bool SessionServer::handleRequest(const QHttpServerRequest &request, QTcpSocket *socket)
{
    handle(copyOf(request), socket);
    return true;
}

void SessionServer::missingHandler(const QHttpServerRequest &, QTcpSocket *socket)
{
    writeAnswer(socket, HttpAnswer::error(404, "not found"), false, true);
}

#else

void SessionServer::expect(QTcpSocket *socket)
{
    // Connected before the server's own slot, so called before it.
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] { m_current = socket; });
}

bool SessionServer::handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder)
{
    if (const quint64 ticket = handle(copyOf(request), m_current); ticket != 0)
        m_kept.emplace(ticket, std::move(responder));
    return true;
}

void SessionServer::missingHandler(const QHttpServerRequest &, QHttpServerResponder &)
{
    writeAnswer(m_current, HttpAnswer::error(404, "not found"), false, true);
}

#endif

quint64 SessionServer::handle(const HttpRequest &request, QTcpSocket *socket)
{
    Owed owed{0, request.method == HttpMethod::Head, request.wantsClose, {}};
    owed.answer = m_handler(request, [&] {
        owed.ticket = ++m_lastTicket;
        return deferredAnswer(owed.ticket);
    });
    TOYSTORE_ENSURE(owed.answer.has_value() == (owed.ticket == 0));
    const auto session = m_owed.constFind(socket);
    const quint64 ticket = owed.ticket;
    if (owed.answer && (session == m_owed.constEnd() || session->empty()))
        writeAnswer(socket, *owed.answer, owed.head, owed.close);
    else
        owe(socket, std::move(owed));
    return ticket;
}

DeferredAnswer SessionServer::deferredAnswer(quint64 ticket)
{
    return [this, ticket](HttpAnswer answer) {
        QMetaObject::invokeMethod(
            this, [this, ticket, answer = std::move(answer)] { complete(ticket, answer); },
            Qt::QueuedConnection);
    };
}

void SessionServer::owe(QTcpSocket *socket, Owed owed)
{
    if (!m_owed.contains(socket)) {
        connect(socket, &QObject::destroyed, this, [this, socket] {
            for (const Owed &lost : m_owed.take(socket))
                m_tickets.remove(lost.ticket);
        });
    }
    if (owed.ticket != 0)
        m_tickets.insert(owed.ticket, socket);
    std::deque<Owed> &queue = m_owed[socket];
    queue.push_back(std::move(owed));
    if (queue.size() > maxOwedAnswers)
        abortSoon(socket, "too many requests wait for their answers");
}

void SessionServer::complete(quint64 ticket, HttpAnswer answer)
{
    QTcpSocket *const socket = m_tickets.take(ticket);
    if (socket == nullptr)
        return; // the client is gone
    std::deque<Owed> &queue = m_owed[socket];
    const auto owed = std::find_if(queue.begin(), queue.end(),
                                   [ticket](const Owed &candidate) { return candidate.ticket == ticket; });
    TOYSTORE_ENSURE(owed != queue.end());
    owed->answer = std::move(answer);
    writeReady(queue, socket);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    m_kept.erase(ticket);
#endif
}

void SessionServer::writeReady(std::deque<Owed> &queue, QTcpSocket *socket)
{
    while (!queue.empty() && queue.front().answer) {
        const Owed owed = std::move(queue.front());
        queue.pop_front();
        writeAnswer(socket, *owed.answer, owed.head, owed.close);
    }
}

} // namespace toystore
