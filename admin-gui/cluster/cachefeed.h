// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"
#include "cluster/logcomparison.h"

namespace toystore
{

/// Fetches the entries of the frontend's cache when its figures have changed, at most twice a second; every
/// two seconds else, because entries age. Main thread.
class CacheFeed
{
public:
    /// @p take: all entries. For the references see LogComparison.
    CacheFeed(const KnownStore &store, ServiceLinks &links, std::function<void(const CacheEntries &)> take)
        : m_store(store), m_links(links), m_take(std::move(take))
    {
    }

    /// Fetches them if they are other ones, going by the @p figures that are shown. To be called 20 times a
    /// second.
    void step(const std::optional<CacheFigures> &figures, Instant now);
    /// Nobody has the entries any more.
    void forget() { m_fetched.reset(); }

private:
    const KnownStore &m_store;
    ServiceLinks &m_links;
    const std::function<void(const CacheEntries &)> m_take;
    std::optional<CacheFigures> m_fetched; // how it was when its entries were fetched
    Instant m_fetchedAt;
};

} // namespace toystore
