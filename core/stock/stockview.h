// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "stock/stockledger.h"

#include <QReadWriteLock>

#include <map>

namespace toystore
{

/// The copy of toys and leadership in memory that queries are answered from. Whoever commits a change shows
/// it here afterwards, so that no reader sees what a crash could take back. Readers share a read lock; the
/// write lock covers only the swap. Any thread.
class StockView
{
public:
    /// Replaces everything.
    void reset(const StockState &state);

    /// Shows what a transaction changed.
    void apply(const StockState &change);

    /// Errors: product_not_found.
    [[nodiscard]] Result<Product> product(const QByteArray &name) const;

    /// A page of toys by name (bytewise).
    [[nodiscard]] ProductsQuery::Answer productsAfter(const std::optional<QByteArray> &name) const;

    [[nodiscard]] Leadership::Answer leadership() const;
    [[nodiscard]] qint64 count() const;

private:
    mutable QReadWriteLock m_lock;
    std::map<QByteArray, Product> m_products;
    Leadership::Answer m_leadership;
};

} // namespace toystore
