// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

#include <optional>

/// A connection whose every call waits: what a program that thinks of nothing but one request uses.
class BlockingSocket
{
public:
    /// Takes a connected socket over.
    explicit BlockingSocket(int descriptor);
    ~BlockingSocket();
    BlockingSocket(const BlockingSocket &) = delete;
    BlockingSocket &operator=(const BlockingSocket &) = delete;

    /// A socket connected to @p port of this machine. Ends the program if nobody listens there.
    [[nodiscard]] static int connected(quint16 port);
    /// A socket that listens on @p port of this machine. Ends the program if it can't.
    [[nodiscard]] static int listening(quint16 port);
    /// Waits for a connection to a listening socket.
    [[nodiscard]] static int accepted(int listener);

    void write(const QByteArray &bytes);
    /// Up to and with the next @p mark; nothing if the connection ends before.
    [[nodiscard]] std::optional<QByteArray> readUntil(const char *mark);
    [[nodiscard]] std::optional<QByteArray> read(qsizetype count);

private:
    [[nodiscard]] bool readMore();
    [[nodiscard]] QByteArray take(qsizetype count);

    const int m_descriptor;
    QByteArray m_received;
};
