// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/stockview.h"

namespace toystore
{

namespace
{

/// At most 1,000 names of 256 bytes, escapes and numbers included, stay under the line limit.
constexpr qsizetype productsAtOnce = 1000;

} // namespace

void StockView::reset(const StockState &state)
{
    std::map<QByteArray, Product> products;
    for (const Product &product : state.products)
        products[product.name] = product;
    const QWriteLocker lock(&m_lock);
    m_products.swap(products);
    m_leadership = state.leadership;
}

void StockView::apply(const StockState &change)
{
    const QWriteLocker lock(&m_lock);
    for (const Product &product : change.products)
        m_products[product.name] = product;
    m_leadership = change.leadership;
}

Result<Product> StockView::product(const QByteArray &name) const
{
    const QReadLocker lock(&m_lock);
    const auto found = m_products.find(name);
    if (found == m_products.end())
        return failure(ErrorCode::ProductNotFound, "product not found");
    return found->second;
}

ProductsQuery::Answer StockView::productsAfter(const std::optional<QByteArray> &name) const
{
    const QReadLocker lock(&m_lock);
    ProductsQuery::Answer page;
    auto next = name ? m_products.upper_bound(*name) : m_products.begin();
    for (; next != m_products.end() && page.products.size() < productsAtOnce; ++next)
        page.products.append(next->second);
    page.more = next != m_products.end();
    return page;
}

Leadership::Answer StockView::leadership() const
{
    const QReadLocker lock(&m_lock);
    return m_leadership;
}

qint64 StockView::count() const
{
    const QReadLocker lock(&m_lock);
    return static_cast<qint64>(m_products.size());
}

} // namespace toystore
