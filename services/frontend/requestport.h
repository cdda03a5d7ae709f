// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QTcpSocket>

namespace toystore
{

/// What QtHttpServer takes for a client's socket. It has no connection of its own: its session reads from the
/// client, and offers it one whole, checked request at a time. So the server never sees a byte that could
/// make it wait, guess or grow. What the server writes goes nowhere: answers are the session's.
///
/// Lives on its session thread. The server owns it as soon as it took it, and deletes it after end().
class RequestPort : public QTcpSocket
{
    Q_OBJECT

public:
    explicit RequestPort(QObject *parent = nullptr);
    ~RequestPort() override;

    /// Lets the server read @p request, now.
    void offer(QByteArray request);
    /// Tells the server that the client is gone.
    void end();

    [[nodiscard]] qint64 bytesAvailable() const override;
    /// The server's way to drop a client; who that is the session decides.
    void disconnectFromHost() override {}

protected:
    qint64 readData(char *data, qint64 most) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QByteArray m_request;
    qsizetype m_taken = 0; // of its bytes
};

} // namespace toystore
