// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/places.h"

#include <optional>

namespace toystore
{

/// What a client asks the shop for.
enum class RequestKind { Query, Buy, LookUp };
inline constexpr std::size_t requestKinds = 3;

/// "query", "buy", "look_up".
[[nodiscard]] QByteArrayView nameOf(RequestKind kind);

/// One request to the shop's HTTP interface.
struct ShopRequest {
    RequestKind kind = RequestKind::Query;
    QByteArray name;     ///< the toy's; of queries and buys
    qint64 quantity = 0; ///< of buys
    QByteArray key;      ///< a buy's Idempotency-Key; 1 to 128 visible ASCII characters
    qint64 number = 0;   ///< the order's; of look-ups

    bool operator==(const ShopRequest &) const = default;
};

/// The Idempotency-Key of a client's buy: @p prefix, how many buys the client has made, the client. The count
/// is padded and comes before the client, so that the keys of one time lie together in the shop's index: a
/// commit then writes a page or two of it instead of one for each buy.
[[nodiscard]] QByteArray buyKey(const QByteArray &prefix, qint64 count, qint64 client);

/// Writes the whole request to @p bytes, over what was there; its capacity is kept. @p host: for the field.
void writeHttp(const ShopRequest &request, const QByteArray &host, QByteArray &bytes);

/// What the shop said, or that it said nothing that tells.
struct ShopAnswer {
    enum class Outcome {
        Ok,       ///< what was asked for
        Rejected, ///< of a buy: couldn't place the order
        Mismatch, ///< of a buy: its key was used with another order
        NotFound, ///< of a query or a look-up
        Unknown,  ///< no answer, or one that does not tell: a buy may have been decided, or may be yet
    };
    Outcome outcome = Outcome::Unknown;
    qint64 number = 0;   ///< of a buy that is Ok
    QByteArray name;     ///< found; of a look-up that is Ok
    qint64 quantity = 0; ///< left, of a query, or ordered, of a look-up; that is Ok

    bool operator==(const ShopAnswer &) const = default;
};

/// What an answer with status 200, 404 or 422 says; nothing if it is not one that a toy store gives to this
/// request. What is of no use here, as a toy's price, is not looked at.
[[nodiscard]] std::optional<ShopAnswer> readAnswer(const ShopRequest &request, int status,
                                                   QByteArrayView body);

} // namespace toystore
