// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "gui/madeupstores.h"

#include "protocol/token.h"

#include <QDateTime>

namespace toystore
{

ServiceCard madeUpReplica(qint64 id, ServiceState state)
{
    return *storeWith(id, state).service("order-" + QByteArray::number(id));
}

FailoverView madeUpFailover(qint64 lost, qint64 next, qint64 epoch)
{
    FailoverView failover;
    failover.lostLeader = lost;
    failover.newLeader = next;
    failover.epoch = epoch;
    failover.lastGoodMs = madeUpNowMs - 12'000;
    failover.firstFailureMs = madeUpNowMs - 11'998;
    failover.detectedMs = madeUpNowMs - 11'997;
    failover.newLeaderMs = madeUpNowMs - 11'976;
    failover.firstSuccessMs = madeUpNowMs - 11'974;
    failover.resent = 3;
    failover.isOver = true;
    return failover;
}

ClusterSnapshot storeAtWork()
{
    return MadeUpStore().snapshot();
}

ClusterSnapshot storeWith(qint64 replica, ServiceState state)
{
    MadeUpStore store;
    store.set(replica, state);
    return store.snapshot();
}

ClusterSnapshot storeAfterKill()
{
    MadeUpStore store;
    store.set(8093, ServiceState::Down);
    store.tellFailover(madeUpFailover(8093, 8092, 4));
    return store.snapshot();
}

ClusterSnapshot storeInTrouble()
{
    MadeUpStore store;
    store.set(8093, ServiceState::Down);
    store.set(8091, ServiceState::Syncing);
    store.failBuys(7);
    FailoverView failover = madeUpFailover(8093, 8092, 4);
    failover.failed = 7;
    store.tellFailover(failover);
    store.breakLink("frontend", "catalog", {"delay", {}, 200, {}, {}});
    store.set("catalog", ServiceState::Draining);
    store.set("frontend", ServiceState::NotAnswering);
    return store.snapshot();
}

ClusterSnapshot storeOutOfReach()
{
    MadeUpStore store;
    store.loseAll(Milliseconds(7'000));
    return store.snapshot();
}

ClusterSnapshot storeElsewhere()
{
    MadeUpStore store;
    store.known().isLocal = false;
    return store.snapshot();
}

ClusterSnapshot storeOfOthers()
{
    MadeUpStore store;
    store.known().permission = {Permission::Kind::Refused, checkToken("wrong", "right").error().message};
    return store.snapshot();
}

QList<Order> madeUpOrders(qint64 first, qint64 count)
{
    const QByteArrayList toys{"Tux", "Bouncing Ball", "Spinning Top", "Kite", "Yo-yo"};
    QList<Order> orders;
    for (qint64 number = first; number < first + count; ++number) {
        Order order;
        order.number = number;
        order.name = toys[number % toys.size()];
        order.quantity = 1 + number % 3;
        order.requestId = "f-" + QByteArray::number(number * 7919, 16) + "-4e1c-9b2a";
        order.epoch = 3;
        const qint64 atMs = madeUpNowMs - (madeUpLast - number) * 2 / 5; // 2,500 a second
        order.at = QDateTime::fromMSecsSinceEpoch(atMs, Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
        orders << order;
    }
    return orders;
}

QList<TimelineEvent> madeUpEvents()
{
    using Kind = TimelineEvent::Kind;
    QList<TimelineEvent> events;
    const auto add = [&events](qint64 beforeMs, Kind kind, bool isTrouble, const QByteArray &text) {
        events << TimelineEvent{events.size() + 1, madeUpNowMs - beforeMs, kind, isTrouble, {}, text, {}};
    };
    add(41'000, Kind::Stock, false, "4 toys restocked");
    add(32'000, Kind::Service, false, "order-8091 ready");
    add(31'900, Kind::Orders, false, "order-8091 back, +44");
    add(12'000, Kind::Service, true, "order-8093 killed");
    add(11'980, Kind::Leader, true, "leader 8093 lost");
    add(11'976, Kind::Leader, false, "8092 leads, epoch 4");
    add(11'974, Kind::Failover, false, "no leader 21 ms, 3 resent, 0 failed");
    return events;
}

Toys madeUpToys()
{
    return {{"Bouncing Ball", 4.5, 62, 39},
            {"Kite", 24, 100, 1},
            {"Lego Castle", 89.9, 0, 101},
            {"Rubik's Cube", 12.5, 17, 84},
            {"Spinning Top", 7.2, 88, 13},
            {"Tux", 19.9, 3, 98},
            {"Yo-yo", 6, 0, 101}};
}

CacheEntries madeUpCache()
{
    return {{"Tux", 19.9, 3, 98, 340, 4'211},
            {"Kite", 24, 100, 1, 61'000, 12'000},
            {"Bouncing Ball", 4.5, 62, 39, 1'200, 802}};
}

OrderWay madeUpWay(qint64 number)
{
    using Place = OrderStage::Place;
    OrderWay way;
    way.requestId = "f-" + QByteArray::number(number);
    way.orderNumber = number;
    way.toy = "Tux";
    way.quantity = 1;
    way.stages = {{Place::Received, "frontend", 0},   {Place::Sent, "order-8093", 0.1},
                  {Place::Decided, "catalog", 0.4},   {Place::Invalidated, "frontend", 0.6},
                  {Place::Stored, "order-8093", 0.9}, {Place::Copied, "order-8092", 1.1},
                  {Place::Copied, "order-8091", 1.2}, {Place::Answered, "frontend", 1.4}};
    return way;
}

} // namespace toystore
