// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/httpresponseparser.h"

#include <charconv>

namespace toystore
{

namespace
{

constexpr qsizetype initialCapacity = 4096;
constexpr qsizetype maxChunkLineBytes = 1024;

bool isFieldName(QByteArrayView name)
{
    for (const char c : name) {
        if (c <= ' ' || c >= 0x7f || c == ':')
            return false;
    }
    return !name.isEmpty();
}

/// Whether a comma-separated list has @p token.
bool hasToken(QByteArrayView list, QByteArrayView token)
{
    while (!list.isEmpty()) {
        const qsizetype comma = list.indexOf(',');
        if (list.first(comma < 0 ? list.size() : comma).trimmed().compare(token, Qt::CaseInsensitive) == 0)
            return true;
        list = comma < 0 ? QByteArrayView() : list.sliced(comma + 1);
    }
    return false;
}

/// All of @p text as a number of at most @p most; -1 if it is none.
qsizetype parseNumber(QByteArrayView text, int base, qsizetype most)
{
    qsizetype number = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), number, base);
    return error == std::errc() && end == text.end() && number >= 0 && number <= most && text.front() != '-'
               ? number
               : -1;
}

} // namespace

void HttpResponseParser::begin()
{
    m_state = State::Incomplete;
    m_received.resize(0);
    if (m_received.capacity() < initialCapacity)
        m_received.reserve(initialCapacity);
    m_coded.resize(0);
    m_bodyBegin = 0;
    m_status = 0;
    m_keepsAlive = true;
}

HttpResponseParser::State HttpResponseParser::feed(QByteArrayView bytes)
{
    if (m_state != State::Incomplete)
        return bytes.isEmpty() ? m_state : become(State::Malformed);
    if (m_bodyBegin > 0 && m_framing == Framing::Chunked)
        m_coded.append(bytes);
    else
        m_received.append(bytes);
    if (m_bodyBegin == 0 && !takeHead())
        return m_state;
    return takeBody();
}

HttpResponseParser::State HttpResponseParser::end()
{
    if (m_state == State::Incomplete)
        m_state = m_bodyBegin > 0 && m_framing == Framing::UntilClose ? State::Complete : State::Malformed;
    return m_state;
}

HttpResponse HttpResponseParser::response() const
{
    const QByteArrayView all(m_received);
    return {m_status, all.first(m_bodyBegin - 2), all.sliced(m_bodyBegin)};
}

// Passes over interim answers.
bool HttpResponseParser::takeHead()
{
    while (true) {
        const qsizetype end = m_received.indexOf("\r\n\r\n");
        if (end > maxHeadBytes || (end < 0 && m_received.size() > maxHeadBytes)) {
            m_state = State::Malformed;
            return false;
        }
        if (end < 0)
            return false;
        if (!readHead(QByteArrayView(m_received).first(end))) {
            m_state = State::Malformed;
            return false;
        }
        if (m_status / 100 != 1) {
            m_bodyBegin = end + 4;
            if (m_framing == Framing::Chunked) {
                m_coded.append(QByteArrayView(m_received).sliced(m_bodyBegin));
                m_received.resize(m_bodyBegin);
            }
            return true;
        }
        m_received.remove(0, end + 4);
    }
}

bool HttpResponseParser::readHead(QByteArrayView head)
{
    const qsizetype lineEnd = head.indexOf("\r\n");
    const QByteArrayView line = head.first(lineEnd < 0 ? head.size() : lineEnd);
    if (line.size() < 12 || !(line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 ")) ||
        (line.size() > 12 && line[12] != ' '))
        return false;
    m_status = static_cast<int>(parseNumber(line.sliced(9, 3), 10, 999));
    m_keepsAlive = line[7] == '1';
    m_length = -1;
    m_chunked = false;
    m_inTrailers = false;
    for (qsizetype at = lineEnd; at >= 0 && at < head.size();) {
        const qsizetype next = head.indexOf("\r\n", at + 2);
        if (!readField(head.sliced(at + 2, (next < 0 ? head.size() : next) - at - 2)))
            return false;
        at = next;
    }
    const bool bodiless = m_status == 204 || m_status == 304;
    if (bodiless)
        m_length = 0;
    m_framing = bodiless || (m_length >= 0 && !m_chunked) ? Framing::Length
                : m_chunked                               ? Framing::Chunked
                                                          : Framing::UntilClose;
    m_keepsAlive = m_keepsAlive && m_framing != Framing::UntilClose;
    return m_status >= 100 && m_status != 101 && !(m_chunked && m_length >= 0);
}

bool HttpResponseParser::readField(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || !isFieldName(line.first(colon)))
        return false;
    const QByteArrayView name = line.first(colon);
    const QByteArrayView value = line.sliced(colon + 1).trimmed();
    if (name.compare("content-length", Qt::CaseInsensitive) == 0) {
        const qsizetype length = value.isEmpty() ? -1 : parseNumber(value, 10, maxBodyBytes);
        if (length < 0 || (m_length >= 0 && m_length != length))
            return false;
        m_length = length;
    } else if (name.compare("transfer-encoding", Qt::CaseInsensitive) == 0) {
        if (m_chunked || value.compare("chunked", Qt::CaseInsensitive) != 0)
            return false; // any other coding is none that we asked for
        m_chunked = true;
    } else if (name.compare("connection", Qt::CaseInsensitive) == 0 && hasToken(value, "close")) {
        m_keepsAlive = false;
    }
    return true;
}

HttpResponseParser::State HttpResponseParser::takeBody()
{
    if (m_framing == Framing::Chunked)
        return takeChunks();
    const qsizetype length = m_received.size() - m_bodyBegin;
    if (m_framing == Framing::UntilClose)
        return become(length > maxBodyBytes ? State::Malformed : State::Incomplete);
    if (length > m_length)
        return become(State::Malformed);
    return become(length == m_length ? State::Complete : State::Incomplete);
}

HttpResponseParser::State HttpResponseParser::takeChunks()
{
    qsizetype taken = 0;
    while (!m_inTrailers) {
        const QByteArrayView rest = QByteArrayView(m_coded).sliced(taken);
        const qsizetype lineEnd = rest.indexOf("\r\n");
        if (lineEnd > maxChunkLineBytes || (lineEnd < 0 && rest.size() > maxChunkLineBytes))
            return become(State::Malformed);
        if (lineEnd < 0)
            break;
        const QByteArrayView line = rest.first(lineEnd);
        const qsizetype semicolon = line.indexOf(';'); // extensions are passed over
        const QByteArrayView size = line.first(semicolon < 0 ? lineEnd : semicolon).trimmed();
        const qsizetype room = maxBodyBytes - (m_received.size() - m_bodyBegin);
        const qsizetype length = size.isEmpty() ? -1 : parseNumber(size, 16, room);
        if (length < 0)
            return become(State::Malformed);
        if (length == 0) {
            m_inTrailers = true;
            taken += lineEnd; // the CRLF begins the end of trailers
            break;
        }
        if (rest.size() < lineEnd + 2 + length + 2)
            break;
        if (rest.sliced(lineEnd + 2 + length, 2) != "\r\n")
            return become(State::Malformed);
        m_received.append(rest.sliced(lineEnd + 2, length));
        taken += lineEnd + 2 + length + 2;
    }
    m_coded.remove(0, taken);
    if (m_inTrailers)
        takeTrailers();
    return m_state;
}

// Trailers say nothing to us; what counts is where they end.
void HttpResponseParser::takeTrailers()
{
    const qsizetype end = m_coded.indexOf("\r\n\r\n");
    if (end > maxHeadBytes || (end < 0 && m_coded.size() > maxHeadBytes) ||
        (end >= 0 && end + 4 < m_coded.size()))
        become(State::Malformed);
    else if (end >= 0)
        become(State::Complete);
}

} // namespace toystore
