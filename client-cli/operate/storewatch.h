// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/storeaccess.h"
#include "net/servicelink.h"
#include "operate/storestatus.h"

#include <map>
#include <memory>

namespace toystore
{

/// An open store as its services push it: how they are, and their events. Connected to the supervisor and, at
/// the places it names, to every service; after a loss again, from where it was, so that nothing is missed.
/// One thread; never blocks but in open().
class StoreWatch : public QObject
{
public:
    using TakeEvents =
        std::function<void(const QByteArray &service, const QList<EventFields> &events, qint64 missed)>;

    explicit StoreWatch(const StoreAccess &access);

    /// @p take gets all events, those that the services had kept first. Before open().
    void onEvents(TakeEvents take) { m_takeEvents = std::move(take); }

    /// Connects, and waits until the supervisor and every service that runs have told how they are; a service
    /// that says nothing for half a second is left out. Errors: cannot_connect, deadline_exceeded (the
    /// supervisor's).
    [[nodiscard]] Result<void> open(Milliseconds timeout);
    /// Waits until every service has pushed the events that it had kept, at most a few seconds.
    void awaitKeptEvents();

    /// As it was told; of a service that is silent or gone there is nothing.
    [[nodiscard]] StoreStatus status() const;
    [[nodiscard]] bool isSupervisorHeard() const { return m_supervisor.isHeard(monotonicNow()); }

private:
    struct Service {
        std::unique_ptr<ServiceLink> link;
        Instant since;         // when we began to listen
        int quietStatuses = 0; // that came since the last event
        std::optional<FrontendStatus::Answer> frontend = {};
        std::optional<CatalogStatus::Answer> catalog = {};
        std::optional<OrderStatus::Answer> order = {};
    };

    void takeProcesses(const Processes::Answer &processes);
    void listenTo(const ProcessView &process);
    template <typename Push, typename Answer>
    void takeStatus(const QByteArray &name, std::optional<Answer> Service::*status);
    void takeEvents(const QByteArray &service, const QList<EventFields> &events, qint64 missed);
    [[nodiscard]] bool hasToldAll(Instant now) const;
    [[nodiscard]] bool hasPushedAll(Instant now) const;

    const StoreAccess &m_access;
    TakeEvents m_takeEvents;
    std::optional<Processes::Answer> m_processes;
    std::optional<QByteArray> m_refused; // why the supervisor can't be reached
    int m_quietStatuses = 0;             // the supervisor's
    ServiceLink m_supervisor;
    std::map<QByteArray, Service> m_services;
};

/// Whether a service is in a state in which it answers.
[[nodiscard]] inline bool answers(const ProcessView &process)
{
    return process.state == "ready" || process.state == "draining";
}

} // namespace toystore
