// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "election/elector.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace toystore
{

/// The frontend's buys under way. Pure.
///
/// A buy waits for a ready leader; when its leader is lost, or refuses without deciding, it is sent again
/// with the same request id to the next one, until it is decided or its `patience` is over. So the client
/// notices nothing and never buys twice (I3). Once its patience is over a buy is never sent again, however
/// late that is noticed: its client has been told, or is told now, that it was given up.
///
/// Who leads it asks the Elector it is given. Every input comes with the time now, which must not go back;
/// what follows from it is kept until takeEffects(). For one thread at a time.
class PendingBuys
{
public:
    static constexpr Milliseconds patience{5000};  ///< how long a buy may take
    static constexpr std::size_t maxBuys = 10'000; ///< under way; beyond: `overloaded`
    /// Before a leader that did not decide is asked once more; the first time it is asked again at once.
    static constexpr Milliseconds retryPause{20};

    using BuyId = quint64; ///< in the order they came, which is also that of their deadlines

    struct Purchase {
        QByteArray requestId;
        QByteArray name;
        qint64 quantity = 0;
    };

    struct Send { ///< answered()
        BuyId buy = 0;
        int attempt = 0; ///< of this buy: 1, 2, 3 ...
        Elector::Leader to;
        PlaceOrder request;
        Instant deadline;
    };
    struct Settled {
        BuyId buy = 0;
        /// The order's number. Errors: order_rejected, request_mismatch, overloaded, no_order_service (it was
        /// certainly not sent), outcome_unknown (it may have been decided, or still be).
        Result<qint64> orderNumber;
    };
    struct Refusal { ///< for Elector::buyRefused()
        Elector::Leader by;
        Error error;
    };
    /// What the caller has to do, in this order.
    struct Effects {
        std::vector<Send> sends;
        std::vector<Event> events;
        std::vector<Settled> settled;
        std::vector<Refusal> refusals;
    };

    /// Whether @p error settles a buy: nothing was decided for it, and nothing will be.
    [[nodiscard]] static bool settles(const Error &error);

    /// @p elector must outlive this.
    explicit PendingBuys(const Elector &elector) : m_elector(elector) {}

    /// A buy that arrived at @p arrived, from when its patience counts and which must not go back either. It
    /// is settled at once (no order service, too many) or sent by the next send(). Returns its name.
    BuyId add(Purchase purchase, Instant arrived, Instant now);

    /// Sends what waits, if a leader is ready: when one became ready, and after add(), one call for many.
    void send(Instant now);

    /// An attempt was answered; a failed call is an answer too.
    void answered(BuyId buy, int attempt, const Result<PlaceOrder::Answer> &answer, Instant now);

    /// The leader is lost: what was sent to it and not answered will be sent again to the next one.
    void leaderLost();

    /// Something about the replicas changed: if no order service is up any more, what waits is given up.
    void replicasChanged();

    /// The time came, see nextWake().
    void tick(Instant now);

    /// When tick() is due; nothing if no buy is under way.
    [[nodiscard]] std::optional<Instant> nextWake() const;

    [[nodiscard]] Effects takeEffects() { return std::exchange(m_effects, {}); }
    [[nodiscard]] std::size_t count() const { return m_buys.size(); }

private:
    struct Buy {
        Purchase purchase;
        Instant deadline;
        int attempts = 0;       // sent so far; the last one is under way unless the buy waits
        bool maybeSent = false; // an earlier attempt may have reached the leader
        Elector::Leader sentTo; // by the last attempt
        Instant notBefore;
        QByteArray trouble; // of the catalog, as the last attempt met it; a clause
    };

    void expire(Instant now);
    void settle(BuyId id, const Result<qint64> &result);
    [[nodiscard]] static Error unsettled(const Buy &buy, const char *why);

    const Elector &m_elector;
    std::map<BuyId, Buy> m_buys;
    BuyId m_lastBuy = 0;
    std::set<BuyId> m_waiting;        // of m_buys: to be sent (again)
    std::optional<Instant> m_retryAt; // once for all that were refused
    Effects m_effects;
};

} // namespace toystore
