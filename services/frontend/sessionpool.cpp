// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "sessionpool.h"

#include "base/instant.h"
#include "sessionworker.h"

#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>
#include <sys/socket.h>
#include <unistd.h>

Q_LOGGING_CATEGORY(lcSessions, "toystore.frontend.sessions")

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr int listenBacklog = 1024;
constexpr int maxRefusals = 64;                // told at a time; more are closed without a word
constexpr Milliseconds refusalLinger = 1000ms; // for the client to read it
constexpr Milliseconds acceptPause = 100ms;    // when the system has no descriptor left

} // namespace

SessionPool::SessionPool(HttpHandler handler, int maxSessions, QObject *parent)
    : QTcpServer(parent), m_handler(std::move(handler)), m_maxSessions(maxSessions),
      m_requestIds(QRandomGenerator::system()->generate())
{
    setListenBacklogSize(listenBacklog);
    for (int i = 0; i < threads; ++i)
        m_workers.push_back(std::make_unique<SessionWorker>(m_handler));
    connect(this, &QTcpServer::acceptError, this, [this] {
        qCWarning(lcSessions, "can't accept a connection: %s", qPrintable(errorString()));
        QTimer::singleShot(acceptPause, this, [this] { resumeAccepting(); });
    });
}

SessionPool::~SessionPool() = default;

Result<void> SessionPool::open(const QHostAddress &address, quint16 port)
{
    if (listen(address, port))
        return {};
    const QByteArray number = QByteArray::number(port);
    if (serverError() == QAbstractSocket::AddressInUseError) {
        return failure(ErrorCode::AlreadyInUse,
                       "port " + number + " is in use: stop what listens there ('ss -ltnp sport = :" +
                           number + "' names it) or choose another with --http-port");
    }
    return failure(ErrorCode::CannotConnect,
                   "can't listen on port " + number + ": " + errorString().toUtf8());
}

int SessionPool::sessions() const
{
    int sum = 0;
    for (const auto &worker : m_workers)
        sum += worker->sessions();
    return sum;
}

void SessionPool::incomingConnection(qintptr descriptor)
{
    if (sessions() >= m_maxSessions)
        return refuse(descriptor);
    const auto least = std::min_element(m_workers.begin(), m_workers.end(), [](const auto &a, const auto &b) {
        return a->sessions() < b->sessions();
    });
    (*least)->take(descriptor);
}

void SessionPool::refuse(qintptr descriptor)
{
    ++m_refused;
    auto *socket = new QTcpSocket(this);
    if (m_refusals >= maxRefusals || !socket->setSocketDescriptor(descriptor)) {
        ::close(static_cast<int>(descriptor));
        delete socket;
        return;
    }
    ++m_refusals;
    connect(socket, &QObject::destroyed, this, [this] { --m_refusals; });
    const QByteArray message = "there are " + QByteArray::number(m_maxSessions) + " connections already";
    m_handler.refused(503);
    socket->write(httpBytes(HttpAnswer::error(503, message, retryAfter.toByteArray()), false,
                            ConnectionHeader::Close, m_requestIds.next()));
    socket->flush();
    // Closed with unread bytes the client would see a reset instead of the answer.
    ::shutdown(static_cast<int>(descriptor), SHUT_WR);
    connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->readAll(); });
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    QTimer::singleShot(refusalLinger, socket, &QObject::deleteLater);
}

} // namespace toystore
