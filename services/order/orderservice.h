// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/requestsampler.h"
#include "net/eventpublisher.h"
#include "net/rpcserver.h"
#include "orders/filedisk.h"
#include "rpcnetwork.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace toystore
{

/// One order replica: joins core/orders to sockets and to the disk.
class OrderService : public QObject
{
public:
    struct Options {
        ReplicaId id;
        QList<ReplicaPlace> places; ///< of all replicas, this one included
        Endpoint catalog;
        QString dataDirectory;
        bool rebuildFromAvailable = false;
        bool repair = false;
    };

    OrderService() = default;
    /// Waits for what is being handled and for the log's last flush.
    ~OrderService() override;

    /// Opens the log, listens, and begins to catch up; tells who started the process when that has ended.
    /// Errors: the log's, the port's.
    [[nodiscard]] Result<void> start(const Options &options);

    /// Takes no more requests; answers what waits, at most 5 s, then calls @p done.
    void drain(std::function<void()> done);

private:
    [[nodiscard]] Result<void> openLog(const Options &options);
    [[nodiscard]] Result<void> setLogAside(const QString &path) const;
    void tellProgress();
    void serve();
    template <typename Request>
    void serveRequest();
    void serveBuys();
    void serveCopies();
    void serveStatus();
    void tellWay(const QByteArray &requestId, qint64 standsFor, qint64 orderNumber, const QByteArray &stage);
    [[nodiscard]] Result<LogChecksum::Answer> checksum(const LogChecksum &request) const;

    class MonotonicClock : public Clock
    {
    public:
        [[nodiscard]] Instant now() const override { return monotonicNow(); }
    };

    MonotonicClock m_clock;
    EventRing m_events;
    RequestSampler m_sampler;
    std::unique_ptr<RpcNetwork> m_network;
    std::unique_ptr<EffectRunner> m_runner;
    std::unique_ptr<OrderLog> m_log;
    std::unique_ptr<FileDisk> m_disk;
    RpcServer m_server;
    EventPublisher m_publisher{m_server, m_events};
    QTimer m_tick;
    OrderLog::Recovered m_recovered;
    bool m_isBooted = false;
    qint64 m_lastTold = 0; // the last order on disk when we told our progress
};

} // namespace toystore
