// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "httpmessage.h"

#include "protocol/jsonwriter.h"

#include <charconv>
#include <cstdio>

namespace toystore
{

namespace
{

QByteArrayView reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 422:
        return "Unprocessable Content";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Internal Server Error";
    }
}

} // namespace

HttpAnswer HttpAnswer::error(int status, QByteArrayView message, QByteArray headers)
{
    JsonWriter writer;
    writer.beginObject().key("error").beginObject();
    writer.key("code").value(qint64(status)).key("message").text(message);
    writer.endObject().endObject();
    return {status, writer.take(), std::move(headers)};
}

QByteArray httpBytes(const HttpAnswer &answer, bool head, ConnectionHeader connection,
                     QByteArrayView requestId)
{
    QByteArray bytes;
    bytes.reserve(192 + requestId.size() + answer.headers.size() + answer.body.size());
    bytes += "HTTP/1.1 ";
    bytes += QByteArray::number(answer.status);
    bytes += ' ';
    bytes.append(reasonPhrase(answer.status));
    if (answer.status != 204) {
        bytes += "\r\nContent-Type: ";
        bytes.append(answer.contentType);
    }
    if (answer.status != 204 && answer.contentType != eventStreamType) {
        bytes += "\r\nContent-Length: ";
        bytes += QByteArray::number(answer.body.size());
    }
    bytes += "\r\nCache-Control: no-store\r\nX-Request-Id: ";
    bytes.append(requestId);
    bytes += "\r\n";
    bytes += answer.headers;
    if (connection == ConnectionHeader::Close)
        bytes += "Connection: close\r\n";
    else if (connection == ConnectionHeader::KeepAlive)
        bytes += "Connection: keep-alive\r\n";
    bytes += "\r\n";
    if (!head)
        bytes += answer.body;
    return bytes;
}

RequestIds::RequestIds(quint32 prefix)
{
    std::snprintf(m_text.data(), m_text.size(), "%08x-", prefix);
}

QByteArrayView RequestIds::next()
{
    const auto written = std::to_chars(m_text.data() + prefixChars, m_text.data() + m_text.size(), ++m_count);
    return {m_text.data(), written.ptr - m_text.data()};
}

} // namespace toystore
