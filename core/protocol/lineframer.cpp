// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/lineframer.h"

namespace toystore
{

void LineFramer::feed(QByteArrayView bytes)
{
    if (m_begin > 0) {
        m_buffer.remove(0, m_begin);
        m_scanned -= m_begin;
        m_begin = 0;
    }
    m_buffer.append(bytes);
}

Result<std::optional<QByteArray>> LineFramer::next()
{
    while (true) {
        const qsizetype end = m_buffer.indexOf('\n', m_scanned);
        const qsizetype length = (end < 0 ? m_buffer.size() : end) - m_begin;
        if (length > m_limit) {
            return failure(ErrorCode::MessageTooLarge,
                           "a line is longer than " + QByteArray::number(m_limit) + " bytes");
        }
        if (end < 0) {
            m_scanned = m_buffer.size();
            return std::nullopt;
        }
        QByteArray line = m_buffer.mid(m_begin, length);
        m_begin = m_scanned = end + 1;
        if (line.endsWith('\r'))
            line.chop(1);
        if (!line.isEmpty())
            return line;
    }
}

} // namespace toystore
