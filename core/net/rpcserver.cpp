// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcserver.h"

#include "base/instant.h"
#include "protocol/lineframer.h"

#include <QLoggingCategory>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <deque>
#include <fcntl.h>

Q_LOGGING_CATEGORY(lcRpcServer, "toystore.net.server")

namespace toystore
{

namespace
{

constexpr int listenBacklog = 1024;
constexpr int linesInARow = 64;                    // then the pool thread goes to whoever waits
constexpr qsizetype readBufferBytes = 1024 * 1024; // what Qt may read ahead of us
constexpr Milliseconds closeDeadline{1000};        // for a peer to take the reason why it is closed
constexpr Milliseconds acceptRetry{100};
constexpr Milliseconds lingerDeadline{10'000}; // for the answers to a peer that sends no more

} // namespace

/// A connection's requests that wait for a pool thread; one thread at a time works through them, in order.
class RequestQueue : public std::enable_shared_from_this<RequestQueue>
{
public:
    /// @p server must outlive all runs, as it does: drain() waits for its pool.
    RequestQueue(RpcServer &server, std::shared_ptr<RpcPeer> peer) : m_server(server), m_peer(std::move(peer))
    {
    }

    void put(std::deque<QByteArray> lines)
    {
        {
            const std::scoped_lock lock(m_mutex);
            for (QByteArray &line : lines) {
                m_bytes += line.size();
                m_lines.push_back(std::move(line));
            }
            if (m_running || m_lines.empty())
                return;
            m_running = true;
        }
        schedule();
    }

    [[nodiscard]] bool isFull()
    {
        const std::scoped_lock lock(m_mutex);
        m_saidFull = m_bytes > m_server.m_limits.queuedBytes;
        return m_saidFull;
    }

private:
    void schedule()
    {
        m_server.m_pool.start([self = shared_from_this()] { self->run(); });
    }

    void run()
    {
        m_peer->beginRun();
        for (int i = 0; i < linesInARow; ++i) {
            const std::optional<QByteArray> line = take();
            if (!line)
                break;
            m_server.handleLine(m_peer, *line);
        }
        m_peer->endRun();
        {
            const std::scoped_lock lock(m_mutex);
            m_running = !m_lines.empty();
            if (!m_running)
                return;
        }
        schedule();
    }

    std::optional<QByteArray> take()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_lines.empty())
            return std::nullopt;
        QByteArray line = std::move(m_lines.front());
        m_lines.pop_front();
        m_bytes -= line.size();
        if (m_saidFull && m_bytes <= m_server.m_limits.queuedBytes / 2) {
            m_saidFull = false;
            m_server.m_attention->ask({m_peer->id(), true});
        }
        return line;
    }

    RpcServer &m_server;
    const std::shared_ptr<RpcPeer> m_peer;
    std::mutex m_mutex;
    std::deque<QByteArray> m_lines;
    qsizetype m_bytes = 0; // of m_lines
    bool m_saidFull = false;
    bool m_running = false;
};

/// One accepted socket, on the server's event loop.
///
/// QTcpSocket only reads, and tells when the connection is gone. Lines go out through the peer's own
/// descriptor: from any thread, and also when the peer has ended its half of the connection and still waits
/// for answers
/// (`echo … | nc -N` does), which QTcpSocket does not know: it closes its descriptor with the last byte read.
class RpcConnection
{
public:
    RpcConnection(RpcServer &server, QTcpSocket *socket, std::shared_ptr<RpcPeer> peer);
    ~RpcConnection();

    /// Reads lines and queues them, as far as there is room.
    void readLines();
    /// Sends what waits, as far as the kernel takes it, and sees to the rest.
    void flush();
    void stopReading() { m_reading = false; }
    [[nodiscard]] bool isOpen() const { return m_open; }
    /// No longer open, but the peer may wait for answers.
    [[nodiscard]] bool isLingering() const { return m_lingering != nullptr; }
    [[nodiscard]] const RpcPeer &peer() const { return *m_peer; }

private:
    [[nodiscard]] bool admit(const QByteArray &line);
    void countIncompleteLine();
    void closeWith(const Error &error);
    void onDisconnected();
    void linger();

    RpcServer &m_server;
    QTcpSocket *const m_socket;
    const std::shared_ptr<RpcPeer> m_peer;
    const std::shared_ptr<RequestQueue> m_queue;
    QSocketNotifier m_kernelHasRoom;
    std::unique_ptr<QTimer> m_lingering; // ends with the connection, of which there may be thousands a second
    LineFramer m_framer;
    qsizetype m_incompleteLineBytes = 0; // as the server counts them
    bool m_reading = true;
    bool m_open = true;
};

RpcConnection::RpcConnection(RpcServer &server, QTcpSocket *socket, std::shared_ptr<RpcPeer> peer)
    : m_server(server), m_socket(socket), m_peer(std::move(peer)),
      m_queue(std::make_shared<RequestQueue>(server, m_peer)),
      m_kernelHasRoom(m_peer->m_descriptor, QSocketNotifier::Write)
{
    m_kernelHasRoom.setEnabled(false);
    QObject::connect(&m_kernelHasRoom, &QSocketNotifier::activated, &m_kernelHasRoom, [this] { flush(); });
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
    m_kernelHasRoom.setEnabled(false);
    m_peer->close();
    m_server.m_incompleteLineBytes -= m_incompleteLineBytes;
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
        m_peer->requestReceived();
        lines.push_back(*std::move(*line));
    }
    m_queue->put(std::move(lines));
    countIncompleteLine();
}

void RpcConnection::countIncompleteLine()
{
    const qsizetype bytes = m_reading ? m_framer.heldBytes() : 0;
    const qsizetype more = bytes - std::exchange(m_incompleteLineBytes, bytes);
    m_server.m_incompleteLineBytes += more;
    const qsizetype limit = m_server.m_limits.incompleteLineBytes;
    if (more > 0 && m_server.m_incompleteLineBytes > limit) {
        closeWith({ErrorCode::Overloaded,
                   "lines that are not complete hold more than " + QByteArray::number(limit) + " bytes"});
        m_framer = LineFramer();
        countIncompleteLine();
    }
}

// Whether the line may wait for a thread. A request beyond the limit is refused with its id, so that its
// caller need not wait for the deadline. Answers to what we pushed go on counting, up to twice the limit: a
// peer that has many requests open must still be able to acknowledge.
bool RpcConnection::admit(const QByteArray &line)
{
    const int limit = m_server.m_limits.unansweredRequests;
    const int unanswered = m_peer->unanswered();
    if (unanswered < limit)
        return true;
    const tl::expected<Incoming, BadLine> incoming = parseLine(line);
    if (incoming && incoming->type == Incoming::Type::Answer && unanswered < 2 * limit)
        return true;
    m_peer->pushLine(
        errorLine(incoming ? incoming->id : incoming.error().id,
                  Error{ErrorCode::Overloaded, "more than " + QByteArray::number(limit) +
                                                   " requests of this connection wait for their answers"}));
    return false;
}

void RpcConnection::closeWith(const Error &error)
{
    qCWarning(lcRpcServer, "closing the connection from port %u: %s", m_socket->peerPort(),
              error.message.constData());
    m_reading = false;
    m_peer->pushLine(errorLine(std::nullopt, error));
    m_peer->flush();
    m_socket->disconnectFromHost();
    QTimer::singleShot(closeDeadline, m_socket, [socket = m_socket] { socket->abort(); });
}

void RpcConnection::flush()
{
    const RpcPeer::Sent sent = m_peer->flush();
    m_kernelHasRoom.setEnabled(sent == RpcPeer::Sent::Some);
    if (sent == RpcPeer::Sent::Overflow && m_open) {
        qCWarning(lcRpcServer, "closing the connection from port %u: it left more than %lld bytes unread",
                  m_socket->peerPort(), static_cast<long long>(m_server.m_limits.unsentBytes));
        m_reading = false;
        m_socket->abort();
    } else if (m_lingering && (sent != RpcPeer::Sent::All || m_peer->unanswered() == 0)) {
        // What the kernel does not take at once is lost: nobody makes a service wait by not reading.
        m_kernelHasRoom.setEnabled(false);
        QMetaObject::invokeMethod(
            &m_server, [&server = m_server, id = m_peer->id()] { server.forget(id); }, Qt::QueuedConnection);
    }
}

void RpcConnection::onDisconnected()
{
    m_open = false;
    if (m_peer->unanswered() > 0 && m_socket->error() == QAbstractSocket::RemoteHostClosedError)
        linger();
    else
        m_reading = false;
}

/// The peer sends no more: it has a while to take what it is still owed.
void RpcConnection::linger()
{
    m_peer->sendByLoop(); // there may be lines left that had no room yet: we go on reading
    m_lingering = std::make_unique<QTimer>();
    m_lingering->setSingleShot(true);
    QObject::connect(
        m_lingering.get(), &QTimer::timeout, &m_server,
        [&server = m_server, id = m_peer->id()] { server.forget(id); }, Qt::QueuedConnection);
    m_lingering->start(lingerDeadline);
}

RpcServer::RpcServer(Limits limits, QObject *parent)
    : QObject(parent), m_limits(limits), m_listener(new QTcpServer(this)), m_pool(limits.threads),
      m_attention(std::make_shared<RpcAttention>([this] {
          QMetaObject::invokeMethod(
              this, [this] { attend(); }, Qt::QueuedConnection);
      }))
{
    m_listener->setListenBacklogSize(listenBacklog);
    m_listener->setMaxPendingConnections(listenBacklog);
    connect(m_listener, &QTcpServer::newConnection, this, [this] { accept(); });
    connect(m_listener, &QTcpServer::acceptError, this, [this] { acceptAgain(); });
}

RpcServer::~RpcServer()
{
    drain();
    m_attention->shut();
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
    attend();
}

int RpcServer::unanswered() const
{
    int sum = 0;
    for (const auto &[id, connection] : m_connections)
        sum += connection->peer().unanswered();
    return sum;
}

const RpcPeer *RpcServer::openPeer(quint64 peer) const
{
    const auto found = m_connections.find(peer);
    return found == m_connections.end() || !found->second->isOpen() ? nullptr : &found->second->peer();
}

std::optional<qsizetype> RpcServer::unsentBytes(quint64 peer) const
{
    const RpcPeer *const open = openPeer(peer);
    return open ? std::optional(open->unsentBytes()) : std::nullopt;
}

std::optional<qsizetype> RpcServer::untakenBytes(quint64 peer) const
{
    const RpcPeer *const open = openPeer(peer);
    return open ? std::optional(open->untakenBytes()) : std::nullopt;
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
        const int descriptor = ::fcntl(static_cast<int>(socket->socketDescriptor()), F_DUPFD_CLOEXEC, 0);
        if (descriptor < 0) {
            qCWarning(lcRpcServer, "refusing a connection: no descriptors are left");
            socket->deleteLater();
            continue;
        }
        auto peer = std::make_shared<RpcPeer>(++m_lastPeer, descriptor, m_limits.unsentBytes, m_attention);
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
        found->second->flush(); // a thread may have sent the last answer before it knew
    else
        forget(peer);
    Q_EMIT peerDisconnected(peer);
}

void RpcServer::forget(quint64 peer)
{
    m_connections.erase(peer);
}

void RpcServer::attend()
{
    for (const RpcAttention::Item &item : m_attention->takeAll()) {
        const auto found = m_connections.find(item.peer);
        if (found == m_connections.end())
            continue;
        if (item.mayReadOn)
            found->second->readLines();
        found->second->flush();
    }
}

void RpcServer::handleLine(const std::shared_ptr<RpcPeer> &peer, const QByteArray &line)
{
    const tl::expected<Incoming, BadLine> incoming = parseLine(line);
    const auto id = incoming ? incoming->id : incoming.error().id;
    if (incoming && incoming->type == Incoming::Type::Answer) {
        peer->requestSettled();
        if (m_answerHandler && id)
            m_answerHandler(peer->id(), *id, incoming->error);
        return;
    }
    auto reply = std::make_shared<RpcReply>(peer, id);
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
