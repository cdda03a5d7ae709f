// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"
#include "protocol/faultmessages.h"
#include "protocol/order.h"

#include <QObject>

namespace toystore
{

/// Where a dashboard gets all it shows and takes its actions: a live store (ClusterMonitor) or a recording
/// (ReplaySource). Widgets and models know no more than this.
///
/// Everything comes in batches, at most 20 a second of each kind, on the source's thread. Texts are UTF-8.
/// Actions return at once with a number; actionFinished() names it when it is done or has failed, never
/// before the call returned. A source that can't act (a recording, no token) refuses in the same way.
class ClusterSource : public QObject
{
    Q_OBJECT

public:
    explicit ClusterSource(QObject *parent = nullptr) : QObject(parent) {}

    /// The newest snapshot.
    [[nodiscard]] virtual const ClusterSnapshot &snapshot() const = 0;

    /// Asks the supervisor for @p action on @p service (a card's name, or "leader").
    virtual qint64 act(ServiceAction action, const QByteArray &service) = 0;
    /// Closes the whole store.
    virtual qint64 closeStore() = 0;
    /// Switches the frontend's cache, or changes its capacity (1 to 1,000,000); what is absent stays.
    virtual qint64 setCache(std::optional<bool> enabled, std::optional<qint64> capacity) = 0;
    /// Gives the links from @p from to @p to (services' names, "leader" or "all") a fault, in place of the
    /// one of its kind.
    virtual qint64 setFault(const QByteArray &from, const QByteArray &to, const Fault &fault) = 0;
    /// Ends every injected fault.
    virtual qint64 clearFaults() = 0;
    /// Errors of this dashboard's own load that the frontend can't tell of, for 'clients noticed'. Counted
    /// since the load began; what an earlier load met of this store stays counted.
    virtual void setLoadErrors(qint64 errors) = 0;

    qint64 start(const QByteArray &service) { return act(ServiceAction::Start, service); }
    qint64 stop(const QByteArray &service) { return act(ServiceAction::Stop, service); }
    qint64 kill(const QByteArray &service) { return act(ServiceAction::Kill, service); }
    qint64 pause(const QByteArray &service) { return act(ServiceAction::Pause, service); }
    qint64 resume(const QByteArray &service) { return act(ServiceAction::Resume, service); }
    qint64 restart(const QByteArray &service) { return act(ServiceAction::Restart, service); }

Q_SIGNALS:
    /// Also once a second without news, so that ages grow.
    void snapshotChanged(const toystore::ClusterSnapshot &snapshot);
    /// Another store, or the same one opened anew with other orders: forget all rows.
    void storeChanged();
    /// Decided orders, ascending by number and without a gap among each other; after a long absence, or
    /// the first time, they may begin above the last ones (the newest are what matters).
    void ordersAdded(const QList<toystore::Order> &orders);
    void cacheChanged(const toystore::CacheEntries &entries);
    void catalogChanged(const toystore::Toys &toys);
    void eventsAdded(const QList<toystore::TimelineEvent> &events);
    /// For the animation: at most five a second.
    void orderTravelled(const toystore::OrderWay &way);
    void actionFinished(const toystore::ActionOutcome &outcome);
};

} // namespace toystore
