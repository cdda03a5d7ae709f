// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "election/elector.h"

#include <unordered_map>
#include <variant>
#include <vector>

namespace toystore
{

/// The frontend's look-ups of orders under way. Pure.
///
/// An order that a replica has is final, so any may answer: they are asked one after the other, first those
/// that can be hoped to answer at once, in turns. 'Not found' is final, too: a replica says it only when the
/// ledger has no such order (I12). Every other error says something about that replica, and the next one is
/// asked. For one thread at a time.
class OrderLookups
{
public:
    static constexpr std::size_t maxLookups = 10'000; ///< under way; beyond: `overloaded`
    static constexpr Milliseconds answerLimit{500};   ///< of one replica; then the next is asked

    using LookupId = quint64;

    struct Ask { ///< answered()
        LookupId lookup = 0;
        ReplicaId replica;
        OrderDetails request;
    };
    struct Settled {
        LookupId lookup = 0;
        /// Errors: order_not_found (it is certain), overloaded, no_order_service (nobody could tell).
        Result<OrderDetails::Answer> order;
    };
    /// What the caller has to do next.
    using Step = std::variant<Ask, Settled>;

    /// @p elector, of the same @p replicas, must outlive this.
    OrderLookups(const Elector &elector, std::vector<ReplicaId> replicas);

    /// Begins to look up the order @p number.
    [[nodiscard]] Step begin(qint64 number);

    /// The replica asked last for @p lookup has answered; a failed call is an answer too.
    [[nodiscard]] Step answered(LookupId lookup, const Result<OrderDetails::Answer> &answer);

    [[nodiscard]] std::size_t count() const { return m_lookups.size(); }

private:
    struct Lookup {
        qint64 number = 0;
        std::vector<ReplicaId> toAsk; // the next one last
    };

    [[nodiscard]] std::vector<ReplicaId> replicasToAsk();
    [[nodiscard]] Step askNext(LookupId id, const Error &lastError);

    const Elector &m_elector;
    const std::vector<ReplicaId> m_replicas;
    std::unordered_map<LookupId, Lookup> m_lookups;
    LookupId m_lastLookup = 0;
    std::size_t m_turn = 0;
};

} // namespace toystore
