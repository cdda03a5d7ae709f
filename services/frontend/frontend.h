// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "leadertracker.h"
#include "livefeed.h"
#include "net/eventpublisher.h"
#include "net/rpcclient.h"
#include "net/rpcserver.h"
#include "orderdesk.h"
#include "productdesk.h"
#include "productlister.h"
#include "routes.h"
#include "sessionpool.h"
#include "shopmeter.h"
#include "watchdesk.h"

#include <QHostAddress>
#include <QObject>
#include <QTimer>

namespace toystore
{

/// The frontend service: the shop over HTTP in front of the catalog and the order replicas, and its admin
/// port. Lives on the main thread, whose event loop carries the connections to the other services; sessions
/// have threads of their own.
class Frontend : public QObject
{
    Q_OBJECT

public:
    struct Options {
        QList<ReplicaPlace> replicas;
        Endpoint catalog;
        QHostAddress httpAddress;
        quint16 httpPort = 8081;
        quint16 adminPort = 8082;
        bool cacheEnabled = true;
        qint64 cacheCapacity = 1000;
        int maxSessions = 1000;
        quint32 seed = 1; ///< of the elections' back-off
    };

    explicit Frontend(Options options);

    /// Listens and begins to connect. Errors: already_in_use, cannot_connect.
    [[nodiscard]] Result<void> start();

    /// Takes no more connections, lets what waits finish, at most 5 s, then emits drained().
    void drain();

Q_SIGNALS:
    /// HTTP is listening and, for the first time, a leader is known. Where none is to be had, a little later
    /// all the same: what can be served is.
    void ready();
    void drained();

private:
    void sayReady();
    void offerAdminPort();
    [[nodiscard]] FrontendStatus::Answer status();
    [[nodiscard]] CacheContents::Answer cacheContents();
    [[nodiscard]] CacheStatistics::Answer cacheStatistics();
    [[nodiscard]] StoreFigures figures();
    void updateFeed();

    // Declared so that what uses is destroyed before what is used.
    const Options m_options;
    EventRing m_events;
    ShopMeter m_meter;
    RpcClient m_catalog;
    ProductDesk m_products;
    LeaderTracker m_tracker;
    OrderDesk m_orders;
    ProductLister m_lister;
    WatchDesk m_watch;
    LiveFeed m_feed;
    Routes m_routes;
    SessionPool m_sessions;
    RpcServer m_admin;
    EventPublisher m_publisher;
    QTimer m_secondTimer;
    QTimer m_drainTimer;
    Instant m_drainUntil;
    bool m_saidReady = false;
};

} // namespace toystore
