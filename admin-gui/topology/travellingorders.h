// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "cluster/clusternews.h"

#include <QString>

namespace toystore
{

/// Where orders that are shown on their way are right now. Pure: a real way takes a few milliseconds and is
/// stretched to about a second, its stages in the order in which the services told them.
class TravellingOrders
{
public:
    static constexpr Milliseconds journey{1100};
    /// Ways shown in one second at most; of more, some are left out and the next one says how many it stands
    /// for.
    static constexpr int perSecond = 5;
    /// What the topology calls the place where clients are.
    static constexpr char clients[] = "clients";

    /// One piece of a way: from one service to another, in shares (0 to 1) of the journey.
    struct Leg {
        QByteArray from;
        QByteArray to;
        double begin = 0;
        double end = 0;

        bool operator==(const Leg &) const = default;
    };

    struct Dot {
        QByteArray from;
        QByteArray to;
        double progress = 0; ///< 0: at from, 1: at to
        bool isInvalidation = false;
        QString label; ///< the order's number, and how many buys the dot stands for
    };

    void add(const OrderWay &way, Instant now);
    [[nodiscard]] QList<Dot> dots(Instant now) const;
    /// Forgets what has arrived. Whether anything is still on its way.
    bool advance(Instant now);
    void clear() { m_travels.clear(); }

    /// The legs that the stages of @p way tell of, and no other.
    [[nodiscard]] static QList<Leg> legs(const OrderWay &way);

private:
    struct Travel {
        QList<Leg> legs;
        QString label;
        Instant began;
    };

    QList<Travel> m_travels;
    qint64 m_leftOut = 0;
};

} // namespace toystore
