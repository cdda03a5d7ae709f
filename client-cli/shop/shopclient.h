// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "protocol/jsontree.h"

namespace toystore
{

/// What to do about an error that any request to the shop can meet; may be empty.
[[nodiscard]] QByteArray shopHint(const Error &error);

/// One request to the shop's HTTP interface at a time.
class ShopClient
{
public:
    /// @p shop: its address without a slash at the end. @p timeout: for each request.
    ShopClient(QByteArray shop, Milliseconds timeout) : m_shop(std::move(shop)), m_timeout(timeout) {}

    [[nodiscard]] const QByteArray &shop() const { return m_shop; }

    struct Answer {
        int status = 0;
        JsonTree body;
    };

    /// GET of @p path (encoded, with its slash). Errors: cannot_connect, deadline_exceeded, connection_lost,
    /// malformed_message (what answers is no toy store). A status of 400 and more is an Answer.
    [[nodiscard]] Result<Answer> get(const QByteArray &path) const;
    /// POST of @p json to @p path, with an Idempotency-Key: a request that is sent twice, by us or by the
    /// HTTP layer after a lost connection, buys once.
    [[nodiscard]] Result<Answer> post(const QByteArray &path, const QByteArray &json,
                                      const QByteArray &idempotencyKey) const;

private:
    const QByteArray m_shop;
    const Milliseconds m_timeout;
};

} // namespace toystore
