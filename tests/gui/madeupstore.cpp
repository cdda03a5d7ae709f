// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "gui/madeupstore.h"

#include "cluster/noticedfailures.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Instant now{1h};
constexpr Milliseconds supervisorAge = 180ms;
constexpr Milliseconds serviceAge = 120ms;
constexpr Milliseconds runningFor = 312s;
constexpr Milliseconds brokenFor = 12s;
constexpr qint64 lastOfWhoIsBehind = 11'900;
constexpr qint64 lastWhenItWasKilled = 12'436;

qint64 wallClockBefore(Milliseconds ago)
{
    return madeUpNowMs - ago.count();
}

TrafficView trafficOf(const QByteArray &kind, qint64 lastRequests, qint64 p50Us, qint64 p99Us)
{
    return {kind, 300 * lastRequests, 0, lastRequests, 0, p50Us, p99Us};
}

VerdictView logsVerdict(const KnownStore &store)
{
    QByteArrayList serving;
    QByteArrayList others;
    for (const auto &[name, service] : store.services) {
        if (service.isReplica())
            (service.serves(now) ? serving : others).append(name.mid(6));
    }
    if (serving.size() < 2)
        return {VerdictState::Unknown, serving.isEmpty() ? "no log" : "one log only",
                "Fewer than two replicas serve: there is nothing to compare."};
    const QByteArray number = '#' + QByteArray::number(store.lastOrder(now));
    const QByteArray compared =
        "The SHA-256 of the logs of " + serving.join(", ") + " up to order " + number + " are equal.";
    if (others.isEmpty())
        return {VerdictState::Ok, "identical to " + number, compared};
    return {VerdictState::Partial,
            "equal so far, " + QByteArray::number(serving.size()) + " of " +
                QByteArray::number(serving.size() + others.size()) + " complete",
            compared + ' ' + others.join(", ") + " does not serve."};
}

VerdictView stockVerdict(const KnownStore &store)
{
    if (!store.catalog()->isHeard(now))
        return {VerdictState::Unknown, "catalog silent", "The catalog does not answer: nothing to sum up."};
    return {VerdictState::Ok, "conserved",
            "The stock of each of 12 toys is the sum of its movements, 12604 in all; compared 0.4 s ago."};
}

} // namespace

MadeUpStore::MadeUpStore(int replicas)
{
    m_store.place = {QStringLiteral("127.0.0.1"), 8083};
    m_store.isAttached = m_store.isLocal = m_store.isSupervisorConnected = true;
    m_store.supervisorHeardAt = now - supervisorAge;
    m_store.supervisorPid = 4700;
    m_store.dataDirectory = "/var/lib/toystore";
    m_store.permission.kind = Permission::Kind::Granted;
    m_store.links.emplace(); // which have no faults
    add("catalog", 8084);
    CatalogStatus::Answer &catalog = m_store.services["catalog"].catalog.emplace();
    catalog.lastOrderNumber = madeUpLast;
    catalog.products = 12;
    catalog.subscriptions = 1;
    catalog.restockInMs = 7'200;
    addFrontend();
    for (qint64 id = 8091; id < 8091 + replicas; ++id)
        addReplica(id);
    elect();
    describeReplicas();
}

void MadeUpStore::add(const QByteArray &service, qint64 port)
{
    KnownService &known = m_store.services[service];
    known.process = {service, "ready", port, 4700 + port % 100, wallClockBefore(runningFor), 0, {}};
    known.isConnected = true;
    known.connectedAt = now - runningFor;
    known.speaker = KnownService::Speaker::Itself;
    known.heardAt = now - serviceAge;
    known.incarnation = 1;
}

void MadeUpStore::addReplica(qint64 id)
{
    const QByteArray name = "order-" + QByteArray::number(id);
    add(name, id);
    OrderStatus::Answer &order = m_store.services[name].order.emplace();
    order.id = ReplicaId{id};
    order.role = "follower";
    order.durableOrderNumber = madeUpLast;
}

void MadeUpStore::addFrontend()
{
    add("frontend", 8081);
    FrontendStatus::Answer status;
    status.catalogConnected = status.subscribed = status.cacheEnabled = true;
    status.cacheEntries = 12;
    status.cacheCapacity = 1000;
    status.cacheHits = 184'000;
    status.cacheMisses = 23'400;
    status.cacheInvalidations = 22'900;
    status.sessions = 64;
    status.traffic = {trafficOf("query", 2480, 420, 1'400), trafficOf("buy", 2510, 2'100, 6'800),
                      trafficOf("look_up", 12, 500, 1'200)};
    m_store.hitRate.take(status.cacheHits - 874, status.cacheMisses - 126, now - 1s);
    m_store.hitRate.take(status.cacheHits, status.cacheMisses, now);
    m_store.services["frontend"].process.adminPort = 8082;
    m_store.services["frontend"].frontend = status;
}

void MadeUpStore::set(const QByteArray &service, ServiceState state)
{
    KnownService &known = m_store.services.at(service);
    if (known.order && state != ServiceState::Leader) {
        known.isConnected = false; // and while it is away another one leads
        elect();
        known.order->role = "follower";
        known.order->durableOrderNumber = madeUpLast;
    }
    add(service, known.process.port);
    switch (state) {
    case ServiceState::Down:
        end(known, "killed", brokenFor);
        if (known.order)
            known.order->durableOrderNumber = lastWhenItWasKilled;
        break;
    case ServiceState::NotAnswering:
        end(known, "paused", brokenFor);
        break;
    case ServiceState::Draining:
        end(known, "draining", 2s);
        break;
    case ServiceState::Syncing:
        known.order->role = "syncing";
        known.order->durableOrderNumber = lastOfWhoIsBehind;
        known.catchUpFrom = 11'160;
        break;
    case ServiceState::Leader: // as it is; who leads is decided by an election
    case ServiceState::Follower:
    case ServiceState::Serving:
    case ServiceState::Stale: // of a whole store: loseAll()
        break;
    }
    elect();
    describeReplicas();
}

void MadeUpStore::end(KnownService &service, const QByteArray &state, Milliseconds ago)
{
    service.process.state = state;
    service.process.sinceMs = wallClockBefore(ago);
    service.heardAt = now - ago;
    service.isConnected = state == "paused";
    if (state == "killed") {
        service.process.pid = 0;
        service.process.reason = "SIGKILL";
    }
}

void MadeUpStore::failBuys(qint64 count)
{
    frontend().traffic[1].failures += count;
}

void MadeUpStore::breakLink(const QByteArray &from, const QByteArray &to, const Fault &fault)
{
    LinkView link;
    link.from = from;
    link.to = to;
    link.faults.append(fault);
    m_store.links->append(link);
}

void MadeUpStore::loseAll(Milliseconds silence)
{
    m_store.isSupervisorConnected = false;
    m_store.supervisorHeardAt = now - silence;
    m_store.trouble = "Nothing answers at " + m_store.place.toByteArray() + ": Connection refused";
    for (auto &[name, service] : m_store.services) {
        service.isConnected = false;
        service.heardAt = now - silence;
    }
}

// As the frontend does: who leads goes on until it does not serve any more, then the highest that does leads.
void MadeUpStore::elect()
{
    ReplicaId highest;
    for (const auto &[name, service] : m_store.services) {
        if (!service.serves(now))
            continue;
        if (service.order->id == m_leader)
            return;
        highest = std::max(highest, service.order->id);
    }
    m_leader = highest;
    m_epoch += highest.isNone() ? 0 : 1;
}

// What all say of who leads and who follows.
void MadeUpStore::describeReplicas()
{
    QList<ReplicaView> views;
    QList<ReplicaId> followers;
    for (auto &[name, service] : m_store.services) {
        if (!service.isReplica())
            continue;
        OrderStatus::Answer &order = *service.order;
        if (service.isHeard(now)) {
            order.leaderId = m_leader;
            order.epoch = m_epoch;
            if (order.id == m_leader)
                order.role = "leader";
            if (order.role == "follower")
                followers.append(order.id);
        }
        const QByteArray state = !service.isConnected ? "down" : service.isHeard(now) ? order.role : "silent";
        views.append({order.id, service.isConnected, state, order.epoch, order.durableOrderNumber});
    }
    if (!m_leader.isNone())
        m_store.services.at("order-" + QByteArray::number(m_leader.value)).order->inSync = followers;
    CatalogStatus::Answer &catalog = *m_store.services.at("catalog").catalog;
    catalog.leaderId = m_leader;
    catalog.epoch = m_epoch;
    frontend().leaderId = m_leader;
    frontend().epoch = m_epoch;
    frontend().replicas = views;
}

ClusterSnapshot MadeUpStore::snapshot() const
{
    ClusterSnapshot snapshot = snapshotOf(m_store, now, madeUpNowMs);
    const FrontendStatus::Answer &status = *m_store.frontend()->frontend;
    FrontendStatus::Answer before = status;
    for (TrafficView &kind : before.traffic)
        kind.failures = 0;
    NoticedFailures noticed;
    noticed.take(before, 1);
    noticed.take(status, 1);
    snapshot.logsIdentical = logsVerdict(m_store);
    snapshot.stockConserved = stockVerdict(m_store);
    snapshot.clientsNoticed = noticed.verdict(m_store, now);
    snapshot.clientErrors = noticed.count();
    return snapshot;
}

} // namespace toystore
