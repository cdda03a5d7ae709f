// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "measure/sweeprun.h"

#include "common/rpccall.h"
#include "protocol/faultmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/supervisormessages.h"
#include "shop/allproducts.h"

#include <QTimer>

#include <algorithm>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds askTimeout = 5s;
constexpr Milliseconds commandTimeout = 20s;
constexpr double probabilities[] = {0, 0.2, 0.4, 0.6, 0.8};
constexpr double failoverPurchases = 0.5;
constexpr Milliseconds failoverTime = 2s;
constexpr Milliseconds killAfter = 700ms;

qint64 inUs(LoadFigures::Duration duration)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

tl::unexpected<Error> interrupted()
{
    return failure(ErrorCode::WrongState, "interrupted");
}

} // namespace

Result<void> SweepRun::run(SweepFigures &figures)
{
    Result<void> done = open();
    if (done)
        done = sweep(figures.rows);
    if (done)
        done = failovers(figures.failovers);
    return done;
}

Result<void> SweepRun::open()
{
    // Sold out is rejected quickly, and that is another story; so there is always enough.
    QStringList arguments{QStringLiteral("--stock"), QStringLiteral("100000000")};
    if (m_options.delay.count() > 0)
        arguments << QStringLiteral("--allow-faults");
    Result<std::unique_ptr<OwnStore>> opened = OwnStore::open(arguments, [this] { return m_interrupted; });
    if (!opened)
        return failure(opened.error());
    m_store = *std::move(opened);
    GlobalOptions options;
    options.data = m_store->dataDirectory();
    m_access.emplace(options);
    Result<QByteArray> token = readToken(options.data);
    const Result<QList<Product>> products = allProducts(m_access->catalog(), askTimeout);
    if (!token || !products)
        return failure(token ? products.error() : token.error());
    m_token = *std::move(token);
    for (const Product &product : *products)
        m_toys.append(product.name);
    if (m_options.delay.count() == 0)
        return {};
    SetFault delay;
    delay.from = "frontend";
    delay.to = "catalog";
    delay.kind = "delay";
    delay.delayMs = m_options.delay.count();
    delay.token = m_token;
    const Result<Faults::Answer> set = callAndWait(m_access->supervisor(), delay, askTimeout);
    return set ? Result<void>() : failure(set.error());
}

void SweepRun::interrupt()
{
    m_interrupted = true;
    if (m_load != nullptr)
        m_load->interrupt();
}

Result<void> SweepRun::sweep(QList<SweepRow> &rows)
{
    for (qint64 round = 1; round <= m_options.rounds; ++round) {
        qint64 position = 0;
        for (const Setting &setting : settingsInOrder()) {
            const Result<QList<SweepRow>> measured = measure(setting, round, ++position);
            if (!measured)
                return failure(measured.error());
            rows += *measured;
        }
    }
    return {};
}

// Fisher and Yates.
std::vector<SweepRun::Setting> SweepRun::settingsInOrder()
{
    std::vector<Setting> settings;
    for (const double probability : probabilities) {
        for (const bool cache : {true, false})
            settings.push_back({probability, cache});
    }
    for (std::size_t i = settings.size() - 1; i > 0; --i)
        std::swap(settings[i], settings[static_cast<std::size_t>(m_random.below(qint64(i) + 1))]);
    return settings;
}

LoadPlan SweepRun::plan(double probability)
{
    LoadPlan plan;
    plan.shop.port = static_cast<quint16>(m_access->file()->httpPort);
    plan.clients = m_options.clients;
    plan.mix.toys = m_toys;
    plan.mix.purchase = probability;
    plan.mix.seed = m_random.next();
    return plan;
}

Result<LoadFigures> SweepRun::load(LoadPlan plan, Milliseconds duration)
{
    if (m_interrupted)
        return interrupted();
    LoadRun run(std::move(plan), {});
    m_load = &run;
    LoadFigures figures = run.run(duration);
    m_load = nullptr;
    if (m_interrupted)
        return interrupted();
    return figures;
}

Result<QList<SweepRow>> SweepRun::measure(const Setting &setting, qint64 round, qint64 position)
{
    const Endpoint frontend = m_access->frontendAdmin();
    if (const auto set = callAndWait(frontend, SetCache{setting.cache, {}}, askTimeout); !set)
        return failure(set.error());
    const auto before = callAndWait(frontend, FrontendStatus(), askTimeout);
    const Result<LoadFigures> figures = load(plan(setting.probability), m_options.run);
    const auto after = callAndWait(frontend, FrontendStatus(), askTimeout);
    if (!before || !figures || !after)
        return failure(!figures ? figures.error() : before ? after.error() : before.error());
    QList<SweepRow> rows;
    for (const RequestKind kind : {RequestKind::Query, RequestKind::Buy}) {
        const LatencyHistogram &latency = figures->latencyOf(kind);
        if (latency.count() == 0)
            continue;
        const double seconds = std::chrono::duration<double>(figures->span).count();
        rows.append({round, position, setting.probability, setting.cache, m_options.delay.count(),
                     m_options.clients, nameOf(kind).toByteArray(), static_cast<qint64>(latency.count()),
                     static_cast<double>(latency.count()) / seconds, inUs(latency.mean()),
                     inUs(latency.quantile(0.5)), inUs(latency.quantile(0.9)), inUs(latency.quantile(0.99)),
                     inUs(latency.max()), figures->allErrors(), after->cacheHits - before->cacheHits,
                     after->cacheMisses - before->cacheMisses});
    }
    m_options.tell("round " + QByteArray::number(round) + " of " + QByteArray::number(m_options.rounds) +
                   ", probability " + QByteArray::number(setting.probability) + ", cache " +
                   (setting.cache ? "on" : "off") + ": " + QByteArray::number(figures->throughput(), 'f', 0) +
                   " answers/s");
    return rows;
}

Result<void> SweepRun::failovers(QList<FailoverRow> &rows)
{
    for (qint64 trial = 1; trial <= m_options.failovers; ++trial) {
        const Result<FailoverRow> row = failover(trial);
        if (!row)
            return failure(row.error());
        rows.append(*row);
        m_options.tell("leader killed, " + QByteArray::number(trial) + " of " +
                       QByteArray::number(m_options.failovers) + ": longest wait " +
                       QByteArray::number(row->longestWaitMs) + " ms");
    }
    return {};
}

Result<FailoverRow> SweepRun::failover(qint64 trial)
{
    const auto leading = callAndWait(m_access->frontendAdmin(), FrontendStatus(), askTimeout);
    if (!leading)
        return failure(leading.error());
    KillService kill; // by its name: to find out who leads takes time that is not the store's
    kill.service = "order-" + QByteArray::number(leading->leaderId.value);
    kill.token = m_token;
    qint64 killedMs = 0;
    std::optional<Result<ProcessView>> killed;
    QObject context; // a load that ends early leaves nobody to be killed
    QTimer::singleShot(killAfter, Qt::PreciseTimer, &context, [&] {
        killedMs = wallClockMs();
        killed = callAndWait(m_access->supervisor(), kill, commandTimeout);
    });
    const Result<LoadFigures> figures = load(plan(failoverPurchases), failoverTime);
    if (!figures || !killed || !*killed)
        return failure(!figures ? figures.error()
                       : killed
                           ? killed->error()
                           : Error{ErrorCode::WrongState, "the load ended before the leader was killed"});
    const auto status = callAndWait(m_access->frontendAdmin(), FrontendStatus(), askTimeout);
    if (!status)
        return failure(status.error());
    if (!status->failover || !status->failover->detectedMs || !status->failover->newLeaderMs)
        return failure(ErrorCode::WrongState, "the frontend elected nobody");
    StartService start;
    start.service = kill.service;
    start.token = m_token;
    if (const auto started = callAndWait(m_access->supervisor(), start, commandTimeout); !started)
        return failure(started.error());
    const FailoverView &seen = *status->failover;
    return FailoverRow{trial,
                       seen.lostLeader,
                       seen.newLeader,
                       std::max<qint64>(*seen.detectedMs - killedMs, 0),
                       std::max<qint64>(*seen.newLeaderMs - killedMs, 0),
                       inUs(figures->longestWait) / 1000,
                       figures->noticedBy.size()};
}

} // namespace toystore
