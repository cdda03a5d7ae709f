// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"

#include <QObject>
#include <QTcpServer>
#include <QThread>

#include <atomic>

class QTcpSocket;

namespace toystore
{

class SessionServer;

/// Stands between our acceptor and QtHttpServer, which wants a QTcpServer to bind to: hands on the sockets it
/// is fed and never accepts one itself. (It must listen to be bound; it does so on a loopback port that
/// nobody knows, with accepting paused.) Lives on its session thread.
class FedListener : public QTcpServer
{
    Q_OBJECT

public:
    explicit FedListener(QObject *parent = nullptr);

    void feed(QTcpSocket *socket) { addPendingConnection(socket); }
    [[nodiscard]] QTcpSocket *nextPendingConnection() override;
};

/// One session thread: its sessions' sockets and its HTTP server live on its event loop.
class SessionWorker
{
public:
    explicit SessionWorker(HttpHandler handler);
    ~SessionWorker();

    /// Takes an accepted connection over. From here on it counts as a session, until its socket is destroyed.
    /// Any thread.
    void take(qintptr descriptor);

    /// Any thread.
    [[nodiscard]] int sessions() const { return m_sessions; }

private:
    void open(qintptr descriptor);

    QThread m_thread;
    QObject *m_context = nullptr; // lives on m_thread; parent of the listener and the server
    SessionServer *m_server = nullptr;
    FedListener *m_listener = nullptr;
    std::atomic_int m_sessions = 0;
};

} // namespace toystore
