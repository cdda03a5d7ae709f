// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/httpconnection.h"

#include <QTest>

namespace toystore
{

HttpConnection::HttpConnection(quint16 port, QObject *parent) : QObject(parent), m_port(port)
{
    connect(&m_socket, &QTcpSocket::connected, this, [this] {
        m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_socket.write(std::exchange(m_unsent, {}));
    });
    connect(&m_socket, &QTcpSocket::readyRead, this, [this] { read(); });
    connect(&m_socket, &QTcpSocket::errorOccurred, this, [this] {
        if (m_done)
            finish(0);
    });
}

void HttpConnection::sendRaw(const QByteArray &bytes)
{
    if (m_socket.state() == QAbstractSocket::ConnectedState) {
        m_socket.write(bytes);
        return;
    }
    m_unsent = bytes;
    m_received.clear();
    m_socket.abort();
    m_socket.connectToHost(QStringLiteral("127.0.0.1"), m_port);
}

void HttpConnection::request(const QByteArray &method, const QByteArray &target, const QByteArray &body,
                             Done done, const QByteArray &extraHeaders)
{
    Q_ASSERT(!m_done);
    QByteArray head = method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\n" + extraHeaders;
    if (!body.isEmpty())
        head +=
            "Content-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
    m_done = std::move(done);
    m_sent = monotonicNow();
    sendRaw(head + "\r\n" + body);
}

void HttpConnection::read()
{
    m_received += m_socket.readAll();
    const qsizetype headEnd = m_received.indexOf("\r\n\r\n");
    if (headEnd < 0 || !m_done)
        return;
    const QByteArray head = m_received.first(headEnd + 2);
    const qsizetype field = head.toLower().indexOf("\r\ncontent-length:");
    const qsizetype begin = field + qsizetype(sizeof "\r\ncontent-length:") - 1;
    const qsizetype length =
        field < 0 ? 0 : head.mid(begin, head.indexOf('\r', begin) - begin).trimmed().toLongLong();
    if (m_received.size() >= headEnd + 4 + length)
        finish(head.mid(9, 3).toInt());
}

void HttpConnection::finish(int status)
{
    HttpAnswer answer;
    answer.status = status;
    answer.took = std::chrono::duration_cast<Milliseconds>(monotonicNow() - m_sent);
    if (status != 0) {
        const qsizetype headEnd = m_received.indexOf("\r\n\r\n");
        answer.head = m_received.first(headEnd + 2);
        answer.body = m_received.mid(headEnd + 4);
    }
    m_received.clear();
    const Done done = std::exchange(m_done, nullptr);
    done(answer);
}

HttpAnswer HttpConnection::wait(const QByteArray &method, const QByteArray &target, const QByteArray &body,
                                const QByteArray &extraHeaders)
{
    std::optional<HttpAnswer> answer;
    request(
        method, target, body, [&answer](const HttpAnswer &got) { answer = got; }, extraHeaders);
    if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 20'000)) {
        m_done = nullptr;
        m_socket.abort();
    }
    return answer.value_or(HttpAnswer());
}

HttpAnswer HttpConnection::get(const QByteArray &target)
{
    return wait("GET", target, {}, {});
}

HttpAnswer HttpConnection::post(const QByteArray &target, const QByteArray &body,
                                const QByteArray &extraHeaders)
{
    return wait("POST", target, body, extraHeaders);
}

} // namespace toystore
