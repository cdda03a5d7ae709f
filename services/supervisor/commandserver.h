// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "faultcommands.h"
#include "leaderfinder.h"
#include "net/eventpublisher.h"
#include "supervisor.h"

namespace toystore
{

/// Takes the commands on the supervisor's port (protocol/supervisormessages.h), on loopback, and has the
/// supervisor carry them out. Commands need the token; looking does not. Main thread.
class CommandServer : public QObject
{
public:
    /// @p supervisor and @p events must outlive the server.
    CommandServer(const StoreConfig &config, QByteArray token, Supervisor &supervisor,
                  const EventRing &events, QObject *parent = nullptr);

    /// Errors: those of RpcServer::listen().
    [[nodiscard]] Result<void> listen(quint16 port);

    /// Answers those who asked for the store's end. Once, when it is closed.
    void storeClosed();

private:
    using Command = std::function<void(ServiceProcess &, const Supervisor::Done &)>;

    template <typename Request>
    void handleCommand();
    [[nodiscard]] Command commandOf(const StartService &request) const;
    [[nodiscard]] Command commandOf(const StopService &) const;
    [[nodiscard]] Command commandOf(const KillService &) const;
    [[nodiscard]] Command commandOf(const PauseService &) const;
    [[nodiscard]] Command commandOf(const ResumeService &) const;
    [[nodiscard]] Command commandOf(const RestartService &request) const;
    void carryOut(const QByteArray &name, const Command &command, const Reply<ProcessView> &reply);
    void closeStore(const Reply<ProcessView> &reply);

    const QByteArray m_token;
    Supervisor &m_supervisor;
    LeaderFinder m_leaderFinder;
    RpcServer m_server;
    FaultCommands m_faults;
    EventPublisher m_publisher;
    std::vector<Reply<ProcessView>> m_awaitClose;
};

} // namespace toystore
