// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "commandserver.h"

#include "base/version.h"

#include <unistd.h>

namespace toystore
{

namespace
{

// A few people and dashboards; all work is done on the main thread.
constexpr RpcServer::Limits limits{2, 256, 1000, 4 * 1024 * 1024};

} // namespace

CommandServer::CommandServer(const StoreConfig &config, QByteArray token, Supervisor &supervisor,
                             const EventRing &events, QObject *parent)
    : QObject(parent), m_token(std::move(token)), m_supervisor(supervisor),
      m_leaderFinder({QStringLiteral("127.0.0.1"), config.adminPort},
                     {QStringLiteral("127.0.0.1"), config.catalogPort}),
      m_server(limits), m_publisher(m_server, events)
{
    m_server.handle<Processes>(
        [this, directory = config.data.toUtf8()](const Processes &, const Reply<Processes::Answer> &reply) {
            QMetaObject::invokeMethod(
                this,
                [this, directory, reply] {
                    reply.succeed({::getpid(), version, directory, m_supervisor.processes()});
                },
                Qt::QueuedConnection);
        });
    handleCommand<StartService>(&Supervisor::start);
    handleCommand<StopService>(&Supervisor::stop);
    handleCommand<KillService>(&Supervisor::kill);
    handleCommand<PauseService>(&Supervisor::pause);
    handleCommand<ResumeService>(&Supervisor::resume);
    handleCommand<RestartService>(&Supervisor::restart);
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
void CommandServer::handleCommand(Command command)
{
    m_server.handle<Request>([this, command](const Request &request, const Reply<ProcessView> &reply) {
        QMetaObject::invokeMethod(
            this, [this, request, command, reply] { carryOut(request, command, reply); },
            Qt::QueuedConnection);
    });
}

void CommandServer::carryOut(const ServiceCommand &request, Command command, const Reply<ProcessView> &reply)
{
    if (!isToken(request.token))
        return reply.fail(
            {ErrorCode::Unauthorized,
             "token: this is not the one in the store's token file; only the user who opened the"
             " store may operate it"});
    if (request.service == "store" && command == &Supervisor::stop)
        return closeStore(reply);
    if (request.service == "leader") {
        m_leaderFinder.find([this, command, reply](const Result<ReplicaId> &leader) {
            if (!leader)
                return reply.fail(leader.error());
            const Result<ServiceProcess *> service = m_supervisor.find(QByteArray::number(leader->value));
            if (service)
                carryOut(**service, command, reply);
            else
                reply.fail(service.error());
        });
        return;
    }
    const Result<ServiceProcess *> service = m_supervisor.find(request.service);
    if (service)
        carryOut(**service, command, reply);
    else
        reply.fail(service.error());
}

void CommandServer::carryOut(ServiceProcess &service, Command command, const Reply<ProcessView> &reply)
{
    (m_supervisor.*command)(service, [reply](const Result<ProcessView> &result) { reply.send(result); });
}

void CommandServer::closeStore(const Reply<ProcessView> &reply)
{
    m_awaitClose.push_back(reply);
    m_supervisor.close();
}

bool CommandServer::isToken(const QByteArray &given) const
{
    if (given.size() != m_token.size())
        return false;
    // The time must not tell how much of a guess was right.
    volatile int difference = 0;
    for (qsizetype i = 0; i < m_token.size(); ++i)
        difference = difference | (given[i] ^ m_token[i]);
    return difference == 0;
}

} // namespace toystore
