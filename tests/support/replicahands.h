// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "orders/replica.h"
#include "protocol/orderchecksum.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <vector>

// A replica in the hands of a test, and the orders that it is given.

namespace toystore
{

inline constexpr ReplicaId r91{8091};
inline constexpr ReplicaId r92{8092};
inline constexpr ReplicaId r93{8093};

inline Order orderNumber(qint64 number, qint64 epoch = 1)
{
    return {number, "Tux", 1, "f-" + QByteArray::number(number), epoch, "2026-11-22T09:00:00.000Z"};
}

inline QList<Order> ordersFromTo(qint64 first, qint64 last)
{
    QList<Order> orders;
    for (qint64 number = first; number <= last; ++number)
        orders.append(orderNumber(number));
    return orders;
}

inline OrdersAfter::Answer page(const QList<Order> &orders, qint64 last, bool more = false)
{
    return {orders, last, more};
}

inline QByteArray crcOf(const Order &order)
{
    return checksumText(orderChecksum(order));
}

/// A page that says which row it follows.
inline OrdersAfter::Answer pageBehind(const Order &before, const QList<Order> &orders, qint64 last)
{
    OrdersAfter::Answer answer = page(orders, last);
    answer.afterCrc = crcOf(before);
    return answer;
}

/// What was decided under this number after the ledger was lost.
inline Order anotherOrder(qint64 number, qint64 epoch = 1)
{
    Order order = orderNumber(number, epoch);
    order.requestId = "f-another-" + QByteArray::number(number);
    return order;
}

/// The ledger's answer to who asks for one row.
inline OrdersAfter::Answer rowOf(const Order &order, qint64 last)
{
    return page({order}, last);
}

inline SellOutcome sold(qint64 number, const QByteArray &requestId, qint64 epoch = 1)
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
    Instant now{std::chrono::seconds(10)};

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
    /// The peers that it asks for orders, in this order, are down.
    void cannotReach(std::initializer_list<ReplicaId> peers)
    {
        for (const ReplicaId peer : peers)
            replyError<OrdersAfter>(peer, ErrorCode::CannotConnect);
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
        cannotReach({r92, r91});
        reply<OrdersAfter>(theCatalog, page({}, disk));
        replyError<AppendOrders>(r92, ErrorCode::CannotConnect);
        replyError<AppendOrders>(r91, ErrorCode::CannotConnect);
        return *this;
    }
    /// Lets a follower answer the heartbeat that is due.
    void acknowledgeHeartbeat(ReplicaId follower, qint64 onDisk)
    {
        if (!asked<AppendOrders>(follower))
            advance(Milliseconds(100));
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

} // namespace toystore
