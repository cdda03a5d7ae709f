// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/storewatch.h"

#include "common/waiting.h"

#include <algorithm>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds statusTimeout = 500ms; // a paused service takes the connection and says nothing
constexpr Milliseconds eventsTimeout = 3s;    // twenty pushes a second, of so many events each, are enough
constexpr int quietIsAll = 2; // after what was kept come statuses alone; the first may have been under way

bool isReplica(const ProcessView &process)
{
    return process.service.startsWith("order-");
}

} // namespace

StoreWatch::StoreWatch(const StoreAccess &access) : m_access(access), m_supervisor(access.supervisor())
{
    m_supervisor.onStatus<ProcessesPush>([this](const ProcessesPush &push) { takeProcesses(push); });
    connect(&m_supervisor, &ServiceLink::disconnected, this,
            [this](const QByteArray &reason) { m_refused = reason; });
    connect(&m_supervisor, &ServiceLink::happened, this,
            [this](const QList<EventFields> &events, qint64 missed) {
                m_quietStatuses = 0;
                takeEvents("supervisor", events, missed);
            });
}

Result<void> StoreWatch::open(Milliseconds timeout)
{
    m_supervisor.start();
    static_cast<void>(waitFor(timeout, [this] { return m_processes || m_refused; }));
    if (!m_processes && m_refused)
        return failure(ErrorCode::CannotConnect, *m_refused);
    if (!m_processes)
        return failure(ErrorCode::DeadlineExceeded,
                       "no answer within " + QByteArray::number(qint64{timeout.count()}) + " ms");
    static_cast<void>(waitFor(timeout, [this] { return hasToldAll(monotonicNow()); }));
    return {};
}

void StoreWatch::awaitKeptEvents()
{
    static_cast<void>(waitFor(eventsTimeout, [this] { return hasPushedAll(monotonicNow()); }));
}

StoreStatus StoreWatch::status() const
{
    const Instant now = monotonicNow();
    StoreStatus status;
    status.dataDirectory = m_processes->dataDirectory;
    status.url = m_access.shop().value_or(QByteArray());
    status.pid = m_processes->pid;
    status.version = m_processes->version;
    status.processes = m_processes->processes;
    for (const ProcessView &process : m_processes->processes) {
        const auto found = m_services.find(process.service);
        if (found == m_services.end() || !answers(process) || !found->second.link->isHeard(now))
            continue;
        const Service &service = found->second;
        if (service.frontend)
            status.frontend = service.frontend;
        if (service.catalog)
            status.catalog = service.catalog;
        if (service.order)
            status.orders.append(*service.order);
    }
    std::sort(status.orders.begin(), status.orders.end(),
              [](const auto &left, const auto &right) { return left.id < right.id; });
    return status;
}

void StoreWatch::takeProcesses(const Processes::Answer &processes)
{
    m_processes = processes;
    ++m_quietStatuses;
    for (const ProcessView &process : processes.processes) {
        if (process.service != "faultproxy" && !m_services.contains(process.service))
            listenTo(process);
    }
}

void StoreWatch::listenTo(const ProcessView &process)
{
    const Endpoint endpoint{QStringLiteral("127.0.0.1"),
                            static_cast<quint16>(process.adminPort.value_or(process.port))};
    Service &service = m_services[process.service];
    service.link = std::make_unique<ServiceLink>(endpoint);
    service.since = monotonicNow();
    const QByteArray name = process.service;
    if (name == "catalog")
        takeStatus<CatalogStatusPush>(name, &Service::catalog);
    else if (name == "frontend")
        takeStatus<FrontendStatusPush>(name, &Service::frontend);
    else if (isReplica(process))
        takeStatus<OrderStatusPush>(name, &Service::order);
    connect(service.link.get(), &ServiceLink::happened, this,
            [this, name](const QList<EventFields> &events, qint64 missed) {
                m_services[name].quietStatuses = 0;
                takeEvents(name, events, missed);
            });
    connect(service.link.get(), &ServiceLink::disconnected, this, [this, name] {
        Service &gone = m_services[name];
        gone.frontend.reset(); // the next one's is another
        gone.catalog.reset();
        gone.order.reset();
    });
    service.link->start();
}

template <typename Push, typename Answer>
void StoreWatch::takeStatus(const QByteArray &name, std::optional<Answer> Service::*status)
{
    m_services[name].link->template onStatus<Push>([this, name, status](const Push &push) {
        Service &service = m_services[name];
        service.*status = static_cast<const Answer &>(push);
        ++service.quietStatuses;
    });
}

void StoreWatch::takeEvents(const QByteArray &service, const QList<EventFields> &events, qint64 missed)
{
    if (m_takeEvents)
        m_takeEvents(service, events, missed);
}

bool StoreWatch::hasToldAll(Instant now) const
{
    return std::all_of(m_processes->processes.begin(), m_processes->processes.end(),
                       [&](const ProcessView &process) {
                           const auto found = m_services.find(process.service);
                           if (found == m_services.end() || !answers(process))
                               return true;
                           const Service &service = found->second;
                           return service.frontend || service.catalog || service.order ||
                                  now - service.since > statusTimeout;
                       });
}

bool StoreWatch::hasPushedAll(Instant now) const
{
    return m_quietStatuses >= quietIsAll &&
           std::all_of(m_services.begin(), m_services.end(), [&](const auto &named) {
               const Service &service = named.second;
               const bool isSilent = !service.link->isHeard(now) && now - service.since > statusTimeout;
               return isSilent || service.quietStatuses >= quietIsAll;
           });
}

} // namespace toystore
