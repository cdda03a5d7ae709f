// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

#include <array>
#include <functional>
#include <memory>
#include <optional>

namespace toystore
{

class EventStream;

enum class HttpMethod { Get, Head, Post, Options, Other };

/// What the routes need of a request; copies, so that nothing dies with the client's connection.
struct HttpRequest {
    HttpMethod method = HttpMethod::Other;
    QByteArray path; ///< percent-encoded, without the query
    std::optional<QByteArray> contentType;
    std::optional<QByteArray> contentEncoding;
    std::optional<QByteArray> idempotencyKey;
    std::optional<QByteArray> lastEventId;
    QByteArray body;
};

/// The type of an answer that never ends, and so has no length.
inline constexpr QByteArrayView eventStreamType = "text/event-stream";

/// An answer; mostly its body is JSON.
struct HttpAnswer {
    int status = 200;
    QByteArray body;
    QByteArray headers = {};                         ///< more header lines, each ended by CRLF
    QByteArrayView contentType = "application/json"; ///< of a literal
    std::shared_ptr<EventStream> stream = {};        ///< what follows the head, until the client goes

    /// `{"error":{"code":status,"message":"…"}}`
    [[nodiscard]] static HttpAnswer error(int status, QByteArrayView message, QByteArray headers = {});
};

/// The header of an answer that asks to come again later: of every 503.
inline constexpr QByteArrayView retryAfter = "Retry-After: 1\r\n";

/// What an answer says about its connection.
enum class ConnectionHeader {
    None,
    Close,     ///< it ends with this answer
    KeepAlive, ///< it stays, to an HTTP/1.0 client that asked for it
};

/// The bytes of an answer over HTTP/1.1, which no cache may keep. @p head: of a HEAD request, whose answer
/// has no body. @p requestId: its X-Request-Id.
[[nodiscard]] QByteArray httpBytes(const HttpAnswer &answer, bool head, ConnectionHeader connection,
                                   QByteArrayView requestId);

/// Makes the X-Request-Id of requests that bring none: a prefix that tells the makers apart, and a count. So
/// a thread makes its own without asking anybody.
class RequestIds
{
public:
    /// @p prefix: a random number.
    explicit RequestIds(quint32 prefix);

    /// Valid until the next one is made.
    [[nodiscard]] QByteArrayView next();

private:
    static constexpr std::size_t prefixChars = 9; // eight hexadecimal digits and a dash

    std::array<char, prefixChars + 20> m_text;
    quint64 m_count = 0;
};

/// Takes the answer to a request that had to wait; once, any thread. If the client is gone it is dropped.
using DeferredAnswer = std::function<void(HttpAnswer)>;

/// What stands behind the sessions. Called on their threads, which it must not block.
struct HttpHandler {
    /// Answers a request, at once or, with what it got from calling @c defer, later.
    std::function<std::optional<HttpAnswer>(const HttpRequest &,
                                            const std::function<DeferredAnswer()> &defer)>
        handle;
    /// Is told the status of what was refused before it was a request.
    std::function<void(int status)> refused;
};

} // namespace toystore
