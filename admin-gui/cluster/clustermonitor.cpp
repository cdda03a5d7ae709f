// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/clustermonitor.h"

#include "base/liveprocess.h"
#include "cluster/timelinetexts.h"
#include "protocol/storefiles.h"

#include <algorithm>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds tickInterval = 50ms;
constexpr Milliseconds readFilesInterval = 500ms; // while no store is open in the data directory
constexpr Milliseconds showAges = 1s;
constexpr qsizetype mostUnassigned = maxEventsPerPush; // events of whoever has not said who it is

/// Whether the supervisor at @p place, which says this, runs on this machine. An address can't tell: what
/// listens at 127.0.0.1 may be the end of a tunnel. But a supervisor leaves its pid and its port in its data
/// directory.
bool isOfThisMachine(const Processes::Answer &supervisor, const Endpoint &place)
{
    const Result<StoreFile> file = readStoreFile(QString::fromUtf8(supervisor.dataDirectory));
    return file && file->pid == supervisor.pid && file->supervisorPort == place.port &&
           isAlive(supervisor.pid);
}

/// A store may run helpers besides, which say nothing to a dashboard.
bool isWatched(const QByteArray &service)
{
    return service == "catalog" || service == "frontend" || service.startsWith("order-");
}

quint16 messagePort(const ProcessView &process)
{
    return static_cast<quint16>(process.adminPort.value_or(process.port));
}

} // namespace

ClusterMonitor::ClusterMonitor(QObject *parent)
    : ClusterSource(parent), m_actions(m_store, m_links, m_supervisor), m_logs(m_store, m_links),
      m_stock(m_store, m_links),
      m_orders(
          m_store, m_links, [this](const QList<Order> &orders) { Q_EMIT ordersAdded(orders); },
          [this] { forgetRows(); }),
      m_cache(m_store, m_links, [this](const CacheEntries &entries) { Q_EMIT cacheChanged(entries); }),
      m_catalog(m_store, m_links, [this](const Toys &toys) { Q_EMIT catalogChanged(toys); })
{
    connect(&m_actions, &StoreActions::finished, this, [this](const ActionOutcome &outcome) {
        m_news.add(timelineEvent(outcome, storeMs()));
        Q_EMIT actionFinished(outcome);
    });
    m_tick.setTimerType(Qt::PreciseTimer);
    m_tick.setInterval(tickInterval);
    connect(&m_tick, &QTimer::timeout, this, [this] { tick(); });
    m_readFiles.setInterval(readFilesInterval);
    connect(&m_readFiles, &QTimer::timeout, this, [this] { readStoreFiles(); });
    m_snapshot = snapshotOf(m_store, monotonicNow(), storeMs());
}

ClusterMonitor::~ClusterMonitor() = default;

void ClusterMonitor::attach(const Endpoint &supervisor, const QByteArray &token)
{
    forget();
    setToken(token);
    begin(supervisor);
}

void ClusterMonitor::attach(const QString &dataDirectory)
{
    forget();
    m_dataDirectory = dataDirectory;
    m_tick.start();
    m_readFiles.start();
    readStoreFiles();
    publish(monotonicNow());
}

void ClusterMonitor::detach()
{
    forget();
    publish(monotonicNow());
}

void ClusterMonitor::forget()
{
    m_tick.stop();
    m_readFiles.stop();
    m_supervisor.reset();
    m_links.clear();
    m_dataDirectory.clear();
    m_actions.forgetToken();
    m_store = {};
    m_noticed = {};
    m_ways.clear();
    m_logs.reset();
    m_stock.reset();
    m_orders.reset();
    m_catalog.askAgain();
    m_news.forget();
    forgetRows();
}

// What is fetched only when it has changed is fetched anew, too.
void ClusterMonitor::forgetRows()
{
    m_cache.forget();
    m_catalog.setOld();
    Q_EMIT storeChanged();
}

void ClusterMonitor::begin(const Endpoint &supervisor)
{
    m_store.isAttached = true;
    m_store.place = supervisor;
    m_store.isLocal = false;
    m_links.clear();
    askAgain();
    m_store.services.clear();
    m_store.clock = {};
    m_store.isSupervisorConnected = false;
    m_store.supervisorHeardAt.reset();
    m_store.trouble.clear();
    m_supervisor = std::make_unique<ServiceLink>(supervisor);
    connect(m_supervisor.get(), &ServiceLink::connected, this, [this] {
        m_store.isSupervisorConnected = true;
        m_store.isLocal = false; // until it has said who it is
        m_store.trouble.clear();
        if (!m_dataDirectory.isEmpty())
            setToken(readToken(m_dataDirectory).value_or(QByteArray()));
        else
            m_actions.askPermission();
        m_actions.fetchFaults();
    });
    connect(m_supervisor.get(), &ServiceLink::disconnected, this, [this](const QByteArray &reason) {
        m_store.isSupervisorConnected = false;
        m_store.trouble = "Nothing answers at " + m_store.place.toByteArray() + ": " + reason;
        if (!m_dataDirectory.isEmpty())
            m_readFiles.start();
    });
    connect(m_supervisor.get(), &ServiceLink::happened, this,
            [this](const QList<EventFields> &events, qint64 missed) {
                takeEvents("supervisor", events, missed);
            });
    m_supervisor->onStatus<ProcessesPush>([this](const ProcessesPush &push) { takeProcesses(push); });
    m_supervisor->start();
    m_tick.start();
    publish(monotonicNow());
}

// Files of a few hundred bytes on this machine.
void ClusterMonitor::readStoreFiles()
{
    const Result<StoreFile> file = readStoreFile(m_dataDirectory);
    if (!file || !isAlive(file->pid)) { // a supervisor that was killed could not take its file away
        m_store.trouble = "No store is open in " + m_dataDirectory.toUtf8() + '.';
        return;
    }
    if (m_supervisor && m_store.isSupervisorConnected)
        return m_readFiles.stop();
    const Endpoint place{QStringLiteral("127.0.0.1"), static_cast<quint16>(file->supervisorPort)};
    if (!m_supervisor || m_supervisor->endpoint() != place)
        begin(place);
}

void ClusterMonitor::setToken(const QByteArray &token)
{
    m_actions.setToken(token, m_dataDirectory.isEmpty()
                                  ? QByteArray()
                                  : "the token of " + m_dataDirectory.toUtf8() + " can't be read.");
}

// ---- what is heard ------------------------------------------------------------------------------------

void ClusterMonitor::takeProcesses(const Processes::Answer &processes)
{
    m_store.supervisorHeardAt = m_supervisor->heardAt();
    if (processes.nowMs)
        m_store.clock.take(*processes.nowMs, wallClockMs(), monotonicNow());
    takeIdentity(processes);
    m_store.version = processes.version;
    for (const ProcessView &process : processes.processes) {
        if (isWatched(process.service))
            link(process);
    }
    const auto isGone = [&](const auto &named) {
        return std::none_of(processes.processes.begin(), processes.processes.end(),
                            [&](const ProcessView &process) { return process.service == named.first; });
    };
    if (std::erase_if(m_links, isGone) > 0)
        askAgain();
    std::erase_if(m_store.services, isGone);
}

// Which store it is, and whether it is of this machine.
void ClusterMonitor::takeIdentity(const Processes::Answer &processes)
{
    const bool isAnother =
        !m_store.dataDirectory.isEmpty() && m_store.dataDirectory != processes.dataDirectory;
    const bool isOpenedAnew = m_store.supervisorPid != 0 && m_store.supervisorPid != processes.pid;
    m_store.dataDirectory = processes.dataDirectory;
    m_store.supervisorPid = processes.pid;
    if (isAnother || isOpenedAnew) {
        for (auto &[name, service] : m_store.services) {
            service.forgetStatus();
            service.speaker = KnownService::Speaker::Unknown;
        }
    }
    if (isAnother) {
        m_noticed = {};
        m_orders.reset();
        forgetRows();
    }
    if (!m_store.isLocal) // or not yet: the file comes a moment after the port answers
        m_store.isLocal = isOfThisMachine(processes, m_store.place);
}

void ClusterMonitor::link(const ProcessView &process)
{
    m_store.services[process.service].process = process;
    const Endpoint place{m_store.place.host, messagePort(process)};
    std::unique_ptr<ServiceLink> &known = m_links[process.service];
    if (known && known->endpoint() == place)
        return;
    if (known)
        askAgain();
    known = std::make_unique<ServiceLink>(place);
    listenTo(process.service, *known);
    known->start();
}

// Connections are gone, and with them the answers that somebody waits for.
void ClusterMonitor::askAgain()
{
    m_logs.reset();
    m_stock.reset();
    m_orders.askAgain();
    m_catalog.askAgain();
}

void ClusterMonitor::listenTo(const QByteArray &service, ServiceLink &link)
{
    connect(&link, &ServiceLink::connected, this,
            [this, service] { m_store.services[service].takeConnection(monotonicNow()); });
    connect(&link, &ServiceLink::disconnected, this,
            [this, service] { m_store.services[service].isConnected = false; });
    connect(&link, &ServiceLink::happened, this,
            [this, service](const QList<EventFields> &events, qint64 missed) {
                takeEvents(service, events, missed);
            });
    link.onStatus<OrderStatusPush>([this, service](const OrderStatusPush &push) {
        if (KnownService *known = hear(service, push.pid))
            takeOrderStatus(*known, push);
    });
    link.onStatus<CatalogStatusPush>([this, service](const CatalogStatusPush &push) {
        if (KnownService *known = hear(service, push.pid)) {
            if (!known->catalog || known->catalog->lastOrderNumber != push.lastOrderNumber)
                m_catalog.setOld();
            known->catalog = push;
        }
    });
    link.onStatus<FrontendStatusPush>([this, service](const FrontendStatusPush &push) {
        if (KnownService *known = hear(service, push.pid)) {
            known->frontend = push;
            takeFrontendStatus(push);
        }
    });
}

// Only who has the pid that the supervisor names is this store's: at a port that was not forwarded another
// store's service may listen. Returns nothing if that is so.
KnownService *ClusterMonitor::hear(const QByteArray &service, qint64 pid)
{
    using Speaker = KnownService::Speaker;
    KnownService &known = m_store.services[service];
    if (known.speaker != Speaker::Itself) {
        known.speaker = pid == known.process.pid ? Speaker::Itself : Speaker::Another;
        if (known.speaker == Speaker::Another)
            return nullptr;
        known.forgetStatus(); // of an earlier life
    }
    const ServiceLink &link = *m_links.at(service);
    known.heardAt = link.heardAt();
    known.incarnation = link.incarnation();
    if (!known.unassignedEvents.isEmpty() || known.missedEvents > 0)
        takeEvents(service, std::exchange(known.unassignedEvents, {}), std::exchange(known.missedEvents, 0));
    return &known;
}

void ClusterMonitor::takeOrderStatus(KnownService &service, const OrderStatus::Answer &status)
{
    if (status.role != "syncing")
        service.catchUpFrom.reset();
    else if (!service.catchUpFrom)
        service.catchUpFrom = status.durableOrderNumber;
    service.order = status;
}

void ClusterMonitor::takeFrontendStatus(const FrontendStatus::Answer &status)
{
    m_noticed.take(status, m_links.at("frontend")->incarnation());
    m_store.hitRate.take(status.cacheHits, status.cacheMisses, monotonicNow());
    m_news.takeFailover(status.failover);
}

void ClusterMonitor::takeEvents(const QByteArray &service, const QList<EventFields> &events, qint64 missed)
{
    if (service == "supervisor") {
        m_store.supervisorHeardAt = m_supervisor->heardAt();
    } else if (KnownService &known = m_store.services[service];
               known.speaker == KnownService::Speaker::Itself) {
        known.heardAt = m_links.at(service)->heardAt();
    } else {
        return keepEvents(known, events, missed);
    }
    const Instant now = monotonicNow();
    if (missed > 0)
        m_news.add(missedEvents(service, missed, events, storeMs()));
    const auto isOfFaults = [](const EventFields &event) {
        return event.kind == "fault_set" || event.kind == "faults_cleared" ||
               (event.kind == "service_ready" && event.subject == "faultproxy");
    };
    if (std::any_of(events.begin(), events.end(), isOfFaults))
        m_actions.fetchFaults();
    for (const EventFields &event : events) {
        m_ways.add(service, event, now, storeMs());
        if (event.kind == "restocked" || event.kind == "opened" || event.kind == "imported")
            m_catalog.setOld();
        if (std::optional<TimelineEvent> shown = timelineEvent(service, event))
            m_news.add(*std::move(shown));
    }
}

// Until it is known whose they are.
void ClusterMonitor::keepEvents(KnownService &service, const QList<EventFields> &events, qint64 missed)
{
    service.unassignedEvents += events;
    const qsizetype tooMany = std::max<qsizetype>(service.unassignedEvents.size() - mostUnassigned, 0);
    service.unassignedEvents.remove(0, tooMany);
    service.missedEvents += missed + tooMany;
}

// ---- what is told -------------------------------------------------------------------------------------

void ClusterMonitor::tick()
{
    const Instant now = monotonicNow();
    m_orders.step(now);
    m_logs.step(now);
    m_stock.step(now);
    m_cache.step(m_snapshot.cache, now);
    m_catalog.step(now);
    for (const OrderWay &way : m_ways.take(now))
        Q_EMIT orderTravelled(way);
    publish(now);
}

void ClusterMonitor::publish(Instant now)
{
    ClusterSnapshot snapshot = snapshotOf(m_store, now, storeMs());
    snapshot.logsIdentical = m_logs.verdict(now);
    snapshot.stockConserved = m_stock.verdict(now);
    snapshot.clientsNoticed = m_noticed.verdict(m_store, now);
    snapshot.clientErrors = m_noticed.count();
    m_news.takeLiveness(snapshot);
    if (const QList<TimelineEvent> events = m_news.take(); !events.isEmpty())
        Q_EMIT eventsAdded(events);
    const bool isNews = withoutAges(snapshot) != withoutAges(m_snapshot);
    m_snapshot = std::move(snapshot);
    if (!isNews && now - m_publishedAt < showAges)
        return;
    m_publishedAt = now;
    Q_EMIT snapshotChanged(m_snapshot);
}

// ---- actions ------------------------------------------------------------------------------------------

qint64 ClusterMonitor::act(ServiceAction action, const QByteArray &service)
{
    return m_actions.act(action, service);
}

qint64 ClusterMonitor::closeStore()
{
    return m_actions.act(ServiceAction::Stop, "store");
}

qint64 ClusterMonitor::setCache(std::optional<bool> enabled, std::optional<qint64> capacity)
{
    return m_actions.setCache(enabled, capacity);
}

qint64 ClusterMonitor::setFault(const QByteArray &from, const QByteArray &to, const Fault &fault)
{
    return m_actions.setFault(from, to, fault);
}

qint64 ClusterMonitor::clearFaults()
{
    return m_actions.clearFaults();
}

void ClusterMonitor::setLoadErrors(qint64 errors)
{
    m_noticed.setLoadErrors(errors);
}

} // namespace toystore
