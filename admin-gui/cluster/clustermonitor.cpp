// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/clustermonitor.h"

#include "cluster/localprocess.h"
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
constexpr Milliseconds betweenFetches = 500ms; // of the cache's entries and of the toys, while they change
constexpr Milliseconds agesOfEntries = 2s;
constexpr Milliseconds cacheWindow = 5s;
constexpr Milliseconds requestDeadline = 1s;
constexpr qsizetype mostUnassigned = maxEventsPerPush; // events of whoever has not said who it is
// Longer than a service may take to drain (5 s) and to get ready (10 s).
constexpr Milliseconds commandDeadline = 20s;

/// Whether the supervisor at @p place, which says this, runs on this machine. An address can't tell: what
/// listens at 127.0.0.1 may be the end of a tunnel. But a supervisor leaves its pid and its port in its data
/// directory.
bool isOfThisMachine(const Processes::Answer &supervisor, const Endpoint &place)
{
    const Result<StoreFile> file = readStoreFile(QString::fromUtf8(supervisor.dataDirectory));
    return file && file->pid == supervisor.pid && file->supervisorPort == place.port &&
           isAlive(supervisor.pid);
}

/// Nothing came in time: to be asked again.
bool isLate(const Error &error)
{
    return error.code == ErrorCode::DeadlineExceeded;
}

/// Without a connection nothing was answered; all is asked again with the next one.
bool isOfConnection(const Error &error)
{
    return error.code == ErrorCode::ConnectionLost || error.code == ErrorCode::CannotConnect;
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

/// What is worth a new snapshot; that things got older is not.
ClusterSnapshot withoutAges(ClusterSnapshot snapshot)
{
    snapshot.atMs = 0;
    snapshot.ageMs = 0;
    if (snapshot.restockInMs)
        snapshot.restockInMs = (*snapshot.restockInMs + 999) / 1000;
    for (ServiceCard &card : snapshot.services) {
        card.forMs = 0;
        card.ageMs = 0;
    }
    for (VerdictView *verdict : {&snapshot.logsIdentical, &snapshot.stockConserved, &snapshot.clientsNoticed})
        verdict->tooltip.clear();
    return snapshot;
}

} // namespace

ClusterMonitor::ClusterMonitor(QObject *parent)
    : ClusterSource(parent), m_logs(m_store, m_links), m_stock(m_store, m_links),
      m_orders(
          m_store, m_links, [this](const QList<Order> &orders) { Q_EMIT ordersAdded(orders); },
          [this] { forgetRows(); })
{
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
    m_token.clear();
    m_store = {};
    m_wasLive = false;
    m_noticed = {};
    m_toldFailover.reset();
    m_sawFrontend = false;
    m_ways.clear();
    m_logs.reset();
    m_stock.reset();
    m_orders.reset();
    m_isFetchingToys = false;
    m_newEvents.clear();
    forgetRows();
}

// What is fetched only when it has changed is fetched anew, too.
void ClusterMonitor::forgetRows()
{
    m_fetchedCache.reset();
    m_areToysOld = true;
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
            m_token = readToken(m_dataDirectory).value_or(QByteArray());
        askPermission();
        fetchFaults();
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
    m_token = token;
    askPermission();
}

void ClusterMonitor::askPermission()
{
    Permission &permission = m_store.permission;
    if (m_token.isEmpty() && !m_dataDirectory.isEmpty()) {
        permission = {Permission::Kind::Refused,
                      "the token of " + m_dataDirectory.toUtf8() + " can't be read."};
        return;
    }
    permission = {m_token.isEmpty() ? Permission::Kind::OnlyLooking : Permission::Kind::Asked, {}};
    if (m_token.isEmpty() || !m_supervisor || !m_supervisor->isConnected())
        return;
    m_supervisor->call(Authorize{m_token}, requestDeadline, [this](const Result<Empty> &answer) {
        if (answer)
            m_store.permission = {Permission::Kind::Granted, {}};
        else if (answer.error().code == ErrorCode::Unauthorized)
            m_store.permission = {Permission::Kind::Refused, answer.error().message};
        else if (isLate(answer.error()))
            askPermission();
    });
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
    m_areToysOld = true;
    m_isFetchingToys = false;
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
            m_areToysOld |= !known->catalog || known->catalog->lastOrderNumber != push.lastOrderNumber;
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
    const Instant now = monotonicNow();
    std::deque<CacheSample> &samples = m_store.cacheSamples;
    if (!samples.empty() && status.cacheHits < samples.back().hits)
        samples.clear(); // it was started anew
    if (samples.empty() || now - samples.back().at >= showAges / 4)
        samples.push_back({now, status.cacheHits, status.cacheMisses});
    while (now - samples.front().at > cacheWindow)
        samples.pop_front();
    const bool isOver = status.failover && status.failover->isOver;
    if (isOver && m_sawFrontend && m_toldFailover != status.failover)
        tell(timelineEvent(*status.failover));
    if (isOver)
        m_toldFailover = status.failover; // also one of before we came, which is no news
    m_sawFrontend = true;
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
    if (missed > 0) {
        TimelineEvent gap;
        gap.kind = TimelineEvent::Kind::Dashboard;
        gap.atMs = events.isEmpty() ? storeMs() : events.first().atMs;
        gap.subject = service;
        gap.text = QByteArray::number(missed) + " events of " + service + " were missed";
        gap.service = service;
        if (!events.isEmpty())
            gap.cursor = events.first().cursor - 1;
        tell(gap);
    }
    const auto isOfFaults = [](const EventFields &event) {
        return event.kind == "fault_set" || event.kind == "faults_cleared" ||
               (event.kind == "service_ready" && event.subject == "faultproxy");
    };
    if (std::any_of(events.begin(), events.end(), isOfFaults))
        fetchFaults();
    for (const EventFields &event : events) {
        m_ways.add(service, event, now, storeMs());
        m_areToysOld |= event.kind == "restocked" || event.kind == "opened" || event.kind == "imported";
        if (std::optional<TimelineEvent> shown = timelineEvent(service, event))
            tell(*std::move(shown));
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

void ClusterMonitor::tell(TimelineEvent event)
{
    m_newEvents.append(std::move(event));
}

// ---- what is asked and told ---------------------------------------------------------------------------

void ClusterMonitor::tick()
{
    const Instant now = monotonicNow();
    m_orders.step(now);
    m_logs.step(now);
    m_stock.step(now);
    fetchCache(now);
    fetchToys(now);
    for (const OrderWay &way : m_ways.take(now))
        Q_EMIT orderTravelled(way);
    publish(now);
}

void ClusterMonitor::fetchFaults()
{
    m_supervisor->call(Faults(), requestDeadline, [this](const Result<Faults::Answer> &answer) {
        if (answer)
            m_store.links = answer->links;
        else if (isLate(answer.error()))
            fetchFaults();
        else if (!isOfConnection(answer.error()))
            m_store.links.reset(); // it was opened without
    });
}

void ClusterMonitor::fetchCache(Instant now)
{
    const KnownService *frontend = m_store.frontend();
    if (!m_snapshot.cache || !frontend || !frontend->isHeard(now) || now - m_cacheFetchedAt < betweenFetches)
        return;
    const bool isOld = m_snapshot.cache->entries > 0 && now - m_cacheFetchedAt >= agesOfEntries;
    if (m_fetchedCache == m_snapshot.cache && !isOld)
        return;
    m_fetchedCache = m_snapshot.cache;
    m_cacheFetchedAt = now;
    m_links.at("frontend")
        ->call(CacheContents(), requestDeadline, [this](const Result<CacheContents::Answer> &answer) {
            if (answer)
                Q_EMIT cacheChanged(answer->entries);
        });
}

void ClusterMonitor::fetchToys(Instant now)
{
    const KnownService *catalog = m_store.catalog();
    if (!m_areToysOld || m_isFetchingToys || now - m_toysFetchedAt < betweenFetches || !catalog ||
        !catalog->isHeard(now))
        return;
    m_areToysOld = false;
    m_isFetchingToys = true;
    m_toysFetchedAt = now;
    fetchToysAfter(std::nullopt, {});
}

void ClusterMonitor::fetchToysAfter(const std::optional<QByteArray> &name, Toys known)
{
    m_links.at("catalog")->call(ProductsQuery{name}, requestDeadline,
                                [this, known = std::move(known)](const Result<ProductsQuery::Answer> &page) {
                                    if (!page) {
                                        m_areToysOld = true;
                                        m_isFetchingToys = false;
                                        return;
                                    }
                                    const Toys all = known + page->products;
                                    if (page->more && !page->products.isEmpty())
                                        return fetchToysAfter(page->products.last().name, all);
                                    m_isFetchingToys = false;
                                    Q_EMIT catalogChanged(all);
                                });
}

void ClusterMonitor::publish(Instant now)
{
    ClusterSnapshot snapshot = snapshotOf(m_store, now, storeMs());
    snapshot.logsIdentical = m_logs.verdict(now);
    snapshot.stockConserved = m_stock.verdict(now);
    snapshot.clientsNoticed = m_noticed.verdict(m_store, now);
    snapshot.clientErrors = m_noticed.count();
    if (snapshot.isLive() != m_wasLive && (m_wasLive || snapshot.isLive())) {
        TimelineEvent change;
        change.kind = TimelineEvent::Kind::Dashboard;
        change.atMs = snapshot.atMs;
        change.isTrouble = m_wasLive;
        change.text = m_wasLive ? "the store is not heard any more" : "watching " + snapshot.store;
        change.detail = snapshot.detail;
        m_wasLive = snapshot.isLive();
        tell(change);
    }
    publishEvents();
    const bool isNews = withoutAges(snapshot) != withoutAges(m_snapshot);
    m_snapshot = std::move(snapshot);
    if (!isNews && now - m_publishedAt < showAges)
        return;
    m_publishedAt = now;
    Q_EMIT snapshotChanged(m_snapshot);
}

void ClusterMonitor::publishEvents()
{
    if (m_newEvents.isEmpty())
        return;
    // Those of different services come one service after the other.
    std::stable_sort(m_newEvents.begin(), m_newEvents.end(), isBefore);
    for (TimelineEvent &event : m_newEvents)
        event.key = ++m_lastEvent;
    Q_EMIT eventsAdded(std::exchange(m_newEvents, {}));
}

// ---- actions ------------------------------------------------------------------------------------------

qint64 ClusterMonitor::act(ServiceAction action, const QByteArray &service)
{
    const qint64 number = ++m_lastAction;
    if (const QByteArray reason = refusal(); !reason.isEmpty()) {
        const QByteArrayView name = valueNames(action)[static_cast<std::size_t>(action)];
        refuse({number, name.toByteArray() + ' ' + service, service, false, reason});
        return number;
    }
    switch (action) {
    case ServiceAction::Start:
        command<StartService>(number, service);
        break;
    case ServiceAction::Stop:
        command<StopService>(number, service);
        break;
    case ServiceAction::Kill:
        command<KillService>(number, service);
        break;
    case ServiceAction::Pause:
        command<PauseService>(number, service);
        break;
    case ServiceAction::Resume:
        command<ResumeService>(number, service);
        break;
    case ServiceAction::Restart:
        command<RestartService>(number, service);
        break;
    }
    return number;
}

qint64 ClusterMonitor::closeStore()
{
    return act(ServiceAction::Stop, "store");
}

template <typename Request>
void ClusterMonitor::command(qint64 action, const QByteArray &service)
{
    Request request;
    request.service = service;
    request.token = m_token;
    const ActionOutcome begun{action, Request::method.toByteArray() + ' ' + service, service, false, {}};
    m_supervisor->call(request, commandDeadline, [this, begun](const Result<ProcessView> &view) {
        ActionOutcome outcome = begun;
        outcome.succeeded = view.has_value();
        outcome.message = view ? view->service + " is " + view->state : view.error().message;
        if (!view && view.error().code == ErrorCode::Unauthorized)
            m_store.permission = {Permission::Kind::Refused, view.error().message};
        if (view && m_store.services.contains(view->service))
            m_store.services.at(view->service).process = *view; // the push may take its time
        finish(outcome);
    });
}

qint64 ClusterMonitor::setCache(std::optional<bool> enabled, std::optional<qint64> capacity)
{
    const qint64 number = ++m_lastAction;
    QByteArray what = "change the cache";
    if (enabled)
        what = *enabled ? "switch the cache on" : "switch the cache off";
    else if (capacity)
        what = "let the cache hold " + QByteArray::number(*capacity) + " toys";
    const ActionOutcome begun{number, what, "frontend", false, {}};
    const KnownService *frontend = m_store.frontend();
    QByteArray reason = refusal();
    if (reason.isEmpty() && (!frontend || !frontend->isHeard(monotonicNow())))
        reason = "The frontend does not answer.";
    if (!reason.isEmpty()) {
        ActionOutcome refused = begun;
        refused.message = reason;
        refuse(refused);
        return number;
    }
    m_links.at("frontend")
        ->call(SetCache{enabled, capacity}, requestDeadline, [this, begun](const Result<Empty> &answer) {
            ActionOutcome outcome = begun;
            outcome.succeeded = answer.has_value();
            outcome.message = answer ? QByteArray("done") : answer.error().message;
            finish(outcome);
        });
    return number;
}

qint64 ClusterMonitor::setFault(const QByteArray &from, const QByteArray &to, const Fault &fault)
{
    SetFault request;
    static_cast<Fault &>(request) = fault;
    request.from = from;
    request.to = to;
    return changeFaults("break the link from " + from + " to " + to, std::move(request), "done");
}

qint64 ClusterMonitor::clearFaults()
{
    return changeFaults("end all faults", ClearFaults(), "no link has a fault");
}

template <typename Request>
qint64 ClusterMonitor::changeFaults(const QByteArray &what, Request request, const QByteArray &done)
{
    const qint64 number = ++m_lastAction;
    const ActionOutcome begun{number, what, {}, false, {}};
    if (const QByteArray reason = refusal(); !reason.isEmpty()) {
        ActionOutcome refused = begun;
        refused.message = reason;
        refuse(refused);
        return number;
    }
    request.token = m_token;
    m_supervisor->call(request, commandDeadline, [this, begun, done](const Result<Faults::Answer> &answer) {
        ActionOutcome outcome = begun;
        outcome.succeeded = answer.has_value();
        outcome.message = answer ? done : answer.error().message;
        finish(outcome);
        fetchFaults();
    });
    return number;
}

void ClusterMonitor::setLoadErrors(qint64 errors)
{
    m_noticed.setLoadErrors(errors);
}

QByteArray ClusterMonitor::refusal() const
{
    if (!m_supervisor)
        return "No store is watched.";
    switch (m_store.permission.kind) {
    case Permission::Kind::OnlyLooking:
        return "This dashboard only looks: it was given no token.";
    case Permission::Kind::Refused:
        return m_store.permission.reason;
    default:
        return {};
    }
}

void ClusterMonitor::refuse(const ActionOutcome &outcome)
{
    QMetaObject::invokeMethod(
        this, [this, outcome] { finish(outcome); }, Qt::QueuedConnection);
}

void ClusterMonitor::finish(ActionOutcome outcome)
{
    TimelineEvent event;
    event.kind = TimelineEvent::Kind::Dashboard;
    event.atMs = storeMs();
    event.subject = outcome.service;
    event.isTrouble = !outcome.succeeded;
    event.text = outcome.what + (outcome.succeeded ? "" : " failed");
    event.detail = outcome.message;
    tell(event);
    Q_EMIT actionFinished(outcome);
}

} // namespace toystore
