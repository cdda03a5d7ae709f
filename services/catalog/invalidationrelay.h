// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "net/rpcserver.h"
#include "stock/commitpipeline.h"
#include "stock/invalidationhub.h"

#include <QTimer>

#include <mutex>
#include <unordered_map>

namespace toystore
{

/// Joins the pure InvalidationHub to the server's connections and the clock: pushes what it wants pushed and
/// keeps the answers that it holds.
///
/// Made on the server's thread; changed(), hold() and the counts are for any thread.
class InvalidationRelay : public QObject, public CommitAudience
{
public:
    /// Handles subscribe_invalidations and renew on @p server. Both arguments must outlive the relay, and the
    /// server be drained before it goes. Before server.listen().
    InvalidationRelay(RpcServer &server, EventRing &events, QObject *parent = nullptr);

    /// Leases that the process before has granted may be alive for a while from now on; to be called once it
    /// is certain that there is no such process any more, and before requests come.
    void start();

    void changed(const QList<Product> &toys) override;
    void hold(Sell::Answer answer, const QSet<QByteArray> &toys, Respond respond) override;

    [[nodiscard]] qint64 subscriptions() const;
    [[nodiscard]] qint64 held() const;

private:
    struct Held {
        Sell::Answer answer;
        Respond respond;
    };
    using Released = std::vector<Held>;

    void subscribe(const Reply<SubscribeInvalidations::Answer> &reply);
    void renew(const Renew &request, const Reply<Empty> &reply);
    void acknowledged(quint64 peer, qint64 push, const std::optional<Error> &error);
    void peerGone(quint64 peer);
    void tick();
    Released perform();
    void arm();
    static void send(Released released);

    EventRing &m_events;
    QTimer m_timer;

    mutable std::mutex m_mutex; // guards what follows
    InvalidationHub m_hub;
    std::unordered_map<quint64, std::shared_ptr<RpcPeer>> m_peers; // of the hub's subscriptions
    std::unordered_map<qint64, Held> m_held;
    qint64 m_lastHeld = 0;
    std::optional<Instant> m_armedFor;
};

} // namespace toystore
