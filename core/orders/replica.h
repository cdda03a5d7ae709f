// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "base/instant.h"
#include "orders/buyqueue.h"
#include "orders/catchup.h"
#include "orders/followers.h"

#include <deque>
#include <map>
#include <unordered_map>
#include <variant>
#include <vector>

namespace toystore
{

/// What a replica is asked, and what it answers.
using ReplicaRequest =
    std::variant<HealthCheck, UpdateLeader, PlaceOrder, OrderDetails, AppendOrders, OrdersAfter, OrderStatus>;
using ReplicaAnswer =
    std::variant<HealthCheck::Answer, UpdateLeader::Answer, PlaceOrder::Answer, OrderDetails::Answer,
                 AppendOrders::Answer, OrdersAfter::Answer, OrderStatus::Answer>;

/// A page of the replica's own log for a ledger that lost it; the EffectRunner reads the page and sends
/// import_orders.
struct ImportPage {
    qint64 after = 0;
    qint64 epoch = 0;
    ReplicaId leaderId;
};

/// What a replica asks of others, and what it gets.
using CallBody = std::variant<Sell, OrdersAfter, AppendOrders, Leadership, ImportPage>;
using CallAnswer = std::variant<Sell::Answer, OrdersAfter::Answer, AppendOrders::Answer, Leadership::Answer,
                                ImportOrders::Answer>;

/// Names a call that waits for its answer.
using Tag = quint64;

/// What the replica wants done, in this order: orders appended to the log and calls sent, both at once; then
/// requests answered.
struct Effects {
    struct Call {
        Tag tag = 0;
        ReplicaId to; ///< or theCatalog
        CallBody body;
        Milliseconds deadline{0};
    };
    struct Answer {
        Token token = 0;
        Result<ReplicaAnswer> answer;
    };
    struct LookUp { ///< answer with this order from the log, where it is by now
        Token token = 0;
        qint64 number = 0;
    };

    struct ReadPage { ///< answer with this page of the log, as it is by now
        Token token = 0;
        OrdersAfter request;
    };

    QList<Order> append;
    std::vector<Call> calls;
    std::vector<Answer> answers;
    std::vector<LookUp> lookUps;
    std::vector<ReadPage> pages;
    std::vector<Event> events;
    bool booted = false; ///< the boot catch-up has ended: the service may say that it is ready
};

/// One order replica as a function from what happens to what is to be done: no socket, file, clock or thread.
/// The protocol of docs/architecture.md, as leader and as follower.
///
/// Each input returns Effects. The caller carries them out and reports back: every call with answered(),
/// every append with durable() or appendFailed().
class Replica
{
public:
    struct Settings {
        ReplicaId id;
        QList<ReplicaId> peers;            ///< the others
        bool rebuildFromAvailable = false; ///< an operator's word: import without asking every replica
    };

    /// @p last: the log's last order; @p checksums: of its orders up to @p last, as far back as they are
    /// known. Of an order before those it can't be noticed that another log has a different one.
    Replica(Settings settings, std::optional<Order> last, std::deque<quint32> checksums = {});

    [[nodiscard]] Effects start(Instant now);
    [[nodiscard]] Effects requested(Token token, ReplicaRequest request, Instant now);
    [[nodiscard]] Effects answered(Tag tag, Result<CallAnswer> answer, Instant now);
    /// The log is on disk up to @p number.
    [[nodiscard]] Effects durable(qint64 number, Instant now);
    /// What was appended after @p durableNumber is not and will not be on disk.
    [[nodiscard]] Effects appendFailed(qint64 durableNumber, const Error &error, Instant now);
    /// The connection to a peer is gone.
    [[nodiscard]] Effects peerLost(ReplicaId peer, Instant now);
    /// To be called every tickInterval().
    [[nodiscard]] Effects tick(Instant now);
    /// A leader has heartbeats to send; a follower only looks after itself now and then.
    [[nodiscard]] Milliseconds tickInterval() const
    {
        return m_phase == Phase::Leading ? Followers::heartbeat : 3 * Followers::heartbeat;
    }

    [[nodiscard]] bool isDiverged() const { return m_diverged; }
    [[nodiscard]] qint64 lastNumber() const { return m_last; }
    [[nodiscard]] qint64 epoch() const { return m_epoch; }
    [[nodiscard]] bool isLeading() const { return m_phase == Phase::Leading; }

private:
    enum class Phase {
        Follower,
        Preparing, ///< leads by the frontend's word, but still fetches what it lacks
        Leading,
    };
    struct SellCall {
        qint64 epoch = 0;
        qint64 call = 0;
    };
    struct VerifyCall {
        qint64 number = 0;
        bool wasLast = false; // of our log, when the ledger was asked
    };
    struct FetchCall {
        qint64 after = 0;
    };
    struct LookUpCall {
        qint64 after = 0;
        qint64 generation = 0;  // look-ups that came later may not use its answer
        qint64 decidedThen = 0; // the highest number we knew of when it was sent
    };
    struct AppendCall {
        ReplicaId follower;
    };
    struct LeadershipCall {
        Token token = 0;
        ReplicaId leaderId;
    };
    struct ImportCall {
    };
    using Pending =
        std::variant<SellCall, VerifyCall, FetchCall, LookUpCall, AppendCall, LeadershipCall, ImportCall>;

    struct LookUpWaiting {
        Token token = 0;
        qint64 number = 0;
        qint64 generation = 0;
        bool isDecided = false;                // the ledger has it; only our disk is waited for
        std::optional<Instant> heldSince = {}; // not found, by a ledger that may still be being rebuilt
    };

    // Requests.
    void onRequest(Token token, const HealthCheck &request);
    void onRequest(Token token, const UpdateLeader &request);
    void onRequest(Token token, const PlaceOrder &request);
    void onRequest(Token token, const OrderDetails &request);
    void onRequest(Token token, const AppendOrders &request);
    void onRequest(Token token, const OrdersAfter &request);
    void onRequest(Token token, const OrderStatus &request);

    // Answers to calls of ours.
    void onAnswer(const SellCall &call, Result<CallAnswer> answer);
    void onAnswer(const VerifyCall &call, Result<CallAnswer> answer);
    void onAnswer(const FetchCall &call, Result<CallAnswer> answer);
    void onAnswer(const LookUpCall &call, Result<CallAnswer> answer);
    void onAnswer(const AppendCall &call, Result<CallAnswer> answer);
    void onAnswer(const LeadershipCall &call, Result<CallAnswer> answer);
    void onAnswer(const ImportCall &call, Result<CallAnswer> answer);

    // Is our log the ledger's?
    [[nodiscard]] bool isVerified() const { return m_verified || m_last == 0; }
    void verify();
    void askForRow(const VerifyCall &row);
    [[nodiscard]] bool agrees(qint64 after, const std::optional<QByteArray> &afterCrc,
                              const QList<Order> &orders) const;
    [[nodiscard]] bool takeFromPeer(qint64 after, const std::optional<QByteArray> &afterCrc,
                                    const QList<Order> &orders);
    bool takeFromLedger(qint64 after, const OrdersAfter::Answer &page);
    [[nodiscard]] bool isOfLostLedger(const OrdersAfter::Answer &page) const;
    [[nodiscard]] std::optional<quint32> checksumAt(qint64 number) const;
    [[nodiscard]] std::optional<QByteArray> crcAt(qint64 number) const;
    void diverge(qint64 number);
    // Catching up.
    void startCatchUp(CatchUp::Purpose purpose);
    void fetchPage();
    void onPage(const FetchCall &call, const OrdersAfter::Answer &page);
    void nextSource(bool answered);
    void catchUpEnded();
    // Leading.
    void setLeader(Token token, ReplicaId leaderId, qint64 epoch);
    void lead(Token token, qint64 epoch);
    void prepare();
    void prepareFurther();
    void importNext();
    void startLeading();
    void stepDown(const Error &reason);
    void failPreparation(const Error &reason);
    // Selling.
    void sellNext();
    [[nodiscard]] Result<void> settleBatch(const Sell::Answer &answer);
    void onSellRefused(const Error &error);
    void giveUpBuys(ErrorCode code, const QByteArray &message);
    void replicate();
    void acknowledge();
    // Looking up.
    void askLedgerForLookUps(bool alsoHeld = false);
    [[nodiscard]] bool mayLack(const OrdersAfter::Answer &page) const;
    [[nodiscard]] LookUpWaiting held(LookUpWaiting waiting) const;
    // All.
    bool absorb(const QList<Order> &orders);
    void afterDurable();
    void releasePages();
    [[nodiscard]] bool isStale(qint64 epoch, ReplicaId leaderId) const;
    void refuseAsStale(Token token);
    void hear(qint64 epoch, ReplicaId leaderId);
    void adoptEpoch(qint64 epoch, ReplicaId leaderId);
    Tag call(ReplicaId to, CallBody body, Milliseconds deadline, Pending pending);
    void answer(Token token, Result<ReplicaAnswer> answer);
    void refuse(Token token, ErrorCode code, QByteArray message);
    void refuseAsDiverged(Token token);
    void event(QByteArray kind, QByteArray message = {}, std::optional<qint64> count = std::nullopt);
    [[nodiscard]] Current current() const;
    [[nodiscard]] bool isSyncing() const;
    [[nodiscard]] Effects takeEffects();

    const Settings m_settings;
    const QList<ReplicaId> m_nearest;

    // The log.
    qint64 m_last = 0;               // appended
    qint64 m_durable = 0;            // on disk
    std::deque<quint32> m_checksums; // of the orders up to m_last, as far back as they are known
    bool m_canWrite = true;
    bool m_diverged = false;
    bool m_verified = false; // by the ledger's row for our last order, and nobody contradicted since
    bool m_verifying = false;
    bool m_booted = false;

    // The epoch.
    qint64 m_epoch = 0; // the highest we heard of
    ReplicaId m_leader;
    Phase m_phase = Phase::Follower;
    std::vector<Token> m_leadTokens; // who waits for our being ready

    // Leading.
    BuyQueue m_buys;
    Followers m_followers;
    std::deque<Order> m_recent;                    // the last orders, for followers that lack few
    std::multimap<qint64, Token> m_unacknowledged; // by the order's number
    qint64 m_lastCall = 0;
    bool m_selling = false;         // a sell call is under way
    qint64 m_ledgerLast = 0;        // while preparing: the ledger's last number
    Tag m_importTag = 0;            // while preparing: the import whose answer counts
    QByteArray m_notLeadingBecause; // said last
    bool m_fetched = false;         // while preparing: there is nothing left to fetch

    CatchUp m_catchUp;
    Tag m_fetchTag = 0;         // the one fetch whose answer counts
    bool m_fetchPaused = false; // until our disk has caught up with the pages we hold
    qint64 m_gapTarget = 0;     // the highest number that a leader told us of
    qint64 m_heardEpoch = 0;    // the last whose leader was ready: then the ledger had all that was decided

    std::vector<LookUpWaiting> m_lookUps;
    qint64 m_lookUpGeneration = 0;
    bool m_lookingUp = false;
    std::multimap<qint64, Token> m_followerAcks;      // append_orders that wait for our disk
    std::multimap<qint64, Effects::ReadPage> m_pages; // orders_after of who is to lead, which wait for it too

    std::unordered_map<Tag, Pending> m_pending;
    Tag m_lastTag = 0;
    Instant m_now;
    Instant m_nextRecovery;
    Effects m_effects;
};

} // namespace toystore
