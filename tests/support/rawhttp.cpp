// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/rawhttp.h"

#include <QEventLoop>
#include <QTimer>

#include <sys/socket.h>

namespace toystore
{

namespace
{

/// Runs the event loop until @p socket has something new, or the time is over.
void waitForNews(QTcpSocket &socket, Milliseconds atMost)
{
    QEventLoop loop;
    QObject::connect(&socket, &QTcpSocket::readyRead, &loop, &QEventLoop::quit);
    QObject::connect(&socket, &QTcpSocket::stateChanged, &loop, &QEventLoop::quit);
    QTimer::singleShot(atMost, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

} // namespace

RawHttp::RawHttp(quint16 port) : m_socket(std::make_unique<QTcpSocket>())
{
    m_socket->connectToHost(QStringLiteral("127.0.0.1"), port);
    m_socket->waitForConnected(5000);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

void RawHttp::send(const QByteArray &bytes)
{
    m_socket->write(bytes);
    m_socket->flush();
}

void RawHttp::get(const QByteArray &path)
{
    send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

void RawHttp::post(const QByteArray &path, const QByteArray &body, const QByteArray &headers)
{
    send("POST " + path +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body);
}

RawHttp::Answer RawHttp::read(Milliseconds deadline, bool withoutBody)
{
    const Instant until = monotonicNow() + deadline;
    while (true) {
        if (std::optional<Answer> answer = take(withoutBody))
            return *std::move(answer);
        const auto left = std::chrono::ceil<Milliseconds>(until - monotonicNow());
        if (left.count() <= 0 || m_socket->state() == QAbstractSocket::UnconnectedState)
            return {};
        waitForNews(*m_socket, left);
    }
}

bool RawHttp::hasAnswer()
{
    m_received += m_socket->readAll();
    return m_received.contains("\r\n\r\n");
}

bool RawHttp::isClosed(Milliseconds deadline)
{
    const Instant until = monotonicNow() + deadline;
    while (m_socket->state() != QAbstractSocket::UnconnectedState && monotonicNow() < until)
        waitForNews(*m_socket, std::chrono::ceil<Milliseconds>(until - monotonicNow()));
    return m_socket->state() == QAbstractSocket::UnconnectedState;
}

void RawHttp::endOutput()
{
    ::shutdown(static_cast<int>(m_socket->socketDescriptor()), SHUT_WR);
}

std::optional<RawHttp::Answer> RawHttp::take(bool withoutBody)
{
    m_received += m_socket->readAll();
    const qsizetype end = m_received.indexOf("\r\n\r\n");
    if (end < 0)
        return std::nullopt;
    Answer answer;
    answer.head = m_received.left(end + 2);
    answer.status = answer.head.mid(9, 3).toInt();
    qsizetype length = 0;
    if (const qsizetype at = answer.head.indexOf("Content-Length: "); at >= 0 && !withoutBody) {
        const qsizetype begin = at + 16;
        length = answer.head.mid(begin, answer.head.indexOf('\r', begin) - begin).toLongLong();
    }
    if (m_received.size() < end + 4 + length)
        return std::nullopt;
    answer.body = m_received.mid(end + 4, length);
    m_received.remove(0, end + 4 + length);
    return answer;
}

RawHttp::Answer httpGet(quint16 port, const QByteArray &path)
{
    RawHttp connection(port);
    connection.get(path);
    return connection.read();
}

RawHttp::Answer httpPost(quint16 port, const QByteArray &path, const QByteArray &body,
                         const QByteArray &headers)
{
    RawHttp connection(port);
    connection.post(path, body, headers);
    return connection.read();
}

} // namespace toystore
