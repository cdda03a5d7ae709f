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

/// Lines on their way from any thread to a server's sockets, which belong to its event loop.
class RpcOutbox
{
public:
    struct Item {
        quint64 peer = 0;
        QByteArray line;
        bool answersRequest = false; ///< counts against the peer's limit of unanswered requests
        bool mayReadOn = false;      ///< nothing to send: the peer's queue has room again
    };

    /// @p wake is called, on any thread, when the box is no longer empty.
    explicit RpcOutbox(std::function<void()> wake) : m_wake(std::move(wake)) {}

    void put(Item item);
    [[nodiscard]] std::vector<Item> takeAll();
    /// After this, what is put is dropped: the server is gone.
    void shut();

private:
    std::mutex m_mutex;
    std::function<void()> m_wake;
    std::vector<Item> m_items;
};

/// The other end of a connection to an RpcServer. Shared; outlives the connection. Any thread.
class RpcPeer
{
public:
    RpcPeer(quint64 id, std::shared_ptr<RpcOutbox> outbox) : m_id(id), m_outbox(std::move(outbox)) {}

    /// Unique among all connections of this server, also over time.
    [[nodiscard]] quint64 id() const { return m_id; }

    /// Sends a message of our own accord. With an @p id the peer answers it, see
    /// RpcServer::setAnswerHandler().
    template <Fields T>
    void push(const T &message, std::optional<qint64> id = std::nullopt)
    {
        m_outbox->put({m_id, requestLine(id, message)});
    }

    /// Sends a finished line; for a push to many peers that is serialised once.
    void pushLine(QByteArray line) { m_outbox->put({m_id, std::move(line)}); }

private:
    const quint64 m_id;
    const std::shared_ptr<RpcOutbox> m_outbox;
};

/// The untyped half of Reply: one answer owed to one peer.
class RpcReply
{
public:
    RpcReply(std::shared_ptr<RpcPeer> peer, std::shared_ptr<RpcOutbox> outbox, std::optional<qint64> id)
        : m_peer(std::move(peer)), m_outbox(std::move(outbox)), m_id(id)
    {
    }
    /// A request that its handler forgot is answered with `internal`: no caller waits for nothing.
    ~RpcReply();
    RpcReply(const RpcReply &) = delete;
    RpcReply &operator=(const RpcReply &) = delete;

    [[nodiscard]] const std::shared_ptr<RpcPeer> &peer() const { return m_peer; }
    [[nodiscard]] std::optional<qint64> id() const { return m_id; }
    void sendLine(QByteArray line); ///< only the first call sends

private:
    const std::shared_ptr<RpcPeer> m_peer;
    const std::shared_ptr<RpcOutbox> m_outbox;
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
