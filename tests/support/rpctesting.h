// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcclient.h"
#include "net/rpcserver.h"
#include "protocol/catalogmessages.h"
#include "protocol/ordermessages.h"

#include <QTcpSocket>

#include <mutex>
#include <vector>

// What the tests of core/net share: the other side of a connection, and what became of a call.

namespace toystore
{

/// Keeps the replies of a handler until the test gives them.
template <typename Answer>
class Kept
{
public:
    void keep(const Reply<Answer> &reply)
    {
        const std::scoped_lock lock(m_mutex);
        m_replies.push_back(reply);
    }
    [[nodiscard]] int size()
    {
        const std::scoped_lock lock(m_mutex);
        return static_cast<int>(m_replies.size());
    }
    void succeedAll(const Answer &answer = {})
    {
        const std::scoped_lock lock(m_mutex);
        for (const auto &reply : std::exchange(m_replies, {}))
            reply.succeed(answer);
    }

private:
    std::mutex m_mutex;
    std::vector<Reply<Answer>> m_replies;
};

/// A person with `nc`: sends bytes, sees lines.
class RawPeer
{
public:
    explicit RawPeer(quint16 port)
    {
        m_socket.connectToHost(QHostAddress::LocalHost, port);
        m_socket.waitForConnected(5000);
    }

    void send(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.flush();
    }
    /// What came so far, line by line.
    [[nodiscard]] QByteArrayList lines()
    {
        m_seen += m_socket.readAll();
        return m_seen.split('\n');
    }
    [[nodiscard]] bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    [[nodiscard]] QTcpSocket &socket() { return m_socket; }

private:
    QTcpSocket m_socket;
    QByteArray m_seen;
};

/// Every order is for one Tux.
inline void serveOrderDetails(RpcServer &server)
{
    server.handle<OrderDetails>([](const OrderDetails &request, const Reply<OrderDetails::Answer> &reply) {
        reply.succeed({request.number, "Tux", 1});
    });
}

/// The renewals that nobody answered yet; a base, since it has to outlive the server.
struct KeptRenewals {
    Kept<Empty> kept;
};

/// A server that listens, answers order_details at once, and each renewal when the test does.
class KeepingServer : public KeptRenewals, public RpcServer
{
public:
    explicit KeepingServer(const Limits &limits = {}) : RpcServer(limits)
    {
        handle<Renew>([this](const Renew &, const Reply<Empty> &reply) { kept.keep(reply); });
        serveOrderDetails(*this);
        const Result<void> listening = listen(QHostAddress::LocalHost, 0);
        TOYSTORE_ENSURE(listening.has_value());
    }
};

/// @p count requests, with the ids from 1 on.
template <typename R>
QByteArray numbered(int count, const R &request)
{
    QByteArray lines;
    for (int id = 1; id <= count; ++id)
        lines += requestLine(id, request);
    return lines;
}

inline Endpoint placeOf(const RpcServer &server)
{
    return {QStringLiteral("127.0.0.1"), server.port()};
}

/// The error that a call ended with; nothing while it waits, `internal` and "answered" if it was
/// answered.
using CallOutcome = std::optional<Error>;
template <typename Answer>
std::function<void(Result<Answer>)> noting(CallOutcome &outcome)
{
    return [&outcome](const Result<Answer> &answer) {
        outcome = answer ? Error{ErrorCode::Internal, "answered"} : answer.error();
    };
}
inline bool isAnswered(const CallOutcome &outcome)
{
    return outcome && outcome->message == "answered";
}
inline bool isCode(const CallOutcome &outcome, ErrorCode code)
{
    return outcome && outcome->code == code && outcome->message != "answered";
}

} // namespace toystore
