// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/eventclient.h"

namespace toystore
{

EventClient::EventClient(quint16 port, const QByteArray &headers)
{
    QObject::connect(&m_socket, &QTcpSocket::readyRead, &m_socket, [this] { take(); });
    m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
    m_socket.write("GET /events HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
}

QList<EventClient::Message> EventClient::messages(const QByteArray &event, const QByteArray &text) const
{
    QList<Message> found;
    for (const Message &message : m_messages) {
        if (message.event == event && message.data.contains(text))
            found.append(message);
    }
    return found;
}

void EventClient::take()
{
    m_received += m_socket.readAll();
    if (m_head.isEmpty()) {
        const qsizetype end = m_received.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        m_head = m_received.left(end + 2);
        m_received.remove(0, end + 4);
    }
    for (qsizetype end = m_received.indexOf('\n'); end >= 0; end = m_received.indexOf('\n')) {
        takeLine(m_received.left(end));
        m_received.remove(0, end + 1);
    }
}

void EventClient::takeLine(const QByteArray &line)
{
    const qsizetype colon = line.indexOf(':');
    const QByteArray field = colon < 0 ? line : line.left(colon);
    const QByteArray value = line.mid(field.size() + (line.mid(field.size(), 2) == ": " ? 2 : 1));
    if (line.isEmpty()) {
        m_current.id = m_id;
        if (!m_current.data.isEmpty())
            m_messages.append(m_current);
        m_current = {};
    } else if (colon == 0) {
        ++m_comments;
    } else if (field == "id") {
        m_id = value;
    } else if (field == "event") {
        m_current.event = value;
    } else if (field == "data") {
        m_current.data += value;
    }
}

} // namespace toystore
