// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "productlister.h"

#include <QTimer>

#include <algorithm>

namespace toystore
{

namespace
{

/// Whether the catalog could not be asked, but may be later.
bool isPassing(const Error &error)
{
    return error.code == ErrorCode::CannotConnect || error.code == ErrorCode::ConnectionLost ||
           error.code == ErrorCode::CatalogUnavailable;
}

} // namespace

ProductLister::ProductLister(RpcClient &catalog, QObject *parent) : QObject(parent), m_catalog(catalog)
{
    connect(&catalog, &RpcClient::connected, this, [this] {
        for (const ListPtr &list : std::set(m_open)) {
            if (std::exchange(list->waitsForCatalog, false))
                ask(list);
        }
    });
}

void ProductLister::list(Done done)
{
    auto list = std::make_shared<List>(List{monotonicNow() + patience, std::move(done)});
    QMetaObject::invokeMethod(
        this, [this, list = std::move(list)] { add(list); }, Qt::QueuedConnection);
}

void ProductLister::add(ListPtr list)
{
    if (m_waiting.size() >= mostWaiting)
        return list->done(failure(ErrorCode::Overloaded, "too many lists of products wait for the catalog"));
    m_waiting.push_back(std::move(list));
    beginNext();
}

void ProductLister::beginNext()
{
    while (!m_waiting.empty() && m_open.size() < mostAtOnce) {
        const ListPtr list = std::move(m_waiting.front());
        m_waiting.pop_front();
        m_open.insert(list);
        ask(list);
    }
}

void ProductLister::ask(const ListPtr &list)
{
    ProductsQuery request;
    if (!list->toys.isEmpty())
        request.after = list->toys.last().name;
    const auto left = std::chrono::ceil<Milliseconds>(list->deadline - monotonicNow());
    m_catalog.call(request, std::max(left, Milliseconds(0)),
                   std::function<void(Result<ProductsQuery::Answer>)>(
                       [this, list](const auto &page) { take(list, page); }));
}

void ProductLister::take(const ListPtr &list, const Result<ProductsQuery::Answer> &page)
{
    if (!page && isPassing(page.error()) && monotonicNow() < list->deadline) {
        list->waitsForCatalog = true; // until it is connected again, or for as long as we have patience
        const auto left = std::chrono::ceil<Milliseconds>(list->deadline - monotonicNow());
        // A coarse timer could give up 5 % early.
        QTimer::singleShot(left, Qt::PreciseTimer, this, [this, list] {
            if (std::exchange(list->waitsForCatalog, false))
                take(list, failure(ErrorCode::DeadlineExceeded, {}));
        });
        return;
    }
    if (!page && (isPassing(page.error()) || page.error().code == ErrorCode::DeadlineExceeded))
        return settle(list, failure(ErrorCode::CatalogUnavailable, "the catalog did not answer within 5 s"));
    if (!page)
        return settle(list, failure(page.error()));
    list->toys += page->products;
    if (page->more && !page->products.isEmpty())
        return ask(list);
    settle(list, list->toys);
}

void ProductLister::settle(const ListPtr &list, const Result<QList<Product>> &answer)
{
    const auto erased = m_open.erase(list);
    TOYSTORE_ENSURE(erased == 1);
    list->done(answer);
    beginNext();
}

} // namespace toystore
