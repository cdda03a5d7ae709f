// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "demo/demostore.h"

#include "common/waiting.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds leaderTimeout = 5s;
constexpr Milliseconds equalTimeout = 5s;
constexpr Milliseconds idleTimeout = 10s;
constexpr double requestsPerSecond = 400;
constexpr double purchases = 0.5;
constexpr double lookUps = 0.1;

} // namespace

Result<void> DemoStore::open()
{
    // Enough for all steps: what is sold out would be rejected, and that is another story.
    Result<std::unique_ptr<OwnStore>> opened = OwnStore::open(
        {QStringLiteral("--stock"), QStringLiteral("100000")}, [this] { return m_interrupted; });
    if (!opened)
        return failure(opened.error());
    m_store = *std::move(opened);
    m_options.data = m_store->dataDirectory();
    m_access.emplace(m_options);
    Result<QByteArray> token = readToken(m_options.data);
    if (!token)
        return failure(token.error());
    m_token = *std::move(token);
    LoadPlan plan;
    plan.shop.port = static_cast<quint16>(m_access->file()->httpPort);
    plan.clients = clients;
    plan.rate = requestsPerSecond;
    plan.mix.purchase = purchases;
    plan.mix.lookUp = lookUps;
    m_load = std::make_unique<LoadEngine>(std::move(plan));
    m_load->setObserver(&m_calls);
    return {};
}

Result<FrontendStatus::Answer> DemoStore::awaitLeaderAfter(ReplicaId former) const
{
    Result<FrontendStatus::Answer> status = failure(ErrorCode::Internal, "");
    const Result<void> awaited = await(leaderTimeout, "another leader", [&] {
        status = frontend();
        return status && !status->leaderId.isNone() && status->leaderId != former && status->failover &&
               status->failover->isOver && status->failover->lostLeader == former.value;
    });
    return awaited ? status : failure(awaited.error());
}

Result<LogChecksum::Answer> DemoStore::awaitEqualLogs() const
{
    LogChecksum::Answer all;
    const Result<void> awaited = await(equalTimeout, "identical logs", [&] {
        bool isFirst = true;
        for (const ReplicaPlace &replica : m_access->replicas()) {
            const Result<LogChecksum::Answer> one = ask(replica.endpoint, LogChecksum());
            if (!one || (!isFirst && (one->upTo != all.upTo || one->sha256 != all.sha256)))
                return false;
            all = *one;
            isFirst = false;
        }
        return true;
    });
    if (!awaited)
        return failure(awaited.error());
    return all;
}

void DemoStore::startClients()
{
    m_load->start();
}

Result<void> DemoStore::shopFor(Milliseconds time) const
{
    static_cast<void>(waitFor(time, [this] { return m_interrupted; }));
    if (m_interrupted)
        return failure(ErrorCode::Internal, "interrupted");
    return {};
}

Result<LoadFigures> DemoStore::stopClients()
{
    m_load->stop();
    const Result<void> idle =
        await(idleTimeout, "the clients' last answers", [this] { return m_load->isIdle(); });
    if (!idle)
        m_load->abort();
    return idle ? Result<LoadFigures>(m_load->takeFigures()) : failure(idle.error());
}

Result<void> DemoStore::await(Milliseconds timeout, const QByteArray &what,
                              const std::function<bool()> &check) const
{
    bool came = false;
    static_cast<void>(waitFor(timeout, [&] {
        came = check();
        return came || m_interrupted;
    }));
    if (came)
        return {};
    if (m_interrupted)
        return failure(ErrorCode::Internal, "interrupted");
    return failure(ErrorCode::DeadlineExceeded,
                   what + " did not come within " + QByteArray::number(qint64{timeout.count()}) + " ms");
}

} // namespace toystore
