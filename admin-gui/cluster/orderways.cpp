// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/orderways.h"

#include <algorithm>

namespace toystore
{

namespace
{

constexpr qint64 oldMs = 10'000; // events kept from before we came are no news

std::optional<OrderStage::Place> placeOf(const QByteArray &stage)
{
    const auto names = valueNames(OrderStage::Place());
    const auto found = std::find(names.begin(), names.end(), QByteArrayView(stage));
    if (found == names.end())
        return std::nullopt;
    return static_cast<OrderStage::Place>(found - names.begin());
}

} // namespace

void OrderWays::add(const QByteArray &service, const EventFields &event, Instant now, qint64 storeMs)
{
    if (event.kind == "order_way")
        addStage(service, event, now, storeMs);
    else if (event.kind == "invalidated")
        addInvalidation(event);
}

void OrderWays::addStage(const QByteArray &service, const EventFields &event, Instant now, qint64 storeMs)
{
    const std::optional<OrderStage::Place> place = placeOf(event.subject);
    if (!place || !event.atUs || event.requestId.isEmpty() || storeMs - *event.atUs / 1000 > oldMs)
        return;
    auto found = m_open.find(event.requestId);
    if (found == m_open.end()) {
        if (m_open.size() >= mostOpen)
            return;
        found = m_open.try_emplace(event.requestId).first;
        found->second.way.requestId = event.requestId;
        found->second.since = now;
    }
    Open &open = found->second;
    OrderWay &way = open.way;
    if (event.orderNumber)
        way.orderNumber = *event.orderNumber;
    if (*place == OrderStage::Place::Received) {
        open.receivedUs = *event.atUs;
        way.toy = event.message;
        way.standsFor = std::max<qint64>(event.count.value_or(1), 1);
    }
    if (*place == OrderStage::Place::Answered) {
        open.answeredAt = now;
        open.answeredUs = *event.atUs;
    }
    const bool wasSent = std::any_of(open.stages.begin(), open.stages.end(), [](const auto &stage) {
        return stage.second.place == OrderStage::Place::Sent;
    });
    way.resent |= wasSent && *place == OrderStage::Place::Sent;
    // Where a buy is sent to says the event; everything else happens where it comes from.
    const QByteArray where = *place == OrderStage::Place::Sent ? event.message : service;
    qint64 at = *event.atUs;
    while (open.stages.contains(at))
        ++at;
    open.stages.emplace(at, OrderStage{*place, where, 0});
}

// An invalidation says which toy it is about, not which buy: it belongs to the one under way.
void OrderWays::addInvalidation(const EventFields &event)
{
    const qint64 at = event.atUs.value_or(event.atMs * 1000);
    for (auto &[requestId, open] : m_open) {
        const bool isUnderWay = open.receivedUs != 0 && at + 1000 >= open.receivedUs &&
                                (!open.answeredAt || at <= open.answeredUs);
        if (isUnderWay && open.way.toy == event.subject)
            open.stages.try_emplace(std::max(at, open.receivedUs),
                                    OrderStage{OrderStage::Place::Invalidated, "frontend", 0});
    }
}

OrderWay OrderWays::finished(const Open &open)
{
    OrderWay way = open.way;
    for (const auto &[at, stage] : open.stages) {
        way.stages.append(stage);
        way.stages.last().afterMs = static_cast<double>(std::max<qint64>(at - open.receivedUs, 0)) / 1000;
    }
    return way;
}

QList<OrderWay> OrderWays::take(Instant now)
{
    if (now - m_second >= std::chrono::seconds(1)) {
        m_second = now;
        m_taken = 0;
    }
    QList<OrderWay> ways;
    std::erase_if(m_open, [&](const auto &named) {
        const Open &open = named.second;
        if (!open.answeredAt || open.receivedUs == 0) // or never heard where it began
            return now - open.since >= patience;
        if (now - *open.answeredAt < grace)
            return false;
        if (m_taken >= mostPerSecond) {
            m_leftOut += open.way.standsFor;
            return true;
        }
        ++m_taken;
        ways.append(finished(open));
        ways.last().standsFor += std::exchange(m_leftOut, 0);
        return true;
    });
    return ways;
}

void OrderWays::clear()
{
    m_open.clear();
    m_leftOut = 0;
}

} // namespace toystore
