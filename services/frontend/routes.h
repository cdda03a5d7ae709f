// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"
#include "livefeed.h"
#include "orderdesk.h"
#include "productdesk.h"
#include "productlister.h"
#include "shopmeter.h"
#include "watchdesk.h"

#include <atomic>

namespace toystore
{

/// The shop over HTTP, and what there is to see of it: which request means what, and what its answers look
/// like. Checks types and sizes; whether a buy makes sense the order service and the catalog decide. Any
/// thread.
class Routes
{
public:
    static constexpr qsizetype maxKeyBytes = 128;

    using Defer = std::function<DeferredAnswer()>;

    /// Who answers what.
    struct Desks {
        ProductDesk &products;
        ProductLister &lister;
        OrderDesk &orders;
        WatchDesk &watch;
        LiveFeed &feed;
    };

    /// All must outlive the routes.
    Routes(const Desks &desks, ShopMeter &meter);

    /// See HttpHandler.
    [[nodiscard]] std::optional<HttpAnswer> handle(const HttpRequest &request, const Defer &defer) const;
    void noteRefusal(int status) const { m_meter.countRefusal(status); }

    /// From now on what would have to wait is refused: the process is about to end.
    void drain() { m_draining = true; }

private:
    [[nodiscard]] static Route routeOf(QByteArrayView path);
    [[nodiscard]] std::optional<HttpAnswer> answer(Route route, const HttpRequest &request,
                                                   const Defer &defer) const;
    [[nodiscard]] std::optional<HttpAnswer> product(const HttpRequest &request, QByteArrayView item,
                                                    const Defer &defer) const;
    [[nodiscard]] std::optional<HttpAnswer> placeOrder(const HttpRequest &request, const Defer &defer) const;
    [[nodiscard]] std::optional<HttpAnswer> order(const HttpRequest &request, QByteArrayView item,
                                                  const Defer &defer) const;

    [[nodiscard]] std::optional<HttpAnswer> watch(Route route, const HttpRequest &request,
                                                  const Defer &defer) const;
    [[nodiscard]] std::optional<HttpAnswer> products(const Defer &defer) const;
    [[nodiscard]] HttpAnswer events(const HttpRequest &request) const;

    const Desks m_desks;
    ShopMeter &m_meter;
    const HttpAnswer m_page;
    const HttpAnswer m_openApi;
    const HttpAnswer m_version;
    std::atomic_bool m_draining = false;
};

} // namespace toystore
