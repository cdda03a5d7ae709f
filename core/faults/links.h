// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/places.h"

namespace toystore
{

/// The way from a service to another that it connects to. What goes both ways on these connections belongs to
/// it: requests, answers and pushes.
struct Link {
    QByteArray from; ///< frontend or order-ID
    QByteArray to;   ///< catalog or order-ID
    Endpoint listen; ///< where the fault proxy takes FROM's connections
    Endpoint target; ///< where TO listens

    bool operator==(const Link &) const = default;
};

/// All links of a store: from the frontend to the catalog and each replica, from each replica to the catalog
/// and to each other one. The proxy listens on the ports of the services themselves, on loopback addresses of
/// its own: 127.0.0.2 is what the frontend connects to, 127.0.0.3 the first replica, and so on. (On Linux all
/// of 127.0.0.0/8 is this machine.) So a link needs no port that anybody has to choose.
[[nodiscard]] QList<Link> linksOf(const QList<ReplicaPlace> &replicas, const Endpoint &catalog);

/// Where @p from is to connect to, to reach @p to. There must be that link.
[[nodiscard]] Endpoint placeOf(const QByteArray &to, const QByteArray &from, const QList<Link> &links);

/// The replicas' places as @p from is to be given them. Its own, if it is a replica, stays what it is.
[[nodiscard]] QList<ReplicaPlace> placesFor(const QByteArray &from, const QList<ReplicaPlace> &replicas,
                                            const QList<Link> &links);

/// Which links a person means, by their indices: @p from and @p to are services' names, a replica's id alone
/// or "all". Errors: unknown_service, with the names there are.
[[nodiscard]] Result<QList<qsizetype>> findLinks(const QList<Link> &links, const QByteArray &from,
                                                 const QByteArray &to);

} // namespace toystore
