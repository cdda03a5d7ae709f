// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "notifysocket.h"
#include "protocol/supervisormessages.h"
#include "servicelog.h"
#include "servicetable.h"

#include <QProcess>
#include <QTimer>

namespace toystore
{

/// One service and the process it runs in, over all its starts. Main thread only: the child dies with the
/// thread that started it (PR_SET_PDEATHSIG).
class ServiceProcess : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Starting, ///< runs, and has not said that it serves
        Ready,
        Paused,   ///< SIGSTOP took effect
        Draining, ///< was asked to end, or says that it does
        Stopped,  ///< ended as asked, or never started
        Killed,   ///< by SIGKILL, whoever sent it
        Failed,   ///< crashed, ended with an error, or was not ready in time
    };

    ServiceProcess(ServiceDefinition definition, Milliseconds readyWithin, QObject *parent);
    ~ServiceProcess() override;

    [[nodiscard]] const ServiceDefinition &definition() const { return m_definition; }
    [[nodiscard]] const QByteArray &name() const { return m_definition.name; }
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] QByteArray stateName() const;
    [[nodiscard]] const QByteArray &reason() const { return m_reason; }
    [[nodiscard]] bool mayHave(const StartWishes &wishes) const;
    [[nodiscard]] bool isRunning() const { return m_process != nullptr; }
    [[nodiscard]] qint64 pid() const { return m_process ? m_process->processId() : 0; }
    [[nodiscard]] ProcessView view() const;
    /// From the start to READY; and from the wish that it end to its end.
    [[nodiscard]] Milliseconds readyAfter() const { return m_readyAfter; }
    [[nodiscard]] Milliseconds endedAfter() const { return m_endedAfter; }
    /// Since when it serves, or until its end served; nothing if it did not in this start.
    [[nodiscard]] std::optional<Instant> readySince() const { return m_readySince; }

    // Each begins what it is named after; whenSettled() tells when it is done. Errors: wrong_state, naming
    // the state; invalid_field, for wishes about what is no order replica.
    [[nodiscard]] Result<void> start(const StartWishes &wishes = {});
    [[nodiscard]] Result<void> stop(); ///< SIGTERM and SIGCONT; SIGKILL after 5 s
    [[nodiscard]] Result<void> kill();
    [[nodiscard]] Result<void> pause();
    [[nodiscard]] Result<void> resume();

    /// Makes a service that is down count as stopped: nobody is to start it again.
    void stayDown();

    /// Calls @p then when no start, stop, kill or pause is under way: at once, or later on this thread. The
    /// state tells how it went.
    void whenSettled(std::function<void()> then);

Q_SIGNALS:
    void stateChanged(toystore::ServiceProcess::State before);

private:
    [[nodiscard]] tl::unexpected<Error> wrongState(const QByteArray &wish) const;
    [[nodiscard]] Result<void> prepare();
    void launch(const StartWishes &wishes);
    void setState(State state, const QByteArray &reason = {});
    void settle();
    void signal(int number) const;
    void onNotified(const QList<QByteArray> &lines);
    void extendStart(std::chrono::microseconds more);
    void onReadyTimeout();
    void beginDraining();
    void confirmPause();
    void onFinished(int code, QProcess::ExitStatus status);
    void ended(State state, const QByteArray &reason);
    [[nodiscard]] QByteArray withItsWords(const QByteArray &reason) const;

    const ServiceDefinition m_definition;
    const Milliseconds m_readyWithin;
    ServiceLog m_log;
    std::unique_ptr<QProcess> m_process;    // while it runs
    std::unique_ptr<NotifySocket> m_notify; // while it runs
    QTimer m_readyTimer;
    Instant m_readyBy; // when that rings
    QTimer m_drainTimer;
    QTimer m_pauseTimer;
    Instant m_pauseUntil;
    State m_state = State::Stopped;
    QByteArray m_reason = "not started yet";
    QByteArray m_endReason; // why we end it, if we do
    QByteArray m_status;    // what it said last about itself
    qint64 m_sinceMs;
    qint64 m_starts = 0;
    bool m_wasReady = false;
    bool m_signalled = false; // a kill or pause is not confirmed yet
    Instant m_startedAt;
    std::optional<Instant> m_readySince;
    Instant m_askedToEnd;
    Milliseconds m_readyAfter{0};
    Milliseconds m_endedAfter{0};
    std::vector<std::function<void()>> m_waiting;
};

} // namespace toystore
