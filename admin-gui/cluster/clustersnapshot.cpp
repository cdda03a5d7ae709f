// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/clusternews.h"

#include <algorithm>
#include <tuple>

namespace toystore
{

std::span<const QByteArrayView> valueNames(Attachment)
{
    static constexpr std::array<QByteArrayView, 5> names = {"empty", "connecting", "live", "disconnected",
                                                            "not_permitted"};
    return names;
}

std::span<const QByteArrayView> valueNames(ServiceState)
{
    static constexpr std::array<QByteArrayView, 8> names = {
        "leader", "follower", "serving", "syncing", "not_answering", "down", "draining", "stale"};
    return names;
}

std::span<const QByteArrayView> valueNames(ServiceRole)
{
    static constexpr std::array<QByteArrayView, 3> names = {"catalog", "frontend", "order_replica"};
    return names;
}

std::span<const QByteArrayView> valueNames(ServiceAction)
{
    static constexpr std::array<QByteArrayView, 6> names = {"start", "stop",   "kill",
                                                            "pause", "resume", "restart"};
    return names;
}

std::span<const QByteArrayView> valueNames(TrafficKind)
{
    static constexpr std::array<QByteArrayView, 3> names = {"query", "buy", "look_up"};
    return names;
}

std::span<const QByteArrayView> valueNames(VerdictState)
{
    static constexpr std::array<QByteArrayView, 4> names = {"unknown", "ok", "partial", "broken"};
    return names;
}

std::span<const QByteArrayView> valueNames(TimelineEvent::Kind)
{
    static constexpr std::array<QByteArrayView, 8> names = {"service", "leader", "failover", "orders",
                                                            "stock",   "cache",  "fault",    "dashboard"};
    return names;
}

bool isBefore(const TimelineEvent &a, const TimelineEvent &b)
{
    return std::tie(a.atMs, a.service, a.cursor) < std::tie(b.atMs, b.service, b.cursor);
}

std::span<const QByteArrayView> valueNames(OrderStage::Place)
{
    static constexpr std::array<QByteArrayView, 7> names = {"received", "sent",   "decided", "invalidated",
                                                            "stored",   "copied", "answered"};
    return names;
}

const ServiceCard *ClusterSnapshot::service(const QByteArray &name) const
{
    const auto found = std::find_if(services.begin(), services.end(),
                                    [&](const ServiceCard &card) { return card.name == name; });
    return found == services.end() ? nullptr : &*found;
}

ClusterSnapshot withoutAges(ClusterSnapshot snapshot)
{
    snapshot.atMs = 0;
    snapshot.ageMs = 0;
    if (snapshot.restockInMs)
        snapshot.restockInMs = (*snapshot.restockInMs + 999) / 1000;
    for (ServiceCard &card : snapshot.services) {
        card.forMs = 0;
        card.ageMs = 0;
    }
    for (VerdictView *verdict : {&snapshot.logsIdentical, &snapshot.stockConserved, &snapshot.clientsNoticed})
        verdict->tooltip.clear();
    return snapshot;
}

} // namespace toystore
