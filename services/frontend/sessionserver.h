// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"

#include <QAbstractHttpServer>
#include <QHash>
#include <QHttpServerRequest>

#include <deque>
#include <optional>

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpServerResponder>

#include <unordered_map>
#endif

class QTcpSocket;

namespace toystore
{

/// The QtHttpServer of one session thread: turns its requests into calls of an HttpHandler and brings the
/// answers to their sockets, those of one session in the order of its requests (pipelining). This class (both
/// files) is the only place that knows which Qt it is built with.
///
/// Answers are written by us, each with one write, to the session's socket, which is forgotten as it is
/// destroyed. Qt 6.4 hands that socket out; a responder of it must not be kept, it is used after free when
/// the client leaves first. From 6.8 on there is only the responder, and while it is kept Qt keeps the
/// session and reads no further request of it: so we keep it until we have written.
///
/// Lives on its session thread; deferred answers may come from any.
class SessionServer : public QAbstractHttpServer
{
    Q_OBJECT

public:
    explicit SessionServer(HttpHandler handler, QObject *parent = nullptr);
    ~SessionServer() override;

    /// Tells of a new session, before the server is given its socket.
    void expect(QTcpSocket *socket);

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

    /// Returns the ticket under which the answer will come; 0 if it is written, or only waits for its turn.
    quint64 handle(const HttpRequest &request, QTcpSocket *socket);
    [[nodiscard]] DeferredAnswer deferredAnswer(quint64 ticket);
    void complete(quint64 ticket, HttpAnswer answer);
    void owe(QTcpSocket *socket, Owed owed);
    void writeReady(std::deque<Owed> &queue, QTcpSocket *socket);

    const HttpHandler m_handler;
    quint64 m_lastTicket = 0;
    QHash<QTcpSocket *, std::deque<Owed>> m_owed; // of the sessions that ever had an answer to wait for
    QHash<quint64, QTcpSocket *> m_tickets;
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QTcpSocket *m_current = nullptr; // whose request is being read
    std::unordered_map<quint64, QHttpServerResponder> m_kept;
#endif
};

} // namespace toystore
