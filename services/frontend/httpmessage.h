// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

#include <functional>
#include <optional>

namespace toystore
{

enum class HttpMethod { Get, Head, Post, Options, Other };

/// What the routes need of a request; copies, so that nothing dies with the client's connection.
struct HttpRequest {
    HttpMethod method = HttpMethod::Other;
    QByteArray path; ///< percent-encoded, without the query
    std::optional<QByteArray> contentType;
    std::optional<QByteArray> contentEncoding;
    std::optional<QByteArray> idempotencyKey;
    QByteArray body;
};

/// An answer; its body is always JSON.
struct HttpAnswer {
    int status = 200;
    QByteArray body;
    QByteArray headers = {}; ///< more header lines, each ended by CRLF

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

/// The bytes of an answer over HTTP/1.1. @p head: of a HEAD request, whose answer has no body.
[[nodiscard]] QByteArray httpBytes(const HttpAnswer &answer, bool head, ConnectionHeader connection);

/// Takes the answer to a request that had to wait; once, any thread. If the client is gone it is dropped.
using DeferredAnswer = std::function<void(HttpAnswer)>;

/// Answers a request, at once or, with what it got from calling @c defer, later. Called on the session's
/// thread, which it must not block.
using HttpHandler = std::function<std::optional<HttpAnswer>(const HttpRequest &,
                                                            const std::function<DeferredAnswer()> &defer)>;

} // namespace toystore
