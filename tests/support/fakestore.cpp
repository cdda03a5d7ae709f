// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/fakestore.h"

#include <QStringList>

#include <algorithm>

namespace toystore
{

namespace
{

constexpr qsizetype productsAtOnce = 3; // so that four toys take two pages

} // namespace

FakeStore::FakeStore(int replicas)
{
    for (const char *name : {"Tux", "Rubber Duck", "A/B", "Whale"})
        m_products[name] = Product{name, 19.9, 100, 1};
    startCatalog();
    m_ports.resize(static_cast<std::size_t>(replicas));
    // The highest id last, so that tests know who is elected.
    std::sort(m_ports.begin(), m_ports.end(),
              [](const FreePort &a, const FreePort &b) { return a.number() < b.number(); });
    m_replicas.resize(m_ports.size());
    for (int i = 0; i < replicas; ++i)
        startReplica(i);
}

QString FakeStore::catalogPlace() const
{
    return QString::number(m_catalogPort.number());
}

QString FakeStore::replicaPlaces() const
{
    QStringList places;
    for (const FreePort &port : m_ports)
        places.append(QString::number(port.number()));
    return places.join(QLatin1Char(','));
}

ReplicaId FakeStore::replicaId(int index) const
{
    return {m_ports[static_cast<std::size_t>(index)].number()};
}

void FakeStore::startCatalog()
{
    m_catalog = makeCatalog();
    TOYSTORE_ENSURE(m_catalog->listen(QHostAddress::LocalHost, m_catalogPort.number()));
}

void FakeStore::startReplica(int index)
{
    const auto place = static_cast<std::size_t>(index);
    m_replicas[place] = makeReplica(replicaId(index));
    TOYSTORE_ENSURE(m_replicas[place]->listen(QHostAddress::LocalHost, m_ports[place].number()));
}

std::unique_ptr<RpcServer> FakeStore::makeCatalog()
{
    auto server = std::make_unique<RpcServer>();
    server->handle<ProductQuery>([this](const ProductQuery &query, const Reply<Product> &reply) {
        const std::scoped_lock lock(m_mutex);
        ++m_queries;
        if (m_holdQueries)
            m_heldQueries.emplace_back(query.name, reply);
        else
            reply.send(find(query.name));
    });
    server->handle<ProductsQuery>(
        [this](const ProductsQuery &query, const Reply<ProductsQuery::Answer> &reply) {
            const std::scoped_lock lock(m_mutex);
            ProductsQuery::Answer page;
            auto next = query.after ? m_products.upper_bound(*query.after) : m_products.begin();
            for (; next != m_products.end() && page.products.size() < productsAtOnce; ++next)
                page.products.append(next->second);
            page.more = next != m_products.end();
            reply.succeed(page);
        });
    server->handle<CatalogStatus>([this](const CatalogStatus &, const Reply<CatalogStatus::Answer> &reply) {
        CatalogStatus::Answer status;
        status.lastOrderNumber = lastOrderNumber();
        status.writes = WriteFigures{2, 3'000'000, 2, 7};
        reply.succeed(status);
    });
    server->handle<Leadership>(
        [this](const Leadership &, const Reply<Leadership::Answer> &reply) { reply.succeed(leadership()); });
    server->handle<BeginEpoch>([this](const BeginEpoch &request, const Reply<Leadership::Answer> &reply) {
        const std::scoped_lock lock(m_mutex);
        if (request.expectedEpoch != m_leadership.epoch) {
            return reply.fail(
                {ErrorCode::StaleEpoch,
                 "stale",
                 {m_leadership.epoch, m_leadership.leaderId.value, m_leadership.lastOrderNumber}});
        }
        m_leadership.epoch = std::max(m_leadership.epoch, request.seenEpoch) + 1;
        m_leadership.leaderId = request.leaderId;
        reply.succeed(m_leadership);
    });
    server->handle<SubscribeInvalidations>(
        [this](const SubscribeInvalidations &, const Reply<SubscribeInvalidations::Answer> &reply) {
            const std::scoped_lock lock(m_mutex);
            if (m_muteSubscriptions)
                return m_mutedSubscriptions.push_back(reply);
            m_subscribers[reply.peer()->id()] = {++m_lastSubscription, reply.peer()};
            reply.succeed({m_lastSubscription});
        });
    server->handle<Renew>([this](const Renew &request, const Reply<Empty> &reply) {
        const std::scoped_lock lock(m_mutex);
        const auto known = m_subscribers.find(reply.peer()->id());
        if (m_muteRenewals)
            m_mutedRenewals.push_back(reply);
        else if (known == m_subscribers.end() || known->second.subscription != request.subscription)
            reply.fail({ErrorCode::NotSubscribed, "no such subscription"});
        else
            reply.succeed({});
    });
    server->setAnswerHandler([this](quint64, qint64, const std::optional<Error> &error) {
        const std::scoped_lock lock(m_mutex);
        m_acknowledged += error ? 0 : 1;
    });
    QObject::connect(server.get(), &RpcServer::peerDisconnected, server.get(), [this](quint64 peer) {
        const std::scoped_lock lock(m_mutex);
        m_subscribers.erase(peer);
    });
    return server;
}

std::unique_ptr<RpcServer> FakeStore::makeReplica(ReplicaId id)
{
    auto server = std::make_unique<RpcServer>();
    {
        const std::scoped_lock lock(m_mutex);
        m_leads[id] = 0;
    }
    server->handle<HealthCheck>([this, id](const HealthCheck &, const Reply<HealthCheck::Answer> &reply) {
        const std::scoped_lock lock(m_mutex);
        const qint64 epoch = m_leads[id];
        reply.succeed({epoch > 0 ? id : ReplicaId(), epoch, m_leadership.lastOrderNumber, epoch > 0});
    });
    server->handle<OrderStatus>([id](const OrderStatus &, const Reply<OrderStatus::Answer> &reply) {
        OrderStatus::Answer status;
        status.id = id;
        status.writes = WriteFigures{4, 1'500'000, 3, 9};
        reply.succeed(status);
    });
    server->handle<UpdateLeader>(
        [this, id](const UpdateLeader &request, const Reply<UpdateLeader::Answer> &reply) {
            const std::scoped_lock lock(m_mutex);
            m_leads[id] = request.leaderId == id ? request.epoch.value_or(0) : 0;
            reply.succeed({request.epoch.value_or(0), m_leadership.lastOrderNumber});
        });
    server->handle<PlaceOrder>([this, id](const PlaceOrder &request, const Reply<PlaceOrder::Answer> &reply) {
        placeOrder(id, request, reply);
    });
    server->handle<OrderDetails>(
        [this, id](const OrderDetails &request, const Reply<OrderDetails::Answer> &reply) {
            const std::scoped_lock lock(m_mutex);
            if (const auto failing = m_failingLookups.find(id); failing != m_failingLookups.end())
                return reply.fail({failing->second, "told to fail"});
            if (request.number < 1 || request.number > static_cast<qint64>(m_orders.size()))
                return reply.fail({ErrorCode::OrderNotFound, "order not found"});
            const Order &order = m_orders[static_cast<std::size_t>(request.number - 1)];
            reply.succeed({order.number, order.name, order.quantity});
        });
    return server;
}

void FakeStore::placeOrder(ReplicaId at, const PlaceOrder &request, const Reply<PlaceOrder::Answer> &reply)
{
    const std::scoped_lock lock(m_mutex);
    m_placed.push_back({at, request});
    if (m_dropBuys)
        return m_heldBuys.push_back(reply);
    if (m_refusal)
        return reply.fail(
            {*m_refusal, "told to refuse", {m_leadership.epoch, m_leadership.leaderId.value, {}}});
    if (request.epoch != m_leadership.epoch || m_leads[at] != request.epoch)
        return reply.fail(
            {ErrorCode::StaleEpoch, "stale", {m_leadership.epoch, m_leadership.leaderId.value, {}}});
    const Result<qint64> number = decide(request);
    if (m_holdBuys)
        m_heldBuys.push_back(reply);
    else if (number)
        reply.succeed({*number});
    else
        reply.fail(number.error());
}

Result<qint64> FakeStore::decide(const PlaceOrder &request)
{
    for (const Order &order : m_orders) {
        if (order.requestId != request.requestId)
            continue;
        if (order.name != request.name || order.quantity != request.quantity)
            return failure(ErrorCode::RequestMismatch, "used with another order");
        return order.number;
    }
    const auto product = m_products.find(request.name);
    if (product == m_products.end() || request.quantity < 1 || request.quantity > product->second.quantity)
        return failure(ErrorCode::OrderRejected, "couldn't place the order");
    product->second.quantity -= request.quantity;
    ++product->second.version;
    m_leadership.lastOrderNumber = static_cast<qint64>(m_orders.size()) + 1;
    m_orders.push_back({m_leadership.lastOrderNumber, request.name, request.quantity, request.requestId,
                        request.epoch, "2026-11-22T09:00:00.000Z"});
    pushInvalidation(product->second);
    return m_leadership.lastOrderNumber;
}

void FakeStore::pushInvalidation(const Product &product)
{
    for (const auto &[id, subscriber] : m_subscribers)
        subscriber.peer->push(Invalidate{subscriber.subscription, product.name, product.version}, 1);
}

Result<Product> FakeStore::find(const QByteArray &name) const
{
    const auto product = m_products.find(name);
    if (product == m_products.end())
        return failure(ErrorCode::ProductNotFound, "product not found");
    return product->second;
}

void FakeStore::setStock(const QByteArray &name, qint64 quantity)
{
    const std::scoped_lock lock(m_mutex);
    Product &product = m_products.at(name);
    product.quantity = quantity;
    ++product.version;
    pushInvalidation(product);
}

void FakeStore::addToy(const QByteArray &name)
{
    const std::scoped_lock lock(m_mutex);
    m_products[name] = Product{name, 19.9, 100, 1};
}

void FakeStore::setPrice(const QByteArray &name, double price)
{
    const std::scoped_lock lock(m_mutex);
    Product &product = m_products.at(name);
    product.price = price;
    ++product.version;
    pushInvalidation(product);
}

void FakeStore::holdBuys(bool hold)
{
    const std::scoped_lock lock(m_mutex);
    m_holdBuys = hold;
}

void FakeStore::dropBuys(bool drop)
{
    const std::scoped_lock lock(m_mutex);
    m_dropBuys = drop;
}

void FakeStore::refuseBuys(std::optional<ErrorCode> code)
{
    const std::scoped_lock lock(m_mutex);
    m_refusal = code;
}

void FakeStore::failLookups(ReplicaId replica, std::optional<ErrorCode> code)
{
    const std::scoped_lock lock(m_mutex);
    if (code)
        m_failingLookups[replica] = *code;
    else
        m_failingLookups.erase(replica);
}

void FakeStore::holdQueries(bool hold)
{
    const std::scoped_lock lock(m_mutex);
    m_holdQueries = hold;
    if (hold)
        return;
    for (const auto &[name, reply] : m_heldQueries)
        reply.send(find(name));
    m_heldQueries.clear();
}

void FakeStore::muteRenewals(bool mute)
{
    const std::scoped_lock lock(m_mutex);
    m_muteRenewals = mute;
}

void FakeStore::muteSubscriptions()
{
    const std::scoped_lock lock(m_mutex);
    m_muteSubscriptions = true;
}

std::vector<FakeStore::Placed> FakeStore::placed() const
{
    const std::scoped_lock lock(m_mutex);
    return m_placed;
}

int FakeStore::productQueries() const
{
    const std::scoped_lock lock(m_mutex);
    return m_queries;
}

int FakeStore::acknowledged() const
{
    const std::scoped_lock lock(m_mutex);
    return m_acknowledged;
}

int FakeStore::subscriptions() const
{
    const std::scoped_lock lock(m_mutex);
    return static_cast<int>(m_lastSubscription);
}

Leadership::Answer FakeStore::leadership() const
{
    const std::scoped_lock lock(m_mutex);
    return m_leadership;
}

qint64 FakeStore::lastOrderNumber() const
{
    const std::scoped_lock lock(m_mutex);
    return m_leadership.lastOrderNumber;
}

} // namespace toystore
