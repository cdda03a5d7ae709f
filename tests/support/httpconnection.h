// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QTcpSocket>

#include <functional>
#include <optional>

namespace toystore
{

/// An answer as it came over the wire.
struct HttpAnswer {
    int status = 0; ///< 0: the connection was lost or refused before an answer
    QByteArray head;
    QByteArray body;
    Milliseconds took{0};
};

/// One keep-alive connection of a test client, speaking just enough HTTP/1.1 to see every byte. Connects
/// again for the next request after it was lost.
class HttpConnection : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const HttpAnswer &)>;

    explicit HttpConnection(quint16 port, QObject *parent = nullptr);

    /// Sends a request and calls @p done with its answer. One at a time.
    void request(const QByteArray &method, const QByteArray &target, const QByteArray &body, Done done,
                 const QByteArray &extraHeaders = {});

    /// The same, spinning the event loop until the answer is there; at most 20 s.
    HttpAnswer get(const QByteArray &target);
    HttpAnswer post(const QByteArray &target, const QByteArray &body, const QByteArray &extraHeaders = {});

    /// Cuts the connection without a word.
    void abort() { m_socket.abort(); }
    /// Sends bytes as they are.
    void sendRaw(const QByteArray &bytes);

private:
    void read();
    void finish(int status);
    HttpAnswer wait(const QByteArray &method, const QByteArray &target, const QByteArray &body,
                    const QByteArray &extraHeaders);

    const quint16 m_port;
    QTcpSocket m_socket;
    QByteArray m_received;
    QByteArray m_unsent;
    Instant m_sent;
    Done m_done;
};

} // namespace toystore
