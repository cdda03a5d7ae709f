// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"

#include <QAbstractHttpServer>
#include <QHash>
#include <QHttpServerRequest>
#include <QPointer>
#include <QTcpServer>

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpServerResponder>
#endif

namespace toystore
{

class RequestPort;
class Session;

/// What QtHttpServer is bound to: hands on the ports it is fed and never accepts a connection itself. (It
/// must listen to be bound; it does so on a loopback port that nobody knows, with accepting paused.)
class FedListener : public QTcpServer
{
    Q_OBJECT

public:
    explicit FedListener(QObject *parent = nullptr);

    void feed(QTcpSocket *socket) { addPendingConnection(socket); }
    [[nodiscard]] QTcpSocket *nextPendingConnection() override;
};

/// The QtHttpServer of one session thread: turns its requests into calls of an HttpHandler and brings the
/// answers to their sessions. This class (both files) is the only place that knows which Qt it is built with.
///
/// A session's request is read by QtHttpServer from the session's port and handled within serve(); its answer
/// goes to the session, not to the socket or responder that Qt hands out: in 6.4 these are used after free
/// when a client leaves before its answer.
///
/// Lives on its session thread; deferred answers may come from any.
class SessionServer : public QAbstractHttpServer
{
    Q_OBJECT

public:
    explicit SessionServer(HttpHandler handler, QObject *parent = nullptr);

    /// A port of a new session. The server owns it.
    [[nodiscard]] RequestPort *makePort();

    /// Has @p request, in its canonical form, read from @p port and handled. Session::answer() is called with
    /// its answer, before this returns or later, unless the session is gone by then.
    void serve(Session &session, RequestPort &port, QByteArray request);

    /// What was no request was answered with @p status.
    void noteRefusal(int status) const { m_handler.refused(status); }

    [[nodiscard]] RequestIds &requestIds() { return m_requestIds; }

protected:
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *socket) override;
    void missingHandler(const QHttpServerRequest &request, QTcpSocket *socket) override;
#else
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
    void missingHandler(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
#endif

private:
    void handle(const QHttpServerRequest &request);
    [[nodiscard]] DeferredAnswer defer(Session &session);

    const HttpHandler m_handler;
    FedListener *m_listener;
    RequestIds m_requestIds;
    Session *m_current = nullptr; // whose request is being read
    quint64 m_lastTicket = 0;
    QHash<quint64, QPointer<Session>> m_waiting; // for their answers
};

} // namespace toystore
