// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/catalogfeed.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds betweenFetches = 500ms;
constexpr Milliseconds pageDeadline = 1s;

} // namespace

void CatalogFeed::step(Instant now)
{
    const KnownService *catalog = m_store.catalog();
    if (!m_isOld || m_isFetching || now - m_fetchedAt < betweenFetches || !catalog || !catalog->isHeard(now))
        return;
    m_isOld = false;
    m_isFetching = true;
    m_fetchedAt = now;
    fetchAfter(std::nullopt, {});
}

void CatalogFeed::fetchAfter(const std::optional<QByteArray> &name, Toys known)
{
    m_links.at("catalog")->call(ProductsQuery{name}, pageDeadline,
                                [this, known = std::move(known)](const Result<ProductsQuery::Answer> &page) {
                                    if (!page) {
                                        m_isOld = true;
                                        m_isFetching = false;
                                        return;
                                    }
                                    const Toys all = known + page->products;
                                    if (page->more && !page->products.isEmpty())
                                        return fetchAfter(page->products.last().name, all);
                                    m_isFetching = false;
                                    m_take(all);
                                });
}

void CatalogFeed::askAgain()
{
    m_isOld = true;
    m_isFetching = false;
}

} // namespace toystore
