// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/cachefeed.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds betweenFetches = 500ms;
constexpr Milliseconds agesOfEntries = 2s;
constexpr Milliseconds requestDeadline = 1s;

} // namespace

void CacheFeed::step(const std::optional<CacheFigures> &figures, Instant now)
{
    const KnownService *frontend = m_store.frontend();
    if (!figures || !frontend || !frontend->isHeard(now) || now - m_fetchedAt < betweenFetches)
        return;
    const bool isOld = figures->entries > 0 && now - m_fetchedAt >= agesOfEntries;
    if (m_fetched == figures && !isOld)
        return;
    m_fetched = figures;
    m_fetchedAt = now;
    m_links.at("frontend")
        ->call(CacheContents(), requestDeadline, [this](const Result<CacheContents::Answer> &answer) {
            if (answer)
                m_take(answer->entries);
        });
}

} // namespace toystore
