// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "catalogservice.h"

#include "base/version.h"
#include "stock/sqlstockledger.h"

#include <QCoreApplication>
#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcCatalog, "toystore.catalog")

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds drainTime = 5s;
constexpr Milliseconds drainLook = 5ms;

} // namespace

CatalogService::CatalogService(CatalogOptions options, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_publisher(m_server, m_events),
      m_relay(m_server, m_events), m_writer(m_view, m_relay, m_events)
{
    installHandlers();
    m_restockTimer.setInterval(m_options.restockInterval);
    connect(&m_restockTimer, &QTimer::timeout, this, [this] { restock(); });
    m_drainTimer.setInterval(drainLook);
    connect(&m_drainTimer, &QTimer::timeout, this, [this] { finishDraining(); });
}

CatalogService::~CatalogService()
{
    m_server.drain(); // no handler runs from here on
    m_writer.stop();
}

void CatalogService::installHandlers()
{
    m_server.handle<ProductQuery>([this](const ProductQuery &query, const Reply<Product> &reply) {
        reply.send(m_view.product(query.name));
    });
    m_server.handle<ProductsQuery>(
        [this](const ProductsQuery &query, const Reply<ProductsQuery::Answer> &reply) {
            reply.succeed(m_view.productsAfter(query.after));
        });
    m_server.handle<Leadership>([this](const Leadership &, const Reply<Leadership::Answer> &reply) {
        reply.succeed(m_view.leadership());
    });
    m_server.handle<CatalogStatus>([this](const CatalogStatus &, const Reply<CatalogStatus::Answer> &reply) {
        reply.succeed(status());
    });
    m_server.handle<Sell>(
        [this](Sell call, const Reply<Sell::Answer> &reply) { m_writer.sell(std::move(call), reply); });
    m_server.handle<BeginEpoch>([this](const BeginEpoch &request, const Reply<BeginEpoch::Answer> &reply) {
        m_writer.beginEpoch(request, reply);
    });
    m_server.handle<ImportOrders>([this](ImportOrders request, const Reply<ImportOrders::Answer> &reply) {
        m_writer.importOrders(std::move(request), reply);
    });
    m_publisher.setStatus([this](const EventPublisher::TakeStatus &take) {
        CatalogStatusPush push;
        static_cast<CatalogStatus::Answer &>(push) = status();
        take(requestLine(std::nullopt, push));
    });
    m_server.handle<StockAudit>([this](const StockAudit &request, const Reply<StockAudit::Answer> &reply) {
        m_writer.auditStock(request, reply);
    });
    m_server.handle<OrdersAfter>([this](const OrdersAfter &request, const Reply<OrdersAfter::Answer> &reply) {
        m_writer.ordersAfter(request, reply);
    });
}

Result<void> CatalogService::start()
{
    Result<void> started = m_writer.start([url = m_options.ledger]() -> Result<std::unique_ptr<StockLedger>> {
        return SqlStockLedger::open(url);
    });
    // The event loop, and so every request, comes after all of this.
    m_relay.start(); // the ledger's lock is ours, so no other catalog grants leases
    if (started)
        started = m_server.listen(QHostAddress::LocalHost, m_options.port);
    if (started)
        started = m_writer.runAndWait([this](CommitPipeline &pipeline) {
            return pipeline.open({m_options.toys, m_options.stock, m_options.resume}, decisionTime());
        });
    if (!started)
        return started;
    if (m_options.restockInterval > 0ms) {
        m_nextRestock = monotonicNow() + m_options.restockInterval;
        m_restockTimer.start();
    }
    const Leadership::Answer leadership = m_view.leadership();
    qCInfo(lcCatalog, "serving %lld toys on port %u, last order %lld, epoch %lld", m_view.count(),
           m_server.port(), leadership.lastOrderNumber, leadership.epoch);
    return {};
}

CatalogStatus::Answer CatalogService::status() const
{
    const Leadership::Answer leadership = m_view.leadership();
    CatalogStatus::Answer status;
    status.epoch = leadership.epoch;
    status.leaderId = leadership.leaderId;
    status.lastOrderNumber = leadership.lastOrderNumber;
    status.products = m_view.count();
    status.subscriptions = m_relay.subscriptions();
    status.waiting = m_writer.waiting() + m_relay.held();
    if (m_options.restockInterval > 0ms) {
        const Instant next = m_nextRestock;
        status.restockInMs =
            std::max<qint64>(0, std::chrono::ceil<Milliseconds>(next - monotonicNow()).count());
    }
    status.pid = QCoreApplication::applicationPid();
    status.version = version;
    status.writes = m_writer.writes();
    return status;
}

void CatalogService::restock()
{
    m_nextRestock = monotonicNow() + m_options.restockInterval;
    m_writer.restock(m_options.restockLevel);
}

void CatalogService::drain(std::function<void()> done)
{
    qCInfo(lcCatalog, "closing: %lld requests wait", m_writer.waiting() + m_relay.held());
    m_drained = std::move(done);
    m_drainUntil = monotonicNow() + drainTime;
    m_restockTimer.stop();
    m_server.drain();
    m_drainTimer.start();
}

void CatalogService::finishDraining()
{
    const int unanswered = m_server.unanswered();
    if (unanswered > 0 && monotonicNow() < m_drainUntil)
        return;
    if (unanswered > 0)
        qCWarning(lcCatalog, "closing with %d requests unanswered", unanswered);
    m_drainTimer.stop();
    m_writer.stop();
    m_drained();
}

} // namespace toystore
