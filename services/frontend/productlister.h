// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcclient.h"
#include "protocol/catalogmessages.h"

#include <QObject>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

namespace toystore
{

/// Lists all toys: asks the catalog for each list, page by page. Lists pass the cache by and are not shared:
/// every page was asked for after its list was, so it shows every buy that was acknowledged before (I10).
/// Pages are of different moments.
///
/// What waits is bounded: a few lists at a time are put together, the others wait for their turn. Lives on
/// the catalog client's thread.
class ProductLister : public QObject
{
public:
    static constexpr Milliseconds patience{5000};      ///< for the catalog, from when the list is asked for
    static constexpr std::size_t mostAtOnce = 16;      ///< lists that are put together
    static constexpr std::size_t mostWaiting = 10'000; ///< beyond: `overloaded`

    /// Errors: catalog_unavailable, overloaded, and the catalog's.
    using Done = std::function<void(const Result<QList<Product>> &)>;

    /// @p catalog must outlive the lister.
    explicit ProductLister(RpcClient &catalog, QObject *parent = nullptr);

    /// Calls @p done once, on the lister's thread, with all toys by name (bytewise). Any thread.
    void list(Done done);

    /// Lists that are not answered yet. The lister's thread.
    [[nodiscard]] std::size_t lists() const { return m_waiting.size() + m_open.size(); }

private:
    struct List {
        Instant deadline;
        Done done;
        QList<Product> toys = {};
        bool waitsForCatalog = false;
    };
    using ListPtr = std::shared_ptr<List>;

    void add(ListPtr list);
    void beginNext();
    void ask(const ListPtr &list);
    void take(const ListPtr &list, const Result<ProductsQuery::Answer> &page);
    void settle(const ListPtr &list, const Result<QList<Product>> &answer);

    RpcClient &m_catalog;
    std::deque<ListPtr> m_waiting;
    std::set<ListPtr> m_open;
};

} // namespace toystore
