// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/fakeshop.h"

namespace toystore
{

namespace
{

qsizetype bodyLength(const QByteArray &head)
{
    for (const QByteArray &line : head.split('\n')) {
        if (line.toLower().startsWith("content-length:"))
            return line.mid(15).trimmed().toLongLong();
    }
    return 0;
}

} // namespace

FakeShop::FakeShop()
{
    connect(this, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = nextPendingConnection())
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { serve(socket); });
    });
    listen(QHostAddress::LocalHost);
}

void FakeShop::answer(int status, const QByteArray &body)
{
    m_status = status;
    m_answer = body;
}

void FakeShop::serve(QTcpSocket *socket)
{
    const QByteArray request = socket->peek(socket->bytesAvailable());
    const qsizetype headEnd = request.indexOf("\r\n\r\n");
    if (headEnd < 0 || request.size() < headEnd + 4 + bodyLength(request.left(headEnd)))
        return; // more will come
    socket->readAll();
    ++m_requests;
    m_head = request.left(headEnd);
    m_requestLine = m_head.left(m_head.indexOf("\r\n"));
    m_body = request.mid(headEnd + 4);
    if (m_status != 0)
        socket->write("HTTP/1.1 " + QByteArray::number(m_status) +
                      " X\r\nContent-Type: application/json\r\nContent-Length: " +
                      QByteArray::number(m_answer.size()) + "\r\n\r\n" + m_answer);
}

} // namespace toystore
