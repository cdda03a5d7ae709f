// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <QByteArray>
#include <QList>
#include <QTcpSocket>

#include <memory>
#include <optional>

namespace toystore
{

/// A kept HTTP/1.1 connection for tests: raw bytes out, answers in. Runs the event loop while it waits, so
/// that fakes in the same thread go on working.
class RawHttp
{
public:
    struct Answer {
        int status = 0; ///< 0: none came in time, or the connection ended
        QByteArray head;
        QByteArray body;
    };

    explicit RawHttp(quint16 port);

    void send(const QByteArray &bytes);
    void get(const QByteArray &path);
    void post(const QByteArray &path, const QByteArray &body, const QByteArray &headers = {});

    /// The next answer; @p withoutBody: to a HEAD request.
    [[nodiscard]] Answer read(Milliseconds deadline = Milliseconds(8000), bool withoutBody = false);
    /// An answer that is there already or comes without waiting.
    [[nodiscard]] bool hasAnswer();
    /// Whether the other side has closed, waiting for it at most @p deadline.
    [[nodiscard]] bool isClosed(Milliseconds deadline = Milliseconds(2000));
    /// Sends no more, and goes on reading.
    void endOutput();
    /// Ends the connection with a reset.
    void abort() { m_socket->abort(); }

private:
    [[nodiscard]] std::optional<Answer> take(bool withoutBody);

    std::unique_ptr<QTcpSocket> m_socket;
    QByteArray m_received;
};

/// One request on a connection of its own.
[[nodiscard]] RawHttp::Answer httpGet(quint16 port, const QByteArray &path);
[[nodiscard]] RawHttp::Answer httpPost(quint16 port, const QByteArray &path, const QByteArray &body,
                                       const QByteArray &headers = {});

} // namespace toystore
