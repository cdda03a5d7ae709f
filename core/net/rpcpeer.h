// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/envelope.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace toystore
{

/// Which connections want the attention of a server's event loop: there is something to send, or room to
/// read on. Shared by the server and all who answer; outlives the server.
class RpcAttention
{
public:
    struct Item {
        quint64 peer = 0;
        bool mayReadOn = false; ///< the peer's queue has room again
    };

    /// @p wake is called, on any thread, when somebody asks for the first time since takeAll().
    explicit RpcAttention(std::function<void()> wake) : m_wake(std::move(wake)) {}

    void ask(Item item);
    [[nodiscard]] std::vector<Item> takeAll();
    /// After this, nobody is woken: the server is gone.
    void shut();

private:
    std::mutex m_mutex;
    std::function<void()> m_wake;
    std::vector<Item> m_items;
};

/// The other end of a connection to an RpcServer, and the lines on their way to it: in the order in which
/// they were put, whoever puts them. Shared; outlives the connection. Any thread.
///
/// What the kernel takes at once is sent by the thread that handled the request, and so is a later answer
/// after which the peer waits for no other: that wakes no third thread. Everything else is sent by the
/// server's event loop, many answers together.
class RpcPeer
{
public:
    /// @p descriptor: a socket of the peer's own, which it closes. @p unsentLimit: bytes that may wait;
    /// beyond, all is dropped and the server's loop closes the connection.
    RpcPeer(quint64 id, int descriptor, qsizetype unsentLimit, std::shared_ptr<RpcAttention> attention);
    ~RpcPeer();
    RpcPeer(const RpcPeer &) = delete;
    RpcPeer &operator=(const RpcPeer &) = delete;

    /// Unique among all connections of this server, also over time.
    [[nodiscard]] quint64 id() const { return m_id; }

    /// Sends a message of our own accord. With an @p id the peer answers it, see
    /// RpcServer::setAnswerHandler().
    template <Fields T>
    void push(const T &message, std::optional<qint64> id = std::nullopt)
    {
        pushLine(requestLine(id, message));
    }

    /// Sends a finished line; for a push to many peers that is serialised once.
    void pushLine(const QByteArray &line) { put(line, false); }

private:
    friend class RequestQueue;
    friend class RpcConnection;
    friend class RpcReply;
    friend class RpcServer;

    /// What became of the lines that waited.
    enum class Sent {
        All,
        Some,     ///< the kernel is full
        Overflow, ///< more waited than may
        Failed,   ///< the connection is broken
    };

    void put(const QByteArray &line, bool answersRequest);
    /// A thread begins to handle requests of this connection: what is put from now on leaves together,
    void beginRun();
    /// at the latest when it stops.
    void endRun();
    /// For the server's loop.
    Sent flush();
    /// From now on only the server's loop sends: it has to know when all is out.
    void sendByLoop();
    void close();
    [[nodiscard]] qsizetype unsentBytes() const;
    [[nodiscard]] qsizetype untakenBytes() const;
    [[nodiscard]] int unanswered() const { return m_unanswered; }
    void requestReceived() { ++m_unanswered; }
    /// One received line wants no answer.
    void requestSettled() { --m_unanswered; }

    Sent sendNow();
    void askForFlush();

    const quint64 m_id;
    const qsizetype m_unsentLimit;
    const std::shared_ptr<RpcAttention> m_attention;
    std::atomic_int m_unanswered = 0;
    mutable std::mutex m_mutex; // guards all below
    int m_descriptor;
    QByteArray m_unsent;
    bool m_inRun = false;
    bool m_loopSends = false; // the loop is asked, or waits for the kernel
    bool m_onlyLoopSends = false;
    bool m_overflowed = false;
};

/// The untyped half of Reply: one answer owed to one peer.
class RpcReply
{
public:
    RpcReply(std::shared_ptr<RpcPeer> peer, std::optional<qint64> id) : m_peer(std::move(peer)), m_id(id) {}
    /// A request that its handler forgot is answered with `internal`: no caller waits for nothing.
    ~RpcReply();
    RpcReply(const RpcReply &) = delete;
    RpcReply &operator=(const RpcReply &) = delete;

    [[nodiscard]] const std::shared_ptr<RpcPeer> &peer() const { return m_peer; }
    [[nodiscard]] std::optional<qint64> id() const { return m_id; }
    void sendLine(const QByteArray &line); ///< only the first call sends

private:
    const std::shared_ptr<RpcPeer> m_peer;
    const std::optional<qint64> m_id;
    std::atomic_bool m_sent = false;
};

/// The answer a handler owes, to be kept as long as it takes: it holds no thread and no lock. Copies share
/// the one answer; what comes after the first is dropped. Any thread.
template <typename Answer>
class Reply
{
public:
    explicit Reply(std::shared_ptr<RpcReply> reply) : m_reply(std::move(reply)) {}

    void succeed(const Answer &answer) const { m_reply->sendLine(answerLine(m_reply->id(), answer)); }
    void fail(const Error &error) const { m_reply->sendLine(errorLine(m_reply->id(), error)); }
    void send(const Result<Answer> &result) const
    {
        if (result)
            succeed(*result);
        else
            fail(result.error());
    }
    [[nodiscard]] const std::shared_ptr<RpcPeer> &peer() const { return m_reply->peer(); }

private:
    std::shared_ptr<RpcReply> m_reply;
};

} // namespace toystore
