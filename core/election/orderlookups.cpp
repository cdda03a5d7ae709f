// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "election/orderlookups.h"

#include <algorithm>

namespace toystore
{

OrderLookups::OrderLookups(const Elector &elector, std::vector<ReplicaId> replicas)
    : m_elector(elector), m_replicas(std::move(replicas))
{
}

OrderLookups::Step OrderLookups::begin(qint64 number)
{
    const LookupId id = ++m_lastLookup;
    // A replica that refuses buys, as on a full disk, can look up what it has.
    if (m_elector.noOrderService() &&
        std::none_of(m_replicas.begin(), m_replicas.end(),
                     [this](ReplicaId one) { return m_elector.isResponsive(one); }))
        return Settled{id, failure(ErrorCode::NoOrderService, "no order service is up")};
    if (m_lookups.size() >= maxLookups)
        return Settled{id, failure(ErrorCode::Overloaded, "too many order queries wait for their answer")};
    m_lookups.emplace(id, Lookup{number, replicasToAsk()});
    return askNext(id, {});
}

OrderLookups::Step OrderLookups::answered(LookupId id, const Result<OrderDetails::Answer> &answer)
{
    if (!answer && answer.error().code != ErrorCode::OrderNotFound)
        return askNext(id, answer.error());
    m_lookups.erase(id);
    return Settled{id, answer};
}

OrderLookups::Step OrderLookups::askNext(LookupId id, const Error &lastError)
{
    const auto lookup = m_lookups.find(id);
    TOYSTORE_ENSURE(lookup != m_lookups.end());
    std::vector<ReplicaId> &toAsk = lookup->second.toAsk;
    if (toAsk.empty()) {
        m_lookups.erase(lookup);
        return Settled{id, failure(ErrorCode::NoOrderService,
                                   "no order service can tell right now: " + lastError.message)};
    }
    const ReplicaId replica = toAsk.back();
    toAsk.pop_back();
    return Ask{id, replica, OrderDetails{lookup->second.number}};
}

std::vector<ReplicaId> OrderLookups::replicasToAsk()
{
    std::vector<ReplicaId> ids = m_replicas;
    const auto responsiveEnd = std::stable_partition(
        ids.begin(), ids.end(), [this](ReplicaId id) { return m_elector.isResponsive(id); });
    if (responsiveEnd != ids.begin()) {
        const auto responsive = static_cast<std::size_t>(responsiveEnd - ids.begin());
        std::rotate(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(m_turn++ % responsive),
                    responsiveEnd);
    }
    std::reverse(ids.begin(), ids.end());
    return ids;
}

} // namespace toystore
