// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>

namespace toystore
{

/// An HTTP server that does what a test tells it to, byte for byte, in the test's thread.
class ScriptedServer : public QTcpServer
{
public:
    struct Request {
        QByteArray line; ///< "GET /products/Tux HTTP/1.1"
        QByteArray head; ///< the line and the fields
        QByteArray body;
        QPointer<QTcpSocket> socket; ///< where to answer

        /// The value of a field, empty if there is none.
        [[nodiscard]] QByteArray field(const QByteArray &name) const;
    };
    using Script = std::function<void(const Request &)>;

    /// Listens on a port of its own and calls @p script with each whole request.
    explicit ScriptedServer(Script script);

    [[nodiscard]] int connections() const { return m_connections; }
    [[nodiscard]] int requests() const { return m_requests; }

    /// Stops to listen, and cuts all connections.
    void shut();

private:
    void read(QTcpSocket *socket);

    const Script m_script;
    int m_connections = 0;
    int m_requests = 0;
};

/// An answer as the shop writes it.
[[nodiscard]] QByteArray httpAnswer(int status, const QByteArray &body, const QByteArray &fields = {});

/// What a shop that always has 100 of everything says: numbers its orders itself, forgets what they were,
/// and finds 1 x 'Tux' under every number.
[[nodiscard]] ScriptedServer::Script politeShop();

} // namespace toystore
