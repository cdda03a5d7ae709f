// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcpeer.h"
#include "net/workerpool.h"

#include <QHash>
#include <QHostAddress>
#include <QObject>

#include <unordered_map>

class QTcpServer;
class QTcpSocket;

namespace toystore
{

class RpcConnection;

/// Answers requests that come as JSON lines over TCP.
///
/// Sockets are read on the event loop of the thread that made the server; every request is decoded and
/// handled on a pool of ten threads, which also sends what it could answer at once. Requests of one
/// connection are handled in the order they came (a run of them by the same thread, which saves a wake-up
/// each), different connections at the same time. A handler that has to wait keeps its Reply and returns:
/// idle connections and waiting requests hold no thread.
///
/// Limits: connections, the line's length, what begun lines hold altogether, and for each connection
/// unanswered requests, bytes that wait for a thread and bytes that wait to be read. A peer that breaks one
/// is answered with an error, made to wait, or closed with a reason in the log.
///
/// What handlers use must outlive the server, or drain() must be called first.
class RpcServer : public QObject
{
    Q_OBJECT

public:
    struct Limits {
        int threads = 10;
        int connections = 4096;
        int unansweredRequests = 20'000; ///< a connection; beyond: `overloaded`
        qsizetype queuedBytes =
            8 * 1024 * 1024; ///< a connection; beyond: not read from until some are handled
        /// Of all connections together; beyond: whoever adds to it is closed.
        qsizetype incompleteLineBytes = 64 * 1024 * 1024;
        qsizetype unsentBytes = 16 * 1024 * 1024; ///< a connection; beyond: closed, the peer does not read
    };

    explicit RpcServer(QObject *parent = nullptr) : RpcServer(Limits(), parent) {}
    explicit RpcServer(Limits limits, QObject *parent = nullptr);
    ~RpcServer() override;

    /// Sets what handles the requests of type R: called on a pool thread with the request and its
    /// Reply<R::Answer>. Before listen().
    template <typename R, typename Handler>
    void handle(Handler handler)
    {
        m_handlers[R::method.toByteArray()] =
            [handler = std::move(handler)](const Incoming &request, std::shared_ptr<RpcReply> reply) {
                Result<R> message = decodeFields<R>(request.body.root());
                const Reply<typename R::Answer> typed(std::move(reply));
                if (message)
                    handler(*std::move(message), typed);
                else
                    typed.fail(message.error());
            };
    }

    /// Sets what takes the answers to pushed messages: called on a pool thread with the peer's id, the pushed
    /// id, and whether it succeeded. Before listen().
    void
    setAnswerHandler(std::function<void(quint64 peer, qint64 id, const std::optional<Error> &error)> handler);

    /// Listens; port 0 takes a free one. Errors: already_in_use, naming the port and what to do;
    /// cannot_connect.
    [[nodiscard]] Result<void> listen(const QHostAddress &address, quint16 port);
    [[nodiscard]] quint16 port() const;

    /// Takes no more connections or requests and returns when what was being handled is; answers still owed
    /// go out as they come. The server's thread.
    void drain();

    /// Requests that wait for their answer. The server's thread.
    [[nodiscard]] int unanswered() const;

    /// Bytes that this peer has not taken yet (as far as the kernel does not hold them); nothing if its
    /// connection is gone. The server's thread.
    [[nodiscard]] std::optional<qsizetype> unsentBytes(quint64 peer) const;
    /// The same and what the kernel holds for it: all but what its own side has taken over.
    [[nodiscard]] std::optional<qsizetype> untakenBytes(quint64 peer) const;

Q_SIGNALS:
    /// A peer's connection is gone, or it will send no more: what it asked before is still answered, as far
    /// as it listens.
    void peerDisconnected(quint64 peer);

private:
    friend class RequestQueue;
    friend class RpcConnection;
    using RawHandler = std::function<void(const Incoming &, std::shared_ptr<RpcReply>)>;

    void accept();
    void acceptAgain();
    void attend();
    void closed(quint64 peer);
    void forget(quint64 peer);
    [[nodiscard]] const RpcPeer *openPeer(quint64 peer) const;
    void handleLine(const std::shared_ptr<RpcPeer> &peer, const QByteArray &line);

    const Limits m_limits;
    QTcpServer *m_listener;
    WorkerPool m_pool;
    std::shared_ptr<RpcAttention> m_attention;
    QHash<QByteArray, RawHandler> m_handlers;
    std::function<void(quint64, qint64, const std::optional<Error> &)> m_answerHandler;
    std::unordered_map<quint64, std::unique_ptr<RpcConnection>> m_connections;
    qsizetype m_incompleteLineBytes = 0; // that connections hold
    quint64 m_lastPeer = 0;
    bool m_draining = false;
};

} // namespace toystore
