// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/replica.h"

#include "base/version.h"
#include "protocol/orderchecksum.h"

#include <algorithm>
#include <utility>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds peerDeadline = 100ms; // for each silent peer while catching up
constexpr Milliseconds catalogDeadline = 1000ms;
constexpr Milliseconds recoveryInterval = 200ms; // within 1 s of room on the disk it is to sell again (I13)
constexpr qint64 mostUnwritten = 4 * maxPageOrders; // fetched orders that may wait for our disk
constexpr std::size_t mostRecent = 4 * static_cast<std::size_t>(maxPageOrders);
constexpr std::size_t mostLookUps = 20'000;
constexpr Milliseconds holdLookUp = 250ms; // for a leader to get ready; the frontend asks the next after 500

} // namespace

Replica::Replica(Settings settings, std::optional<Order> last, std::deque<quint32> checksums)
    : m_settings(std::move(settings)), m_nearest(nearestFirst(m_settings.id, m_settings.peers)),
      m_checksums(std::move(checksums)), m_followers(m_settings.peers)
{
    if (last) {
        m_last = m_durable = last->number;
        m_epoch = last->epoch; // the highest we can know of
        if (m_checksums.empty())
            m_checksums.push_back(orderChecksum(*last));
    } else {
        m_verified = true;
    }
}

// ---- inputs
// -------------------------------------------------------------------------------------------------------

Effects Replica::start(Instant now)
{
    m_now = now;
    if (isVerified())
        startCatchUp(CatchUp::Purpose::Boot);
    else
        verify();
    return takeEffects();
}

Effects Replica::requested(Token token, ReplicaRequest request, Instant now)
{
    m_now = now;
    if (m_diverged && !std::holds_alternative<OrderStatus>(request)) {
        refuseAsDiverged(token);
    } else {
        std::visit([this, token](const auto &message) { onRequest(token, message); }, request);
    }
    return takeEffects();
}

Effects Replica::answered(Tag tag, Result<CallAnswer> answer, Instant now)
{
    m_now = now;
    auto pending = m_pending.extract(tag);
    if (!pending.empty()) {
        std::visit([this, &answer](const auto &call) { onAnswer(call, std::move(answer)); },
                   pending.mapped());
    }
    return takeEffects();
}

Effects Replica::durable(qint64 number, Instant now)
{
    m_now = now;
    m_durable = std::max(m_durable, number);
    afterDurable();
    return takeEffects();
}

Effects Replica::appendFailed(qint64 durableNumber, const Error &error, Instant now)
{
    m_now = now;
    m_checksums.resize(m_checksums.size() - static_cast<std::size_t>(m_last - durableNumber));
    m_last = m_durable = durableNumber;
    while (!m_recent.empty() && m_recent.back().number > m_last)
        m_recent.pop_back();
    const bool couldWrite = std::exchange(m_canWrite, false);
    m_nextRecovery = now + recoveryInterval;
    m_catchUp.end();
    if (couldWrite) // said once: it is tried several times a second
        event("append_failed", error.message);
    if (m_phase != Phase::Follower) {
        m_leader = {};
        stepDown({ErrorCode::NotLeader, "the leader can't write: " + error.message, current()});
    }
    for (const auto &[number, token] : std::exchange(m_followerAcks, {}))
        refuse(token, ErrorCode::Syncing, error.message);
    for (const LookUpWaiting &waiting : std::exchange(m_lookUps, {}))
        refuse(waiting.token, ErrorCode::Syncing, error.message);
    releasePages(); // what they waited for is in our log no more
    return takeEffects();
}

Effects Replica::peerLost(ReplicaId peer, Instant now)
{
    m_now = now;
    m_followers.lost(peer);
    acknowledge();
    return takeEffects();
}

Effects Replica::tick(Instant now)
{
    m_now = now;
    if (m_booted && !isVerified() && !m_diverged && m_phase == Phase::Follower)
        verify();
    if (!m_canWrite && !m_diverged && !m_catchUp.isRunning() && now >= m_nextRecovery) {
        m_nextRecovery = now + recoveryInterval;
        startCatchUp(CatchUp::Purpose::Recover);
    }
    askLedgerForLookUps(true);
    replicate();
    return takeEffects();
}

// ---- requests
// -----------------------------------------------------------------------------------------------------

void Replica::onRequest(Token token, const HealthCheck &)
{
    if (isSyncing())
        refuse(token, ErrorCode::Syncing,
               m_canWrite ? QByteArray("this replica is catching up")
                          : QByteArray("this replica can't write its log"));
    else
        answer(token, HealthCheck::Answer{m_leader, m_epoch, m_last, m_phase == Phase::Leading});
}

void Replica::onRequest(Token token, const UpdateLeader &request)
{
    if (request.epoch)
        setLeader(token, request.leaderId, *request.epoch);
    else
        call(theCatalog, Leadership(), catalogDeadline, LeadershipCall{token, request.leaderId});
}

void Replica::onRequest(Token token, const PlaceOrder &request)
{
    if (m_phase != Phase::Leading) {
        refuse(token, ErrorCode::NotLeader,
               "replica " + QByteArray::number(m_settings.id.value) + " does not lead");
    } else if (request.epoch != m_epoch) {
        refuse(token, ErrorCode::StaleEpoch,
               "the buy says epoch " + QByteArray::number(request.epoch) + ", this is epoch " +
                   QByteArray::number(m_epoch));
    } else if (request.quantity < 1) {
        refuse(token, ErrorCode::OrderRejected, "couldn't place the order");
    } else if (!isRequestId(request.requestId)) {
        // The ledger refuses a call with such an entry as a whole.
        refuse(token, ErrorCode::InvalidField,
               "request_id: must be 1 to " + QByteArray::number(maxRequestIdBytes) +
                   " visible ASCII characters");
    } else if (const Result<void> added = m_buys.add(token, request); !added) {
        answer(token, failure(added.error()));
    } else {
        sellNext();
    }
}

void Replica::onRequest(Token token, const OrderDetails &request)
{
    if (request.number < 1)
        return refuse(token, ErrorCode::OrderNotFound, "order not found");
    if (request.number <= m_durable)
        return m_effects.lookUps.push_back({token, request.number});
    if (m_lookUps.size() >= mostLookUps)
        return refuse(token, ErrorCode::Overloaded, "too many look-ups wait for the ledger");
    m_lookUps.push_back({token, request.number, ++m_lookUpGeneration, request.number <= m_last});
    askLedgerForLookUps();
}

void Replica::onRequest(Token token, const AppendOrders &request)
{
    // A late one may be of a ledger that was lost meanwhile: its number may have been decided anew.
    if (isStale(request.epoch, request.leaderId))
        return refuseAsStale(token);
    hear(request.epoch, request.leaderId);
    m_heardEpoch = request.epoch;
    if (!m_canWrite)
        return refuse(token, ErrorCode::Syncing, "this replica can't write its log");
    const qint64 after =
        request.orders.isEmpty() ? request.lastOrderNumber : request.orders.first().number - 1;
    if (!takeFromPeer(after, request.afterCrc, request.orders)) // a gap is closed below
        return refuse(token, ErrorCode::Diverged, "this replica's log and the leader's differ");
    if (request.lastOrderNumber > m_last) {
        m_gapTarget = std::max(m_gapTarget, request.lastOrderNumber);
        if (m_booted && m_phase == Phase::Follower && !m_catchUp.isRunning())
            startCatchUp(CatchUp::Purpose::Gap);
    }
    if (m_durable >= m_last)
        answer(token, AppendOrders::Answer{m_durable});
    else
        m_followerAcks.emplace(m_last, token);
}

/// Whoever is about to lead hears only of what is on our disk. What is still on its way there, given by an
/// earlier leader, might be missing in the ledger that is rebuilt from what it heard.
void Replica::onRequest(Token token, const OrdersAfter &request)
{
    if (request.epoch && *request.epoch < m_epoch)
        return refuseAsStale(token);
    if (request.epoch)
        hear(*request.epoch, {});
    m_pages.emplace(m_last, Effects::ReadPage{token, request});
    releasePages();
}

void Replica::onRequest(Token token, const OrderStatus &)
{
    QByteArray role = "follower";
    if (m_diverged)
        role = "diverged";
    else if (isSyncing())
        role = "syncing";
    else if (m_phase == Phase::Leading)
        role = "leader";
    answer(token,
           OrderStatus::Answer{m_settings.id, role, m_leader, m_epoch, m_last, m_durable,
                               m_phase == Phase::Leading ? m_followers.inSync() : QList<ReplicaId>(),
                               static_cast<qint64>(m_buys.size() + m_unacknowledged.size()), 0, version});
}

// ---- is our log the ledger's?
// -------------------------------------------------------------------------------------

void Replica::verify()
{
    if (!m_verifying)
        askForRow({m_last, true});
}

void Replica::askForRow(const VerifyCall &row)
{
    m_verifying = true;
    call(theCatalog, OrdersAfter{row.number - 1, 1}, catalogDeadline, row);
}

void Replica::onAnswer(const VerifyCall &call, Result<CallAnswer> answer)
{
    m_verifying = false;
    const auto *page = answer ? &std::get<OrdersAfter::Answer>(*answer) : nullptr;
    if (page != nullptr && isOfLostLedger(*page))
        page = nullptr;
    if (page != nullptr && !page->orders.isEmpty()) {
        if (!agrees(call.number - 1, std::nullopt, {page->orders.first()}))
            return diverge(call.number);
        m_verified = call.wasLast && call.number <= m_last;
    } else if (page != nullptr && page->lastOrderNumber < call.number && checksumAt(page->lastOrderNumber)) {
        // A ledger that has fewer orders than we may be a lost one that we rebuild, or one that was rebuilt
        // without us: compare its last.
        return askForRow({page->lastOrderNumber, false});
    }
    if (m_phase == Phase::Preparing)
        startCatchUp(CatchUp::Purpose::Lead);
    else if (!m_booted && !m_catchUp.isRunning())
        startCatchUp(CatchUp::Purpose::Boot);
}

void Replica::diverge(qint64 number)
{
    m_diverged = true;
    m_catchUp.end();
    event("diverged", "order " + QByteArray::number(number) + " differs from the ledger's");
    stepDown({ErrorCode::Diverged, "the log differs from the ledger", current()});
    m_effects.booted |= !std::exchange(m_booted, true);
    for (const auto &[acknowledged, token] : std::exchange(m_followerAcks, {}))
        refuseAsDiverged(token);
    for (const auto &[durable, page] : std::exchange(m_pages, {}))
        refuseAsDiverged(page.token);
    for (const LookUpWaiting &waiting : std::exchange(m_lookUps, {}))
        refuseAsDiverged(waiting.token);
}

/// Whether the last row that we and the sender of @p orders, which follow row @p after, both have is the same
/// row; true if that can't be told. It is enough to compare that one: a row is only ever decided, imported or
/// copied behind the one that it was decided behind, so where one row is the same, all before it are.
bool Replica::agrees(qint64 after, const std::optional<QByteArray> &afterCrc,
                     const QList<Order> &orders) const
{
    const qint64 common = std::min(m_last, after + orders.size());
    if (common < after)
        return true;
    const std::optional<QByteArray> ours = crcAt(common);
    const std::optional<QByteArray> theirs =
        common > after ? checksumText(orderChecksum(orders[common - after - 1])) : afterCrc;
    return !ours || !theirs || *ours == *theirs;
}

/// Returns whether the sender's log is ours as far as both go. If not, nothing is taken, and the ledger is
/// asked who is wrong: as a leader-to-be we ask it last anyway.
bool Replica::takeFromPeer(qint64 after, const std::optional<QByteArray> &afterCrc,
                           const QList<Order> &orders)
{
    if (agrees(after, afterCrc, orders)) {
        absorb(orders);
        return true;
    }
    if (m_phase == Phase::Follower) {
        m_verified = false;
        verify();
    }
    return false;
}

/// The same for the ledger's word, which is never wrong; but a late answer may be a lost ledger's.
bool Replica::takeFromLedger(qint64 after, const OrdersAfter::Answer &page)
{
    if (isOfLostLedger(page))
        return false;
    if (agrees(after, page.afterCrc, page.orders)) {
        absorb(page.orders);
        return true;
    }
    diverge(std::min(m_last, after + page.orders.size()));
    return false;
}

/// An epoch above the ledger's was another ledger's, or this is a late answer. Either way the frontend hears
/// of ours and begins one above both.
bool Replica::isOfLostLedger(const OrdersAfter::Answer &page) const
{
    return page.epoch.value_or(m_epoch) < m_epoch;
}

std::optional<quint32> Replica::checksumAt(qint64 number) const
{
    const qint64 known = m_last - static_cast<qint64>(m_checksums.size()); // those after it
    if (number <= known || number > m_last)
        return std::nullopt;
    return m_checksums[static_cast<std::size_t>(number - known - 1)];
}

std::optional<QByteArray> Replica::crcAt(qint64 number) const
{
    const std::optional<quint32> known = checksumAt(number);
    return known ? std::optional(checksumText(*known)) : std::nullopt;
}

// ---- catching up
// --------------------------------------------------------------------------------------------------

void Replica::startCatchUp(CatchUp::Purpose purpose)
{
    QList<ReplicaId> sources = m_nearest;
    if (purpose == CatchUp::Purpose::Behind)
        sources.clear();
    if (purpose != CatchUp::Purpose::Boot)
        sources.append(theCatalog);
    m_pending.erase(m_fetchTag);
    m_fetchPaused = false;
    m_catchUp.begin(purpose, sources);
    fetchPage();
}

void Replica::fetchPage()
{
    if (!m_catchUp.hasSource())
        return catchUpEnded();
    m_fetchPaused = m_last - m_durable > mostUnwritten;
    if (m_fetchPaused)
        return;
    const ReplicaId source = m_catchUp.source();
    OrdersAfter request{m_last, maxPageOrders};
    if (source != theCatalog && m_catchUp.purpose() == CatchUp::Purpose::Lead)
        request.epoch = m_epoch;
    m_fetchTag =
        call(source, request, source == theCatalog ? catalogDeadline : peerDeadline, FetchCall{m_last});
}

void Replica::onAnswer(const FetchCall &call, Result<CallAnswer> answer)
{
    if (!m_catchUp.isRunning())
        return;
    if (!answer && answer.error().code == ErrorCode::StaleEpoch)
        hear(answer.error().current.epoch.value_or(0), {});
    if (!m_catchUp.isRunning())
        return; // it ended with our leadership
    if (answer)
        onPage(call, std::get<OrdersAfter::Answer>(*answer));
    else
        nextSource(false);
}

void Replica::onPage(const FetchCall &call, const OrdersAfter::Answer &page)
{
    const bool fromLedger = m_catchUp.source() == theCatalog;
    if (fromLedger)
        m_ledgerLast = page.lastOrderNumber;
    if (fromLedger && m_phase == Phase::Preparing && page.epoch.value_or(m_epoch) != m_epoch) {
        hear(*page.epoch, {});
        return failPreparation(
            {ErrorCode::StaleEpoch, "the ledger is at epoch " + QByteArray::number(*page.epoch), current()});
    }
    const bool taken =
        fromLedger ? takeFromLedger(call.after, page) : takeFromPeer(call.after, page.afterCrc, page.orders);
    if (!m_catchUp.isRunning())
        return; // what we got showed a later epoch, or that we have diverged
    if (!taken)
        return nextSource(false);
    if (m_catchUp.purpose() == CatchUp::Purpose::Gap && m_last >= m_gapTarget)
        catchUpEnded();
    else if (page.more && m_last > call.after)
        fetchPage(); // whoever gave us these orders, the source has more
    else
        nextSource(true);
}

void Replica::nextSource(bool answered)
{
    m_catchUp.nextSource(answered);
    fetchPage();
}

void Replica::catchUpEnded()
{
    m_catchUp.end();
    if (!std::exchange(m_booted, true)) {
        m_effects.booted = true;
        event("booted", "caught up to order " + QByteArray::number(m_last));
    }
    switch (m_catchUp.purpose()) {
    case CatchUp::Purpose::Boot:
        break;
    case CatchUp::Purpose::Gap:
        event("caught_up");
        break;
    case CatchUp::Purpose::Recover:
        afterDurable();
        break;
    case CatchUp::Purpose::Behind:
        m_selling = false;
        if (m_catchUp.everySourceAnswered())
            sellNext();
        else
            onSellRefused({ErrorCode::CatalogUnavailable, "the catalog does not answer"});
        break;
    case CatchUp::Purpose::Lead:
        m_fetched = true;
        prepareFurther();
        break;
    }
}

/// Appends those of @p orders that follow our last. Returns whether that left no gap.
bool Replica::absorb(const QList<Order> &orders)
{
    for (const Order &order : orders) {
        if (order.number <= m_last)
            continue;
        if (order.number != m_last + 1)
            return false;
        m_last = order.number;
        m_checksums.push_back(orderChecksum(order));
        m_effects.append.append(order);
        m_recent.push_back(order);
        if (m_recent.size() > mostRecent)
            m_recent.pop_front();
        hear(order.epoch, {});
    }
    return true;
}

void Replica::afterDurable()
{
    if (!m_canWrite && !m_catchUp.isRunning() && m_durable == m_last) {
        m_canWrite = true;
        event("append_recovered");
    }
    const auto acks = m_followerAcks.upper_bound(m_durable);
    for (auto ack = m_followerAcks.begin(); ack != acks; ++ack)
        answer(ack->second, AppendOrders::Answer{m_durable});
    m_followerAcks.erase(m_followerAcks.begin(), acks);
    releasePages();
    std::erase_if(m_lookUps, [this](const LookUpWaiting &waiting) {
        if (waiting.number <= m_durable)
            m_effects.lookUps.push_back({waiting.token, waiting.number});
        return waiting.number <= m_durable;
    });
    acknowledge();
    prepareFurther();
    askLedgerForLookUps();
    if (m_fetchPaused && m_catchUp.isRunning())
        fetchPage();
}

void Replica::releasePages()
{
    const auto durable = m_durable >= m_last ? m_pages.end() : m_pages.upper_bound(m_durable);
    for (auto page = m_pages.begin(); page != durable; ++page)
        m_effects.pages.push_back(page->second);
    m_pages.erase(m_pages.begin(), durable);
}

// ---- looking up
// ---------------------------------------------------------------------------------------------------

void Replica::askLedgerForLookUps(bool alsoHeld)
{
    const bool nothingToAsk =
        std::all_of(m_lookUps.begin(), m_lookUps.end(), [alsoHeld](const LookUpWaiting &waiting) {
            return waiting.isDecided || (waiting.heldSince && !alsoHeld);
        });
    if (m_lookingUp || nothingToAsk || m_last - m_durable > mostUnwritten)
        return; // asked again when the answer is in, or our disk has caught up
    m_lookingUp = true;
    call(theCatalog, OrdersAfter{m_last, maxPageOrders}, catalogDeadline,
         LookUpCall{m_last, m_lookUpGeneration, std::max(m_last, m_gapTarget)});
}

/// An import begins after its leader's epoch, and the leader says that it leads only when it is done. Until
/// we have heard that, what a ledger lacks may be what was lost. At epoch 0 nobody has led yet: a new ledger,
/// or the successor of a lost one.
bool Replica::mayLack(const OrdersAfter::Answer &page) const
{
    return !page.epoch || (*page.epoch == m_heardEpoch && m_heardEpoch > 0);
}

Replica::LookUpWaiting Replica::held(LookUpWaiting waiting) const
{
    waiting.heldSince = waiting.heldSince.value_or(m_now);
    return waiting;
}

void Replica::onAnswer(const LookUpCall &call, Result<CallAnswer> answer)
{
    m_lookingUp = false;
    const auto *page = answer ? &std::get<OrdersAfter::Answer>(*answer) : nullptr;
    if (page != nullptr && m_canWrite && !m_diverged)
        takeFromLedger(call.after, *page);
    const bool maySayNotFound = page != nullptr && mayLack(*page);
    std::vector<LookUpWaiting> still;
    for (LookUpWaiting &waiting : std::exchange(m_lookUps, {})) {
        if (waiting.isDecided || waiting.generation > call.generation) {
            still.push_back(waiting);
        } else if (page == nullptr) {
            refuse(waiting.token, ErrorCode::CatalogUnavailable, "the catalog does not answer");
        } else if (waiting.number > m_last &&
                   (waiting.number > page->lastOrderNumber || isOfLostLedger(*page))) {
            if (page->lastOrderNumber < call.decidedThen)
                refuse(waiting.token, ErrorCode::LedgerBehind, "the ledger lacks orders that were decided");
            else if (maySayNotFound && waiting.number > page->lastOrderNumber)
                refuse(waiting.token, ErrorCode::OrderNotFound, "order not found");
            else if (m_now - waiting.heldSince.value_or(m_now) >= holdLookUp)
                refuse(waiting.token, ErrorCode::Syncing, "the ledger's leader is not ready yet");
            else
                still.push_back(held(waiting));
        } else if (!m_canWrite) {
            refuse(waiting.token, ErrorCode::Syncing, "this replica can't write its log");
        } else {
            waiting.isDecided = waiting.number <= m_last;
            still.push_back(waiting);
        }
    }
    m_lookUps.insert(m_lookUps.end(), still.begin(), still.end());
    askLedgerForLookUps();
}

// ---- the rest
// -----------------------------------------------------------------------------------------------------

/// Whether somebody else leads, or has led after, as far as we have heard.
bool Replica::isStale(qint64 epoch, ReplicaId leaderId) const
{
    return epoch < m_epoch || (epoch == m_epoch && !m_leader.isNone() && m_leader != leaderId);
}

void Replica::refuseAsStale(Token token)
{
    refuse(token, ErrorCode::StaleEpoch,
           "this replica knows " + QByteArray::number(m_leader.value) + " as the leader of epoch " +
               QByteArray::number(m_epoch));
}

void Replica::hear(qint64 epoch, ReplicaId leaderId)
{
    const bool isLater = epoch > m_epoch;
    adoptEpoch(epoch, leaderId);
    if (isLater)
        stepDown({ErrorCode::StaleEpoch, "a later epoch has begun", current()});
}

void Replica::adoptEpoch(qint64 epoch, ReplicaId leaderId)
{
    if (epoch > m_epoch) {
        m_epoch = epoch;
        m_leader = leaderId;
        m_lastCall = 0;
    } else if (epoch == m_epoch && m_leader.isNone()) {
        m_leader = leaderId;
    }
}

Tag Replica::call(ReplicaId to, CallBody body, Milliseconds deadline, Pending pending)
{
    const Tag tag = ++m_lastTag;
    m_pending.emplace(tag, std::move(pending));
    m_effects.calls.push_back({tag, to, std::move(body), deadline});
    return tag;
}

void Replica::answer(Token token, Result<ReplicaAnswer> answer)
{
    m_effects.answers.push_back({token, std::move(answer)});
}

void Replica::refuse(Token token, ErrorCode code, QByteArray message)
{
    answer(token, failure(code, std::move(message), current()));
}

void Replica::refuseAsDiverged(Token token)
{
    refuse(token, ErrorCode::Diverged,
           "the log of replica " + QByteArray::number(m_settings.id.value) +
               " differs from the ledger; start it with --repair: toystore restart order-" +
               QByteArray::number(m_settings.id.value) + " --repair");
}

void Replica::event(QByteArray kind, QByteArray message, std::optional<qint64> count)
{
    Event event;
    event.kind = std::move(kind);
    event.orderNumber = m_last;
    event.epoch = m_epoch;
    event.count = count;
    event.message = std::move(message);
    m_effects.events.push_back(std::move(event));
}

Current Replica::current() const
{
    return {m_epoch, m_leader.value, m_last};
}

bool Replica::isSyncing() const
{
    const bool fetching = m_catchUp.isRunning() && m_catchUp.purpose() != CatchUp::Purpose::Behind;
    return !m_booted || !m_canWrite || fetching || m_phase == Phase::Preparing;
}

Effects Replica::takeEffects()
{
    return std::exchange(m_effects, {});
}

} // namespace toystore
