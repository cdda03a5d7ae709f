// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "shop/allproducts.h"

#include "common/rpccall.h"

namespace toystore
{

Result<QList<Product>> allProducts(const Endpoint &catalog, Milliseconds timeout)
{
    QList<Product> products;
    ProductsQuery query;
    while (true) {
        const Result<ProductsQuery::Answer> page = callAndWait(catalog, query, timeout);
        if (!page)
            return failure(page.error());
        products += page->products;
        if (!page->more || page->products.isEmpty())
            return products;
        query.after = products.last().name;
    }
}

} // namespace toystore
