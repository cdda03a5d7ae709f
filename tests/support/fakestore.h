// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcserver.h"
#include "protocol/catalogmessages.h"
#include "protocol/ordermessages.h"
#include "support/storeports.h"

#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace toystore
{

/// A catalog and order replicas as a frontend sees them: the wire behaviour of docs/protocol.md without
/// disks, replication and followers' logs, with switches for what a test needs to go wrong. Needs an event
/// loop; lives on the test's thread.
class FakeStore
{
public:
    struct Placed { ///< a place_order that arrived
        ReplicaId at;
        PlaceOrder request;
    };

    explicit FakeStore(int replicas = 3);

    [[nodiscard]] QString catalogPlace() const;
    [[nodiscard]] QString replicaPlaces() const;
    [[nodiscard]] ReplicaId replicaId(int index) const;

    void stopCatalog() { m_catalog.reset(); }
    void startCatalog();
    /// Closes its connections and listens no more, as a killed process.
    void stopReplica(int index) { m_replicas[static_cast<std::size_t>(index)].reset(); }
    void startReplica(int index);

    /// Sets a toy's stock and pushes the invalidation.
    void setStock(const QByteArray &name, qint64 quantity);
    void addToy(const QByteArray &name);
    void setPrice(const QByteArray &name, double price);

    void holdBuys(bool hold); ///< place_order is decided but not answered
    void dropBuys(bool drop); ///< place_order is neither decided nor answered
    void refuseBuys(std::optional<ErrorCode> code);
    void failLookups(ReplicaId replica, std::optional<ErrorCode> code);
    void holdQueries(bool hold);  ///< product is kept unanswered, until false: all are answered
    void muteRenewals(bool mute); ///< renew is not answered
    void muteSubscriptions();     ///< nor is who subscribes, from now on

    [[nodiscard]] std::vector<Placed> placed() const;
    [[nodiscard]] int productQueries() const;
    [[nodiscard]] int acknowledged() const; ///< invalidations
    [[nodiscard]] int subscriptions() const;
    [[nodiscard]] Leadership::Answer leadership() const;
    [[nodiscard]] qint64 lastOrderNumber() const;

private:
    struct Subscriber {
        qint64 subscription = 0;
        std::shared_ptr<RpcPeer> peer;
    };

    [[nodiscard]] std::unique_ptr<RpcServer> makeCatalog();
    [[nodiscard]] std::unique_ptr<RpcServer> makeReplica(ReplicaId id);
    void placeOrder(ReplicaId at, const PlaceOrder &request, const Reply<PlaceOrder::Answer> &reply);
    [[nodiscard]] Result<qint64> decide(const PlaceOrder &request);
    void pushInvalidation(const Product &product);
    [[nodiscard]] Result<Product> find(const QByteArray &name) const;

    mutable std::mutex m_mutex; // guards all below but the servers
    std::map<QByteArray, Product> m_products;
    std::vector<Order> m_orders;
    Leadership::Answer m_leadership;
    std::map<ReplicaId, qint64> m_leads; // the epoch a replica leads
    std::vector<Placed> m_placed;
    std::vector<Reply<PlaceOrder::Answer>> m_heldBuys;
    std::vector<std::pair<QByteArray, Reply<Product>>> m_heldQueries;
    std::map<ReplicaId, ErrorCode> m_failingLookups;
    std::optional<ErrorCode> m_refusal;
    bool m_holdBuys = false;
    bool m_dropBuys = false;
    bool m_holdQueries = false;
    bool m_muteRenewals = false;
    std::vector<Reply<Empty>> m_mutedRenewals;
    bool m_muteSubscriptions = false;
    std::vector<Reply<SubscribeInvalidations::Answer>> m_mutedSubscriptions;
    std::map<quint64, Subscriber> m_subscribers;
    int m_queries = 0;
    int m_acknowledged = 0;
    qint64 m_lastSubscription = 0;

    const FreePort m_catalogPort;
    std::vector<FreePort> m_ports;
    std::unique_ptr<RpcServer> m_catalog;
    std::vector<std::unique_ptr<RpcServer>> m_replicas;
};

} // namespace toystore
