// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "commandserver.h"

#include "base/version.h"
#include "protocol/token.h"

#include <unistd.h>

namespace toystore
{

namespace
{

// A few people and dashboards; all work is done on the main thread.
constexpr RpcServer::Limits limits{2, 256, 1000, 4 * 1024 * 1024};

StartWishes wishesOf(const StartCommand &request)
{
    return {request.repair.value_or(false), request.rebuildFromAvailable.value_or(false)};
}

} // namespace

CommandServer::CommandServer(const StoreConfig &config, QByteArray token, Supervisor &supervisor,
                             const EventRing &events, QObject *parent)
    : QObject(parent), m_token(std::move(token)), m_supervisor(supervisor),
      m_leaderFinder({QStringLiteral("127.0.0.1"), config.adminPort},
                     {QStringLiteral("127.0.0.1"), config.catalogPort}),
      m_server(limits), m_faults(m_server, config, m_token, supervisor, m_leaderFinder),
      m_publisher(m_server, events)
{
    m_server.handle<Processes>(
        [this, directory = config.data.toUtf8()](const Processes &, const Reply<Processes::Answer> &reply) {
            QMetaObject::invokeMethod(
                this,
                [this, directory, reply] {
                    reply.succeed({::getpid(), version, directory, m_supervisor.processes(), wallClockMs()});
                },
                Qt::QueuedConnection);
        });
    m_server.handle<Authorize>([this](const Authorize &request, const Reply<Empty> &reply) {
        reply.send(checkToken(request.token, m_token).map([] { return Empty(); }));
    });
    m_publisher.setStatus([this, directory = config.data.toUtf8()](const EventPublisher::TakeStatus &take) {
        ProcessesPush push;
        static_cast<Processes::Answer &>(push) = {::getpid(), version, directory, m_supervisor.processes(),
                                                  wallClockMs()};
        take(requestLine(std::nullopt, push));
    });
    handleCommand<StartService>();
    handleCommand<StopService>();
    handleCommand<KillService>();
    handleCommand<PauseService>();
    handleCommand<ResumeService>();
    handleCommand<RestartService>();
}

Result<void> CommandServer::listen(quint16 port)
{
    return m_server.listen(QHostAddress::LocalHost, port);
}

void CommandServer::storeClosed()
{
    ProcessView store;
    store.service = "store";
    store.state = "stopped";
    store.sinceMs = wallClockMs();
    for (const Reply<ProcessView> &reply : std::exchange(m_awaitClose, {}))
        reply.succeed(store);
    m_server.drain(); // sends the answers
}

template <typename Request>
void CommandServer::handleCommand()
{
    m_server.handle<Request>([this](const Request &request, const Reply<ProcessView> &reply) {
        QMetaObject::invokeMethod(
            this,
            [this, request, reply] {
                if (const Result<void> allowed = checkToken(request.token, m_token); !allowed)
                    return reply.fail(allowed.error());
                if (std::is_same_v<Request, StopService> && request.service == "store")
                    return closeStore(reply);
                carryOut(request.service, commandOf(request), reply);
            },
            Qt::QueuedConnection);
    });
}

CommandServer::Command CommandServer::commandOf(const StartService &request) const
{
    return [this, wishes = wishesOf(request)](ServiceProcess &service, const Supervisor::Done &done) {
        m_supervisor.start(service, wishes, done);
    };
}

CommandServer::Command CommandServer::commandOf(const StopService &) const
{
    return
        [this](ServiceProcess &service, const Supervisor::Done &done) { m_supervisor.stop(service, done); };
}

CommandServer::Command CommandServer::commandOf(const KillService &) const
{
    return
        [this](ServiceProcess &service, const Supervisor::Done &done) { m_supervisor.kill(service, done); };
}

CommandServer::Command CommandServer::commandOf(const PauseService &) const
{
    return
        [this](ServiceProcess &service, const Supervisor::Done &done) { m_supervisor.pause(service, done); };
}

CommandServer::Command CommandServer::commandOf(const ResumeService &) const
{
    return
        [this](ServiceProcess &service, const Supervisor::Done &done) { m_supervisor.resume(service, done); };
}

CommandServer::Command CommandServer::commandOf(const RestartService &request) const
{
    return [this, wishes = wishesOf(request)](ServiceProcess &service, const Supervisor::Done &done) {
        m_supervisor.restart(service, wishes, done);
    };
}

void CommandServer::carryOut(const QByteArray &name, const Command &command, const Reply<ProcessView> &reply)
{
    if (name == "leader") {
        m_leaderFinder.find([this, command, reply](const Result<ReplicaId> &leader) {
            if (leader)
                carryOut(QByteArray::number(leader->value), command, reply);
            else
                reply.fail(leader.error());
        });
        return;
    }
    const Result<ServiceProcess *> service = m_supervisor.find(name);
    if (service)
        command(**service, [reply](const Result<ProcessView> &result) { reply.send(result); });
    else
        reply.fail(service.error());
}

void CommandServer::closeStore(const Reply<ProcessView> &reply)
{
    m_awaitClose.push_back(reply);
    m_supervisor.close();
}

} // namespace toystore
