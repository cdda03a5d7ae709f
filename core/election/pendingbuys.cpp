// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "election/pendingbuys.h"

#include <algorithm>

namespace toystore
{

namespace
{

constexpr int unpacedAttempts = 2;

/// Whether @p error means that this attempt was certainly not carried out.
bool wasNotCarriedOut(const Error &error)
{
    return error.code == ErrorCode::CannotConnect || error.code == ErrorCode::Overloaded;
}

/// Whether the leader is well and the catalog is not: it is not reached, or can't write.
bool isOfCatalog(const Error &error)
{
    return error.code == ErrorCode::CatalogUnavailable || error.code == ErrorCode::OutcomeUnknown;
}

/// The Idempotency-Key under which a buy can be repeated.
QByteArray keyOf(const QByteArray &requestId)
{
    return requestId.startsWith("c-") ? requestId.mid(2) : requestId;
}

} // namespace

bool PendingBuys::settles(const Error &error)
{
    return error.code == ErrorCode::OrderRejected || error.code == ErrorCode::RequestMismatch;
}

PendingBuys::BuyId PendingBuys::add(Purchase purchase, Instant arrived, Instant now)
{
    const BuyId id = ++m_lastBuy;
    Buy buy{std::move(purchase), arrived + patience, 0, false, {}, {}, {}};
    if (now >= buy.deadline)
        m_effects.settled.push_back({id, failure(unsettled(buy, "no answer within 5 s"))});
    else if (m_elector.noOrderService())
        m_effects.settled.push_back({id, failure(unsettled(buy, "no order service is up"))});
    else if (m_buys.size() >= maxBuys)
        m_effects.settled.push_back(
            {id, failure(ErrorCode::Overloaded, "too many orders wait for their answer")});
    else {
        m_buys.emplace(id, std::move(buy));
        m_waiting.insert(id);
    }
    return id;
}

void PendingBuys::send(Instant now)
{
    expire(now);
    const std::optional<Elector::Leader> leader = m_elector.readyLeader();
    if (m_waiting.empty() || !leader)
        return;
    qint64 resent = 0;
    QByteArray firstResent;
    std::erase_if(m_waiting, [&](BuyId id) {
        Buy &buy = m_buys.at(id);
        if (now < buy.notBefore)
            return false;
        const Purchase &purchase = buy.purchase;
        if (buy.attempts > 0 && resent++ == 0)
            firstResent = purchase.requestId;
        buy.sentTo = *leader;
        m_effects.sends.push_back(
            {id, ++buy.attempts, *leader,
             PlaceOrder{leader->epoch, purchase.requestId, purchase.name, purchase.quantity}, buy.deadline});
        return true;
    });
    if (resent > 0)
        m_effects.events.push_back({.kind = "buy_resent",
                                    .requestId = firstResent,
                                    .subject = "order-" + QByteArray::number(leader->id.value),
                                    .epoch = leader->epoch,
                                    .count = resent});
    if (!m_waiting.empty() && !m_retryAt)
        m_retryAt = now + retryPause;
}

void PendingBuys::answered(BuyId id, int attempt, const Result<PlaceOrder::Answer> &answer, Instant now)
{
    const auto found = m_buys.find(id);
    if (found == m_buys.end())
        return;
    if (answer)
        return settle(id, answer->orderNumber); // decided, whichever attempt tells
    const Error error = answer.error();
    Buy &buy = found->second;
    buy.maybeSent |= !wasNotCarriedOut(error);
    // An earlier attempt's "no" says nothing: the later one may still be decided.
    if (m_waiting.contains(id) || attempt != buy.attempts)
        return;
    if (settles(error))
        return settle(id, failure(error));
    if (error.code == ErrorCode::DeadlineExceeded)
        return settle(id, failure(unsettled(buy, "no answer within 5 s")));
    if (error.code == ErrorCode::Overloaded && !buy.maybeSent)
        return settle(id, failure(error));
    m_waiting.insert(id);
    if (attempt >= unpacedAttempts || isOfCatalog(error))
        buy.notBefore = now + retryPause;
    // Only what went wrong: what to do about it, and in which file, is no client's business.
    buy.trouble = isOfCatalog(error) ? error.message.split(';').first() : QByteArray();
    m_effects.refusals.push_back({buy.sentTo, error}); // may find the next leader, or that there is none
    if (!m_retryAt)
        m_retryAt = now; // once for all whose answers are being read
}

void PendingBuys::leaderLost()
{
    for (auto &[id, buy] : m_buys) {
        if (m_waiting.insert(id).second)
            buy.maybeSent = true;
    }
}

void PendingBuys::replicasChanged()
{
    if (m_waiting.empty() || !m_elector.noOrderService())
        return;
    for (const BuyId id : std::exchange(m_waiting, {}))
        settle(id, failure(unsettled(m_buys.at(id), "no order service is up")));
}

void PendingBuys::tick(Instant now)
{
    expire(now);
    if (!m_retryAt || now < *m_retryAt)
        return;
    m_retryAt.reset();
    send(now);
}

std::optional<Instant> PendingBuys::nextWake() const
{
    if (m_buys.empty())
        return std::nullopt;
    const Instant deadline = m_buys.begin()->second.deadline;
    return std::min(deadline, m_retryAt.value_or(deadline));
}

void PendingBuys::expire(Instant now)
{
    while (!m_buys.empty() && m_buys.begin()->second.deadline <= now) {
        const BuyId id = m_buys.begin()->first;
        Buy &buy = m_buys.begin()->second;
        buy.maybeSent |= !m_waiting.contains(id);
        settle(id, failure(unsettled(buy, "no answer within 5 s")));
    }
}

void PendingBuys::settle(BuyId id, const Result<qint64> &result)
{
    m_effects.settled.push_back({id, result});
    m_buys.erase(id);
    m_waiting.erase(id);
}

Error PendingBuys::unsettled(const Buy &buy, const char *why)
{
    const QByteArray reason = buy.trouble.isEmpty() ? QByteArray(why) : why + (" (" + buy.trouble + ')');
    if (!buy.maybeSent)
        return {ErrorCode::NoOrderService, reason + "; the order was not placed"};
    return {ErrorCode::OutcomeUnknown,
            reason +
                ", the outcome of the order is unknown; to settle it send it again with"
                " the header 'Idempotency-Key: " +
                keyOf(buy.purchase.requestId) + "'"};
}

} // namespace toystore
