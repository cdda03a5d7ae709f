// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/cachefeed.h"
#include "cluster/catalogfeed.h"
#include "cluster/clustersource.h"
#include "cluster/noticedfailures.h"
#include "cluster/orderfeed.h"
#include "cluster/orderways.h"
#include "cluster/stockcheck.h"
#include "cluster/storeactions.h"
#include "cluster/timelinenews.h"

#include <QTimer>

namespace toystore
{

/// A live store, by its admin protocol: connected to the supervisor and, at the places it names, to every
/// service. Never blocks; a service that is dead or paused delays nothing of the others. Main thread.
class ClusterMonitor : public ClusterSource
{
    Q_OBJECT

public:
    explicit ClusterMonitor(QObject *parent = nullptr);
    ~ClusterMonitor() override;

    /// Watches the store whose supervisor listens at @p supervisor, instead of any before. @p token: empty
    /// to only look.
    void attach(const Endpoint &supervisor, const QByteArray &token);
    /// Watches the store in a data directory of this machine: place and token are read from its files, again
    /// whenever the store is opened anew. While none was open there yet the dashboard is Empty, and looks.
    void attach(const QString &dataDirectory);
    /// Watches nothing.
    void detach();
    /// The token to act with from now on, empty to only look; whether it is the right one shows in a
    /// snapshot soon.
    void setToken(const QByteArray &token);

    [[nodiscard]] const ClusterSnapshot &snapshot() const override { return m_snapshot; }
    qint64 act(ServiceAction action, const QByteArray &service) override;
    qint64 closeStore() override;
    qint64 setCache(std::optional<bool> enabled, std::optional<qint64> capacity) override;
    qint64 setFault(const QByteArray &from, const QByteArray &to, const Fault &fault) override;
    qint64 clearFaults() override;
    void setLoadErrors(qint64 errors) override;

private:
    void begin(const Endpoint &supervisor);
    void forget();
    void forgetRows();
    void readStoreFiles();

    // What is heard.
    void takeProcesses(const Processes::Answer &processes);
    void takeIdentity(const Processes::Answer &processes);
    void link(const ProcessView &process);
    void askAgain();
    void listenTo(const QByteArray &service, ServiceLink &link);
    [[nodiscard]] KnownService *hear(const QByteArray &service, qint64 pid);
    void takeOrderStatus(KnownService &service, const OrderStatus::Answer &status);
    void takeFrontendStatus(const FrontendStatus::Answer &status);
    void takeEvents(const QByteArray &service, const QList<EventFields> &events, qint64 missed);
    static void keepEvents(KnownService &service, const QList<EventFields> &events, qint64 missed);
    /// What the store's wall clock reads: milliseconds since 1970 UTC.
    [[nodiscard]] qint64 storeMs() const { return wallClockMs() + m_store.clock.aheadMs(); }

    // What is told, 20 times a second.
    void tick();
    void publish(Instant now);

    QString m_dataDirectory; // of this machine, if that is what we are attached to
    KnownStore m_store;
    ClusterSnapshot m_snapshot;
    Instant m_publishedAt;
    TimelineNews m_news;
    NoticedFailures m_noticed;
    OrderWays m_ways;
    StoreActions m_actions;
    LogComparison m_logs;
    StockCheck m_stock;
    OrderFeed m_orders;
    CacheFeed m_cache;
    CatalogFeed m_catalog;
    QTimer m_tick;
    QTimer m_readFiles;
    // Last, so that their callbacks, which use the rest, go first.
    ServiceLinks m_links;
    std::unique_ptr<ServiceLink> m_supervisor;
};

} // namespace toystore
