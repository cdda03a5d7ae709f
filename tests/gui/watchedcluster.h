// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustermonitor.h"
#include "support/fakecluster.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

namespace toystore
{

/// Remembers all that a source told.
class Audience : public QObject
{
public:
    explicit Audience(ClusterSource &source)
    {
        connect(&source, &ClusterSource::snapshotChanged, this, [this](const ClusterSnapshot &snapshot) {
            snapshots.append(snapshot);
            if (awaited && !sinceAwaited && awaited(snapshot))
                sinceAwaited = watch.elapsed();
        });
        connect(&source, &ClusterSource::storeChanged, this, [this] { ++changes; });
        connect(&source, &ClusterSource::ordersAdded, this, [this](const QList<Order> &added) {
            ++orderBatches;
            orders += added;
        });
        connect(&source, &ClusterSource::cacheChanged, this,
                [this](const CacheEntries &all) { cache = all; });
        connect(&source, &ClusterSource::catalogChanged, this, [this](const Toys &all) { toys = all; });
        connect(&source, &ClusterSource::eventsAdded, this,
                [this](const QList<TimelineEvent> &added) { events += added; });
        connect(&source, &ClusterSource::orderTravelled, this,
                [this](const OrderWay &way) { ways.append(way); });
        connect(&source, &ClusterSource::actionFinished, this,
                [this](const ActionOutcome &outcome) { outcomes.append(outcome); });
    }

    /// Begins to measure how long it takes until a snapshot is as @p condition wants it.
    void await(std::function<bool(const ClusterSnapshot &)> condition)
    {
        awaited = std::move(condition);
        sinceAwaited.reset();
        watch.start();
    }
    [[nodiscard]] QByteArrayList texts() const
    {
        QByteArrayList all;
        for (const TimelineEvent &event : events)
            all.append(event.text);
        return all;
    }

    [[nodiscard]] qsizetype countOf(const QByteArray &words) const
    {
        return std::count_if(events.begin(), events.end(),
                             [&](const TimelineEvent &event) { return event.text.startsWith(words); });
    }

    QList<ClusterSnapshot> snapshots;
    int changes = 0;
    int orderBatches = 0;
    QList<Order> orders;
    CacheEntries cache;
    Toys toys;
    QList<TimelineEvent> events;
    QList<OrderWay> ways;
    QList<ActionOutcome> outcomes;
    std::function<bool(const ClusterSnapshot &)> awaited;
    std::optional<qint64> sinceAwaited;
    QElapsedTimer watch;
};

/// A store that says what the test wants, and a monitor that watches it.
struct Watched {
    explicit Watched(const QByteArray &token = "right") { monitor.attach(store.supervisor(), token); }

    [[nodiscard]] const ClusterSnapshot &now() const { return monitor.snapshot(); }
    [[nodiscard]] ServiceCard card(const QByteArray &name) const
    {
        const ServiceCard *card = now().service(name);
        return card ? *card : ServiceCard();
    }
    [[nodiscard]] ServiceState state(const QByteArray &name) const { return card(name).state; }
    [[nodiscard]] ActionView action(const QByteArray &name, ServiceAction action) const
    {
        return card(name).actions.value(static_cast<int>(action));
    }
    [[nodiscard]] bool isComplete() const
    {
        return now().isLive() && now().services.size() == 5 && now().leader == 8093 &&
               now().replicasUp == 3 && state("catalog") == ServiceState::Serving &&
               state("frontend") == ServiceState::Serving;
    }

    FakeCluster store;
    ClusterMonitor monitor;
    Audience told{monitor};
};

} // namespace toystore
