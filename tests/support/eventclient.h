// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QList>
#include <QTcpSocket>

namespace toystore
{

/// A reader of `GET /events` for tests: takes the stream apart as a browser does (the HTML standard, 9.2.6),
/// while the event loop runs.
class EventClient
{
public:
    struct Message {
        QByteArray id; ///< the last that was given, of this message or one before
        QByteArray event;
        QByteArray data;
    };

    /// @p headers: more of the request's, each ended by CRLF.
    explicit EventClient(quint16 port, const QByteArray &headers = {});

    /// The answer's head, when it is there.
    [[nodiscard]] const QByteArray &head() const { return m_head; }
    [[nodiscard]] const QList<Message> &messages() const { return m_messages; }
    /// Those of one type whose data contains @p text.
    [[nodiscard]] QList<Message> messages(const QByteArray &event, const QByteArray &text = {}) const;
    [[nodiscard]] int comments() const { return m_comments; }
    [[nodiscard]] const QByteArray &lastId() const { return m_id; }
    [[nodiscard]] bool isClosed() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }
    [[nodiscard]] QTcpSocket &socket() { return m_socket; }

private:
    void take();
    void takeLine(const QByteArray &line);

    QTcpSocket m_socket;
    QByteArray m_received;
    QByteArray m_head;
    QList<Message> m_messages;
    Message m_current;
    QByteArray m_id;
    int m_comments = 0;
};

} // namespace toystore
