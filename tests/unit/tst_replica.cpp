// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/replica.h"
#include "protocol/orderchecksum.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr ReplicaId r91{8091};
constexpr ReplicaId r92{8092};
constexpr ReplicaId r93{8093};

Order orderNumber(qint64 number, qint64 epoch = 1)
{
    return {number, "Tux", 1, "f-" + QByteArray::number(number), epoch, "2026-11-22T09:00:00.000Z"};
}

QList<Order> ordersFromTo(qint64 first, qint64 last)
{
    QList<Order> orders;
    for (qint64 number = first; number <= last; ++number)
        orders.append(orderNumber(number));
    return orders;
}

OrdersAfter::Answer page(const QList<Order> &orders, qint64 last, bool more = false)
{
    return {orders, last, more};
}

QByteArray crcOf(const Order &order)
{
    return checksumText(orderChecksum(order));
}

/// A page that says which row it follows.
OrdersAfter::Answer pageBehind(const Order &before, const QList<Order> &orders, qint64 last)
{
    OrdersAfter::Answer answer = page(orders, last);
    answer.afterCrc = crcOf(before);
    return answer;
}

/// What was decided under this number after the ledger was lost.
Order anotherOrder(qint64 number, qint64 epoch = 1)
{
    Order order = orderNumber(number, epoch);
    order.requestId = "f-another-" + QByteArray::number(number);
    return order;
}

/// The ledger's answer to who asks for one row.
OrdersAfter::Answer rowOf(const Order &order, qint64 last)
{
    return page({order}, last);
}

SellOutcome sold(qint64 number, const QByteArray &requestId, qint64 epoch = 1)
{
    Order order = orderNumber(number, epoch);
    order.requestId = requestId;
    return {order, std::nullopt};
}

/// A replica with hand-made time, disk and network: keeps what it wants done until the test says what became
/// of it.
class Hands
{
public:
    explicit Hands(ReplicaId id, std::optional<Order> last = std::nullopt, bool rebuild = false)
        : replica({id, othersOf(id), rebuild}, last), disk(last ? last->number : 0)
    {
    }
    /// With a log of which all checksums are known.
    Hands(ReplicaId id, const QList<Order> &log)
        : replica({id, othersOf(id)}, log.last(), checksumsOf(log)), disk(log.last().number)
    {
    }

    Replica replica;
    qint64 disk;            // on disk
    qint64 appended = disk; // asked to be
    bool diskIsPrompt = true;
    bool booted = false;
    Instant now{10s};

    void start() { take(replica.start(now)); }
    Token request(ReplicaRequest message)
    {
        take(replica.requested(++m_lastToken, std::move(message), now));
        return m_lastToken;
    }
    Token buy(const QByteArray &id, qint64 epoch = 1, qint64 quantity = 1)
    {
        return request(PlaceOrder{epoch, id, "Tux", quantity});
    }
    void advance(Milliseconds by)
    {
        now += by;
        take(replica.tick(now));
    }
    void flush()
    {
        disk = appended;
        take(replica.durable(disk, now));
    }
    void fillDisk()
    {
        appended = disk;
        take(replica.appendFailed(disk, {ErrorCode::StorageFull, "no space left"}, now));
    }
    void loseConnection(ReplicaId peer) { take(replica.peerLost(peer, now)); }

    /// The call of type T that waits for @p to; the oldest.
    template <typename T>
    std::optional<T> asked(ReplicaId to)
    {
        for (const Effects::Call &call : m_calls) {
            if (call.to == to && std::holds_alternative<T>(call.body))
                return std::get<T>(call.body);
        }
        return std::nullopt;
    }
    /// Answers that call.
    template <typename T>
    void reply(ReplicaId to, Result<CallAnswer> answer)
    {
        const auto found = std::find_if(m_calls.begin(), m_calls.end(), [&](const Effects::Call &call) {
            return call.to == to && std::holds_alternative<T>(call.body);
        });
        QVERIFY2(found != m_calls.end(), "the replica has not asked that");
        const Tag tag = found->tag;
        m_calls.erase(found);
        take(replica.answered(tag, std::move(answer), now));
    }
    template <typename T>
    void replyError(ReplicaId to, ErrorCode code, Current current = {})
    {
        reply<T>(to, failure(code, "refused", current));
    }
    /// Takes the call away, to answer it later.
    Tag withhold(ReplicaId to)
    {
        const auto found = std::find_if(m_calls.begin(), m_calls.end(),
                                        [&](const Effects::Call &call) { return call.to == to; });
        const Tag tag = found->tag;
        m_calls.erase(found);
        return tag;
    }
    void replyLate(Tag tag, Result<CallAnswer> answer)
    {
        take(replica.answered(tag, std::move(answer), now));
    }

    [[nodiscard]] bool isAnswered(Token token) const
    {
        return m_answers.contains(token) || m_lookUps.contains(token) || m_pages.contains(token);
    }
    [[nodiscard]] bool foundInLog(Token token) const { return m_lookUps.contains(token); }
    [[nodiscard]] bool pageWasRead(Token token) const { return m_pages.contains(token); }
    [[nodiscard]] Result<ReplicaAnswer> answerTo(Token token) const { return m_answers.at(token); }
    [[nodiscard]] ErrorCode errorOf(Token token) const
    {
        const auto answer = m_answers.find(token);
        return answer == m_answers.end() || answer->second ? ErrorCode::Internal
                                                           : answer->second.error().code;
    }
    [[nodiscard]] qint64 orderOf(Token token) const
    {
        const auto answer = m_answers.find(token);
        return answer == m_answers.end() || !answer->second
                   ? -1
                   : std::get<PlaceOrder::Answer>(*answer->second).orderNumber;
    }
    bool isHealthy()
    {
        const Token token = request(HealthCheck());
        return m_answers.at(token).has_value();
    }
    [[nodiscard]] std::size_t callsWaiting() const { return m_calls.size(); }

    /// Boots with peers that are down.
    Hands &boot()
    {
        start();
        if (asked<OrdersAfter>(theCatalog))
            reply<OrdersAfter>(theCatalog, page({orderNumber(disk)}, disk));
        while (!booted) {
            for (const ReplicaId peer : {r91, r92, r93}) {
                if (asked<OrdersAfter>(peer))
                    replyError<OrdersAfter>(peer, ErrorCode::CannotConnect);
            }
        }
        return *this;
    }
    /// Boots and leads with peers that are down.
    Hands &bootAndLead(qint64 epoch = 1)
    {
        boot();
        request(UpdateLeader{r93, epoch});
        replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
        replyError<OrdersAfter>(r91, ErrorCode::CannotConnect);
        reply<OrdersAfter>(theCatalog, page({}, disk));
        replyError<AppendOrders>(r92, ErrorCode::CannotConnect);
        replyError<AppendOrders>(r91, ErrorCode::CannotConnect);
        return *this;
    }
    /// Lets a follower answer the heartbeat that is due.
    void acknowledgeHeartbeat(ReplicaId follower, qint64 onDisk)
    {
        if (!asked<AppendOrders>(follower))
            advance(100ms);
        reply<AppendOrders>(follower, AppendOrders::Answer{onDisk});
    }

private:
    static QList<ReplicaId> othersOf(ReplicaId id)
    {
        QList<ReplicaId> others{r91, r92, r93};
        others.removeAll(id);
        return others;
    }
    static std::deque<quint32> checksumsOf(const QList<Order> &log)
    {
        std::deque<quint32> checksums;
        for (const Order &order : log)
            checksums.push_back(orderChecksum(order));
        return checksums;
    }
    void take(Effects effects)
    {
        if (!effects.append.isEmpty()) {
            QCOMPARE(effects.append.first().number, appended + 1);
            appended = effects.append.last().number;
        }
        booted |= effects.booted;
        for (Effects::Call &call : effects.calls)
            m_calls.push_back(std::move(call));
        for (Effects::Answer &answer : effects.answers) {
            QVERIFY2(!isAnswered(answer.token), "answered twice");
            m_answers.emplace(answer.token, std::move(answer.answer));
        }
        for (const Effects::LookUp &lookUp : effects.lookUps)
            m_lookUps.emplace(lookUp.token, lookUp.number);
        for (const Effects::ReadPage &wanted : effects.pages) {
            QVERIFY2(!isAnswered(wanted.token), "answered twice");
            m_pages.emplace(wanted.token, wanted.request);
        }
        if (diskIsPrompt && appended > disk)
            flush();
    }

    std::vector<Effects::Call> m_calls;
    std::map<Token, Result<ReplicaAnswer>> m_answers;
    std::map<Token, qint64> m_lookUps;
    std::map<Token, OrdersAfter> m_pages;
    Token m_lastToken = 0;
};

} // namespace

class TestReplica : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Booting

    void theNearestReplicaIsAskedFirstTiesToTheHigherId()
    {
        QCOMPARE(nearestFirst(r92, {r91, r93}), (QList<ReplicaId>{r93, r91}));
        QCOMPARE(nearestFirst(r91, {r93, r92}), (QList<ReplicaId>{r92, r93}));
        QCOMPARE(nearestFirst(r93, {r91, r92}), (QList<ReplicaId>{r92, r91}));
    }

    void afterACrashItFetchesFromTheNearestAndThenTheNext()
    {
        Hands hands(r91, orderNumber(3));
        hands.start();
        hands.reply<OrdersAfter>(theCatalog, page({orderNumber(3)}, 9));
        QCOMPARE(hands.asked<OrdersAfter>(r92)->after, 3);
        QVERIFY(!hands.asked<OrdersAfter>(r93));
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(4, 5), 8, true));
        QCOMPARE(hands.asked<OrdersAfter>(r92)->after, 5);
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(6, 8), 8));
        QCOMPARE(hands.asked<OrdersAfter>(r93)->after, 8);
        QVERIFY(!hands.booted);
        QVERIFY(!hands.isHealthy());
        hands.replyError<OrdersAfter>(r93, ErrorCode::DeadlineExceeded);
        QVERIFY(hands.booted);
        QVERIFY(hands.isHealthy());
        QCOMPARE(hands.disk, 8);
    }

    void noReachablePeerIsNoError()
    {
        Hands hands(r93);
        hands.boot();
        QVERIFY(hands.isHealthy());
    }

    void aLogThatDiffersFromTheLedgerServesNothing()
    {
        Hands hands(r93, orderNumber(3));
        hands.start();
        Order other = orderNumber(3);
        other.requestId = "f-another";
        hands.reply<OrdersAfter>(theCatalog, page({other}, 3));
        QCOMPARE(hands.errorOf(hands.request(HealthCheck())), ErrorCode::Diverged);
        QCOMPARE(hands.errorOf(hands.request(OrderDetails{1})), ErrorCode::Diverged);
        QCOMPARE(hands.errorOf(hands.request(UpdateLeader{r93, 5})), ErrorCode::Diverged);
    }

    void aLogThatCouldNotBeComparedIsComparedLater()
    {
        Hands hands(r93, orderNumber(3));
        hands.start();
        hands.replyError<OrdersAfter>(theCatalog, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(r91, ErrorCode::CannotConnect);
        QVERIFY(hands.isHealthy());
        hands.advance(100ms);
        QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
        Order other = orderNumber(3);
        other.name = "Bear";
        hands.reply<OrdersAfter>(theCatalog, page({other}, 3));
        QCOMPARE(hands.errorOf(hands.request(HealthCheck())), ErrorCode::Diverged);
    }

    // Becoming the leader

    void theNewLeaderFetchesFromPeersThenFromTheLedgerBeforeItSaysSo()
    {
        Hands hands(r93);
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 1});
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(1, 2), 2));
        hands.reply<OrdersAfter>(r91, page({}, 1));
        QCOMPARE(hands.errorOf(hands.buy("f-x")), ErrorCode::NotLeader);
        QVERIFY(!hands.isHealthy());
        hands.diskIsPrompt = false;
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(3, 3), 3));
        QVERIFY(!hands.isAnswered(told)); // the last one is not on disk
        hands.flush();
        QCOMPARE(std::get<UpdateLeader::Answer>(*hands.answerTo(told)).lastOrderNumber, 3);
        const Token health = hands.request(HealthCheck());
        QVERIFY(std::get<HealthCheck::Answer>(*hands.answerTo(health)).leading);
    }

    void aPageThatALookUpTookFirstDoesNotEndTheFetching()
    {
        Hands hands(r93);
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 1});
        hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(r91, ErrorCode::CannotConnect);
        const Tag fetch = hands.withhold(theCatalog);
        hands.request(OrderDetails{1});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 2), 4, true));
        hands.replyLate(fetch, page(ordersFromTo(1, 2), 4, true));
        QVERIFY(!hands.isAnswered(told));
        QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(3, 4), 4));
        QCOMPARE(std::get<UpdateLeader::Answer>(*hands.answerTo(told)).lastOrderNumber, 4);
    }

    void nobodyLeadsWithALogThatTheLedgerDidNotConfirm()
    {
        Order other = orderNumber(3);
        other.requestId = "f-another";
        // What the ledger said at first: nothing; before it had our last order.
        const std::vector<Result<CallAnswer>> inconclusive{failure(ErrorCode::DeadlineExceeded, "refused"),
                                                           page({}, 2)};
        for (const Result<CallAnswer> &first : inconclusive) {
            Hands hands(r93, orderNumber(3));
            hands.start();
            const Token told = hands.request(UpdateLeader{r93, 2});
            hands.reply<OrdersAfter>(theCatalog, first);
            hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
            hands.replyError<OrdersAfter>(r91, ErrorCode::CannotConnect);
            hands.reply<OrdersAfter>(theCatalog, page({}, 3));
            QVERIFY(!hands.isAnswered(told));
            QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
            hands.reply<OrdersAfter>(theCatalog, page({other}, 3));
            QCOMPARE(hands.errorOf(told), ErrorCode::Diverged);
            QVERIFY(hands.booted);
        }
    }

    void aDivergedReplicaDoesNotLeadThoughTheLedgerNamesIt()
    {
        Hands hands(r93, orderNumber(3));
        hands.start();
        const Token told = hands.request(UpdateLeader{r93, std::nullopt});
        Order other = orderNumber(3);
        other.requestId = "f-another";
        hands.reply<OrdersAfter>(theCatalog, page({other}, 3));
        hands.reply<Leadership>(theCatalog, Leadership::Answer{4, r93, 3});
        QCOMPARE(hands.errorOf(told), ErrorCode::Diverged);
    }

    void withoutTheLedgerNobodyLeads()
    {
        Hands hands(r93);
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 1});
        hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(r91, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(theCatalog, ErrorCode::CannotConnect);
        QCOMPARE(hands.errorOf(told), ErrorCode::CatalogUnavailable);
        QCOMPARE(hands.errorOf(hands.buy("f-x")), ErrorCode::NotLeader);
    }

    void anOldEpochIsRefusedWithTheCurrentOne()
    {
        Hands hands(r93);
        hands.boot();
        hands.request(UpdateLeader{r92, 4});
        const Token token = hands.request(UpdateLeader{r91, 3});
        QCOMPARE(hands.errorOf(token), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(token).error().current.epoch, 4);
        QCOMPARE(hands.answerTo(token).error().current.leaderId, 8092);
        QCOMPARE(hands.errorOf(hands.request(UpdateLeader{r91, 4})), ErrorCode::StaleEpoch);
    }

    void withoutAnEpochItLeadsOnlyIfTheLedgerNamesIt()
    {
        Hands hands(r93);
        hands.boot();
        const Token refused = hands.request(UpdateLeader{r93, std::nullopt});
        hands.reply<Leadership>(theCatalog, Leadership::Answer{4, r92, 0});
        QCOMPARE(hands.errorOf(refused), ErrorCode::NotLeader);
        hands.request(UpdateLeader{r93, std::nullopt});
        hands.reply<Leadership>(theCatalog, Leadership::Answer{5, r93, 0});
        QCOMPARE(hands.replica.epoch(), 5);
        QVERIFY(hands.asked<OrdersAfter>(r92));
    }

    void tellingTheLeaderAgainChangesNothing()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token buy = hands.buy("f-a");
        const Token again = hands.request(UpdateLeader{r93, 1});
        QVERIFY(hands.answerTo(again).has_value());
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    // Selling

    void aBuyIsAnsweredFromTheLedgersDecision()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token buy = hands.buy("f-a");
        const auto sell = hands.asked<Sell>(theCatalog);
        QCOMPARE(sell->epoch, 1);
        QCOMPARE(sell->leaderId, r93);
        QCOMPARE(sell->call, 1);
        QCOMPARE(sell->after, 0);
        QCOMPARE(sell->entries, (QList<SellEntry>{{"f-a", "Tux", 1}}));
        QVERIFY(!hands.isAnswered(buy));
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void whatWaitsBecomesOneBatchAndOneCallIsUnderWay()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token first = hands.buy("f-a");
        const Token second = hands.buy("f-b");
        const Token third = hands.buy("f-c");
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), 1);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.orderOf(first), 1);
        QCOMPARE(hands.asked<Sell>(theCatalog)->call, 2);
        QCOMPARE(hands.asked<Sell>(theCatalog)->after, 1);
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), 2);
        hands.reply<Sell>(theCatalog,
                          Sell::Answer{{{std::nullopt, ErrorCode::OrderRejected}, sold(2, "f-c")}});
        QCOMPARE(hands.errorOf(second), ErrorCode::OrderRejected);
        QCOMPARE(hands.orderOf(third), 2);
    }

    void aBatchIsBoundedInOrdersAndBytes()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.buy("f-first");
        for (int i = 0; i < 1500; ++i)
            hands.buy("f-" + QByteArray::number(i));
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-first")}});
        QCOMPARE(hands.asked<Sell>(theCatalog)->entries.size(), maxPageOrders);

        Hands large(r93);
        large.bootAndLead();
        large.buy("f-first");
        for (int i = 0; i < 1000; ++i)
            large.request(PlaceOrder{1, "f-" + QByteArray::number(i), QByteArray(256, '\x01'), 1});
        large.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-first")}});
        const auto sell = large.asked<Sell>(theCatalog);
        QVERIFY(sell->entries.size() > 200);
        QVERIFY(sell->entries.size() * (256 * 6) < maxPageBytes);
    }

    void equalRequestIdsInFlightAreJoined()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token first = hands.buy("c-key");
        const Token again = hands.buy("c-key");
        const Token other = hands.buy("c-key", 1, 2);
        QCOMPARE(hands.errorOf(other), ErrorCode::RequestMismatch);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "c-key")}});
        QCOMPARE(hands.orderOf(first), 1);
        QCOMPARE(hands.orderOf(again), 1);
        QVERIFY(!hands.asked<Sell>(theCatalog));
    }

    void aQuantityBelowOneIsRefusedBeforeTheCatalogIsAsked()
    {
        Hands hands(r93);
        hands.bootAndLead();
        QCOMPARE(hands.errorOf(hands.buy("f-a", 1, 0)), ErrorCode::OrderRejected);
        QCOMPARE(hands.errorOf(hands.buy("f-b", 1, -1)), ErrorCode::OrderRejected);
        QVERIFY(!hands.asked<Sell>(theCatalog));
    }

    void whatIsNoRequestIdSpoilsNoBatch()
    {
        Hands hands(r93);
        hands.bootAndLead();
        for (const QByteArray &id : {QByteArray(), QByteArray("two words"), QByteArray("\x7f"),
                                     QByteArray("\xc3\xa4"), QByteArray(131, 'x')})
            QCOMPARE(hands.errorOf(hands.buy(id)), ErrorCode::InvalidField);
        QVERIFY(!hands.asked<Sell>(theCatalog));
    }

    void aBuyOfAnotherEpochIsRefused()
    {
        Hands hands(r93);
        hands.bootAndLead(4);
        const Token buy = hands.buy("f-a", 3);
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(buy).error().current.epoch, 4);
    }

    void theAnswerWaitsForTheOwnDisk()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.diskIsPrompt = false;
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QVERIFY(!hands.isAnswered(buy));
        hands.flush();
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void aRepeatedBuyWaitsForTheOwnDiskToo()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.diskIsPrompt = false;
        hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        const Token again = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QVERIFY(!hands.isAnswered(again));
        hands.flush();
        QCOMPARE(hands.orderOf(again), 1);
    }

    void aLeaderNeitherSellsNorCopiesBeforeItsOwnDiskHasWhatItFetched()
    {
        Hands hands(r93);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token told = hands.request(UpdateLeader{r93, 1});
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(1, 2), 2));
        hands.reply<OrdersAfter>(r91, page({}, 2));
        hands.reply<OrdersAfter>(theCatalog, page({}, 2));
        hands.advance(300ms);
        QVERIFY(!hands.isAnswered(told));
        QVERIFY(!hands.isHealthy());
        QVERIFY(!hands.asked<AppendOrders>(r92));
        QCOMPARE(hands.errorOf(hands.buy("f-a")), ErrorCode::NotLeader);
        hands.flush();
        QVERIFY(hands.answerTo(told).has_value());
        QVERIFY(hands.asked<AppendOrders>(r92));
    }

    void theAnswerWaitsForEveryFollowerInSync()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        hands.acknowledgeHeartbeat(r91, 0);
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.asked<AppendOrders>(r92)->orders.size(), 1);
        QCOMPARE(hands.asked<AppendOrders>(r91)->orders.size(), 1);
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{1});
        QVERIFY(!hands.isAnswered(buy));
        hands.reply<AppendOrders>(r91, AppendOrders::Answer{1});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void aFollowerThatGoesAwayIsNotWaitedFor()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QVERIFY(!hands.isAnswered(buy));
        hands.loseConnection(r92);
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void aSilentFollowerIsNotWaitedFor()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        hands.replyError<AppendOrders>(r92, ErrorCode::DeadlineExceeded);
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void aFollowerThatLagsIsNotInSyncUntilItHasTheLastNumber()
    {
        Hands hands(r93, orderNumber(5));
        hands.bootAndLead(2);
        hands.acknowledgeHeartbeat(r92, 3);
        const Token buy = hands.buy("f-a", 2);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(6, "f-a", 2)}});
        QCOMPARE(hands.orderOf(buy), 6);
        hands.acknowledgeHeartbeat(r92, 6);
        const Token next = hands.buy("f-b", 2);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(7, "f-b", 2)}});
        QVERIFY(!hands.isAnswered(next));
    }

    void aRepeatedBuyWaitsForTheSameCopies()
    {
        Hands hands(r93, orderNumber(5));
        hands.bootAndLead(2);
        const Token buy = hands.buy("f-5", 2);
        hands.reply<Sell>(theCatalog, Sell::Answer{{{orderNumber(5), std::nullopt}}});
        QCOMPARE(hands.orderOf(buy), 5);
        QCOMPARE(hands.disk, 5);
    }

    void aBuyWhoseOrderIsInTheLogIsLeftToTheLedger()
    {
        Hands hands(r93);
        hands.boot();
        hands.request(AppendOrders{1, r92, 1, {orderNumber(1)}});
        hands.request(UpdateLeader{r93, 2});
        for (const ReplicaId source : {r92, r91, theCatalog})
            hands.reply<OrdersAfter>(source, page({}, 1));

        const Token buy = hands.buy("f-1", 2);

        QVERIFY(!hands.isAnswered(buy)); // its invalidation may still be unacknowledged
        hands.reply<Sell>(theCatalog, Sell::Answer{{{orderNumber(1), std::nullopt}}});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    void whatIsDecidedWhileAnAppendIsUnderWayGoesWithTheNext()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        hands.buy("f-b");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(2, "f-b")}});
        hands.buy("f-c");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(3, "f-c")}});
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{1});
        const auto append = hands.asked<AppendOrders>(r92);
        QCOMPARE(append->orders.size(), 2);
        QCOMPARE(append->lastOrderNumber, 3);
    }

    void anAnswerToAnAppendOfTheTermBeforePutsNobodyInSync()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        hands.advance(100ms);
        const Tag append = hands.withhold(r92);
        hands.request(UpdateLeader{r93, 2});
        for (const ReplicaId source : {r92, r91, theCatalog})
            hands.reply<OrdersAfter>(source, page({}, 0));
        QVERIFY(hands.replica.isLeading());

        hands.replyLate(append, AppendOrders::Answer{0});

        const auto inSync = [&hands] {
            const Result<ReplicaAnswer> answer = hands.answerTo(hands.request(OrderStatus()));
            return std::get<OrderStatus::Answer>(*answer).inSync;
        };
        QCOMPARE(inSync(), QList<ReplicaId>());
        hands.acknowledgeHeartbeat(r92, 0);
        QCOMPARE(inSync(), QList<ReplicaId>{r92});
    }

    void aHeartbeatGoesOutEvery100Ms()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 0);
        QVERIFY(!hands.asked<AppendOrders>(r92));
        hands.advance(50ms);
        QVERIFY(!hands.asked<AppendOrders>(r92));
        hands.advance(45ms); // a timer that is a little early
        QVERIFY(hands.asked<AppendOrders>(r92)->orders.isEmpty());
    }

    // Refused sells

    void aCatalogThatCannotWriteIsNoReasonForAnotherLeader()
    {
        for (const ErrorCode code : {ErrorCode::StorageFull, ErrorCode::StorageFailed}) {
            Hands hands(r93);
            hands.bootAndLead();
            const Token refused = hands.buy("f-1");

            hands.replyError<Sell>(theCatalog, code);

            // Not catalog_unavailable, which says that another might reach it.
            QCOMPARE(hands.errorOf(refused), ErrorCode::OutcomeUnknown);
            static_cast<void>(hands.buy("f-1"));
            QCOMPARE(hands.asked<Sell>(theCatalog)->call, 2); // it leads on, and sells when there is room
        }
    }

    void aLeaderThatMissedAnAnswerFetchesAndSendsANewCall()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token lost = hands.buy("f-1");
        hands.replyError<Sell>(theCatalog, ErrorCode::ConnectionLost);
        QCOMPARE(hands.errorOf(lost), ErrorCode::CatalogUnavailable);
        const Token again = hands.buy("f-1");
        hands.replyError<Sell>(theCatalog, ErrorCode::Behind, {std::nullopt, std::nullopt, 1});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 1), 1));
        QVERIFY(!hands.isAnswered(again)); // never from an order merely found in the log
        const auto sell = hands.asked<Sell>(theCatalog);
        QCOMPARE(sell->call, 3);
        QCOMPARE(sell->after, 1);
        hands.reply<Sell>(theCatalog, Sell::Answer{{{orderNumber(1), std::nullopt}}});
        QCOMPARE(hands.orderOf(again), 1);
    }

    void aFencedLeaderStepsDownAndSaysWhoLeads()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token buy = hands.buy("f-a");
        hands.replyError<Sell>(theCatalog, ErrorCode::StaleEpoch, {2, 8092, 0});
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(buy).error().current.leaderId, 8092);
        const Token next = hands.buy("f-b");
        QCOMPARE(hands.errorOf(next), ErrorCode::NotLeader);
        QCOMPARE(hands.answerTo(next).error().current.epoch, 2);
    }

    void anAnswerForAnEarlierEpochIsNotTakenForTheNewBatch()
    {
        Hands hands(r93);
        hands.bootAndLead(1);
        const Token old = hands.buy("f-a", 1);
        const Tag late = hands.withhold(theCatalog);
        hands.request(UpdateLeader{r92, 2});
        QCOMPARE(hands.errorOf(old), ErrorCode::StaleEpoch);
        hands.request(UpdateLeader{r93, 3});
        hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(r91, ErrorCode::CannotConnect);
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        const Token buy = hands.buy("f-b", 3);
        hands.replyLate(late, Sell::Answer{{sold(1, "f-a", 1)}});
        QVERIFY(!hands.isAnswered(buy));
        QCOMPARE(hands.appended, 0);
    }

    void aReplicaThatLedThisEpochBeforeItsCrashNeedsANewOne()
    {
        Hands hands(r93, orderNumber(1));
        hands.bootAndLead(1);
        const Token buy = hands.buy("f-b");
        hands.replyError<Sell>(theCatalog, ErrorCode::StaleCall);
        QCOMPARE(hands.errorOf(buy), ErrorCode::NotLeader);
        QVERIFY(!hands.replica.isLeading());
    }

    void whereOnlyANewEpochHelpsTheLeadershipEndsForAllWhoWait()
    {
        for (const ErrorCode code : {ErrorCode::StaleCall, ErrorCode::LedgerBehind}) {
            Hands hands(r93, orderNumber(1));
            hands.bootAndLead(1);
            const Token inTheCall = hands.buy("f-b");
            const Token inTheQueue = hands.buy("f-c");
            hands.replyError<Sell>(theCatalog, code);
            for (const Token token : {inTheCall, inTheQueue, hands.buy("f-d")}) {
                QCOMPARE(hands.errorOf(token), ErrorCode::NotLeader);
                QCOMPARE(hands.answerTo(token).error().current.leaderId, 0); // nor does it name itself
            }
            QVERIFY(!hands.asked<Sell>(theCatalog));
        }
    }

    void aWrongAnswerOfTheCatalogEndsTheLeadership()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token first = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(2, "f-a")}}); // a gap
        QCOMPARE(hands.errorOf(first), ErrorCode::Internal);
        QVERIFY(!hands.replica.isLeading());
        QCOMPARE(hands.appended, 0);
    }

    void anOrderOfAnotherBuyIsNotTakenForThisOnes()
    {
        Hands hands(r93);
        hands.bootAndLead();
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-b")}});
        QCOMPARE(hands.errorOf(buy), ErrorCode::Internal);
        QVERIFY(!hands.replica.isLeading());
        QCOMPARE(hands.appended, 0);
    }

    void anOutcomeThatSaysNothingIsNotTakenForARejection()
    {
        for (const std::optional<ErrorCode> code :
             {std::optional<ErrorCode>(), std::optional(ErrorCode::Internal)}) {
            Hands hands(r93);
            hands.bootAndLead();
            const Token buy = hands.buy("f-a");
            hands.reply<Sell>(theCatalog, Sell::Answer{{{std::nullopt, code}}});
            QCOMPARE(hands.errorOf(buy), ErrorCode::Internal);
            QVERIFY(!hands.replica.isLeading());
        }
    }

    // Following

    void aFollowerAcknowledgesWhatIsOnItsDisk()
    {
        Hands hands(r91);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token append = hands.request(AppendOrders{1, r93, 2, ordersFromTo(1, 2)});
        QVERIFY(!hands.isAnswered(append));
        hands.flush();
        QCOMPARE(std::get<AppendOrders::Answer>(*hands.answerTo(append)).lastOrderNumber, 2);
        QCOMPARE(hands.replica.epoch(), 1);
    }

    void ordersSentTwiceAreTakenOnce()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 2, ordersFromTo(1, 2)});
        const Token again = hands.request(AppendOrders{1, r93, 3, ordersFromTo(1, 3)});
        QCOMPARE(std::get<AppendOrders::Answer>(*hands.answerTo(again)).lastOrderNumber, 3);
        QCOMPARE(hands.disk, 3);
    }

    void aGapIsClosedFromTheNearestReplica()
    {
        Hands hands(r91);
        hands.boot();
        const Token append = hands.request(AppendOrders{1, r93, 5, ordersFromTo(4, 5)});
        QCOMPARE(std::get<AppendOrders::Answer>(*hands.answerTo(append)).lastOrderNumber, 0);
        QVERIFY(!hands.isHealthy());
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(1, 3), 3));
        hands.reply<OrdersAfter>(r93, page(ordersFromTo(4, 5), 5));
        QVERIFY(hands.isHealthy());
        QCOMPARE(hands.disk, 5);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void aFollowerLeftBehindHearsItFromAHeartbeat()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 2, {}});
        QCOMPARE(hands.asked<OrdersAfter>(r92)->after, 0);
    }

    void aFollowerLeftBehindByOneOrderFetchesIt()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 1, {}});
        QCOMPARE(hands.asked<OrdersAfter>(r92)->after, 0);
    }

    void aLeaderThatHearsOfALaterEpochStepsDown()
    {
        Hands hands(r93);
        hands.bootAndLead(1);
        const Token buy = hands.buy("f-a");
        hands.request(AppendOrders{2, r92, 0, {}});
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        QVERIFY(!hands.replica.isLeading());
        QCOMPARE(hands.replica.epoch(), 2);
    }

    // The fence among replicas: what of an earlier epoch was still under way counts no more

    void aReplicaAskedByWhoIsToLeadTakesNothingOfAnEarlierEpoch()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 1, ordersFromTo(1, 1)});
        const Token asked = hands.request(OrdersAfter{0, maxPageOrders, 6});
        QVERIFY(hands.pageWasRead(asked));
        const Token late = hands.request(AppendOrders{1, r93, 2, ordersFromTo(2, 2)});
        QCOMPARE(hands.errorOf(late), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(late).error().current.epoch, 6);
        QCOMPARE(hands.appended, 1);
        const Token now = hands.request(AppendOrders{6, r92, 2, {anotherOrder(2, 6)}});
        QVERIFY(hands.answerTo(now).has_value());
    }

    void whoIsToLeadHearsOnlyOfWhatIsOnDisk()
    {
        for (const bool diskFills : {false, true}) {
            Hands hands(r91);
            hands.boot();
            hands.diskIsPrompt = false;
            hands.request(AppendOrders{1, r93, 1, ordersFromTo(1, 1)});
            const Token asked = hands.request(OrdersAfter{0, maxPageOrders, 6});
            QVERIFY(!hands.isAnswered(asked));
            if (diskFills)
                hands.fillDisk(); // then it is not in the log, and never will be
            else
                hands.flush();
            QVERIFY(hands.pageWasRead(asked));
        }
    }

    void aPreparingLeaderTellsTheReplicasItAsksItsEpoch()
    {
        Hands hands(r93);
        hands.boot();
        hands.request(UpdateLeader{r93, 4});
        QCOMPARE(hands.asked<OrdersAfter>(r92)->epoch, 4);
        hands.reply<OrdersAfter>(r92, page({}, 0));
        QCOMPARE(hands.asked<OrdersAfter>(r91)->epoch, 4);
        hands.reply<OrdersAfter>(r91, page({}, 0));
        QVERIFY(!hands.asked<OrdersAfter>(theCatalog)->epoch);
    }

    void whoFetchesWithoutLeadingFencesNobody()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{4, r93, 2, {}});
        QVERIFY(!hands.asked<OrdersAfter>(r92)->epoch);
    }

    void aLeaderToBeThatAReplicaRefusesSaysWhichEpochItHeardOf()
    {
        Hands hands(r93);
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 6});
        hands.replyError<OrdersAfter>(r92, ErrorCode::StaleEpoch, {7, 8091, 0});
        QCOMPARE(hands.errorOf(told), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(told).error().current.epoch, 7);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void aReplicaRefusesALeaderToBeOfAnEarlierEpoch()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(UpdateLeader{r92, 7});
        const Token asked = hands.request(OrdersAfter{0, maxPageOrders, 6});
        QCOMPARE(hands.errorOf(asked), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(asked).error().current.epoch, 7);
    }

    void aLeaderThatIsAskedByALaterOneStepsDown()
    {
        Hands hands(r93);
        hands.bootAndLead(1);
        const Token buy = hands.buy("f-a");
        const Tag sell = hands.withhold(theCatalog);
        hands.request(OrdersAfter{0, maxPageOrders, 2});
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        hands.replyLate(sell, Sell::Answer{{sold(1, "f-a")}}); // of a ledger that was lost meanwhile
        QCOMPARE(hands.appended, 0);
    }

    void aLeaderWhoseFollowerHeardOfALaterEpochStepsDown()
    {
        Hands hands(r93);
        hands.bootAndLead(6);
        const Token buy = hands.buy("f-a", 6);
        hands.advance(100ms);
        hands.replyError<AppendOrders>(r92, ErrorCode::StaleEpoch, {7, 8091, 0});
        QVERIFY(!hands.replica.isLeading());
        QCOMPARE(hands.errorOf(buy), ErrorCode::StaleEpoch);
        QCOMPARE(hands.answerTo(buy).error().current.epoch, 7);
    }

    void aRefusalOfAnEarlierEpochsAppendDoesNotEndTheLeadership()
    {
        Hands hands(r93);
        hands.bootAndLead(6);
        hands.advance(100ms);
        hands.replyError<AppendOrders>(r92, ErrorCode::StaleEpoch, {6, 8093, 0});
        QVERIFY(hands.replica.isLeading());
    }

    void anotherLeaderOfTheSameEpochIsNotFollowed()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{7, r93, 0, {}});
        const Token other = hands.request(AppendOrders{7, r92, 1, {orderNumber(1, 7)}});
        QCOMPARE(hands.errorOf(other), ErrorCode::StaleEpoch);
        QCOMPARE(hands.appended, 0);
    }

    void nobodyLeadsAnEpochThatIsNotTheLedgers()
    {
        for (const qint64 ledgers : {6, 8}) {
            Hands hands(r93);
            hands.boot();
            const Token told = hands.request(UpdateLeader{r93, 7});
            hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
            hands.replyError<OrdersAfter>(r91, ErrorCode::CannotConnect);
            OrdersAfter::Answer answer = page(ordersFromTo(1, 1), 1);
            answer.epoch = ledgers;
            hands.reply<OrdersAfter>(theCatalog, answer);
            QCOMPARE(hands.errorOf(told), ErrorCode::StaleEpoch);
            QCOMPARE(hands.appended, 0);
        }
    }

    void aLateAnswerOfALostLedgerIsNotTaken()
    {
        Hands hands(r91);
        hands.boot();
        OrdersAfter::Answer late = page(ordersFromTo(1, 1), 1);
        late.epoch = 5;
        const Token lookUp = hands.request(OrderDetails{1});
        const Tag asked = hands.withhold(theCatalog);
        hands.request(OrdersAfter{0, maxPageOrders, 6});
        hands.replyLate(asked, late);
        QCOMPARE(hands.appended, 0);
        QVERIFY(!hands.isAnswered(lookUp));
        QVERIFY(!hands.asked<OrdersAfter>(theCatalog)); // not in a tight loop

        hands.request(AppendOrders{6, r93, 1, {}}); // a gap, closed by the ledger
        hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(r93, ErrorCode::CannotConnect);
        hands.reply<OrdersAfter>(theCatalog, late);
        QCOMPARE(hands.appended, 0);
    }

    // Logs that differ, as after a ledger was rebuilt without a replica

    void anAppendBehindAnotherRowIsNotTakenAndTheLedgerSaysWhoIsWrong()
    {
        const std::vector<AppendOrders> appends{
            {6, r93, 4, {orderNumber(4)}, crcOf(anotherOrder(3))},                 // behind our last row
            {6, r93, 4, {anotherOrder(3), orderNumber(4)}, crcOf(orderNumber(2))}, // overlapping it
            {6, r93, 3, {anotherOrder(3)}, crcOf(orderNumber(2))},                 // ending with it
            {6, r93, 3, {}, crcOf(anotherOrder(3))},                               // a heartbeat
            {6, r93, 2, {}, crcOf(anotherOrder(2))},                               // of a shorter log
        };
        for (const AppendOrders &append : appends) {
            for (const bool weAreWrong : {true, false}) {
                Hands hands(r91, ordersFromTo(1, 3));
                hands.boot();
                QCOMPARE(hands.errorOf(hands.request(append)), ErrorCode::Diverged);
                QCOMPARE(hands.appended, 3);
                QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
                hands.reply<OrdersAfter>(theCatalog, rowOf(weAreWrong ? anotherOrder(3) : orderNumber(3), 4));
                QCOMPARE(hands.isHealthy(), !weAreWrong);
                const Token right =
                    hands.request(AppendOrders{6, r93, 4, {orderNumber(4)}, crcOf(orderNumber(3))});
                QCOMPARE(hands.errorOf(right) == ErrorCode::Diverged, weAreWrong);
                QCOMPARE(hands.appended, weAreWrong ? 3 : 4);
            }
        }
    }

    void anAppendThatFollowsOurRowsIsTaken()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.boot();
        for (const AppendOrders &append : {AppendOrders{6, r93, 2, {}, crcOf(orderNumber(2))},
                                           AppendOrders{6, r93, 4, ordersFromTo(2, 4), crcOf(orderNumber(1))},
                                           AppendOrders{6, r93, 5, ordersFromTo(5, 5), crcOf(orderNumber(4))},
                                           AppendOrders{6, r93, 5, {}, crcOf(orderNumber(5))}})
            QVERIFY(hands.answerTo(hands.request(append)).has_value());
        QCOMPARE(hands.disk, 5);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void rowsThatTheDiskRefusedAreComparedNoMore()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.boot();
        hands.diskIsPrompt = false;
        hands.request(AppendOrders{1, r93, 5, ordersFromTo(4, 5), crcOf(orderNumber(3))});
        hands.fillDisk();
        hands.advance(1s);
        hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(r93, ErrorCode::CannotConnect);
        hands.reply<OrdersAfter>(theCatalog, pageBehind(orderNumber(3), {anotherOrder(4)}, 4));
        hands.flush();
        QVERIFY(hands.isHealthy());
        QVERIFY(
            hands.answerTo(hands.request(AppendOrders{1, r93, 4, {}, crcOf(anotherOrder(4))})).has_value());
    }

    void aLogLongerThanTheLedgersIsComparedAtItsLast()
    {
        for (const bool equal : {true, false}) {
            Hands hands(r91, ordersFromTo(1, 9)); // the ledger was rebuilt up to 6 without it
            hands.start();
            hands.reply<OrdersAfter>(theCatalog, page({}, 7));
            QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 6);
            hands.reply<OrdersAfter>(theCatalog, rowOf(equal ? orderNumber(7) : anotherOrder(7), 7));
            QCOMPARE(hands.booted, !equal); // it goes on, or serves nothing
            QCOMPARE(hands.asked<OrdersAfter>(r92).has_value(), equal);
            QCOMPARE(hands.errorOf(hands.request(HealthCheck())) == ErrorCode::Diverged, !equal);
        }
    }

    void whatDiffersIsSaidToAllWhoWait()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.boot();
        const Token lookUp = hands.request(OrderDetails{7});
        hands.diskIsPrompt = false;
        const Token append = hands.request(AppendOrders{6, r93, 4, {orderNumber(4)}, crcOf(orderNumber(3))});
        const Token page = hands.request(OrdersAfter{0, maxPageOrders, 7});
        hands.reply<OrdersAfter>(theCatalog, pageBehind(anotherOrder(3), {anotherOrder(4)}, 4));
        for (const Token token : {lookUp, append, page})
            QCOMPARE(hands.errorOf(token), ErrorCode::Diverged);
        hands.advance(1s);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void aPageBehindAnotherRowIsNotTaken()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.boot();
        hands.request(AppendOrders{6, r93, 5, {}});
        hands.reply<OrdersAfter>(r92, pageBehind(anotherOrder(3), ordersFromTo(4, 5), 5));
        QCOMPARE(hands.appended, 3);
        QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, 2);
        hands.reply<OrdersAfter>(theCatalog, rowOf(orderNumber(3), 5));
        hands.reply<OrdersAfter>(r93, pageBehind(orderNumber(3), ordersFromTo(4, 5), 5));
        QCOMPARE(hands.appended, 5);
        QVERIFY(hands.isHealthy());
    }

    void bootingEndsThoughAReplicaContradicts()
    {
        Hands hands(r91, ordersFromTo(1, 3));
        hands.start();
        hands.reply<OrdersAfter>(theCatalog, rowOf(orderNumber(3), 3));
        hands.reply<OrdersAfter>(r92, pageBehind(anotherOrder(3), {}, 3));
        hands.reply<OrdersAfter>(theCatalog, rowOf(orderNumber(3), 3));
        hands.reply<OrdersAfter>(r93, pageBehind(orderNumber(3), {}, 3));
        QVERIFY(hands.booted);
        QCOMPARE(hands.callsWaiting(), std::size_t(0));
    }

    void aReplicaThatContradictsKeepsNobodyFromLeadingWhomTheLedgerConfirms()
    {
        for (const bool ledgerConfirms : {true, false}) {
            Hands hands(r93, ordersFromTo(1, 3));
            hands.boot();
            const Token told = hands.request(UpdateLeader{r93, 6});
            hands.reply<OrdersAfter>(r92, pageBehind(anotherOrder(3), {anotherOrder(4)}, 4));
            hands.reply<OrdersAfter>(r91, page({}, 2));
            hands.reply<OrdersAfter>(theCatalog,
                                     pageBehind(ledgerConfirms ? orderNumber(3) : anotherOrder(3), {}, 3));
            QCOMPARE(hands.replica.isLeading(), ledgerConfirms);
            QCOMPARE(hands.errorOf(told) == ErrorCode::Diverged, !ledgerConfirms);
        }
    }

    void aLedgerIsNotRebuiltWhileReplicasContradictEachOther()
    {
        Hands hands(r93, ordersFromTo(1, 3));
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 6});
        hands.reply<OrdersAfter>(r92, pageBehind(anotherOrder(3), {anotherOrder(4)}, 4));
        hands.reply<OrdersAfter>(r91, page({}, 2));
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QCOMPARE(hands.errorOf(told), ErrorCode::LedgerBehind);
        QVERIFY(!hands.asked<ImportPage>(theCatalog));
    }

    void anImportThatContradictsTheLedgerShowsThatWeDiverged()
    {
        Hands hands(r93, ordersFromTo(1, 3));
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 6});
        hands.reply<OrdersAfter>(r92, page({}, 3));
        hands.reply<OrdersAfter>(r91, page({}, 3));
        hands.reply<OrdersAfter>(theCatalog, page({}, 2));
        hands.replyError<ImportPage>(theCatalog, ErrorCode::Diverged);
        QCOMPARE(hands.errorOf(told), ErrorCode::Diverged);
        QCOMPARE(hands.errorOf(hands.request(HealthCheck())), ErrorCode::Diverged);
    }

    void appendsSayWhichRowTheyFollow()
    {
        Hands hands(r93, orderNumber(3));
        hands.bootAndLead(2);
        hands.acknowledgeHeartbeat(r92, 3);
        hands.advance(100ms);
        QCOMPARE(hands.asked<AppendOrders>(r92)->afterCrc, crcOf(orderNumber(3)));
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{3});
        hands.buy("f-4", 2);
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(4, "f-4", 2)}});
        QCOMPARE(hands.asked<AppendOrders>(r92)->orders.size(), 1);
        QCOMPARE(hands.asked<AppendOrders>(r92)->afterCrc, crcOf(orderNumber(3)));
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{4});
        hands.advance(100ms);
        QCOMPARE(hands.asked<AppendOrders>(r92)->afterCrc, crcOf(sold(4, "f-4", 2).order.value()));
    }

    void aFollowerWithMoreThanTheLeaderIsSentWhatTheLeaderGetsAllTheSame()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.acknowledgeHeartbeat(r92, 2); // from a look-up, or of a ledger that was lost
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        QCOMPARE(hands.asked<AppendOrders>(r92)->orders.size(), 1);
        QVERIFY(!hands.isAnswered(buy));
        hands.reply<AppendOrders>(r92, AppendOrders::Answer{2});
        QCOMPARE(hands.orderOf(buy), 1);
    }

    // Looking up

    void anOrderOnDiskIsFound()
    {
        Hands hands(r91, orderNumber(3));
        hands.boot();
        QVERIFY(hands.foundInLog(hands.request(OrderDetails{2})));
        QCOMPARE(hands.errorOf(hands.request(OrderDetails{0})), ErrorCode::OrderNotFound);
    }

    void anOrderTheReplicaLacksIsFetchedFromTheLedger()
    {
        Hands hands(r91);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token lookUp = hands.request(OrderDetails{2});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 2), 2));
        QVERIFY(!hands.isAnswered(lookUp));
        hands.flush();
        QVERIFY(hands.foundInLog(lookUp));
    }

    void aNumberAboveTheLedgersLastIsNotFound()
    {
        Hands hands(r91);
        hands.boot();
        const Token lookUp = hands.request(OrderDetails{3});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 2), 2));
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::OrderNotFound);
    }

    void withoutTheCatalogThereIsNoNotFound()
    {
        Hands hands(r91);
        hands.boot();
        const Token lookUp = hands.request(OrderDetails{3});
        hands.replyError<OrdersAfter>(theCatalog, ErrorCode::ConnectionLost);
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::CatalogUnavailable);
    }

    void aLookUpIsNotAnsweredFromAnOlderQuestion()
    {
        Hands hands(r91);
        hands.boot();
        const Token early = hands.request(OrderDetails{1});
        const Token late = hands.request(OrderDetails{1});
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QCOMPARE(hands.errorOf(early), ErrorCode::OrderNotFound);
        QVERIFY(!hands.isAnswered(late));
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 1), 1));
        QVERIFY(hands.foundInLog(late));
    }

    void aLedgerWithFewerOrdersThanWeIsNotBelieved()
    {
        Hands hands(r91, orderNumber(5));
        hands.boot();
        const Token lookUp = hands.request(OrderDetails{6});
        hands.reply<OrdersAfter>(theCatalog, page({}, 2));
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::LedgerBehind);
    }

    void aLedgerThatLacksWhatALeaderHadIsNotBelieved()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 5, {}});
        const Token lookUp = hands.request(OrderDetails{4});
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::LedgerBehind);
    }

    void whatALedgerHasIsFoundThoughItLacksMore()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 5, {}});
        const Token lookUp = hands.request(OrderDetails{2});
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 2), 2));
        QVERIFY(hands.foundInLog(lookUp));
    }

    void whatAnEpochsLedgerHadIsNotNotFoundInTheNext()
    {
        Hands hands(r91);
        hands.boot();
        hands.request(AppendOrders{1, r93, 0, {}});
        const Token lookUp = hands.request(OrderDetails{2});
        OrdersAfter::Answer ledgers = page(ordersFromTo(1, 2), 2);
        ledgers.epoch = 1;
        hands.request(UpdateLeader{r92, 2});
        hands.reply<OrdersAfter>(theCatalog, ledgers); // too late to be taken, but it has the order
        QVERIFY(hands.errorOf(lookUp) != ErrorCode::OrderNotFound);
    }

    void aLookUpFarAheadWaitsForTheDisk()
    {
        Hands hands(r91);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token lookUp = hands.request(OrderDetails{100'000});
        qint64 fetched = 0;
        while (hands.asked<OrdersAfter>(theCatalog) && fetched < 100'000) {
            hands.reply<OrdersAfter>(theCatalog,
                                     page(ordersFromTo(fetched + 1, fetched + 1000), 100'000, true));
            fetched += 1000;
        }
        QVERIFY(fetched <= 10'000);
        hands.flush();
        QCOMPARE(hands.asked<OrdersAfter>(theCatalog)->after, fetched);
        QVERIFY(!hands.isAnswered(lookUp));
    }

    void aLedgerIsNotBelievedBeforeItsEpochsLeaderIsReady()
    {
        Hands hands(r91, orderNumber(2)); // has missed orders 3 and 4
        hands.boot();
        OrdersAfter::Answer rebuilt = page({}, 2);
        rebuilt.epoch = 7; // the leader is about to import order 3
        const Token early = hands.request(OrderDetails{4});
        const Token unknown = hands.request(OrderDetails{9});
        hands.reply<OrdersAfter>(theCatalog, rebuilt);
        QVERIFY(!hands.isAnswered(early));
        rebuilt.orders = ordersFromTo(3, 4);
        rebuilt.lastOrderNumber = 4;
        hands.request(AppendOrders{7, r93, 4, {}});
        hands.advance(100ms);
        hands.reply<OrdersAfter>(theCatalog, rebuilt);
        QVERIFY(hands.foundInLog(early));
        hands.advance(100ms);
        if (hands.asked<OrdersAfter>(theCatalog)) {
            rebuilt.orders.clear();
            hands.reply<OrdersAfter>(theCatalog, rebuilt);
        }
        QCOMPARE(hands.errorOf(unknown), ErrorCode::OrderNotFound);
    }

    void aLedgerThatHadNoLeaderYetIsNotBelieved()
    {
        Hands hands(r91); // with an empty log, as after the loss of its disk
        hands.boot();
        OrdersAfter::Answer empty = page({}, 0);
        empty.epoch = 0; // new, or lost
        const Token lookUp = hands.request(OrderDetails{4});
        hands.reply<OrdersAfter>(theCatalog, empty);
        QVERIFY(!hands.isAnswered(lookUp));
        hands.request(AppendOrders{1, r93, 0, {}}); // the first leader is ready: the store is new
        empty.epoch = 1;
        hands.advance(100ms);
        hands.reply<OrdersAfter>(theCatalog, empty);
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::OrderNotFound);
    }

    void aLookUpIsHeldForALeaderOnlyAWhile()
    {
        Hands hands(r91, orderNumber(2));
        hands.boot();
        OrdersAfter::Answer rebuilt = page({}, 2);
        rebuilt.epoch = 7;
        const Token lookUp = hands.request(OrderDetails{4});
        for (int asked = 0; !hands.isAnswered(lookUp); ++asked) {
            QVERIFY(asked < 5);
            QVERIFY(hands.asked<OrdersAfter>(theCatalog));
            hands.reply<OrdersAfter>(theCatalog, rebuilt);
            QVERIFY(!hands.asked<OrdersAfter>(theCatalog)); // not in a tight loop
            hands.advance(100ms);
        }
        QCOMPARE(hands.errorOf(lookUp), ErrorCode::Syncing);
    }

    // A full disk

    void aLeaderThatCannotAppendStepsDownUntilItCan()
    {
        Hands hands(r93);
        hands.bootAndLead();
        hands.diskIsPrompt = false;
        const Token buy = hands.buy("f-a");
        hands.reply<Sell>(theCatalog, Sell::Answer{{sold(1, "f-a")}});
        hands.fillDisk();
        QCOMPARE(hands.errorOf(buy), ErrorCode::NotLeader);
        QVERIFY(!hands.isHealthy());
        QCOMPARE(hands.errorOf(hands.request(UpdateLeader{r93, 2})), ErrorCode::Syncing);
        hands.advance(1s);
        hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(r91, ErrorCode::CannotConnect);
        hands.reply<OrdersAfter>(theCatalog, page(ordersFromTo(1, 1), 1));
        QVERIFY(!hands.isHealthy()); // not before the write that failed succeeds
        hands.flush();
        QVERIFY(hands.isHealthy());
    }

    void whetherTheDiskHasRoomAgainIsSeenSoon()
    {
        Hands hands(r93);
        hands.boot();
        hands.diskIsPrompt = false;
        hands.request(AppendOrders{1, r92, 1, ordersFromTo(1, 1)});
        hands.fillDisk();
        hands.advance(hands.replica.tickInterval());
        QVERIFY(hands.asked<OrdersAfter>(r92)); // or a store whose disks were full would sell late (I13)
    }

    void aFollowerThatCannotAppendSaysSo()
    {
        Hands hands(r91);
        hands.boot();
        hands.diskIsPrompt = false;
        const Token append = hands.request(AppendOrders{1, r93, 1, ordersFromTo(1, 1)});
        hands.fillDisk();
        QCOMPARE(hands.errorOf(append), ErrorCode::Syncing);
        QCOMPARE(hands.errorOf(hands.request(AppendOrders{1, r93, 1, ordersFromTo(1, 1)})),
                 ErrorCode::Syncing);
    }

    // A lost ledger

    void aLostLedgerIsRebuiltFromTheLongestLogBeforeAnythingIsSold()
    {
        Hands hands(r93, orderNumber(2));
        hands.start();
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        hands.reply<OrdersAfter>(r92, page({}, 2));
        hands.reply<OrdersAfter>(r91, page({}, 2));
        const Token told = hands.request(UpdateLeader{r93, 4});
        hands.reply<OrdersAfter>(theCatalog, page({}, 0)); // it can't be compared yet
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(3, 4), 4));
        hands.reply<OrdersAfter>(r91, page({}, 2));
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QVERIFY(!hands.isAnswered(told));
        const auto import = hands.asked<ImportPage>(theCatalog);
        QCOMPARE(import->after, 0);
        QCOMPARE(import->epoch, 4);
        hands.reply<ImportPage>(theCatalog, ImportOrders::Answer{3});
        QCOMPARE(hands.asked<ImportPage>(theCatalog)->after, 2);
        hands.reply<ImportPage>(theCatalog, ImportOrders::Answer{4});
        QVERIFY(hands.answerTo(told).has_value());
        QVERIFY(hands.replica.isLeading());
    }

    void aLedgerLostAfterItHadConfirmedTheLogIsRebuiltToo()
    {
        Hands hands(r93, orderNumber(2));
        hands.boot();
        const Token told = hands.request(UpdateLeader{r93, 4});
        for (const ReplicaId peer : {r92, r91})
            hands.reply<OrdersAfter>(peer, page({}, 2));
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        QVERIFY(!hands.isAnswered(told));
        hands.reply<ImportPage>(theCatalog, ImportOrders::Answer{2});
        QVERIFY(hands.replica.isLeading());
    }

    void aLeaderThatLosesTheCatalogWhileItRebuildsSaysThatItIsUnavailable()
    {
        for (const ErrorCode code :
             {ErrorCode::CannotConnect, ErrorCode::ConnectionLost, ErrorCode::DeadlineExceeded}) {
            Hands hands(r93, orderNumber(2));
            hands.start();
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            hands.reply<OrdersAfter>(r92, page({}, 2));
            hands.reply<OrdersAfter>(r91, page({}, 2));
            const Token told = hands.request(UpdateLeader{r93, 4});
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            hands.reply<OrdersAfter>(r92, page({}, 2));
            hands.reply<OrdersAfter>(r91, page({}, 2));
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            hands.replyError<ImportPage>(theCatalog, code);
            QCOMPARE(hands.errorOf(told), ErrorCode::CatalogUnavailable);
        }
    }

    void anImportOfAnEarlierAttemptDoesNotEndTheNextOne()
    {
        Hands hands(r93);
        hands.boot();
        hands.request(UpdateLeader{r93, 4});
        hands.reply<OrdersAfter>(r92, page(ordersFromTo(1, 2), 2));
        hands.reply<OrdersAfter>(r91, page({}, 0));
        hands.reply<OrdersAfter>(theCatalog, page({}, 0));
        const Tag import = hands.withhold(theCatalog);
        hands.diskIsPrompt = false;
        hands.request(AppendOrders{3, r92, 3, {orderNumber(3)}});
        hands.fillDisk();
        hands.advance(1s);
        hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(r91, ErrorCode::CannotConnect);
        hands.replyError<OrdersAfter>(theCatalog, ErrorCode::CannotConnect);
        const Token again = hands.request(UpdateLeader{r93, 4});
        hands.replyLate(import, ImportOrders::Answer{2});
        QVERIFY(!hands.isAnswered(again));
        QVERIFY(!hands.replica.isLeading());
    }

    void aLostLedgerIsNotRebuiltBeforeEveryReplicaWasAsked()
    {
        for (const bool operatorsWord : {false, true}) {
            Hands hands(r93, orderNumber(2), operatorsWord);
            hands.start();
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
            hands.reply<OrdersAfter>(r91, page({}, 2));
            const Token told = hands.request(UpdateLeader{r93, 4});
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            hands.replyError<OrdersAfter>(r92, ErrorCode::CannotConnect);
            hands.reply<OrdersAfter>(r91, page({}, 2));
            hands.reply<OrdersAfter>(theCatalog, page({}, 0));
            QCOMPARE(hands.asked<ImportPage>(theCatalog).has_value(), operatorsWord);
            QCOMPARE(hands.errorOf(told) == ErrorCode::LedgerBehind, !operatorsWord);
        }
    }
};

QTEST_GUILESS_MAIN(TestReplica)
#include "tst_replica.moc"
