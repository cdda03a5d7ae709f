// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcserver.h"

#include "protocol/lineframer.h"

#include <QLoggingCategory>
#include <QTcpServer>
#include <QTcpSocket>

#include <deque>

Q_LOGGING_CATEGORY(lcRpcServer, "toystore.net.server")

namespace toystore
{

namespace
{

constexpr int listenBacklog = 1024;
constexpr int linesInARow = 64; // then the pool thread goes to whoever waits

/// A connection's requests that wait for a pool thread; one thread at a time works through them, in order.
class RequestQueue : public std::enable_shared_from_this<RequestQueue>
{
public:
    RequestQueue(QThreadPool &pool, std::function<void(const QByteArray &)> handle)
        : m_pool(pool), m_handle(std::move(handle))
    {
    }

    void put(std::deque<QByteArray> lines)
    {
        const std::scoped_lock lock(m_mutex);
        std::move(lines.begin(), lines.end(), std::back_inserter(m_lines));
        if (!m_running && !m_lines.empty()) {
            m_running = true;
            schedule();
        }
    }

private:
    void schedule()
    {
        m_pool.start([self = shared_from_this()] { self->run(); });
    }

    void run()
    {
        for (int i = 0; i < linesInARow; ++i) {
            QByteArray line;
            {
                const std::scoped_lock lock(m_mutex);
                if (m_lines.empty()) {
                    m_running = false;
                    return;
                }
                line = std::move(m_lines.front());
                m_lines.pop_front();
            }
            m_handle(line);
        }
        const std::scoped_lock lock(m_mutex);
        schedule();
    }

    QThreadPool &m_pool;
    const std::function<void(const QByteArray &)> m_handle;
    std::mutex m_mutex;
    std::deque<QByteArray> m_lines;
    bool m_running = false;
};

} // namespace

/// One accepted socket, on the server's event loop.
class RpcConnection
{
public:
    RpcConnection(RpcServer &server, QTcpSocket *socket, std::shared_ptr<RpcPeer> peer);
    ~RpcConnection();

    void send(const RpcOutbox::Item &item);
    void flush();
    void stopReading() { m_reading = false; }
    [[nodiscard]] int unanswered() const { return m_unanswered; }

private:
    void readLines();
    void refuse(const Error &error);
    void closeWith(const QByteArray &reason);

    RpcServer &m_server;
    QTcpSocket *const m_socket;
    const std::shared_ptr<RpcPeer> m_peer;
    const std::shared_ptr<RequestQueue> m_queue;
    LineFramer m_framer;
    QByteArray m_unsent;
    int m_unanswered = 0;
    bool m_reading = true;
};

RpcConnection::RpcConnection(RpcServer &server, QTcpSocket *socket, std::shared_ptr<RpcPeer> peer)
    : m_server(server), m_socket(socket), m_peer(std::move(peer)),
      m_queue(
          std::make_shared<RequestQueue>(server.m_pool, [&server, owner = m_peer](const QByteArray &line) {
              server.handleLine(owner, line);
          }))
{
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    QObject::connect(socket, &QTcpSocket::readyRead, socket, [this] { readLines(); });
    QObject::connect(
        socket, &QTcpSocket::disconnected, &server, [&server, id = m_peer->id()] { server.closed(id); },
        Qt::QueuedConnection);
}

RpcConnection::~RpcConnection()
{
    m_socket->disconnect();
    m_socket->deleteLater();
}

void RpcConnection::readLines()
{
    if (!m_reading)
        return;
    m_framer.feed(m_socket->readAll());
    std::deque<QByteArray> lines;
    while (true) {
        Result<std::optional<QByteArray>> line = m_framer.next();
        if (!line) {
            refuse(line.error());
            closeWith(line.error().message);
            break;
        }
        if (!*line)
            break;
        if (m_unanswered >= m_server.m_limits.unansweredRequests) {
            refuse(Error{ErrorCode::Overloaded, "more than " +
                                                    QByteArray::number(m_server.m_limits.unansweredRequests) +
                                                    " requests of this connection wait for their answers"});
            continue;
        }
        ++m_unanswered;
        lines.push_back(*std::move(*line));
    }
    m_queue->put(std::move(lines));
}

void RpcConnection::refuse(const Error &error)
{
    m_unsent += errorLine(std::nullopt, error);
    flush();
}

void RpcConnection::closeWith(const QByteArray &reason)
{
    qCWarning(lcRpcServer, "closing the connection from port %u: %s", m_socket->peerPort(),
              reason.constData());
    m_reading = false;
    m_socket->disconnectFromHost();
}

void RpcConnection::send(const RpcOutbox::Item &item)
{
    if (item.answersRequest)
        --m_unanswered;
    m_unsent += item.line;
}

void RpcConnection::flush()
{
    if (m_unsent.isEmpty() || m_socket->state() != QAbstractSocket::ConnectedState)
        return;
    m_socket->write(m_unsent);
    m_unsent.clear();
    m_socket->flush();
    if (m_socket->bytesToWrite() > m_server.m_limits.unsentBytes) {
        qCWarning(lcRpcServer, "closing the connection from port %u: it left more than %lld bytes unread",
                  m_socket->peerPort(), static_cast<long long>(m_server.m_limits.unsentBytes));
        m_reading = false;
        m_socket->abort();
    }
}

RpcServer::RpcServer(Limits limits, QObject *parent)
    : QObject(parent), m_limits(limits), m_listener(new QTcpServer(this)),
      m_outbox(std::make_shared<RpcOutbox>([this] {
          QMetaObject::invokeMethod(
              this, [this] { sendOutbox(); }, Qt::QueuedConnection);
      }))
{
    m_pool.setMaxThreadCount(limits.threads);
    m_pool.setExpiryTimeout(-1);
    m_listener->setListenBacklogSize(listenBacklog);
    m_listener->setMaxPendingConnections(listenBacklog);
    connect(m_listener, &QTcpServer::newConnection, this, [this] { accept(); });
}

RpcServer::~RpcServer()
{
    drain();
    m_outbox->shut();
    m_connections.clear();
}

void RpcServer::setAnswerHandler(std::function<void(quint64, qint64, const std::optional<Error> &)> handler)
{
    m_answerHandler = std::move(handler);
}

Result<void> RpcServer::listen(const QHostAddress &address, quint16 port)
{
    if (m_listener->listen(address, port))
        return {};
    const QByteArray number = QByteArray::number(port);
    if (m_listener->serverError() == QAbstractSocket::AddressInUseError) {
        return failure(ErrorCode::AlreadyInUse,
                       "port " + number + " is in use: stop what listens there ('ss -ltnp sport = :" +
                           number + "' names it) or choose another port");
    }
    return failure(ErrorCode::CannotConnect,
                   "can't listen on port " + number + ": " + m_listener->errorString().toUtf8());
}

quint16 RpcServer::port() const
{
    return m_listener->serverPort();
}

void RpcServer::drain()
{
    m_draining = true;
    m_listener->close();
    for (const auto &[id, connection] : m_connections)
        connection->stopReading();
    m_pool.waitForDone();
    sendOutbox();
}

int RpcServer::unanswered() const
{
    int sum = 0;
    for (const auto &[id, connection] : m_connections)
        sum += connection->unanswered();
    return sum;
}

void RpcServer::accept()
{
    while (QTcpSocket *socket = m_listener->nextPendingConnection()) {
        if (m_draining || static_cast<int>(m_connections.size()) >= m_limits.connections) {
            qCWarning(lcRpcServer, "refusing a connection: %d are open already", m_limits.connections);
            socket->write(errorLine(std::nullopt, Error{ErrorCode::Overloaded, "too many connections"}));
            socket->disconnectFromHost();
            socket->deleteLater();
            continue;
        }
        auto peer = std::make_shared<RpcPeer>(++m_lastPeer, m_outbox);
        m_connections.emplace(m_lastPeer, std::make_unique<RpcConnection>(*this, socket, std::move(peer)));
    }
}

void RpcServer::closed(quint64 peer)
{
    if (m_connections.erase(peer) > 0)
        Q_EMIT peerDisconnected(peer);
}

void RpcServer::sendOutbox()
{
    std::vector<RpcConnection *> touched;
    for (const RpcOutbox::Item &item : m_outbox->takeAll()) {
        const auto found = m_connections.find(item.peer);
        if (found == m_connections.end())
            continue; // the peer went away before its answer
        found->second->send(item);
        if (touched.empty() || touched.back() != found->second.get())
            touched.push_back(found->second.get());
    }
    for (RpcConnection *connection : touched)
        connection->flush();
}

void RpcServer::handleLine(const std::shared_ptr<RpcPeer> &peer, const QByteArray &line)
{
    const tl::expected<Incoming, BadLine> incoming = parseLine(line);
    const auto id = incoming ? incoming->id : incoming.error().id;
    if (incoming && incoming->type == Incoming::Type::Answer) {
        m_outbox->put({peer->id(), {}, true}); // nothing to send, but no longer unanswered
        if (m_answerHandler && id)
            m_answerHandler(peer->id(), *id, incoming->error);
        return;
    }
    auto reply = std::make_shared<RpcReply>(peer, m_outbox, id);
    if (!incoming) {
        reply->sendLine(errorLine(id, incoming.error().error));
        return;
    }
    const auto handler = m_handlers.constFind(incoming->method);
    if (handler == m_handlers.constEnd()) {
        reply->sendLine(errorLine(
            id, Error{ErrorCode::UnknownMethod, "method_name: there is no '" + incoming->method + "' here"}));
        return;
    }
    (*handler)(*incoming, std::move(reply));
}

} // namespace toystore
