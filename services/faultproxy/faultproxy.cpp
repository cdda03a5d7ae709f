// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "faultproxy.h"

#include "protocol/token.h"

#include <QRandomGenerator>

namespace toystore
{

namespace
{

constexpr RpcServer::Limits limits{1, 64, 1000, 1024 * 1024, 4 * 1024 * 1024};

} // namespace

FaultProxy::FaultProxy(const Options &options) : m_options(options), m_server(limits)
{
    for (const Link &link : options.links)
        m_links.push_back(std::make_unique<ProxyLink>(link));
    handle<Faults>(&FaultProxy::show);
    handle<SetFault>(&FaultProxy::set);
    handle<ClearFaults>(&FaultProxy::clear);
}

Result<void> FaultProxy::start()
{
    for (const auto &link : m_links) {
        if (Result<void> started = link->start(); !started)
            return started;
    }
    return m_server.listen(QHostAddress::LocalHost, m_options.port);
}

template <typename Request>
void FaultProxy::handle(Result<Faults::Answer> (FaultProxy::*carryOut)(const Request &))
{
    m_server.handle<Request>([this, carryOut](const Request &request, const Reply<Faults::Answer> &reply) {
        QMetaObject::invokeMethod(
            this, [this, carryOut, request, reply] { reply.send((this->*carryOut)(request)); },
            Qt::QueuedConnection);
    });
}

Result<Faults::Answer> FaultProxy::show(const Faults &)
{
    return viewsOf(findLinks(m_options.links, "all", "all").value());
}

Result<Faults::Answer> FaultProxy::set(const SetFault &request)
{
    if (const Result<void> allowed = checkToken(request.token, m_options.token); !allowed)
        return failure(allowed.error());
    if (const Result<void> good = LinkFaults::check(request); !good)
        return failure(good.error());
    const Result<QList<qsizetype>> links = findLinks(m_options.links, request.from, request.to);
    if (!links)
        return failure(links.error());
    quint64 seed =
        request.seed ? static_cast<quint64>(*request.seed) : QRandomGenerator::system()->generate64();
    for (const qsizetype index : *links)
        m_links[static_cast<std::size_t>(index)]->set(request, seed++);
    return viewsOf(*links);
}

Result<Faults::Answer> FaultProxy::clear(const ClearFaults &request)
{
    if (const Result<void> allowed = checkToken(request.token, m_options.token); !allowed)
        return failure(allowed.error());
    if (const Result<void> good = request.kind ? LinkFaults::checkKind(*request.kind) : Result<void>(); !good)
        return failure(good.error());
    const Result<QList<qsizetype>> links =
        findLinks(m_options.links, request.from.value_or("all"), request.to.value_or("all"));
    if (!links)
        return failure(links.error());
    for (const qsizetype index : *links)
        m_links[static_cast<std::size_t>(index)]->clear(request.kind);
    return viewsOf(*links);
}

Faults::Answer FaultProxy::viewsOf(const QList<qsizetype> &indices) const
{
    Faults::Answer answer;
    for (const qsizetype index : indices)
        answer.links.append(m_links[static_cast<std::size_t>(index)]->view());
    return answer;
}

} // namespace toystore
