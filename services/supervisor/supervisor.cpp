// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervisor.h"

#include "protocol/announcement.h"

#include <algorithm>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;
using State = ServiceProcess::State;

constexpr Milliseconds leastBackOff = 100ms;
constexpr Milliseconds mostBackOff = 5s;
constexpr Milliseconds healthyAfter = 10s; // ready for so long: the next failure is a new one

QByteArray inMs(Milliseconds time)
{
    return QByteArray::number(static_cast<qint64>(time.count())) + " ms";
}

} // namespace

Supervisor::Supervisor(const StoreConfig &config, const QList<ServiceDefinition> &table, EventRing &events,
                       QObject *parent)
    : QObject(parent), m_policy(config.restart), m_dataDirectory(config.data.toUtf8()),
      m_shop("http://127.0.0.1:" + QByteArray::number(config.httpPort)), m_events(events)
{
    for (const ServiceDefinition &definition : table) {
        auto *service = new ServiceProcess(definition, config.readyWithin, this);
        connect(service, &ServiceProcess::stateChanged, this,
                [this, service](State before) { onStateChanged(*service, before); });
        m_services.append(service);
        m_lastStage = std::max(m_lastStage, definition.stage);
        Restart restart{std::make_unique<QTimer>(), leastBackOff};
        restart.timer->setSingleShot(true);
        connect(restart.timer.get(), &QTimer::timeout, this, [service] {
            // Refused if a person was quicker; a failure to start is told by its state.
            if (!service->isRunning())
                static_cast<void>(service->start());
        });
        m_restarts.emplace(service, std::move(restart));
    }
}

void Supervisor::open()
{
    m_began = monotonicNow();
    record("store_opening", m_dataDirectory, "opening the store in " + m_dataDirectory);
    openStage(0);
}

void Supervisor::openStage(int stage)
{
    const QList<ServiceProcess *> services = servicesOf(stage);
    for (ServiceProcess *service : services) {
        // Running already if a person was quicker; a failure to start is told by its state.
        if (!service->isRunning())
            static_cast<void>(service->start());
    }
    whenAllSettled(services, [this, stage] { onStageSettled(stage); });
}

void Supervisor::onStageSettled(int stage)
{
    if (m_phase != Phase::Opening)
        return; // it is being closed
    const QList<ServiceProcess *> services = servicesOf(stage);
    if (std::none_of(services.begin(), services.end(), [](auto *service) { return service->isRunning(); })) {
        QByteArrayList names;
        for (const ServiceProcess *service : services)
            names.append(service->name() + ": " + withoutLog(service->reason()));
        record("store_not_opened", m_dataDirectory, "the store can't be opened: " + names.join("; "));
        return close();
    }
    if (stage < m_lastStage)
        return openStage(stage + 1);
    m_phase = Phase::Open;
    m_wasOpen = true;
    const auto took = std::chrono::duration_cast<Milliseconds>(monotonicNow() - m_began);
    record("store_open", m_shop, "the store is open, after " + inMs(took) + ", at " + m_shop);
    Q_EMIT opened();
}

void Supervisor::close()
{
    if (m_phase == Phase::Closing)
        return;
    m_phase = Phase::Closing;
    for (const auto &[service, restart] : m_restarts)
        restart.timer->stop();
    record("store_closing", m_dataDirectory, "closing the store in " + m_dataDirectory);
    closeStage(m_lastStage);
}

void Supervisor::closeStage(int stage)
{
    if (stage < 0) {
        record("store_closed", m_dataDirectory, "the store in " + m_dataDirectory + " is closed");
        Q_EMIT closed(m_wasOpen);
        return;
    }
    const QList<ServiceProcess *> services = servicesOf(stage);
    for (ServiceProcess *service : services) {
        // Refused by one that drains already; it is waited for all the same.
        if (service->isRunning())
            static_cast<void>(service->stop());
    }
    whenAllSettled(services, [this, stage] { closeStage(stage - 1); });
}

QList<ServiceProcess *> Supervisor::servicesOf(int stage) const
{
    QList<ServiceProcess *> services;
    std::copy_if(m_services.begin(), m_services.end(), std::back_inserter(services),
                 [stage](const ServiceProcess *service) { return service->definition().stage == stage; });
    return services;
}

void Supervisor::whenAllSettled(const QList<ServiceProcess *> &services, std::function<void()> then)
{
    const auto left = std::make_shared<qsizetype>(services.size());
    for (ServiceProcess *service : services) {
        service->whenSettled([left, then] {
            if (--*left == 0)
                then();
        });
    }
}

QList<ProcessView> Supervisor::processes() const
{
    QList<ProcessView> views;
    for (const ServiceProcess *service : m_services)
        views.append(service->view());
    return views;
}

Result<ServiceProcess *> Supervisor::find(const QByteArray &name) const
{
    QByteArrayList names;
    for (ServiceProcess *service : m_services) {
        if (service->name() == name || service->name() == "order-" + name)
            return service;
        names.append(service->name());
    }
    return failure(ErrorCode::UnknownService,
                   "there is no service '" + name + "': there are " + names.join(", ") + " and leader");
}

void Supervisor::finish(ServiceProcess &service, const Result<void> &begun, State wished, const Done &done)
{
    if (!begun)
        return done(failure(begun.error()));
    service.whenSettled([&service, wished, done] {
        if (service.state() == wished)
            return done(service.view());
        done(failure(ErrorCode::WrongState,
                     service.name() + " is " + service.stateName() +
                         (service.reason().isEmpty() ? QByteArray() : ": " + service.reason())));
    });
}

void Supervisor::start(ServiceProcess &service, const StartWishes &wishes, const Done &done)
{
    if (m_phase == Phase::Closing)
        return done(failure(ErrorCode::WrongState, "the store is being closed: nothing starts any more"));
    finish(service, service.start(wishes), State::Ready, done);
}

void Supervisor::stop(ServiceProcess &service, const Done &done)
{
    if (QTimer &timer = *m_restarts.at(&service).timer; timer.isActive()) {
        timer.stop();
        service.stayDown();
        return done(service.view());
    }
    finish(service, service.stop(), State::Stopped, done);
}

void Supervisor::kill(ServiceProcess &service, const Done &done)
{
    finish(service, service.kill(), State::Killed, done);
}

void Supervisor::pause(ServiceProcess &service, const Done &done)
{
    finish(service, service.pause(), State::Paused, done);
}

void Supervisor::resume(ServiceProcess &service, const Done &done)
{
    finish(service, service.resume(), State::Ready, done);
}

void Supervisor::restart(ServiceProcess &service, const StartWishes &wishes, const Done &done)
{
    if (!service.isRunning() || !service.mayHave(wishes))
        return start(service, wishes, done);
    if (service.state() != State::Draining) {
        if (const Result<void> stopping = service.stop(); !stopping)
            return done(failure(stopping.error()));
    }
    service.whenSettled([this, &service, wishes, done] { start(service, wishes, done); });
}

void Supervisor::onStateChanged(ServiceProcess &service, State before)
{
    const QByteArray pid = ", pid " + QByteArray::number(service.pid());
    switch (service.state()) {
    case State::Starting:
        m_restarts.at(&service).timer->stop();
        return record("service_started", service.name(), "started" + pid);
    case State::Ready:
        if (before == State::Paused)
            return record("service_resumed", service.name(), "resumed" + pid);
        return record("service_ready", service.name(),
                      "ready after " + inMs(service.readyAfter()) + " at " + service.definition().address +
                          pid);
    case State::Paused:
        return record("service_paused", service.name(), "paused" + pid);
    case State::Draining:
        return record("service_draining", service.name(), "drains" + pid);
    case State::Stopped:
        return record("service_stopped", service.name(),
                      "stopped after " + inMs(service.endedAfter()) + " (" + service.reason() + ')');
    case State::Killed:
        record("service_killed", service.name(), "killed (" + service.reason() + ')');
        return considerRestart(service);
    case State::Failed:
        record("service_failed", service.name(), "failed: " + service.reason());
        return considerRestart(service);
    }
}

void Supervisor::considerRestart(ServiceProcess &service)
{
    if (m_policy == RestartPolicy::Never || m_phase == Phase::Closing)
        return;
    Restart &restart = m_restarts.at(&service);
    if (service.readySince() && monotonicNow() - *service.readySince() > healthyAfter)
        restart.backOff = leastBackOff;
    restart.timer->start(restart.backOff);
    restart.backOff = std::min(2 * restart.backOff, mostBackOff);
}

void Supervisor::record(const QByteArray &kind, const QByteArray &subject, const QByteArray &message)
{
    Event event;
    event.atMs = wallClockMs();
    event.kind = kind;
    event.subject = subject;
    event.message = message;
    m_events.add(event);
    Q_EMIT happened(event);
}

} // namespace toystore
