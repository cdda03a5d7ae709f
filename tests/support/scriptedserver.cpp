// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/scriptedserver.h"

#include <memory>
#include <utility>

namespace toystore
{

QByteArray ScriptedServer::Request::field(const QByteArray &name) const
{
    const qsizetype at = head.toLower().indexOf("\r\n" + name.toLower() + ": ");
    const qsizetype begin = at + 2 + name.size() + 2;
    return at < 0 ? QByteArray() : head.mid(begin, head.indexOf("\r\n", begin) - begin);
}

ScriptedServer::ScriptedServer(Script script) : m_script(std::move(script))
{
    connect(this, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = nextPendingConnection()) {
            ++m_connections;
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    listen(QHostAddress::LocalHost);
}

void ScriptedServer::shut()
{
    close();
    for (QTcpSocket *socket : findChildren<QTcpSocket *>())
        socket->abort();
}

void ScriptedServer::read(QTcpSocket *socket)
{
    const QByteArray bytes = socket->peek(socket->bytesAvailable());
    const qsizetype headEnd = bytes.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return;
    Request request{bytes.left(bytes.indexOf("\r\n")), bytes.left(headEnd + 2), {}, socket};
    const qsizetype length = request.field("Content-Length").toLongLong();
    if (bytes.size() < headEnd + 4 + length)
        return;
    request.body = bytes.mid(headEnd + 4, length);
    socket->read(headEnd + 4 + length);
    ++m_requests;
    m_script(request);
}

QByteArray httpAnswer(int status, const QByteArray &body, const QByteArray &fields)
{
    return "HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Type: application/json\r\n" + fields +
           "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

ScriptedServer::Script politeShop()
{
    return [orders = std::make_shared<qint64>(0)](const ScriptedServer::Request &request) {
        const QByteArray target = request.line.split(' ').value(1);
        const QByteArray item = QByteArray::fromPercentEncoding(target.mid(target.lastIndexOf('/') + 1));
        QByteArray body;
        if (request.line.startsWith("POST"))
            body = "{\"data\":{\"order_number\":" + QByteArray::number(++*orders) + "}}";
        else if (target.startsWith("/orders/"))
            body = "{\"number\":" + item + ",\"name\":\"Tux\",\"quantity\":1}";
        else
            body = "{\"data\":{\"name\":\"" + item + "\",\"price\":19.9,\"quantity\":100}}";
        request.socket->write(httpAnswer(200, body));
    };
}

} // namespace toystore
