// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"
#include "orderdesk.h"
#include "productdesk.h"
#include "shopmeter.h"

#include <atomic>

namespace toystore
{

/// The shop over HTTP: which request means what, and what its answers look like. Checks types and sizes;
/// whether a buy makes sense the order service and the catalog decide. Any thread.
class Routes
{
public:
    static constexpr qsizetype maxKeyBytes = 128;

    using Defer = std::function<DeferredAnswer()>;

    /// All must outlive the routes.
    Routes(ProductDesk &products, OrderDesk &orders, ShopMeter &meter)
        : m_products(products), m_orders(orders), m_meter(meter)
    {
    }

    /// See HttpHandler.
    [[nodiscard]] std::optional<HttpAnswer> handle(const HttpRequest &request, const Defer &defer) const;

    /// From now on what would have to wait is refused: the process is about to end.
    void drain() { m_draining = true; }

private:
    [[nodiscard]] std::optional<HttpAnswer> route(ShopMeter::Kind kind, const HttpRequest &request,
                                                  const Defer &defer) const;
    [[nodiscard]] std::optional<HttpAnswer> product(const HttpRequest &request, QByteArrayView item,
                                                    const Defer &defer) const;
    [[nodiscard]] std::optional<HttpAnswer> placeOrder(const HttpRequest &request, const Defer &defer) const;
    [[nodiscard]] std::optional<HttpAnswer> order(const HttpRequest &request, QByteArrayView item,
                                                  const Defer &defer) const;

    ProductDesk &m_products;
    OrderDesk &m_orders;
    ShopMeter &m_meter;
    std::atomic_bool m_draining = false;
};

} // namespace toystore
