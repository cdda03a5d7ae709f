// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/order.h"

namespace toystore
{

/// The most toys a store can offer.
inline constexpr qsizetype maxToys = 10'000;

/// The most of a toy that can be in stock, and so the most that an order can have sold.
inline constexpr qint64 maxStock = 1'000'000'000'000;

/// A toy as the store offers it.
struct Toy {
    QByteArray name; ///< 1 to maxToyNameBytes bytes of UTF-8 without control characters
    double price = 0;

    bool operator==(const Toy &) const = default;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name, maxToyNameBytes);
        visit("price", self.price);
    }
};

/// Reads a toys file: `{"toys":[{"name":"Tux","price":19.9}, ...]}`, 1 to maxToys toys, no name twice, prices
/// from 0 to a billion. Errors: malformed_message, invalid_field, out_of_range, message_too_large, each
/// naming the toy and the field.
[[nodiscard]] Result<QList<Toy>> parseToys(QByteArrayView json);

} // namespace toystore
