// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QMetaType>

#include <optional>

namespace toystore
{

/// What load a person wants.
struct LoadWish {
    int clients = 8;
    int buyPercent = 50; ///< of all requests
    int perSecond = 100; ///< requests, all clients together; 0: each client asks again when it was answered

    bool operator==(const LoadWish &) const = default;
};

/// What the load of this dashboard has met so far.
struct LoadNews {
    bool isRunning = false;
    qint64 answered = 0;
    qint64 rejected = 0; ///< buys of what is sold out: an answer like any other
    qint64 errors = 0;   ///< attempts that failed: answers of 500 and above, and none at all
    double perSecond = 0;
    std::optional<double> p50Ms; ///< of all requests since the start; so is the next
    std::optional<double> p99Ms;
    qint64 answeredErrors = 0; ///< of the errors, the answers of 500 and above: the frontend counts them, too

    bool operator==(const LoadNews &) const = default;
};

} // namespace toystore

Q_DECLARE_METATYPE(toystore::LoadWish)
Q_DECLARE_METATYPE(toystore::LoadNews)
