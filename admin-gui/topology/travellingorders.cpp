// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "topology/travellingorders.h"

#include <algorithm>
#include <map>

namespace toystore
{

namespace
{

constexpr char frontend[] = "frontend";
constexpr char catalog[] = "catalog";

using Place = OrderStage::Place;

QByteArray serviceAt(const OrderWay &way, Place place)
{
    for (const OrderStage &stage : way.stages) {
        if (stage.place == place)
            return stage.service;
    }
    return {};
}

// The leader, by whichever stage names it.
QByteArray leaderOf(const OrderWay &way)
{
    const QByteArray stored = serviceAt(way, Place::Stored);
    return stored.isEmpty() ? serviceAt(way, Place::Sent) : stored;
}

// Stages that happen side by side share a slot.
int slotOf(Place place)
{
    switch (place) {
    case Place::Received:
        return 0;
    case Place::Sent:
        return 1;
    case Place::Decided:
        return 2;
    case Place::Invalidated:
    case Place::Stored:
        return 3;
    case Place::Copied:
        return 4;
    case Place::Answered:
        break;
    }
    return 5;
}

/// From where to where the order moves in a stage; the answer takes two legs.
QList<std::pair<QByteArray, QByteArray>> moves(const OrderStage &stage, const QByteArray &leader)
{
    switch (stage.place) {
    case Place::Received:
        return {{TravellingOrders::clients, frontend}};
    case Place::Sent:
        return {{frontend, leader.isEmpty() ? stage.service : leader}};
    case Place::Decided:
        return {{leader, catalog}};
    case Place::Invalidated:
        return {{catalog, frontend}};
    case Place::Stored:
        return {{catalog, leader}};
    case Place::Copied:
        return {{leader, stage.service}};
    case Place::Answered:
        break;
    }
    return {{leader, frontend}, {frontend, TravellingOrders::clients}};
}

} // namespace

QList<TravellingOrders::Leg> TravellingOrders::legs(const OrderWay &way)
{
    std::map<int, QList<const OrderStage *>> bySlot;
    for (const OrderStage &stage : way.stages)
        bySlot[slotOf(stage.place)] << &stage;
    int slots = static_cast<int>(bySlot.size());
    if (bySlot.contains(slotOf(Place::Answered)))
        ++slots;
    const QByteArray leader = leaderOf(way);
    QList<Leg> legs;
    double begin = 0;
    for (const auto &[slot, stages] : bySlot) {
        const double length = 1.0 / slots;
        double end = begin + length;
        for (const OrderStage *stage : stages) {
            double from = begin;
            for (const auto &[start, target] : moves(*stage, leader)) {
                if (!start.isEmpty() && !target.isEmpty() && start != target)
                    legs << Leg{start, target, from, from + length};
                from += length;
            }
            end = std::max(end, from);
        }
        begin = end;
    }
    return legs;
}

void TravellingOrders::add(const OrderWay &way, Instant now)
{
    const auto recent = std::count_if(m_travels.begin(), m_travels.end(), [now](const Travel &travel) {
        return now - travel.began < std::chrono::seconds(1);
    });
    if (recent >= perSecond) {
        m_leftOut += way.standsFor;
        return;
    }
    const qint64 standsFor = way.standsFor + m_leftOut;
    m_leftOut = 0;
    QString label =
        way.orderNumber > 0 ? QStringLiteral("#%1").arg(way.orderNumber) : QString::fromUtf8(way.toy);
    if (standsFor > 1)
        label += QStringLiteral(" × %1").arg(standsFor);
    m_travels << Travel{legs(way), label, now};
}

QList<TravellingOrders::Dot> TravellingOrders::dots(Instant now) const
{
    QList<Dot> dots;
    for (const Travel &travel : m_travels) {
        const double at =
            std::chrono::duration<double>(now - travel.began) / std::chrono::duration<double>(journey);
        for (const Leg &leg : travel.legs) {
            if (at < leg.begin || at >= leg.end)
                continue;
            const bool isInvalidation = leg.from == catalog && leg.to == frontend;
            dots << Dot{leg.from, leg.to, (at - leg.begin) / (leg.end - leg.begin), isInvalidation,
                        isInvalidation ? QString() : travel.label};
        }
    }
    return dots;
}

bool TravellingOrders::advance(Instant now)
{
    m_travels.removeIf([now](const Travel &travel) { return now - travel.began >= journey; });
    return !m_travels.isEmpty();
}

} // namespace toystore
