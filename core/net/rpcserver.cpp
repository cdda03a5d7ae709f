// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcserver.h"

#include "base/instant.h"
#include "protocol/lineframer.h"

#include <QLoggingCategory>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <deque>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

Q_LOGGING_CATEGORY(lcRpcServer, "toystore.net.server")

namespace toystore
{

namespace
{

constexpr int listenBacklog = 1024;
constexpr int linesInARow = 64;                    // then the pool thread goes to whoever waits
constexpr qsizetype flushBytes = 64 * 1024;        // of refusals, before more are made
constexpr qsizetype readBufferBytes = 1024 * 1024; // what Qt may read ahead of us
constexpr Milliseconds closeDeadline{1000};        // for a peer to take the reason why it is closed
constexpr Milliseconds acceptRetry{100};
constexpr Milliseconds lingerDeadline{10'000}; // for the answers to a peer that sends no more

/// A connection's requests that wait for a pool thread; one thread at a time works through them, in order.
class RequestQueue : public std::enable_shared_from_this<RequestQueue>
{
public:
    /// @p hasRoom is called, on a pool thread, once after each isFull() that said yes.
    RequestQueue(QThreadPool &pool, qsizetype mostBytes, std::function<void(const QByteArray &)> handle,
                 std::function<void()> hasRoom)
        : m_pool(pool), m_mostBytes(mostBytes), m_handle(std::move(handle)), m_hasRoom(std::move(hasRoom))
    {
    }

    void put(std::deque<QByteArray> lines)
    {
        const std::scoped_lock lock(m_mutex);
        for (QByteArray &line : lines) {
            m_bytes += line.size();
            m_lines.push_back(std::move(line));
        }
        if (!m_running && !m_lines.empty()) {
            m_running = true;
            schedule();
        }
    }

    [[nodiscard]] bool isFull()
    {
        const std::scoped_lock lock(m_mutex);
        m_saidFull = m_bytes > m_mostBytes;
        return m_saidFull;
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
            bool madeRoom = false;
            {
                const std::scoped_lock lock(m_mutex);
                if (m_lines.empty()) {
                    m_running = false;
                    return;
                }
                line = std::move(m_lines.front());
                m_lines.pop_front();
                m_bytes -= line.size();
                madeRoom = m_saidFull && m_bytes <= m_mostBytes / 2;
                m_saidFull = m_saidFull && !madeRoom;
            }
            if (madeRoom)
                m_hasRoom();
            m_handle(line);
        }
        const std::scoped_lock lock(m_mutex);
        schedule();
    }

    QThreadPool &m_pool;
    const qsizetype m_mostBytes;
    const std::function<void(const QByteArray &)> m_handle;
    const std::function<void()> m_hasRoom;
    std::mutex m_mutex;
    std::deque<QByteArray> m_lines;
    qsizetype m_bytes = 0; // of m_lines
    bool m_saidFull = false;
    bool m_running = false;
};

} // namespace

/// One accepted socket, on the server's event loop.
///
/// A peer may end its half of the connection and still wait for answers (`echo … | nc -N` does). QTcpSocket
/// knows no half-closed connections: it closes its descriptor with the last byte read. So there is a second
/// one.
class RpcConnection
{
public:
    RpcConnection(RpcServer &server, QTcpSocket *socket, std::shared_ptr<RpcPeer> peer);
    ~RpcConnection();

    void send(const RpcOutbox::Item &item);
    void flush();
    void stopReading() { m_reading = false; }
    [[nodiscard]] bool isOpen() const { return m_open; }
    /// No longer open, but the peer may wait for answers.
    [[nodiscard]] bool isLingering() const { return m_lingering; }
    [[nodiscard]] int unanswered() const { return m_unanswered; }
    [[nodiscard]] qsizetype unsentBytes() const { return m_unsent.size() + m_socket->bytesToWrite(); }

private:
    void readLines();
    [[nodiscard]] bool admit(const QByteArray &line);
    void closeWith(const Error &error);
    void onDisconnected();
    void flushLingering();

    RpcServer &m_server;
    QTcpSocket *const m_socket;
    const std::shared_ptr<RpcPeer> m_peer;
    const std::shared_ptr<RequestQueue> m_queue;
    LineFramer m_framer;
    QByteArray m_unsent;
    const int m_descriptor; // a duplicate of the socket's
    int m_unanswered = 0;
    bool m_reading = true;
    bool m_open = true;
    bool m_lingering = false;
};

RpcConnection::RpcConnection(RpcServer &server, QTcpSocket *socket, std::shared_ptr<RpcPeer> peer)
    : m_server(server), m_socket(socket), m_peer(std::move(peer)),
      m_queue(std::make_shared<RequestQueue>(
          server.m_pool, server.m_limits.queuedBytes,
          [&server, owner = m_peer](const QByteArray &line) { server.handleLine(owner, line); },
          [outbox = server.m_outbox, id = m_peer->id()] {
              outbox->put({id, {}, false, true});
          })),
      m_descriptor(::fcntl(static_cast<int>(socket->socketDescriptor()), F_DUPFD_CLOEXEC, 0))
{
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    socket->setReadBufferSize(readBufferBytes);
    QObject::connect(socket, &QTcpSocket::readyRead, socket, [this] { readLines(); });
    QObject::connect(socket, &QTcpSocket::disconnected, socket, [this] { onDisconnected(); });
    QObject::connect(
        socket, &QTcpSocket::disconnected, &server, [&server, id = m_peer->id()] { server.closed(id); },
        Qt::QueuedConnection);
}

RpcConnection::~RpcConnection()
{
    m_socket->disconnect();
    m_socket->deleteLater();
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void RpcConnection::readLines()
{
    if (!m_reading || m_queue->isFull())
        return; // a full queue calls us again when it has room; until then TCP makes the peer wait
    m_framer.feed(m_socket->readAll());
    std::deque<QByteArray> lines;
    while (m_reading) {
        Result<std::optional<QByteArray>> line = m_framer.next();
        if (!line) {
            closeWith(line.error());
            break;
        }
        if (!*line)
            break;
        if (!admit(**line))
            continue;
        ++m_unanswered;
        lines.push_back(*std::move(*line));
    }
    m_queue->put(std::move(lines));
    flush();
}

// Whether the line may wait for a thread. A request beyond the limit is refused with its id, so that its
// caller need not wait for the deadline. Answers to what we pushed go on counting, up to twice the limit: a
// peer that has many requests open must still be able to acknowledge.
bool RpcConnection::admit(const QByteArray &line)
{
    const int limit = m_server.m_limits.unansweredRequests;
    if (m_unanswered < limit)
        return true;
    const tl::expected<Incoming, BadLine> incoming = parseLine(line);
    if (incoming && incoming->type == Incoming::Type::Answer && m_unanswered < 2 * limit)
        return true;
    m_unsent +=
        errorLine(incoming ? incoming->id : incoming.error().id,
                  Error{ErrorCode::Overloaded, "more than " + QByteArray::number(limit) +
                                                   " requests of this connection wait for their answers"});
    if (m_unsent.size() > flushBytes)
        flush();
    return false;
}

void RpcConnection::closeWith(const Error &error)
{
    qCWarning(lcRpcServer, "closing the connection from port %u: %s", m_socket->peerPort(),
              error.message.constData());
    m_unsent += errorLine(std::nullopt, error);
    flush();
    m_reading = false;
    m_socket->disconnectFromHost();
    QTimer::singleShot(closeDeadline, m_socket, [socket = m_socket] { socket->abort(); });
}

void RpcConnection::send(const RpcOutbox::Item &item)
{
    if (item.answersRequest)
        --m_unanswered;
    m_unsent += item.line;
    if (item.mayReadOn)
        readLines();
}

void RpcConnection::flush()
{
    if (m_lingering)
        return flushLingering();
    const QByteArray bytes = std::exchange(m_unsent, {});
    if (bytes.isEmpty() || m_socket->state() != QAbstractSocket::ConnectedState)
        return; // what a closing connection still gets goes nowhere
    m_socket->write(bytes);
    m_socket->flush();
    if (m_socket->bytesToWrite() > m_server.m_limits.unsentBytes) {
        qCWarning(lcRpcServer, "closing the connection from port %u: it left more than %lld bytes unread",
                  m_socket->peerPort(), static_cast<long long>(m_server.m_limits.unsentBytes));
        m_reading = false;
        m_socket->abort();
    }
}

void RpcConnection::onDisconnected()
{
    m_open = false;
    m_lingering =
        m_descriptor >= 0 && m_unanswered > 0 && m_socket->error() == QAbstractSocket::RemoteHostClosedError;
    m_reading = m_reading && m_lingering; // there may be lines left that had no room yet
}

// What the kernel does not take at once is lost: nobody makes a service wait by not reading.
void RpcConnection::flushLingering()
{
    const QByteArray bytes = std::exchange(m_unsent, {});
    const auto sent = ::send(m_descriptor, bytes.constData(), static_cast<std::size_t>(bytes.size()),
                             MSG_DONTWAIT | MSG_NOSIGNAL);
    if (m_unanswered > 0 && sent == bytes.size())
        return;
    QMetaObject::invokeMethod(
        &m_server, [&server = m_server, id = m_peer->id()] { server.forget(id); }, Qt::QueuedConnection);
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
    connect(m_listener, &QTcpServer::acceptError, this, [this] { acceptAgain(); });
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

std::optional<qsizetype> RpcServer::unsentBytes(quint64 peer) const
{
    const auto found = m_connections.find(peer);
    if (found == m_connections.end() || !found->second->isOpen())
        return std::nullopt;
    return found->second->unsentBytes();
}

void RpcServer::accept()
{
    while (QTcpSocket *socket = m_listener->nextPendingConnection()) {
        if (m_draining || static_cast<int>(m_connections.size()) >= m_limits.connections) {
            qCWarning(lcRpcServer, "refusing a connection: %d are open already", m_limits.connections);
            socket->write(errorLine(std::nullopt, Error{ErrorCode::Overloaded, "too many connections"}));
            socket->flush();
            socket->disconnectFromHost();
            socket->deleteLater();
            continue;
        }
        auto peer = std::make_shared<RpcPeer>(++m_lastPeer, m_outbox);
        m_connections.emplace(m_lastPeer, std::make_unique<RpcConnection>(*this, socket, std::move(peer)));
    }
}

// QTcpServer stops accepting for good when it once fails, as it does when descriptors run out.
void RpcServer::acceptAgain()
{
    qCWarning(lcRpcServer, "can't accept a connection: %s", qUtf8Printable(m_listener->errorString()));
    QTimer::singleShot(acceptRetry, this, [this] {
        if (m_listener->isListening())
            m_listener->resumeAccepting();
    });
}

void RpcServer::closed(quint64 peer)
{
    const auto found = m_connections.find(peer);
    if (found == m_connections.end())
        return;
    if (found->second->isLingering())
        QTimer::singleShot(lingerDeadline, this, [this, peer] { forget(peer); });
    else
        forget(peer);
    Q_EMIT peerDisconnected(peer);
}

void RpcServer::forget(quint64 peer)
{
    m_connections.erase(peer);
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
