// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/error.h"

#include <QByteArray>

#include <functional>
#include <optional>

namespace toystore
{

enum class HttpMethod { Get, Head, Post, Options, Other };

/// What the routes need of a request; copies, so that nothing dies with the client's connection.
struct HttpRequest {
    HttpMethod method = HttpMethod::Other;
    QByteArray path; ///< percent-encoded as it came, without the query
    std::optional<QByteArray> idempotencyKey;
    QByteArray body;
    bool wantsClose = false; ///< the client said `Connection: close`
};

/// An answer; its body is always JSON.
struct HttpAnswer {
    int status = 200;
    QByteArray body;
    QByteArray headers = {}; ///< more header lines, each ended by CRLF

    /// `{"error":{"code":status,"message":"…"}}`
    [[nodiscard]] static HttpAnswer error(int status, QByteArrayView message, QByteArray headers = {});
};

/// The bytes of an answer over HTTP/1.1. @p head: of a HEAD request, whose answer has no body.
/// @p close: says that the connection ends with it.
[[nodiscard]] QByteArray httpBytes(const HttpAnswer &answer, bool head, bool close);

/// Takes the answer to a request that had to wait; once, any thread. If the client is gone it is dropped.
using DeferredAnswer = std::function<void(HttpAnswer)>;

/// Answers a request, at once or, with what it got from calling @c defer, later. Called on the session's
/// thread, which it must not block.
using HttpHandler = std::function<std::optional<HttpAnswer>(const HttpRequest &,
                                                            const std::function<DeferredAnswer()> &defer)>;

} // namespace toystore
