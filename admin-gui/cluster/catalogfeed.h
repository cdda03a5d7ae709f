// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"
#include "cluster/logcomparison.h"

namespace toystore
{

/// Fetches all toys, page after page, when they have changed; at most twice a second. Main thread.
class CatalogFeed
{
public:
    /// @p take: all toys. For the references see LogComparison.
    CatalogFeed(const KnownStore &store, ServiceLinks &links, std::function<void(const Toys &)> take)
        : m_store(store), m_links(links), m_take(std::move(take))
    {
    }

    /// Fetches the first page if they are old. To be called 20 times a second.
    void step(Instant now);
    /// The toys have changed, or nobody has them any more.
    void setOld() { m_isOld = true; }
    /// The connections are new ones: answers still owed do not come any more.
    void askAgain();

private:
    void fetchAfter(const std::optional<QByteArray> &name, Toys known);

    const KnownStore &m_store;
    ServiceLinks &m_links;
    const std::function<void(const Toys &)> m_take;
    bool m_isOld = true;
    bool m_isFetching = false;
    Instant m_fetchedAt;
};

} // namespace toystore
