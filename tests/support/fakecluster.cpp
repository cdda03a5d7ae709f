// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/fakecluster.h"

#include "cluster/recordedline.h"
#include "protocol/storefiles.h"

#include <QCoreApplication>
#include <QFile>
#include <QTest>

#include <algorithm>

namespace toystore
{

namespace
{

constexpr qint64 fullStock = 100'000; // sold without a restock

template <typename Push, typename Answer>
QByteArray pushOf(const Answer &answer)
{
    Push push;
    static_cast<Answer &>(push) = answer;
    return requestLine(std::nullopt, push);
}

/// The same from the process @p pid.
template <typename Push, typename Answer>
QByteArray pushOf(Answer answer, qint64 pid)
{
    answer.pid = pid;
    return pushOf<Push>(answer);
}

} // namespace

FakeCluster::FakeCluster()
{
    qint64 pid = 4711;
    for (const QByteArray name :
         {"supervisor", "catalog", "order-8091", "order-8092", "order-8093", "frontend"})
        start(name);
    announce(QCoreApplication::applicationPid());
    for (const auto &[name, port] : m_ports) {
        if (name == "supervisor")
            continue;
        ProcessView process{name, "ready", port, ++pid, wallClockMs(), 0, {}};
        if (name == "frontend") {
            process.port = 8081;
            process.adminPort = port;
        }
        m_state.processes.emplace(name, process);
    }
    m_state.catalog = {1, ReplicaId{8093}, 0, 1, 1, 0, 7000, 4712, "1"};
    m_state.frontend.leaderId = ReplicaId{8093};
    m_state.frontend.epoch = 1;
    m_state.frontend.catalogConnected = m_state.frontend.subscribed = true;
    for (const qint64 id : {8091, 8092, 8093}) {
        OrderStatus::Answer &status = m_state.replicas[nameOf(id)];
        status.id = ReplicaId{id};
        status.role = id == 8093 ? "leader" : "follower";
        status.leaderId = ReplicaId{8093};
        status.epoch = 1;
        if (id == 8093)
            status.inSync = {ReplicaId{8091}, ReplicaId{8092}};
        m_state.frontend.replicas.append({ReplicaId{id}, true, status.role, 1, 0});
    }
    for (const char *kind : {"query", "buy", "look_up"}) {
        TrafficView traffic;
        traffic.kind = kind;
        m_state.frontend.traffic.append(traffic);
    }
}

void FakeCluster::announce(qint64 pid)
{
    change([&](State &all) {
        all.dataDirectory = m_directory.path().toUtf8();
        all.supervisorPid = pid;
    });
    StoreFile file;
    file.pid = pid;
    file.supervisorPort = m_ports.at("supervisor");
    QFile written(storeFilePath(m_directory.path()));
    QVERIFY(written.open(QIODevice::WriteOnly));
    written.write(lineOf(file));
}

Endpoint FakeCluster::supervisor() const
{
    return {QStringLiteral("127.0.0.1"), m_ports.at("supervisor")};
}

void FakeCluster::change(const std::function<void(State &)> &change)
{
    const std::scoped_lock lock(m_mutex);
    change(m_state);
}

void FakeCluster::setProcess(const QByteArray &service, const QByteArray &state, const QByteArray &reason)
{
    change([&](State &all) {
        ProcessView &process = all.processes.at(service);
        const bool isRunning = state != "killed" && state != "stopped" && state != "failed";
        process.state = state;
        process.reason = reason;
        process.sinceMs = wallClockMs() + all.clockAheadMs;
        process.pid = isRunning ? std::max<qint64>(process.pid, 4711) : 0;
    });
    happen("supervisor", {.kind = "service_" + (state == "starting" ? QByteArray("started") : state),
                          .subject = service,
                          .message = reason});
}

void FakeCluster::sell(qint64 count, const QList<qint64> &replicas)
{
    change([&](State &all) {
        for (qint64 i = 0; i < count; ++i) {
            const qint64 number = all.orders.size() + 1;
            all.orders.append(
                {number, "Tux", 1, "f-" + QByteArray::number(number), 1, "2026-11-22T09:00:00.000Z"});
        }
        all.catalog.lastOrderNumber = all.orders.size();
        for (auto &[name, status] : all.replicas) {
            if (replicas.isEmpty() || replicas.contains(status.id.value))
                status.lastOrderNumber = status.durableOrderNumber = all.orders.size();
        }
    });
}

void FakeCluster::happen(const QByteArray &service, Event event)
{
    if (event.atMs == 0)
        event.atMs = clockMs();
    m_services.at(service)->events.add(std::move(event));
}

qint64 FakeCluster::clockMs() const
{
    const std::scoped_lock lock(m_mutex);
    return wallClockMs() + m_state.clockAheadMs;
}

void FakeCluster::stop(const QByteArray &service)
{
    m_services.erase(service);
}

void FakeCluster::start(const QByteArray &service)
{
    std::unique_ptr<Service> made = make(service);
    quint16 &port = m_ports[service];
    // Its port may be in use for a moment by a connection that is being closed.
    QVERIFY(QTest::qWaitFor([&] { return made->server.listen(QHostAddress::LocalHost, port).has_value(); }));
    port = made->server.port();
    m_services[service] = std::move(made);
}

void FakeCluster::mute(const QByteArray &service)
{
    m_muted.insert(service);
}

void FakeCluster::unmute(const QByteArray &service)
{
    m_muted.erase(service);
    if (const auto kept = m_kept.extract(service))
        kept.mapped()(statusLine(service));
}

QList<FakeCluster::Seen> FakeCluster::seen() const
{
    const std::scoped_lock lock(m_mutex);
    return m_seen;
}

int FakeCluster::asked(const QByteArray &method) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_asked.find(method);
    return found == m_asked.end() ? 0 : found->second;
}

std::unique_ptr<FakeCluster::Service> FakeCluster::make(const QByteArray &name)
{
    auto service = std::make_unique<Service>();
    service->publisher.setStatus([this, name](const EventPublisher::TakeStatus &take) {
        if (m_muted.contains(name))
            m_kept[name] = take;
        else
            take(statusLine(name));
    });
    if (name == "supervisor")
        serveSupervisor(service->server);
    else if (name == "catalog")
        serveCatalog(service->server);
    else if (name == "frontend")
        serveFrontend(service->server);
    else
        serveReplica(name, service->server);
    return service;
}

QByteArray FakeCluster::statusLine(const QByteArray &name) const
{
    const std::scoped_lock lock(m_mutex);
    if (name == "supervisor") {
        Processes::Answer answer{
            m_state.supervisorPid, "1", m_state.dataDirectory, {}, wallClockMs() + m_state.clockAheadMs};
        for (const auto &[service, process] : m_state.processes)
            answer.processes.append(process);
        return pushOf<ProcessesPush>(answer);
    }
    constexpr qint64 strangersPid = 99;
    const qint64 pid = m_state.strangers.contains(name) ? strangersPid : m_state.processes.at(name).pid;
    if (name == "catalog")
        return pushOf<CatalogStatusPush>(m_state.catalog, pid);
    if (name == "frontend")
        return pushOf<FrontendStatusPush>(m_state.frontend, pid);
    return pushOf<OrderStatusPush>(m_state.replicas.at(name), pid);
}

template <typename Answer>
bool FakeCluster::ignores(const QByteArray &method, const Reply<Answer> &reply)
{
    int &left = m_state.ignored[method];
    if (left == 0)
        return false;
    --left;
    m_ignored.push_back(std::make_shared<Reply<Answer>>(reply));
    return true;
}

template <typename Request>
void FakeCluster::serveCommand(RpcServer &server, const QByteArray &turnsTo)
{
    server.handle<Request>([this, turnsTo](const Request &request, const Reply<ProcessView> &reply) {
        const std::scoped_lock lock(m_mutex);
        m_seen.append({Request::method.toByteArray(), request.service, request.token});
        if (request.token != m_state.token)
            return reply.fail({ErrorCode::Unauthorized, "token: wrong"});
        if (m_state.refusal)
            return reply.fail(*m_state.refusal);
        ProcessView view{request.service, turnsTo, 0, 0, wallClockMs(), 0, {}};
        if (const auto known = m_state.processes.find(request.service); known != m_state.processes.end()) {
            known->second.state = turnsTo;
            view = known->second;
        }
        reply.succeed(view);
    });
}

void FakeCluster::serveSupervisor(RpcServer &server)
{
    server.handle<Authorize>([this](const Authorize &request, const Reply<Empty> &reply) {
        const std::scoped_lock lock(m_mutex);
        if (ignores("authorize", reply))
            return;
        if (request.token == m_state.token)
            reply.succeed({});
        else
            reply.fail({ErrorCode::Unauthorized, "token: wrong"});
    });
    server.handle<Faults>([this](const Faults &, const Reply<Faults::Answer> &reply) {
        const std::scoped_lock lock(m_mutex);
        if (!ignores("faults", reply))
            reply.succeed({m_state.links});
    });
    server.handle<SetFault>([this](const SetFault &request, const Reply<Faults::Answer> &reply) {
        const std::scoped_lock lock(m_mutex);
        m_seen.append({"set_fault " + request.kind, request.from + " to " + request.to, request.token});
        LinkView link;
        link.from = request.from;
        link.to = request.to;
        link.faults = {request};
        m_state.links = {link};
        reply.succeed({m_state.links});
    });
    server.handle<ClearFaults>([this](const ClearFaults &request, const Reply<Faults::Answer> &reply) {
        const std::scoped_lock lock(m_mutex);
        m_seen.append({"clear_faults", {}, request.token});
        for (LinkView &link : m_state.links)
            link.faults.clear();
        reply.succeed({m_state.links});
    });
    serveCommand<StartService>(server, "ready");
    serveCommand<StopService>(server, "stopped");
    serveCommand<KillService>(server, "killed");
    serveCommand<PauseService>(server, "paused");
    serveCommand<ResumeService>(server, "ready");
    serveCommand<RestartService>(server, "ready");
}

void FakeCluster::serveOrders(RpcServer &server)
{
    server.handle<OrdersAfter>([this](const OrdersAfter &request, const Reply<OrdersAfter::Answer> &reply) {
        const std::scoped_lock lock(m_mutex);
        note("orders_after");
        OrdersAfter::Answer page;
        page.orders = m_state.orders.mid(request.after, request.limit.value_or(maxPageOrders));
        page.lastOrderNumber = m_state.orders.size();
        reply.succeed(page);
    });
}

void FakeCluster::serveCatalog(RpcServer &server)
{
    serveOrders(server);
    server.handle<ProductsQuery>([this](const ProductsQuery &, const Reply<ProductsQuery::Answer> &reply) {
        const std::scoped_lock lock(m_mutex);
        note("products");
        const qint64 sold = m_state.orders.size();
        reply.succeed({{Product{"Tux", 19.9, fullStock - sold - m_state.lostMovements, 1 + sold}}, false});
    });
    server.handle<StockAudit>([this](const StockAudit &request, const Reply<StockAudit::Answer> &reply) {
        const std::scoped_lock lock(m_mutex);
        note("stock_audit");
        reply.succeed(audit(request));
    });
}

// Movement 1 opens the store, movement n + 1 is order n.
StockAudit::Answer FakeCluster::audit(const StockAudit &request) const
{
    const qint64 last = m_state.orders.size() + 1;
    StockAudit::Answer answer;
    answer.upTo = std::min(last, request.after + 1000);
    const qint64 opened = request.after == 0 ? 1 : 0;
    const qint64 movements = answer.upTo - request.after;
    if (movements > 0)
        answer.sums = {{"Tux", movements, opened * fullStock - (movements - opened)}};
    answer.more = answer.upTo < last;
    if (!answer.more)
        answer.stock = {{"Tux", 19.9, fullStock - (last - 1) - m_state.lostMovements, last}};
    return answer;
}

void FakeCluster::serveFrontend(RpcServer &server)
{
    server.handle<CacheContents>([this](const CacheContents &, const Reply<CacheContents::Answer> &reply) {
        const std::scoped_lock lock(m_mutex);
        note("cache_contents");
        reply.succeed({true, 1000, m_state.cache});
    });
    server.handle<SetCache>([this](const SetCache &request, const Reply<Empty> &reply) {
        const std::scoped_lock lock(m_mutex);
        QByteArray what = "set_cache";
        if (request.enabled)
            what += *request.enabled ? " on" : " off";
        if (request.capacity)
            what += ' ' + QByteArray::number(*request.capacity);
        m_seen.append({what, "frontend", {}});
        reply.succeed({});
    });
}

void FakeCluster::serveReplica(const QByteArray &name, RpcServer &server)
{
    serveOrders(server);
    server.handle<LogChecksum>(
        [this, name](const LogChecksum &request, const Reply<LogChecksum::Answer> &reply) {
            const std::scoped_lock lock(m_mutex);
            note("log_checksum");
            QByteArray piece = QByteArray::number(request.after.value_or(-1)) + " to " +
                               QByteArray::number(request.upTo.value_or(-1));
            const auto changed = m_state.changedOrders.find(name);
            if (changed != m_state.changedOrders.end() && changed->second > request.after.value_or(0) &&
                changed->second <= request.upTo.value_or(0))
                piece += " changed";
            const auto other = m_state.otherSums.find(name);
            reply.succeed(
                {request.upTo.value_or(0), 100, other == m_state.otherSums.end() ? piece : other->second});
        });
}

} // namespace toystore
