// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QByteArray>

#include <optional>

namespace toystore
{

/// The longest line between services, without its LF.
inline constexpr qsizetype maxLineBytes = 1024 * 1024;

/// Cuts a byte stream into lines ended by LF (a CR before it is dropped, for people with telnet), however the
/// bytes were split on the way. Holds at most one incomplete line of @c limit bytes.
class LineFramer
{
public:
    explicit LineFramer(qsizetype limit = maxLineBytes) : m_limit(limit) {}

    /// Adds bytes as they came from the socket.
    void feed(QByteArrayView bytes);

    /// The next complete line, nothing if there is none yet, or message_too_large: after that the stream is
    /// out of step and must be closed. Empty lines are passed over.
    [[nodiscard]] Result<std::optional<QByteArray>> next();

    /// Fed and not taken yet.
    [[nodiscard]] qsizetype heldBytes() const { return m_buffer.size() - m_begin; }

private:
    qsizetype m_limit;
    QByteArray m_buffer;
    qsizetype m_begin = 0;   // of the first line not yet taken
    qsizetype m_scanned = 0; // no LF between m_begin and here
};

} // namespace toystore
