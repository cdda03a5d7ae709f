// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/knownstore.h"

#include "net/servicelink.h"

#include <algorithm>

namespace toystore
{

namespace
{

qint64 msBetween(Instant from, Instant to)
{
    return std::max<qint64>(std::chrono::duration_cast<Milliseconds>(to - from).count(), 0);
}

bool isWithin(std::optional<Instant> heardAt, Instant now)
{
    return heardAt && now - *heardAt < ServiceLink::silence;
}

bool isDown(const ProcessView &process)
{
    return process.state == "stopped" || process.state == "killed" || process.state == "failed";
}

struct Look {
    ServiceState state = ServiceState::Stale;
    QByteArray text;
};

/// How a service looks by its own word.
Look lookOf(const KnownService &service, qint64 currentEpoch)
{
    if (!service.order)
        return {ServiceState::Serving, "SERVING"};
    const OrderStatus::Answer &order = *service.order;
    if (order.role == "diverged")
        return {ServiceState::NotAnswering, "DIVERGED"};
    if (order.role == "syncing")
        return {ServiceState::Syncing, "SYNCING"};
    if (order.role != "leader")
        return {ServiceState::Follower, "FOLLOWER"};
    if (order.epoch < currentEpoch) // it has not heard of its successor yet
        return {ServiceState::Follower, "FORMER LEADER"};
    return {ServiceState::Leader, "LEADER"};
}

/// How a service looks; of a store that is gone, how it did at last.
Look lookOf(const KnownStore &store, const KnownService &service, qint64 currentEpoch, Instant now)
{
    const QByteArray &state = service.process.state;
    const bool isKnown = store.isToldBySupervisor(now);
    if (isKnown && isDown(service.process))
        return {ServiceState::Down, state == "stopped" ? "STOPPED" : state == "killed" ? "KILLED" : "FAILED"};
    if (isKnown && state == "paused")
        return {ServiceState::NotAnswering, "PAUSED"};
    if (isKnown && state == "draining")
        return {ServiceState::Draining, "DRAINING"};
    const bool hasStatus = service.order || service.catalog || service.frontend;
    if (store.isToldBy(service, now) && hasStatus)
        return lookOf(service, currentEpoch);
    if (isKnown && state == "starting")
        return {ServiceState::Syncing, "STARTING"};
    if (!isKnown)
        return {ServiceState::Stale, "UNKNOWN"};
    if (service.isConnected ? isWithin(service.connectedAt, now) : !service.heardAt)
        return {ServiceState::Syncing, "CONNECTING"};
    if (service.isConnected && service.speaker == KnownService::Speaker::Another)
        return {ServiceState::NotAnswering, "OTHER STORE"};
    return {ServiceState::NotAnswering, "NO ANSWER"};
}

QByteArray plainRefusal(const KnownStore &store, Instant now)
{
    switch (store.permission.kind) {
    case Permission::Kind::OnlyLooking:
        return "This dashboard only looks: it was given no token.";
    case Permission::Kind::Refused:
        return "The store refuses our actions: " + store.permission.reason;
    default:
        return store.isSupervisorHeard(now) ? QByteArray() : QByteArray("The supervisor does not answer.");
    }
}

QByteArray refusalByState(ServiceAction action, const ProcessView &process)
{
    const bool isRunning = !isDown(process);
    switch (action) {
    case ServiceAction::Start:
        return isRunning ? "It runs." : "";
    case ServiceAction::Stop:
        if (process.state == "draining")
            return "It is stopping already.";
        return isRunning ? "" : "It does not run.";
    case ServiceAction::Kill:
        return isRunning ? "" : "It does not run.";
    case ServiceAction::Pause:
        if (process.state == "paused")
            return "It is paused already.";
        return process.state == "ready" ? "" : "Only a service that is ready can be paused.";
    case ServiceAction::Resume:
        return process.state == "paused" ? "" : "It is not paused.";
    case ServiceAction::Restart:
        return "";
    }
    return "";
}

bool isLastServingReplica(const KnownStore &store, const KnownService &service, Instant now)
{
    if (!service.isReplica() || !service.serves(now))
        return false;
    return std::none_of(store.services.begin(), store.services.end(), [&](const auto &named) {
        const KnownService &other = named.second;
        return &other != &service && other.isReplica() && other.serves(now);
    });
}

QByteArray warningOf(ServiceAction action, const KnownStore &store, const KnownService &service, Instant now)
{
    if (action == ServiceAction::Start || action == ServiceAction::Resume)
        return {};
    QByteArrayList warnings;
    if (!store.isLocal)
        warnings.append("As far as can be seen, this store, reached at " + store.place.toByteArray() +
                        ", is not of this machine.");
    if (service.process.service == "frontend")
        warnings.append("Without the frontend no client reaches the store.");
    if (service.process.service == "catalog")
        warnings.append("Without the catalog nothing can be bought, and only what is cached can be queried.");
    if (isLastServingReplica(store, service, now))
        warnings.append("This is the last replica that serves: without it nothing can be bought.");
    return warnings.join(' ');
}

QList<ActionView> actionsOf(const KnownStore &store, const KnownService &service, Instant now)
{
    const QByteArray refusal = plainRefusal(store, now);
    QList<ActionView> actions;
    for (const ServiceAction action : serviceActions) {
        const QByteArray reason = refusal.isEmpty() ? refusalByState(action, service.process) : refusal;
        actions.append({action, reason.isEmpty(), reason,
                        reason.isEmpty() ? warningOf(action, store, service, now) : QByteArray()});
    }
    return actions;
}

QByteArray seenByFrontend(const KnownStore &store, const KnownService &service, Instant now)
{
    const KnownService *frontend = store.frontend();
    if (!frontend || frontend == &service || !frontend->frontend || !frontend->isHeard(now))
        return {};
    if (service.process.service == "catalog")
        return frontend->frontend->catalogConnected ? "connected" : "not connected";
    for (const ReplicaView &view : frontend->frontend->replicas) {
        if (view.id.value == service.replicaId())
            return view.state;
    }
    return {};
}

void describeReplica(ServiceCard &card, const KnownStore &store, const KnownService &service, Instant now)
{
    card.role = ServiceRole::OrderReplica;
    card.replicaId = service.replicaId();
    if (!service.order)
        return;
    card.epoch = service.order->epoch;
    card.lastOrder = service.order->durableOrderNumber;
    const qint64 target = store.lastOrder(now);
    card.lag = std::max<qint64>(target - *card.lastOrder, 0);
    if (card.state == ServiceState::Syncing && service.isHeard(now))
        card.catchUp = CatchUp{service.catchUpFrom.value_or(*card.lastOrder), *card.lastOrder, target};
    for (const auto &[name, other] : store.services) {
        if (other.order && other.isHeard(now) && other.order->role == "leader")
            card.inSync |= other.order->inSync.contains(ReplicaId{card.replicaId});
    }
}

ServiceCard cardOf(const KnownStore &store, const KnownService &service, qint64 epoch, Instant now,
                   qint64 atMs)
{
    const ProcessView &process = service.process;
    ServiceCard card;
    card.name = process.service;
    card.port = process.port;
    const Look look =
        store.isGone(now) ? Look{ServiceState::Stale, "UNKNOWN"} : lookOf(store, service, epoch, now);
    card.state = look.state;
    card.stateText = look.text;
    if (service.isReplica()) {
        describeReplica(card, store, service, now);
    } else if (process.service == "catalog") {
        card.role = ServiceRole::Catalog;
        if (service.catalog) {
            card.epoch = service.catalog->epoch;
            card.lastOrder = service.catalog->lastOrderNumber;
        }
    } else {
        card.role = ServiceRole::Frontend;
        if (service.frontend && service.frontend->epoch > 0) // else nobody leads
            card.epoch = service.frontend->epoch;
    }
    card.pid = process.pid;
    card.forMs = std::max<qint64>(atMs - process.sinceMs, 0);
    card.restarts = process.restarts;
    card.exitCause = process.reason.split('\n').first();
    card.supervisorReason = process.reason;
    card.supervisorSays = process.state;
    card.frontendSees = seenByFrontend(store, service, now);
    std::optional<Instant> heard = service.heardAt;
    if (store.supervisorHeardAt && (!heard || isDown(process) || process.state == "paused"))
        heard = store.supervisorHeardAt; // who else could say anything of it
    card.ageMs = heard ? msBetween(*heard, now) : 0;
    card.actions = actionsOf(store, service, now);
    return card;
}

/// Catalog, replicas by id descending, frontend.
int placeOf(const ServiceCard &card)
{
    return card.role == ServiceRole::Catalog ? 0 : card.role == ServiceRole::OrderReplica ? 1 : 2;
}

void describeFrontend(ClusterSnapshot &snapshot, const KnownStore &store, Instant now)
{
    const KnownService *service = store.frontend();
    if (!service || !service->frontend)
        return;
    const FrontendStatus::Answer &status = *service->frontend;
    snapshot.failover = status.failover;
    if (!store.isToldBy(*service, now))
        return;
    snapshot.leader = status.leaderId.value;
    snapshot.epoch = std::max(snapshot.epoch, status.epoch);
    snapshot.sessions = status.sessions;
    const std::array kinds = {TrafficKind::Query, TrafficKind::Buy, TrafficKind::LookUp};
    for (const TrafficKind kind : kinds) {
        const QByteArrayView name = valueNames(kind)[static_cast<std::size_t>(kind)];
        for (const TrafficView &view : status.traffic) {
            if (view.kind != name)
                continue;
            const auto ms = [](std::optional<qint64> us) {
                return us ? std::optional(static_cast<double>(*us) / 1000) : std::nullopt;
            };
            snapshot.traffic.append({kind, static_cast<double>(view.lastRequests),
                                     static_cast<double>(view.lastFailures), ms(view.p50Us), ms(view.p99Us)});
        }
    }
    snapshot.cache = CacheFigures{status.cacheEnabled,       status.cacheEnabled && !status.subscribed,
                                  status.cacheCapacity,      status.cacheEntries,
                                  status.cacheHits,          status.cacheMisses,
                                  status.cacheInvalidations, store.hitRate.percent()};
}

QByteArray textOf(const Fault &fault)
{
    QByteArray text = fault.kind;
    if (fault.delayMs)
        text += ' ' + QByteArray::number(*fault.delayMs) + " ms";
    if (fault.jitterMs)
        text += " and up to " + QByteArray::number(*fault.jitterMs) + " more";
    if (fault.lossPercent)
        text += ' ' + QByteArray::number(*fault.lossPercent) + " %";
    if (fault.direction && *fault.direction != "both")
        text += ", " + *fault.direction;
    return text;
}

QList<FaultView> faultsOf(const KnownStore &store)
{
    QList<FaultView> faults;
    for (const LinkView &link : store.links.value_or(QList<LinkView>())) {
        for (const Fault &fault : link.faults)
            faults.append({link.from + " to " + link.to, textOf(fault)});
    }
    return faults;
}

void describeReplicas(ClusterSnapshot &snapshot, const KnownStore &store, Instant now)
{
    for (const auto &[name, service] : store.services) {
        if (!service.isReplica())
            continue;
        ++snapshot.replicas;
        const ServiceState state = lookOf(store, service, snapshot.epoch, now).state;
        const bool isAtWork = state == ServiceState::Leader || state == ServiceState::Follower ||
                              state == ServiceState::Syncing;
        snapshot.replicasUp += isAtWork && store.isToldBy(service, now) ? 1 : 0;
        if (snapshot.leader == 0 && state == ServiceState::Leader && snapshot.traffic.isEmpty())
            snapshot.leader = service.replicaId(); // the frontend is not there to say it
    }
}

Attachment attachmentOf(const KnownStore &store, Instant now)
{
    if (!store.isAttached)
        return Attachment::Empty;
    if (!store.lastHeard())
        return Attachment::Connecting;
    if (store.isGone(now))
        return Attachment::Disconnected;
    const bool isRefused = store.permission.kind == Permission::Kind::Refused;
    return isRefused ? Attachment::NotPermitted : Attachment::Live;
}

QByteArray detailOf(const KnownStore &store, Attachment attachment, Instant now)
{
    switch (attachment) {
    case Attachment::Empty:
        return store.trouble;
    case Attachment::NotPermitted:
        return store.permission.reason;
    case Attachment::Live:
        return store.isSupervisorHeard(now) ? QByteArray() : QByteArray("The supervisor does not answer.");
    default:
        if (!store.trouble.isEmpty())
            return store.trouble;
        return attachment == Attachment::Connecting ? "Connecting to " + store.place.toByteArray()
                                                    : "Nothing is heard from " + store.place.toByteArray();
    }
}

} // namespace

void KnownService::takeConnection(Instant now)
{
    isConnected = true;
    connectedAt = now;
    speaker = Speaker::Unknown;
    unassignedEvents.clear();
    missedEvents = 0;
}

void KnownService::forgetStatus()
{
    heardAt.reset();
    order.reset();
    catalog.reset();
    frontend.reset();
    catchUpFrom.reset();
    incarnation = 0;
}

bool KnownService::isHeard(Instant now) const
{
    return isConnected && speaker == Speaker::Itself && isWithin(heardAt, now);
}

bool KnownService::serves(Instant now) const
{
    return isHeard(now) && order && (order->role == "leader" || order->role == "follower");
}

bool KnownStore::isSupervisorHeard(Instant now) const
{
    return isSupervisorConnected && isWithin(supervisorHeardAt, now);
}

std::optional<Instant> KnownStore::lastHeard() const
{
    std::optional<Instant> last = supervisorHeardAt;
    for (const auto &[name, service] : services)
        last = std::max(last, service.heardAt); // nothing is less than anything
    return last;
}

bool KnownStore::isGone(Instant now) const
{
    const std::optional<Instant> heard = lastHeard();
    const bool isAnyConnected =
        isSupervisorConnected || std::any_of(services.begin(), services.end(),
                                             [](const auto &named) { return named.second.isConnected; });
    return heard && (!isAnyConnected || !isWithin(heard, now));
}

bool KnownStore::isToldBy(const KnownService &service, Instant now) const
{
    return service.isHeard(now) || (isGone(now) && isWithin(service.heardAt, *lastHeard()));
}

bool KnownStore::isToldBySupervisor(Instant now) const
{
    return isSupervisorHeard(now) || (isGone(now) && isWithin(supervisorHeardAt, *lastHeard()));
}

const KnownService *KnownStore::catalog() const
{
    const auto found = services.find("catalog");
    return found == services.end() ? nullptr : &found->second;
}

const KnownService *KnownStore::frontend() const
{
    const auto found = services.find("frontend");
    return found == services.end() ? nullptr : &found->second;
}

qint64 KnownStore::lastOrder(Instant now) const
{
    qint64 last = 0;
    const bool isAnyTold = std::any_of(services.begin(), services.end(), [now](const auto &named) {
        const KnownService &service = named.second;
        return service.isHeard(now) && (service.catalog || service.order);
    });
    for (const auto &[name, service] : services) {
        if (isAnyTold && !service.isHeard(now))
            continue;
        if (service.catalog)
            last = std::max(last, service.catalog->lastOrderNumber);
        if (service.order)
            last = std::max(last, service.order->durableOrderNumber);
    }
    return last;
}

ClusterSnapshot snapshotOf(const KnownStore &store, Instant now, qint64 atMs)
{
    ClusterSnapshot snapshot;
    snapshot.attachment = attachmentOf(store, now);
    snapshot.detail = detailOf(store, snapshot.attachment, now);
    snapshot.store = store.isAttached ? store.place.toByteArray() : QByteArray();
    snapshot.dataDirectory = store.dataDirectory;
    snapshot.version = store.version;
    snapshot.isLocal = store.isLocal;
    snapshot.refusal = plainRefusal(store, now);
    snapshot.atMs = atMs;
    if (const std::optional<Instant> heard = store.lastHeard())
        snapshot.ageMs = msBetween(*heard, now);
    snapshot.lastOrder = store.lastOrder(now);
    if (const KnownService *catalog = store.catalog(); catalog && catalog->catalog) {
        snapshot.epoch = catalog->catalog->epoch; // which only grows
        if (catalog->isHeard(now) && catalog->catalog->restockInMs > 0)
            snapshot.restockInMs = catalog->catalog->restockInMs;
    }
    describeFrontend(snapshot, store, now);
    describeReplicas(snapshot, store, now);
    snapshot.faults = faultsOf(store);
    snapshot.faultsSupported = store.links.has_value();
    for (const auto &[name, service] : store.services)
        snapshot.services.append(cardOf(store, service, snapshot.epoch, now, atMs));
    std::sort(snapshot.services.begin(), snapshot.services.end(),
              [](const ServiceCard &a, const ServiceCard &b) {
                  return std::tuple(placeOf(a), -a.replicaId) < std::tuple(placeOf(b), -b.replicaId);
              });
    return snapshot;
}

} // namespace toystore
