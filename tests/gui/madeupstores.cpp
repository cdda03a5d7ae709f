// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "gui/madeupstores.h"

namespace toystore
{

namespace
{

QByteArray wordFor(ServiceState state)
{
    switch (state) {
    case ServiceState::Leader:
        return "LEADER";
    case ServiceState::Follower:
        return "FOLLOWER";
    case ServiceState::Serving:
        return "SERVING";
    case ServiceState::Syncing:
        return "SYNCING";
    case ServiceState::NotAnswering:
        return "PAUSED";
    case ServiceState::Down:
        return "KILLED";
    case ServiceState::Draining:
        return "DRAINING";
    case ServiceState::Stale:
        break;
    }
    return "UNKNOWN";
}

QByteArray processIs(ServiceState state)
{
    switch (state) {
    case ServiceState::Down:
        return "killed";
    case ServiceState::NotAnswering:
        return "paused";
    case ServiceState::Draining:
        return "draining";
    default:
        return "ready";
    }
}

QByteArray frontendSees(ServiceState state)
{
    switch (state) {
    case ServiceState::Leader:
        return "leader";
    case ServiceState::Follower:
        return "follower";
    case ServiceState::Syncing:
        return "syncing";
    case ServiceState::NotAnswering:
        return "silent";
    case ServiceState::Down:
        return "down";
    default:
        return {};
    }
}

bool makesSense(ServiceAction action, ServiceState state)
{
    const bool runs = state != ServiceState::Down;
    const bool isPaused = state == ServiceState::NotAnswering;
    switch (action) {
    case ServiceAction::Start:
        return !runs;
    case ServiceAction::Resume:
        return isPaused;
    case ServiceAction::Pause:
        return runs && !isPaused;
    default:
        return runs;
    }
}

ServiceCard service(const QByteArray &name, ServiceRole role, qint64 port)
{
    ServiceCard card;
    card.name = name;
    card.role = role;
    card.port = port;
    card.state = ServiceState::Serving;
    card.stateText = wordFor(card.state);
    card.pid = 4700 + port % 100;
    card.forMs = 312'000;
    card.supervisorSays = "ready";
    card.ageMs = 120;
    card.actions = madeUpActions(card.state);
    for (ActionView &action : card.actions)
        action.warning = "There is only one " + name + ": the store waits for it.";
    return card;
}

void set(ServiceCard &card, ServiceState state)
{
    card.state = state;
    card.stateText = wordFor(state);
    card.supervisorSays = processIs(state);
    card.actions = madeUpActions(state);
    if (state == ServiceState::Down) {
        card.pid = 0;
        card.exitCause = "SIGKILL";
        card.forMs = 12'000;
        card.epoch.reset();
    }
}

} // namespace

QList<ActionView> madeUpActions(ServiceState state)
{
    QList<ActionView> views;
    for (const ServiceAction action : serviceActions) {
        ActionView view{action, makesSense(action, state), {}, {}};
        if (!view.allowed)
            view.reason = state == ServiceState::Down ? "it does not run" : "it runs";
        views << view;
    }
    return views;
}

ServiceCard madeUpReplica(qint64 id, ServiceState state)
{
    ServiceCard card;
    card.name = "order-" + QByteArray::number(id);
    card.role = ServiceRole::OrderReplica;
    card.replicaId = id;
    card.port = id;
    card.epoch = 3;
    card.lastOrder = 12'480;
    card.lag = 0;
    card.pid = 4700 + id % 100;
    card.forMs = 312'000;
    card.ageMs = 120;
    card.frontendSees = frontendSees(state);
    set(card, state);
    if (state == ServiceState::Syncing) {
        card.catchUp = CatchUp{11'160, 11'900, 12'480};
        card.lastOrder = 11'900;
        card.lag = 580;
    }
    return card;
}

ClusterSnapshot storeAtWork()
{
    ClusterSnapshot store;
    store.attachment = Attachment::Live;
    store.store = "127.0.0.1:8083";
    store.dataDirectory = "/var/lib/toystore";
    store.atMs = madeUpNowMs;
    store.ageMs = 180;
    store.leader = 8093;
    store.epoch = 3;
    store.replicasUp = 3;
    store.replicas = 3;
    store.lastOrder = 12'480;
    store.traffic = {{TrafficKind::Query, 2480, 0, 0.42, 1.4},
                     {TrafficKind::Buy, 2510, 0, 2.1, 6.8},
                     {TrafficKind::LookUp, 12, 0, 0.5, 1.2}};
    store.sessions = 64;
    store.cache = CacheFigures{true, false, 1000, 12, 184'000, 23'400, 22'900, 87.4};
    store.services = {service("catalog", ServiceRole::Catalog, 8084),
                      madeUpReplica(8093, ServiceState::Leader), madeUpReplica(8092, ServiceState::Follower),
                      madeUpReplica(8091, ServiceState::Follower),
                      service("frontend", ServiceRole::Frontend, 8081)};
    store.logsIdentical = {VerdictState::Ok, "identical to #12480", "Up to #12480, compared 400 ms ago."};
    store.stockConserved = {VerdictState::Ok, "conserved", "12 toys, 12,604 movements."};
    store.clientsNoticed = {VerdictState::Ok, "clients noticed: 0", "No answer of 500 or above."};
    store.faultsSupported = true;
    store.restockInMs = 7'200;
    return store;
}

ClusterSnapshot storeAfterKill()
{
    ClusterSnapshot store = storeAtWork();
    store.services[1] = madeUpReplica(8093, ServiceState::Down);
    store.services[1].lastOrder = 12'436; // of when it was killed
    store.services[1].lag = 44;
    store.services[2] = madeUpReplica(8092, ServiceState::Leader);
    store.services[2].epoch = 4;
    store.services[3].epoch = 4;
    store.leader = 8092;
    store.epoch = 4;
    store.replicasUp = 2;
    store.logsIdentical = {VerdictState::Partial, "equal so far, 2 of 3 complete",
                           "order-8093 is down and lacks 44 orders."};
    store.failover = FailoverView{8093,
                                  8092,
                                  4,
                                  madeUpNowMs - 12'000,
                                  madeUpNowMs - 11'998,
                                  madeUpNowMs - 11'997,
                                  madeUpNowMs - 11'976,
                                  madeUpNowMs - 11'974,
                                  3,
                                  0,
                                  true};
    return store;
}

ClusterSnapshot storeInTrouble()
{
    ClusterSnapshot store = storeAfterKill();
    set(store.services[0], ServiceState::Draining);
    store.services[3] = madeUpReplica(8091, ServiceState::Syncing);
    set(store.services[4], ServiceState::NotAnswering);
    store.traffic.clear(); // which the frontend would have to tell, and the next two
    store.cache.reset();
    for (ServiceCard &card : store.services)
        card.frontendSees.clear();
    store.logsIdentical = {VerdictState::Unknown, "one log only", "Fewer than two replicas serve."};
    store.clientErrors = 7;
    store.clientsNoticed = {VerdictState::Broken, "clients noticed: 7", "7 answers of 500."};
    store.stockConserved = {VerdictState::Unknown, "stock not compared", "The catalog does not answer."};
    store.failover->failed = 7;
    store.faults = {{"frontend-catalog", "delay 200 ms"}};
    return store;
}

ClusterSnapshot storeOutOfReach()
{
    ClusterSnapshot store = storeAtWork();
    store.attachment = Attachment::Disconnected;
    store.detail = "Nothing answers at 127.0.0.1:8083; trying again.";
    store.ageMs = 7'000;
    for (ServiceCard &card : store.services) {
        set(card, ServiceState::Stale);
        card.ageMs = 7'000;
        for (ActionView &action : card.actions)
            action = {action.action, false, "the store is out of reach", {}};
    }
    return store;
}

ClusterSnapshot storeOfOthers()
{
    ClusterSnapshot store = storeAtWork();
    store.attachment = Attachment::NotPermitted;
    store.detail = "The token is wrong.";
    for (ServiceCard &card : store.services) {
        for (ActionView &action : card.actions)
            action = {action.action, false, "the store does not accept our token", {}};
    }
    return store;
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
        order.at = "2026-11-22T14:03:" + QByteArray::number(10 + number % 50) + ".123Z";
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
