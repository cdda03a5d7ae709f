// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <QByteArray>

#include <utility>

namespace toystore
{

/// A connection to a port of this machine without an event loop: every call blocks, at most 5 s. For clients
/// in great numbers, and in threads of their own.
class PlainSocket
{
public:
    explicit PlainSocket(quint16 port);
    ~PlainSocket();
    PlainSocket(PlainSocket &&other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    PlainSocket &operator=(PlainSocket &&) = delete;

    [[nodiscard]] bool isConnected() const { return m_descriptor >= 0; }
    /// Whether all of it could be sent.
    bool send(QByteArrayView bytes);
    /// Sends no more; the other side sees the end of its input.
    void endOutput();
    /// What comes next, at most some KiB; empty at the end of the connection, or when nothing comes.
    [[nodiscard]] QByteArray read();
    /// All that comes until the other side closes.
    [[nodiscard]] QByteArray readToEnd();
    /// Ends the connection with a reset.
    void reset();

private:
    int m_descriptor;
};

} // namespace toystore
