// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/chaosrun.h"

#include "common/rpccall.h"
#include "common/waiting.h"
#include "protocol/catalogmessages.h"

#include <algorithm>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds askTimeout = 5s;
constexpr Milliseconds firstSaleTimeout = 10s;
constexpr Milliseconds sellsAgainWithin = 1s; // I13
constexpr Milliseconds sellsAgainTimeout = 30s;
constexpr Milliseconds endTimeout = 60s; // a buy is repeated for 30 s at most
// Few toys, so that many clients want the same ones: sold out, restocked, cached and invalidated all the
// time.
constexpr int toysWanted = 4;
constexpr int freshClients = 4;
constexpr double purchases = 0.5;
constexpr double lookUps = 0.2;
constexpr qint64 maxQuantity = 3;

qint64 inMs(LoadFigures::Duration duration)
{
    return std::chrono::duration_cast<Milliseconds>(duration).count();
}

} // namespace

ChaosRun::ChaosRun(const StoreAccess &access, Options options)
    : m_access(access), m_options(std::move(options))
{
    for (const ReplicaPlace &replica : access.replicas())
        m_options.plan.replicas.append(replica.id);
}

Result<void> ChaosRun::run(ChaosReport &report)
{
    if (Result<void> prepared = prepare(); !prepared)
        return prepared;
    m_options.tell("Breaking the store in " + m_access.dataDirectory().toUtf8() + ": " +
                   QByteArray::number(static_cast<double>(m_options.plan.duration.count()) / 1000) +
                   " s, seed " + QByteArray::number(m_options.plan.seed) + ", " +
                   QByteArray::number(m_options.clients) + " clients. Ctrl-C ends it early.");
    m_options.tell({});
    m_load->start();
    const bool sells = waitFor(firstSaleTimeout, [this] { return m_interrupted || decidedBuys() > 0; });
    if (sells)
        breakAndHeal(report);
    const Result<void> recorded = endLoad();
    if (!sells)
        return failure(ErrorCode::WrongState, "the store sells nothing even before it is broken");
    if (!recorded)
        return recorded;
    fillIn(report);
    return {};
}

Result<void> ChaosRun::prepare()
{
    if (m_options.plan.replicas.isEmpty())
        return failure(ErrorCode::CannotConnect,
                       "the store in " + m_access.dataDirectory().toUtf8() + " is not open");
    Result<QByteArray> token = readToken(m_access.dataDirectory());
    if (!token)
        return failure(token.error());
    m_token = *std::move(token);
    if (const auto faults = callAndWait(m_access.supervisor(), Faults(), askTimeout); !faults)
        return failure(faults.error());
    Result<LoadPlan> plan = loadPlan();
    if (!plan)
        return failure(plan.error());
    m_load = std::make_unique<LoadEngine>(*std::move(plan));
    m_load->setObserver(&m_calls);
    m_driver = std::make_unique<ChaosDriver>(m_access.supervisor(), m_token, planChaos(m_options.plan),
                                             m_options.tell);
    return {};
}

Result<LoadPlan> ChaosRun::loadPlan() const
{
    const Result<ProductsQuery::Answer> products =
        callAndWait(m_access.catalog(), ProductsQuery(), askTimeout);
    if (!products)
        return failure(products.error());
    LoadPlan plan;
    plan.shop = {QStringLiteral("127.0.0.1"), static_cast<quint16>(m_access.file()->httpPort)};
    plan.clients = m_options.clients;
    plan.mix.toys.clear();
    for (const Product &product : products->products.mid(0, toysWanted))
        plan.mix.toys.append(product.name);
    if (plan.mix.toys.isEmpty())
        return failure(ErrorCode::WrongState, "the store has no toys");
    plan.mix.purchase = purchases;
    plan.mix.lookUp = lookUps;
    plan.mix.maxQuantity = maxQuantity;
    plan.mix.seed = m_options.plan.seed;
    return plan;
}

void ChaosRun::interrupt()
{
    m_interrupted = true;
    if (m_driver)
        m_driver->stop();
}

void ChaosRun::breakAndHeal(ChaosReport &report)
{
    if (!m_interrupted) {
        QEventLoop loop;
        m_driver->start(m_options.plan.duration, [&loop] { loop.quit(); });
        loop.exec();
    }
    QEventLoop loop;
    m_driver->heal([&](const Result<void> &healed) {
        if (!healed)
            report.problem = "not everything could be healed: " + healed.error().message;
        loop.quit();
    });
    loop.exec();
    waitUntilItSells(report);
}

void ChaosRun::waitUntilItSells(ChaosReport &report)
{
    // Clients of their own: those that there are may all wait for answers that a fault has lost.
    m_load->setClients(m_options.clients + freshClients);
    const Instant healed = monotonicNow();
    const qint64 before = decidedBuys();
    QByteArray late;
    if (waitFor(sellsAgainTimeout, [&] { return decidedBuys() > before; })) {
        const auto after = std::chrono::duration_cast<Milliseconds>(monotonicNow() - healed);
        report.soldAgainAfterMs = after.count();
        if (after > sellsAgainWithin)
            late = "only " + QByteArray::number(report.soldAgainAfterMs.value()) +
                   " ms after all was healed, not within 1 s";
    } else {
        late = "not within 30 s after all was healed";
    }
    if (!late.isEmpty() && !report.problem)
        report.problem = "I13 is broken: the store sold again " + late;
}

Result<void> ChaosRun::endLoad()
{
    m_load->stop();
    if (!waitFor(endTimeout, [this] { return m_load->isIdle(); }))
        m_load->abort();
    TOYSTORE_ENSURE(m_calls.isComplete());
    return writeHistory(m_options.history, m_calls.calls());
}

qint64 ChaosRun::decidedBuys()
{
    const LoadFigures &figures = m_load->figures();
    return figures.acknowledged() + figures.rejected;
}

void ChaosRun::fillIn(ChaosReport &report)
{
    const LoadFigures &figures = m_load->figures();
    const double seconds = std::chrono::duration<double>(figures.span).count();
    report.seed = static_cast<qint64>(m_options.plan.seed);
    report.durationMs = m_options.plan.duration.count();
    report.interrupted = m_interrupted;
    report.dataDirectory = m_access.dataDirectory().toUtf8();
    for (auto done = m_driver->done().cbegin(); done != m_driver->done().cend(); ++done)
        report.faults.append({done.key().first, done.key().second, done.value()});
    report.refused = m_driver->refused();
    report.links = linkCounts();
    report.clients = m_options.clients + freshClients; // whoever may have noticed
    report.clientsNoticed = figures.noticedBy.size();
    for (std::size_t i = 0; i < loadErrors; ++i) {
        if (figures.errors[i] > 0)
            report.noticed.append({nameOf(static_cast<LoadError>(i)).toByteArray(), figures.errors[i]});
    }
    report.longestWaitMs = inMs(figures.longestWait);
    report.answersPerSecond = figures.throughput();
    report.ordersPerSecond = seconds > 0 ? static_cast<double>(figures.acknowledged()) / seconds : 0;
}

ChaosReport::Links ChaosRun::linkCounts() const
{
    ChaosReport::Links counts;
    const Result<Faults::Answer> answer = callAndWait(m_access.supervisor(), Faults(), askTimeout);
    for (const LinkView &link : answer ? answer->links : QList<LinkView>()) {
        for (const Traffic &traffic : {link.forward, link.backward}) {
            counts.messages += traffic.messages;
            counts.delayed += traffic.delayed;
            counts.dropped += traffic.dropped;
            counts.held += traffic.held;
        }
        counts.cut += link.cut;
    }
    return counts;
}

} // namespace toystore
