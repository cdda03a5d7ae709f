// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "faultcommands.h"

#include "faults/linkfaults.h"
#include "protocol/token.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds proxyDeadline = 2s;

} // namespace

FaultCommands::FaultCommands(RpcServer &server, const StoreConfig &config, QByteArray token,
                             Supervisor &supervisor, LeaderFinder &leaderFinder)
    : m_allowed(config.allowFaults), m_proxy{QStringLiteral("127.0.0.1"), config.faultPort},
      m_token(std::move(token)), m_supervisor(supervisor), m_leaderFinder(leaderFinder)
{
    handle<Faults>(server);
    handle<SetFault>(server);
    handle<ClearFaults>(server);
}

template <typename Request>
void FaultCommands::handle(RpcServer &server)
{
    server.handle<Request>([this](const Request &request, const Answer &reply) {
        QMetaObject::invokeMethod(
            this, [this, request, reply] { receive(request, reply); }, Qt::QueuedConnection);
    });
}

void FaultCommands::receive(const Faults &request, const Answer &reply)
{
    passOn(request, reply);
}

void FaultCommands::receive(const SetFault &request, const Answer &reply)
{
    if (const Result<void> may = checkChange(request.token); !may)
        return reply.fail(may.error());
    nameLeader(request.from, reply, [=, this](const QByteArray &from) {
        nameLeader(request.to, reply, [=, this](const QByteArray &to) {
            SetFault named = request;
            named.from = from;
            named.to = to;
            passOn(named, reply);
        });
    });
}

void FaultCommands::receive(const ClearFaults &request, const Answer &reply)
{
    if (const Result<void> may = checkChange(request.token); !may)
        return reply.fail(may.error());
    nameLeader(request.from.value_or("all"), reply, [=, this](const QByteArray &from) {
        nameLeader(request.to.value_or("all"), reply, [=, this](const QByteArray &to) {
            ClearFaults named = request;
            named.from = from;
            named.to = to;
            passOn(named, reply);
        });
    });
}

template <typename Request>
void FaultCommands::passOn(const Request &request, const Answer &reply)
{
    if (const Result<void> ready = checkProxy(); !ready)
        return reply.fail(ready.error());
    // A connection for each command: nobody sends many, and nothing runs in between.
    auto *proxy = new RpcClient(m_proxy, this);
    proxy->start();
    proxy->call(
        request, proxyDeadline,
        std::function<void(Result<Faults::Answer>)>([this, proxy, request, reply](const auto &answer) {
            proxy->deleteLater();
            if (answer)
                changed(request);
            reply.send(answer);
        }));
}

void FaultCommands::changed(const SetFault &request)
{
    const QByteArray link = request.from + " -> " + request.to;
    m_supervisor.record("fault_set", link, "fault on " + link + ": " + textOf(request));
}

void FaultCommands::changed(const ClearFaults &request)
{
    const QByteArray link = request.from.value_or("all") + " -> " + request.to.value_or("all");
    m_supervisor.record("faults_cleared", link,
                        "no " + request.kind.value_or("fault") + " any more on " + link);
}

Result<void> FaultCommands::checkChange(const QByteArray &token) const
{
    const Result<void> allowed = checkToken(token, m_token);
    return allowed ? checkProxy() : allowed;
}

Result<void> FaultCommands::checkProxy() const
{
    if (!m_allowed)
        return failure(
            ErrorCode::FaultsNotAllowed,
            "the store was not opened with --allow-faults, so nothing stands between its services");
    const Result<ServiceProcess *> proxy = m_supervisor.find("faultproxy");
    if (!proxy)
        return failure(proxy.error());
    if ((*proxy)->state() == ServiceProcess::State::Ready)
        return {};
    return failure(ErrorCode::WrongState, "faultproxy is " + (*proxy)->stateName() +
                                              ": no message passes any link until it is ready again, then"
                                              " without faults");
}

void FaultCommands::nameLeader(const QByteArray &service, const Answer &reply,
                               const std::function<void(QByteArray)> &then)
{
    if (service != "leader")
        return then(service);
    m_leaderFinder.find([reply, then](const Result<ReplicaId> &leader) {
        if (leader)
            then("order-" + QByteArray::number(leader->value));
        else
            reply.fail(leader.error());
    });
}

} // namespace toystore
