// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "sessionworker.h"

#include "sessionserver.h"

#include <QTcpSocket>

#include <unistd.h>

namespace toystore
{

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

SessionWorker::SessionWorker(HttpHandler handler) : m_context(new QObject)
{
    m_thread.setObjectName(QStringLiteral("session"));
    m_context->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_context, &QObject::deleteLater);
    m_thread.start();
    // bind() makes the listener the server's child: both must be made on their thread.
    QMetaObject::invokeMethod(
        m_context,
        [this, handler = std::move(handler)] {
            m_server = new SessionServer(handler, m_context);
            m_listener = new FedListener(m_server);
            m_server->bind(m_listener);
        },
        Qt::BlockingQueuedConnection);
}

SessionWorker::~SessionWorker()
{
    m_thread.quit();
    m_thread.wait();
}

void SessionWorker::take(qintptr descriptor)
{
    ++m_sessions;
    QMetaObject::invokeMethod(
        m_context, [this, descriptor] { open(descriptor); }, Qt::QueuedConnection);
}

void SessionWorker::open(qintptr descriptor)
{
    auto *socket = new QTcpSocket(m_listener);
    QObject::connect(socket, &QObject::destroyed, m_context, [this] { --m_sessions; });
    if (!socket->setSocketDescriptor(descriptor)) {
        ::close(static_cast<int>(descriptor));
        delete socket;
        return;
    }
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_server->expect(socket);
    m_listener->feed(socket);
}

} // namespace toystore
