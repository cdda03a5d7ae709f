// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcclient.h"
#include "orders/effectrunner.h"

#include <atomic>
#include <memory>
#include <unordered_map>

namespace toystore
{

/// The replica's Network over kept TCP connections: one to each peer and one to the catalog. Lives on the
/// thread that made it; call() may be used from any.
class RpcNetwork : public Network
{
public:
    RpcNetwork(const QList<ReplicaPlace> &peers, const Endpoint &catalog);

    /// Begins to connect; @p peerLost is called, on this object's thread, when a peer's connection is lost.
    void start(const std::function<void(ReplicaId)> &peerLost);

    void call(ReplicaId to, const Message &message, Milliseconds deadline, Done done) override;

    /// Sell calls sent, and buys in them. Any thread.
    [[nodiscard]] qint64 batches() const { return m_batches; }
    [[nodiscard]] qint64 batchOrders() const { return m_batchOrders; }

private:
    std::atomic<qint64> m_batches = 0;
    std::atomic<qint64> m_batchOrders = 0;
    std::unordered_map<ReplicaId, std::unique_ptr<RpcClient>> m_clients; // theCatalog's too
};

} // namespace toystore
