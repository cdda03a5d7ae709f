// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "serviceprocess.h"

#include <unordered_map>

namespace toystore
{

/// Opens, watches and closes the store: which service starts when, who is started again, what is told. Main
/// thread only.
class Supervisor : public QObject
{
    Q_OBJECT

public:
    /// Called with how the service is when a command is done, or with why it failed.
    using Done = std::function<void(Result<ProcessView>)>;

    /// @p events must outlive the supervisor.
    Supervisor(const StoreConfig &config, const QList<ServiceDefinition> &table, EventRing &events,
               QObject *parent = nullptr);

    /// Starts stage after stage, each when the one before is settled. A stage of which no service gets ready
    /// closes the store again; a replica that fails among others does not.
    void open();
    /// Ends stage after stage, the last one first; then emits closed().
    void close();

    [[nodiscard]] QList<ProcessView> processes() const;
    /// Finds by name, or a replica by its id alone. Errors: unknown_service, with the names there are.
    [[nodiscard]] Result<ServiceProcess *> find(const QByteArray &name) const;

    /// Adds to the events.
    void record(const QByteArray &kind, const QByteArray &subject, const QByteArray &message);

    // The commands. Errors: wrong_state, at once or because it ended in another state than wished;
    // invalid_field, for wishes about what is no order replica.
    void start(ServiceProcess &service, const StartWishes &wishes, const Done &done);
    void stop(ServiceProcess &service, const Done &done);
    void kill(ServiceProcess &service, const Done &done);
    void pause(ServiceProcess &service, const Done &done);
    void resume(ServiceProcess &service, const Done &done);
    void restart(ServiceProcess &service, const StartWishes &wishes, const Done &done);

Q_SIGNALS:
    /// Something was added to the events.
    void happened(const toystore::Event &event);
    /// The store is open: of every kind of service there is one at least that runs.
    void opened();
    /// All is down. @p opened: the store had been open; else it could not be opened, and the events say why.
    void closed(bool opened);

private:
    enum class Phase { Opening, Open, Closing };
    struct Restart {
        std::unique_ptr<QTimer> timer;
        Milliseconds backOff;
    };

    void openStage(int stage);
    void onStageSettled(int stage);
    void closeStage(int stage);
    [[nodiscard]] QList<ServiceProcess *> servicesOf(int stage) const;
    void whenAllSettled(const QList<ServiceProcess *> &services, std::function<void()> then);
    void finish(ServiceProcess &service, const Result<void> &begun, ServiceProcess::State wished,
                const Done &done);
    void onStateChanged(ServiceProcess &service, ServiceProcess::State before);
    void considerRestart(ServiceProcess &service);

    const RestartPolicy m_policy;
    const QByteArray m_dataDirectory;
    const QByteArray m_shop;
    EventRing &m_events;
    QList<ServiceProcess *> m_services; // our children
    std::unordered_map<ServiceProcess *, Restart> m_restarts;
    Phase m_phase = Phase::Opening;
    bool m_wasOpen = false;
    int m_lastStage = 0;
    Instant m_began;
};

} // namespace toystore
