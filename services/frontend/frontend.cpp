// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "frontend.h"

#include "base/version.h"
#include "protocol/frontendmessages.h"
#include "protocol/messagejson.h"

#include <QLoggingCategory>

#include <unistd.h>

Q_LOGGING_CATEGORY(lcFrontend, "toystore.frontend")

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds leaderPatience = 3000ms; // so that whoever opens a store can buy at once
constexpr Milliseconds drainLimit = 5000ms;
constexpr Milliseconds drainCheck = 10ms;
constexpr qint64 maxContents = 1000;
constexpr qint64 maxCacheCapacity = 1'000'000;

RpcServer::Limits adminLimits()
{
    RpcServer::Limits limits;
    limits.threads = 2; // people and dashboards, not the store's own traffic
    limits.connections = 64;
    return limits;
}

} // namespace

Frontend::Frontend(Options options)
    : m_options(std::move(options)), m_catalog(m_options.catalog),
      m_products(m_catalog, m_events, m_options.cacheCapacity, m_options.cacheEnabled),
      m_tracker(m_options.replicas, m_catalog, m_events, m_options.seed), m_orders(m_tracker, m_events),
      m_lister(m_catalog),
      m_watch(
          m_catalog, m_tracker, [this] { return status(); }, [this] { return figures(); }),
      m_feed(m_events, [this] { updateFeed(); }),
      m_routes({m_products, m_lister, m_orders, m_watch, m_feed}, m_meter),
      m_sessions({[this](const HttpRequest &request, const Routes::Defer &defer) {
                      return m_routes.handle(request, defer);
                  },
                  [this](int status) { m_routes.noteRefusal(status); }},
                 m_options.maxSessions),
      m_admin(adminLimits()), m_publisher(m_admin, m_events)
{
    connect(&m_products, &ProductDesk::catalogReached, &m_tracker, &LeaderTracker::catalogReached);
    connect(&m_products, &ProductDesk::catalogLost, &m_tracker, &LeaderTracker::catalogLost);
    connect(&m_tracker, &LeaderTracker::leaderReady, this, [this] { sayReady(); });
    connect(&m_drainTimer, &QTimer::timeout, this, [this] {
        const bool idle = m_products.queries() == 0 && m_orders.buys() == 0 && m_orders.lookups() == 0 &&
                          m_lister.lists() == 0;
        if (idle || monotonicNow() >= m_drainUntil) {
            m_drainTimer.stop();
            Q_EMIT drained();
        }
    });
    m_secondTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_secondTimer, &QTimer::timeout, this, [this] { m_meter.endSecond(); });
    m_secondTimer.start(1000ms);
    offerAdminPort();
}

Result<void> Frontend::start()
{
    if (Result<void> listening = m_admin.listen(QHostAddress::LocalHost, m_options.adminPort); !listening)
        return listening;
    if (Result<void> listening = m_sessions.open(m_options.httpAddress, m_options.httpPort); !listening)
        return listening;
    qCInfo(lcFrontend, "shop on port %u, admin port %u", m_sessions.serverPort(), m_admin.port());
    m_catalog.start();
    m_tracker.start();
    QTimer::singleShot(leaderPatience, this, [this] {
        if (!m_saidReady)
            qCWarning(lcFrontend, "serving without a leader: orders fail until there is one");
        sayReady();
    });
    return {};
}

void Frontend::sayReady()
{
    if (!std::exchange(m_saidReady, true))
        Q_EMIT ready();
}

void Frontend::drain()
{
    m_sessions.close();
    m_routes.drain();
    m_watch.drain();
    m_drainUntil = monotonicNow() + drainLimit;
    m_drainTimer.start(drainCheck);
}

void Frontend::offerAdminPort()
{
    // Handlers run on the server's threads; what they ask about lives on this one.
    m_admin.handle<FrontendStatus>(
        [this](const FrontendStatus &, const Reply<FrontendStatus::Answer> &reply) {
            QMetaObject::invokeMethod(
                this, [this, reply] { reply.succeed(status()); }, Qt::QueuedConnection);
        });
    m_publisher.setStatus([this](const EventPublisher::TakeStatus &take) {
        FrontendStatusPush push;
        static_cast<FrontendStatus::Answer &>(push) = status();
        take(requestLine(std::nullopt, push));
    });
    m_admin.handle<CacheContents>([this](const CacheContents &, const Reply<CacheContents::Answer> &reply) {
        reply.succeed(cacheContents());
    });
    m_admin.handle<CacheStatistics>(
        [this](const CacheStatistics &, const Reply<CacheStatistics::Answer> &reply) {
            reply.succeed(cacheStatistics());
        });
    m_admin.handle<SetCache>([this](const SetCache &request, const Reply<Empty> &reply) {
        if (request.capacity && (*request.capacity < 1 || *request.capacity > maxCacheCapacity))
            return reply.fail({ErrorCode::InvalidField, "capacity: must be from 1 to 1000000"});
        m_products.setCache(request.enabled, request.capacity);
        reply.succeed({});
    });
}

FrontendStatus::Answer Frontend::status()
{
    const Elector &elector = m_tracker.elector();
    const Elector::Leader leader = elector.readyLeader().value_or(Elector::Leader());
    const ProductDesk::CacheState cache = m_products.cacheState();
    FrontendStatus::Answer answer;
    answer.leaderId = leader.id;
    answer.epoch = leader.epoch;
    answer.catalogConnected = m_catalog.isConnected();
    answer.subscribed = cache.subscribed;
    answer.cacheEnabled = cache.enabled;
    answer.cacheEntries = cache.entries;
    answer.cacheHits = cache.statistics.hits;
    answer.cacheMisses = cache.statistics.misses;
    answer.cacheInvalidations = cache.statistics.invalidations;
    answer.cacheCapacity = cache.capacity;
    answer.sessions = m_sessions.sessions();
    answer.refusedSessions = m_sessions.refused();
    answer.waitingBuys = static_cast<qint64>(m_orders.buys());
    answer.replicas = elector.views();
    answer.traffic = m_meter.traffic();
    answer.failover = m_orders.failover();
    answer.pid = ::getpid();
    answer.version = version;
    if (!m_tracker.trouble().isEmpty())
        answer.noLeaderBecause = clipText(m_tracker.trouble(), 1024);
    return answer;
}

CacheStatistics::Answer Frontend::cacheStatistics()
{
    const ProductDesk::CacheState cache = m_products.cacheState();
    const ProductCache::Statistics &counts = cache.statistics;
    return {cache.enabled, cache.subscribed,     "lru",           cache.capacity, cache.entries, counts.hits,
            counts.misses, counts.invalidations, counts.evictions};
}

StoreFigures Frontend::figures()
{
    StoreFigures figures;
    figures.frontend = status();
    figures.cache = m_products.cacheState().statistics;
    figures.routes = m_meter.routes();
    figures.failovers = m_orders.failovers().count;
    figures.failoverTime = m_orders.failovers().time;
    figures.eventStreams = m_feed.streams();
    return figures;
}

// Asked for on the session threads; they may outlive our event loop, but not us.
void Frontend::updateFeed()
{
    QMetaObject::invokeMethod(
        this, [this] { m_feed.setStatus(toJson(status())); }, Qt::QueuedConnection);
}

CacheContents::Answer Frontend::cacheContents()
{
    const ProductDesk::CacheState cache = m_products.cacheState();
    CacheContents::Answer answer{cache.enabled, cache.capacity, {}};
    for (const ProductCache::Content &content : m_products.cacheContents(maxContents)) {
        const Product &product = content.product;
        answer.entries.append({product.name, product.price, product.quantity, product.version,
                               content.age.count(), content.hits});
    }
    return answer;
}

} // namespace toystore
