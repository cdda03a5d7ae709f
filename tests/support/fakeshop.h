// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QTcpServer>
#include <QTcpSocket>

namespace toystore
{

/// Stands in for the shop's HTTP interface: answers every request with what it was told, and remembers the
/// last.
class FakeShop : public QTcpServer
{
public:
    FakeShop();

    [[nodiscard]] QString url() const { return QStringLiteral("http://127.0.0.1:%1").arg(serverPort()); }

    /// What to answer from now on. Status 0: nothing, ever.
    void answer(int status, const QByteArray &body);

    [[nodiscard]] const QByteArray &requestLine() const { return m_requestLine; }
    [[nodiscard]] const QByteArray &head() const { return m_head; }
    [[nodiscard]] const QByteArray &body() const { return m_body; }
    [[nodiscard]] int requests() const { return m_requests; }

private:
    void serve(QTcpSocket *socket);

    int m_status = 0;
    QByteArray m_answer;
    QByteArray m_requestLine;
    QByteArray m_head;
    QByteArray m_body;
    int m_requests = 0;
};

} // namespace toystore
