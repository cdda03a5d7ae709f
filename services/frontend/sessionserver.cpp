// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "sessionserver.h"

#include "base/error.h"
#include "requestport.h"
#include "session.h"

#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QUrl>

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpHeaders>
#endif

Q_LOGGING_CATEGORY(lcSession, "toystore.frontend.session")

namespace toystore
{

namespace
{

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
    if (copy.method == HttpMethod::Post) {
        copy.contentType = header(request, "content-type");
        copy.contentEncoding = header(request, "content-encoding");
        copy.idempotencyKey = header(request, "idempotency-key");
        copy.body = request.body();
    } else if (copy.path == "/events") {
        copy.lastEventId = header(request, "last-event-id");
    }
    return copy;
}

} // namespace

FedListener::FedListener(QObject *parent) : QTcpServer(parent)
{
    TOYSTORE_ENSURE(listen(QHostAddress::LocalHost, 0));
    pauseAccepting();
}

QTcpSocket *FedListener::nextPendingConnection()
{
    QTcpSocket *const socket = QTcpServer::nextPendingConnection(); // resumes accepting
    pauseAccepting();
    return socket;
}

SessionServer::SessionServer(HttpHandler handler, QObject *parent)
    : QAbstractHttpServer(parent), m_handler(std::move(handler)), m_listener(new FedListener(this)),
      m_requestIds(QRandomGenerator::system()->generate())
{
    bind(m_listener);
}

RequestPort *SessionServer::makePort()
{
    auto *port = new RequestPort(m_listener);
    m_listener->feed(port);
    return port;
}

void SessionServer::serve(Session &session, RequestPort &port, QByteArray request)
{
    m_current = &session;
    port.offer(std::move(request));
    if (std::exchange(m_current, nullptr) == nullptr)
        return;
    qCCritical(lcSession, "QtHttpServer does not read a request that was found to be one");
    session.answer(HttpAnswer::error(500, "the request could not be read"));
}

#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)

bool SessionServer::handleRequest(const QHttpServerRequest &request, QTcpSocket *)
{
    handle(request);
    return true;
}

void SessionServer::missingHandler(const QHttpServerRequest &, QTcpSocket *) {}

#else

bool SessionServer::handleRequest(const QHttpServerRequest &request, QHttpServerResponder &)
{
    handle(request);
    return true;
}

void SessionServer::missingHandler(const QHttpServerRequest &, QHttpServerResponder &) {}

#endif

void SessionServer::handle(const QHttpServerRequest &request)
{
    Session *const session = std::exchange(m_current, nullptr);
    TOYSTORE_ENSURE(session != nullptr);
    const std::optional<HttpAnswer> answer =
        m_handler.handle(copyOf(request), [this, session] { return defer(*session); });
    if (answer)
        session->answer(*answer);
}

DeferredAnswer SessionServer::defer(Session &session)
{
    const quint64 ticket = ++m_lastTicket;
    m_waiting.insert(ticket, &session);
    return [this, ticket](HttpAnswer answer) {
        QMetaObject::invokeMethod(
            this,
            [this, ticket, answer = std::move(answer)] {
                if (Session *const waiting = m_waiting.take(ticket))
                    waiting->answer(answer);
            },
            Qt::QueuedConnection);
    };
}

} // namespace toystore
