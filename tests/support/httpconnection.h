// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "load/httpclientconnection.h"

#include <optional>

namespace toystore
{

/// An answer as it came over the wire.
struct HttpAnswer {
    int status = 0; ///< 0: there was none within 20 s, or no connection
    QByteArray body;
    Milliseconds took{0};
};

/// A test's own connection to the shop: sends a request, and spins the event loop until its answer is there.
class HttpConnection
{
public:
    explicit HttpConnection(quint16 port);

    HttpAnswer get(const QByteArray &target);
    /// @p fields: more of the head's lines, each ended by CRLF.
    HttpAnswer post(const QByteArray &target, const QByteArray &body, const QByteArray &fields = {});

private:
    HttpAnswer ask(const QByteArray &request);

    std::optional<HttpAnswer> m_answer;
    HttpClientConnection m_connection;
};

} // namespace toystore
