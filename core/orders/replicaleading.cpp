// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The leader's half of Replica: becoming one, selling, replicating, stepping down.

#include "orders/orderline.h"
#include "orders/replica.h"

#include <algorithm>
#include <utility>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds catalogDeadline = 1000ms;
constexpr Milliseconds sellDeadline = 2000ms; // the catalog holds an answer for at most a lease

bool isNoAnswer(ErrorCode code)
{
    return code == ErrorCode::CannotConnect || code == ErrorCode::ConnectionLost ||
           code == ErrorCode::DeadlineExceeded;
}

} // namespace

// ---- becoming the leader
// ------------------------------------------------------------------------------------------

void Replica::onAnswer(const LeadershipCall &call, Result<CallAnswer> answer)
{
    if (m_diverged)
        return refuseAsDiverged(call.token); // found out while the ledger was asked
    if (!answer)
        return refuse(call.token, ErrorCode::CatalogUnavailable, "the catalog does not say who leads");
    const auto &leadership = std::get<Leadership::Answer>(*answer);
    if (leadership.leaderId == call.leaderId) {
        setLeader(call.token, leadership.leaderId, leadership.epoch);
    } else {
        refuse(call.token, ErrorCode::NotLeader,
               "the ledger names " + QByteArray::number(leadership.leaderId.value) +
                   " as the leader of epoch " + QByteArray::number(leadership.epoch));
    }
}

void Replica::setLeader(Token token, ReplicaId leaderId, qint64 epoch)
{
    if (isStale(epoch, leaderId)) {
        refuseAsStale(token);
    } else if (leaderId == m_settings.id) {
        lead(token, epoch);
    } else {
        adoptEpoch(epoch, leaderId);
        stepDown({ErrorCode::StaleEpoch, "another replica leads a later epoch", current()});
        answer(token, UpdateLeader::Answer{m_epoch, m_last});
    }
}

void Replica::lead(Token token, qint64 epoch)
{
    hear(epoch, m_settings.id);
    m_leader = m_settings.id;
    if (!m_canWrite)
        return refuse(token, ErrorCode::Syncing, "this replica can't write its log");
    if (m_phase == Phase::Leading)
        return answer(token, UpdateLeader::Answer{m_epoch, m_last});
    m_leadTokens.push_back(token);
    if (m_phase == Phase::Follower) {
        m_phase = Phase::Preparing;
        prepare();
    }
}

void Replica::prepare()
{
    m_fetched = false;
    if (isVerified())
        startCatchUp(CatchUp::Purpose::Lead);
    else
        verify(); // goes on from its answer
}

/// Nothing is sold before all there is to fetch is on our disk, and the ledger has all that we have, as we
/// have it.
void Replica::prepareFurther()
{
    if (m_phase != Phase::Preparing || !m_fetched || m_durable < m_last)
        return;
    const QList<ReplicaId> &silent = m_catchUp.silent();
    if (silent.contains(theCatalog))
        return failPreparation({ErrorCode::CatalogUnavailable, "the catalog does not answer", current()});
    if (m_ledgerLast >= m_last && isVerified())
        return startLeading();
    if (m_ledgerLast >= m_last)
        return prepare(); // the ledger could not confirm our log before, now it can
    if (!silent.isEmpty() && !m_settings.rebuildFromAvailable) {
        return failPreparation({ErrorCode::LedgerBehind,
                                "the ledger was lost and replica " +
                                    QByteArray::number(silent.first().value) +
                                    ", which may have the longest log, does not answer or contradicts ours; "
                                    "start it, or go on without it: toystore up --rebuild-from-available",
                                current()});
    }
    event("rebuilding_ledger", "from order " + QByteArray::number(m_ledgerLast + 1));
    importNext();
}

void Replica::importNext()
{
    m_fetched = false; // so that nothing but the import's answer goes on
    // The row before the first missing one goes along: import_orders compares it.
    const qint64 after = std::max<qint64>(m_ledgerLast - 1, 0);
    m_importTag = call(theCatalog, ImportPage{after, m_epoch, m_settings.id}, sellDeadline, ImportCall());
}

void Replica::onAnswer(const ImportCall &, Result<CallAnswer> answer)
{
    if (!answer) {
        if (answer.error().code == ErrorCode::Diverged)
            return diverge(m_ledgerLast);
        // What became of our connection would look like the asker's own.
        if (isNoAnswer(answer.error().code))
            return failPreparation({ErrorCode::CatalogUnavailable, answer.error().message, current()});
        return failPreparation(answer.error());
    }
    const qint64 last = std::get<ImportOrders::Answer>(*answer).lastOrderNumber;
    const bool moved = last > m_ledgerLast;
    m_verified |= moved; // it compared its last row with ours
    m_ledgerLast = last;
    if (last >= m_last)
        startLeading();
    else if (moved)
        importNext();
    else
        failPreparation({ErrorCode::Internal, "the ledger takes no orders", current()});
}

void Replica::startLeading()
{
    m_phase = Phase::Leading;
    m_notLeadingBecause.clear();
    m_heardEpoch = m_epoch;
    m_followers.reset();
    event("leading");
    for (const Token token : std::exchange(m_leadTokens, {}))
        answer(token, UpdateLeader::Answer{m_epoch, m_last});
    replicate();
}

void Replica::failPreparation(const Error &reason)
{
    // The frontend tries again ten times a second.
    if (std::exchange(m_notLeadingBecause, reason.message) != reason.message)
        event("not_leading", reason.message);
    stepDown(reason);
}

void Replica::stepDown(const Error &reason)
{
    if (m_phase == Phase::Follower)
        return;
    if (m_phase == Phase::Leading)
        event("stepped_down", reason.message);
    m_phase = Phase::Follower;
    m_selling = false;
    m_pending.erase(m_importTag);
    if (m_catchUp.isRunningTo(CatchUp::Purpose::Lead) || m_catchUp.isRunningTo(CatchUp::Purpose::Behind))
        m_catchUp.end();
    m_effects.booted |= !std::exchange(m_booted, true);
    for (const Token token : std::exchange(m_leadTokens, {}))
        answer(token, failure(reason));
    for (const Token token : m_buys.giveUp())
        answer(token, failure(reason));
    for (const auto &[number, token] : std::exchange(m_unacknowledged, {}))
        answer(token, failure(reason));
}

// ---- selling
// ------------------------------------------------------------------------------------------------------

void Replica::sellNext()
{
    if (m_phase != Phase::Leading || m_selling)
        return;
    // Nagle's rule (RFC 896), measured by what is under way: while answers are owed for orders that are being
    // copied, fewer buys than those wait for more, at the longest until the answers left. Every batch costs a
    // transaction and four flushes, however few it sells.
    if (m_buys.size() < std::min<std::size_t>(m_unacknowledged.size(), maxPageOrders))
        return;
    const QList<SellEntry> &batch = m_buys.nextBatch();
    if (batch.isEmpty())
        return;
    m_selling = true;
    ++m_lastCall;
    call(theCatalog, Sell{m_epoch, m_settings.id, m_lastCall, m_last, batch}, sellDeadline,
         SellCall{m_epoch, m_lastCall});
}

void Replica::onAnswer(const SellCall &call, Result<CallAnswer> answer)
{
    if (!m_selling || call.epoch != m_epoch || call.call != m_lastCall)
        return; // we stepped down meanwhile; who asked was told
    if (!answer)
        return onSellRefused(answer.error());
    m_selling = false;
    if (const Result<void> settled = settleBatch(std::get<Sell::Answer>(*answer)); !settled) {
        m_leader = {};
        return stepDown(
            {ErrorCode::Internal, "the catalog's answer to a sell is wrong: " + settled.error().message});
    }
    replicate();
    acknowledge();
}

Result<void> Replica::settleBatch(const Sell::Answer &answer)
{
    const QList<SellEntry> batch = m_buys.nextBatch();
    if (answer.outcomes.size() != batch.size())
        return failure(ErrorCode::Internal, "it has another number of outcomes than the call has entries");
    const qint64 before = m_last;
    for (qsizetype i = 0; i < batch.size(); ++i) {
        const SellOutcome &outcome = answer.outcomes.at(i);
        if (outcome.order &&
            (outcome.order->requestId != batch.at(i).requestId || outcome.order->epoch > m_epoch))
            return failure(ErrorCode::Internal, "an outcome is of another buy or a later epoch");
        if (outcome.order && !absorb({*outcome.order}))
            return failure(ErrorCode::Internal, "the numbers have a gap");
        if (!outcome.order && outcome.code != ErrorCode::OrderRejected &&
            outcome.code != ErrorCode::RequestMismatch)
            return failure(ErrorCode::Internal, "an outcome says neither order nor refusal");
        for (const Token token : m_buys.settle(i)) {
            if (outcome.order)
                m_unacknowledged.emplace(outcome.order->number, token);
            else if (outcome.code == ErrorCode::RequestMismatch)
                refuse(token, ErrorCode::RequestMismatch, "the request id is already used for another buy");
            else
                refuse(token, ErrorCode::OrderRejected, "couldn't place the order");
        }
    }
    m_buys.batchDone();
    if (m_last > before)
        event("sold", {}, m_last - before);
    return {};
}

void Replica::onSellRefused(const Error &error)
{
    switch (error.code) {
    case ErrorCode::Behind:
        // An answer of the ledger's got lost: fetch what it decided, then send the batch again as a new call.
        startCatchUp(CatchUp::Purpose::Behind);
        break;
    case ErrorCode::StaleEpoch:
        adoptEpoch(error.current.epoch.value_or(0), {error.current.leaderId.value_or(0)});
        stepDown(error);
        break;
    case ErrorCode::StaleCall:
    case ErrorCode::LedgerBehind:
        // We led this epoch before and have forgotten our calls, or the ledger was lost: only a new epoch
        // helps.
        m_leader = {};
        stepDown({ErrorCode::NotLeader, error.message, current()});
        break;
    case ErrorCode::StorageFull:
    case ErrorCode::StorageFailed:
        // The catalog is reached and can't write. Another leader would fare no better, so this must not look
        // like a reason to elect one.
        giveUpBuys(ErrorCode::OutcomeUnknown, error.message);
        break;
    default:
        giveUpBuys(ErrorCode::CatalogUnavailable, error.message);
        break;
    }
}

void Replica::giveUpBuys(ErrorCode code, const QByteArray &message)
{
    m_selling = false;
    for (const Token token : m_buys.giveUp())
        refuse(token, code, message);
}

// ---- replicating
// --------------------------------------------------------------------------------------------------

void Replica::replicate()
{
    if (m_phase != Phase::Leading)
        return;
    const qint64 oldest = m_recent.empty() ? m_last : m_recent.front().number - 1;
    for (const Followers::Send &send : m_followers.due(m_last, oldest, m_now)) {
        AppendOrders message{m_epoch, m_settings.id, m_last, {}, crcAt(send.after)};
        qsizetype bytes = 0;
        const auto first = static_cast<std::size_t>(send.after - oldest);
        for (std::size_t i = first; i < m_recent.size() && message.orders.size() < maxPageOrders; ++i) {
            bytes += orderLineBound(m_recent[i].name, m_recent[i].requestId);
            if (bytes > maxPageBytes)
                break;
            message.orders.append(m_recent[i]);
        }
        call(send.to, std::move(message), Followers::silence, AppendCall{send.to});
    }
}

void Replica::onAnswer(const AppendCall &call, Result<CallAnswer> answer)
{
    if (answer)
        m_followers.acknowledged(call.follower, std::get<AppendOrders::Answer>(*answer).lastOrderNumber);
    else
        m_followers.failed(call.follower);
    if (!answer && answer.error().code == ErrorCode::StaleEpoch)
        hear(answer.error().current.epoch.value_or(0), {answer.error().current.leaderId.value_or(0)});
    acknowledge();
    replicate();
}

void Replica::acknowledge()
{
    const auto committed = m_unacknowledged.upper_bound(m_followers.committed(m_durable));
    for (auto buy = m_unacknowledged.begin(); buy != committed; ++buy)
        answer(buy->second, PlaceOrder::Answer{buy->first});
    m_unacknowledged.erase(m_unacknowledged.begin(), committed);
    sellNext();
}

} // namespace toystore
