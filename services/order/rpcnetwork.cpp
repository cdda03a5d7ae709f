// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "rpcnetwork.h"

namespace toystore
{

RpcNetwork::RpcNetwork(const QList<ReplicaPlace> &peers, const Endpoint &catalog)
{
    for (const ReplicaPlace &peer : peers)
        m_clients.emplace(peer.id, std::make_unique<RpcClient>(peer.endpoint, RpcClient::Grouping::None));
    m_clients.emplace(theCatalog, std::make_unique<RpcClient>(catalog, RpcClient::Grouping::None));
}

void RpcNetwork::start(const std::function<void(ReplicaId)> &peerLost)
{
    for (const auto &[id, client] : m_clients) {
        if (id != theCatalog) {
            QObject::connect(client.get(), &RpcClient::disconnected, client.get(),
                             [peerLost, peer = id] { peerLost(peer); });
        }
        client->start();
    }
}

void RpcNetwork::call(ReplicaId to, const Message &message, Milliseconds deadline, Done done)
{
    if (const auto *sell = std::get_if<Sell>(&message)) {
        ++m_batches;
        m_batchOrders += sell->entries.size();
    }
    RpcClient &client = *m_clients.at(to);
    std::visit(
        [&](const auto &request) {
            using Request = std::decay_t<decltype(request)>;
            client.call<Request>(
                request, deadline, [done = std::move(done)](Result<typename Request::Answer> answer) {
                    done(std::move(answer).map([](auto &&body) { return CallAnswer(std::move(body)); }));
                });
        },
        message);
}

} // namespace toystore
