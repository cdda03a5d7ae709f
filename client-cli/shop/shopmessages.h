// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/fields.h"

namespace toystore
{

/// The bodies of the shop's HTTP interface, and what the CLI prints of them as JSON.

/// A toy as the shop shows it.
struct ProductAnswer {
    QByteArray name;
    double price = 0;
    qint64 quantity = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name);
        visit("price", self.price);
        visit("quantity", self.quantity);
    }
};

/// GET /products/{name}.
struct ProductData {
    ProductAnswer data;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("data", self.data);
    }
};

/// What `toystore products -o json` prints.
struct ProductList {
    QList<ProductAnswer> products;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("products", self.products);
    }
};

/// POST /orders.
struct BuyRequest {
    QByteArray name;
    qint64 quantity = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name);
        visit("quantity", self.quantity);
    }
};

struct BuyAnswer {
    struct Data {
        qint64 orderNumber = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("order_number", self.orderNumber);
        }
    };
    Data data;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("data", self.data);
    }
};

/// What `toystore buy -o json` prints.
struct BuyResult {
    qint64 orderNumber = 0;
    QByteArray name;
    qint64 quantity = 0;
    QByteArray key;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("order_number", self.orderNumber);
        visit("name", self.name);
        visit("quantity", self.quantity);
        visit("key", self.key);
    }
};

/// GET /orders/{number}; printed as it is.
struct OrderAnswer {
    qint64 number = 0;
    QByteArray name;
    qint64 quantity = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("number", self.number);
        visit("name", self.name);
        visit("quantity", self.quantity);
    }
};

/// Any answer with a status of 400 or more.
struct ErrorAnswer {
    struct Body {
        qint64 code = 0;
        QByteArray message;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("code", self.code);
            visit("message", self.message);
        }
    };
    Body error;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("error", self.error);
    }
};

} // namespace toystore
