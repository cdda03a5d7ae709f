// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/catalogmessages.h"
#include "protocol/ordermessages.h"

namespace toystore::simulation
{

// What clients ask of a frontend over HTTP, as messages.

struct ShopBuy {
    static constexpr QByteArrayView method = "POST /orders";
    using Answer = PlaceOrder::Answer;

    QByteArray requestId;
    QByteArray name;
    qint64 quantity = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("request_id", self.requestId);
        visit("name", self.name);
        visit("quantity", self.quantity);
    }
};

struct ShopQuery {
    static constexpr QByteArrayView method = "GET /products";
    using Answer = Product;

    QByteArray name;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name);
    }
};

struct ShopFind {
    static constexpr QByteArrayView method = "GET /orders";
    using Answer = OrderDetails::Answer;

    qint64 number = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("number", self.number);
    }
};

} // namespace toystore::simulation
