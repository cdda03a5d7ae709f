// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"

#include <QAbstractHttpServer>
#include <QHash>
#include <QHttpServerRequest>

#include <deque>
#include <memory>

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpServerResponder>
#include <unordered_map>
#endif

namespace toystore
{

/// The QtHttpServer of one session thread: turns its requests into calls of an HttpHandler and brings the
/// answers to their sockets, those of one session in the order of its requests (pipelining). This class (both
/// files) is the only place that knows which Qt it is built with.
///
/// Qt 6.4 hands the socket out and neither orders nor guards answers that come later: a kept responder of it
/// is used after free when the client leaves first. So answers are written by us, to a socket that is
/// forgotten as it is destroyed. From 6.8 on a responder may be kept; while it lives Qt reads no further
/// request of that session.
///
/// Lives on its session thread; deferred answers may come from any.
class SessionServer : public QAbstractHttpServer
{
    Q_OBJECT

public:
    explicit SessionServer(HttpHandler handler, QObject *parent = nullptr);
    ~SessionServer() override;

protected:
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *socket) override;
    void missingHandler(const QHttpServerRequest &request, QTcpSocket *socket) override;
#else
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
    void missingHandler(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
#endif

private:
    struct Owed { // how to write an answer, and the answer once it is there
        quint64 ticket = 0;
        bool head = false;
        bool close = false;
        std::optional<HttpAnswer> answer;
    };

    [[nodiscard]] DeferredAnswer deferredAnswer(quint64 ticket);
    void complete(quint64 ticket, HttpAnswer answer);

    const HttpHandler m_handler;
    quint64 m_lastTicket = 0;
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    void owe(QTcpSocket *socket, Owed owed);
    void writeReady(QTcpSocket *socket);

    QHash<QTcpSocket *, std::deque<Owed>> m_owed; // of the sessions that ever had an answer to wait for
    QHash<quint64, QTcpSocket *> m_tickets;
#else
    struct Kept {
        Owed owed;
        QHttpServerResponder responder;
    };
    std::unordered_map<quint64, Kept> m_kept;
#endif
};

} // namespace toystore
