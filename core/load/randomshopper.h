// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/randomnumbers.h"
#include "load/loadmix.h"
#include "load/shopper.h"

#include <vector>

namespace toystore
{

/// Asks for what a LoadMix says, each request independent of the others, for ever or for so many times. It
/// looks up orders that it made itself; as long as it has none it queries instead.
///
/// Pure; one thread.
class RandomShopper : public Shopper
{
public:
    /// How many of its last orders it remembers.
    static constexpr std::size_t maxOrders = 1024;

    /// @p mix: must outlive this; what is changed in it counts from the next request on. @p client: which
    /// of the mix's clients; each asks for something else. @p keyPrefix: unique in the store's life, keys are
    /// made of it by buyKey(). @p requests: at most so many; absent: any.
    RandomShopper(const LoadMix &mix, qint64 client, const QByteArray &keyPrefix,
                  std::optional<qint64> requests = std::nullopt);

    [[nodiscard]] std::optional<ShopRequest> next() override;
    void settled(const ShopRequest &request, const ShopAnswer &answer) override;

private:
    [[nodiscard]] const QByteArray &anyToy();

    const LoadMix &m_mix;
    RandomNumbers m_random;
    const QByteArray m_keyPrefix;
    const qint64 m_client;
    std::optional<qint64> m_left;
    qint64 m_buys = 0;
    qint64 m_acknowledged = 0;
    std::vector<qint64> m_orders; // when full, the oldest gives way
};

} // namespace toystore
