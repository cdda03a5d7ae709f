// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "cluster/clusternews.h"
#include "protocol/eventmessages.h"

#include <map>

namespace toystore
{

/// Puts the ways of buys together from the events of several services. A way is complete some time after
/// its answer, when what the others pushed has come, too. What happened long before is left out. Pure.
class OrderWays
{
public:
    static constexpr Milliseconds grace{200};     ///< after the answer, for the other services' stages
    static constexpr Milliseconds patience{6000}; ///< for the answer
    static constexpr int mostPerSecond = 5;
    static constexpr std::size_t mostOpen = 500;

    /// Takes an event that @p service has pushed, if it is part of a way. @p storeMs: what the store's wall
    /// clock reads now.
    void add(const QByteArray &service, const EventFields &event, Instant now, qint64 storeMs);

    /// Ways that are complete by @p now, at most mostPerSecond a second; those left out are counted in the
    /// next one's standsFor.
    [[nodiscard]] QList<OrderWay> take(Instant now);

    void clear();

private:
    struct Open {
        OrderWay way;
        std::map<qint64, OrderStage> stages; // by their microsecond
        qint64 receivedUs = 0;               // 0: that was not heard
        Instant since;
        std::optional<Instant> answeredAt; // when that was heard,
        qint64 answeredUs = 0;             // and when it was
    };

    void addStage(const QByteArray &service, const EventFields &event, Instant now, qint64 storeMs);
    void addInvalidation(const EventFields &event);
    [[nodiscard]] static OrderWay finished(const Open &open);

    std::map<QByteArray, Open> m_open; // by request id
    qint64 m_leftOut = 0;
    Instant m_second; // when the current one began
    int m_taken = 0;  // in it
};

} // namespace toystore
