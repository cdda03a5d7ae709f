// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/places.h"

#include <QStringList>

#include <algorithm>

namespace toystore
{

namespace
{

constexpr int maxPlaces = 16;

Result<ReplicaPlace> parsePlace(const QString &text)
{
    const qsizetype at = text.indexOf(QLatin1Char('@'));
    Result<Endpoint> endpoint = parseEndpoint(text.mid(at + 1));
    if (!endpoint)
        return failure(endpoint.error());
    ReplicaPlace place{{endpoint->port}, *std::move(endpoint)};
    if (at >= 0) {
        bool ok = false;
        place.id.value = text.left(at).toLongLong(&ok);
        if (!ok || place.id.value < 1)
            return failure(ErrorCode::InvalidField,
                           '\'' + text.toUtf8() + "': the id before '@' is no whole number above 0");
    }
    return place;
}

} // namespace

Result<Endpoint> parseEndpoint(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    Endpoint endpoint;
    if (colon >= 0)
        endpoint.host = text.left(colon);
    bool ok = false;
    endpoint.port = text.mid(colon + 1).toUShort(&ok);
    if (!ok || endpoint.port == 0 || endpoint.host.isEmpty()) {
        return failure(ErrorCode::InvalidField,
                       '\'' + text.toUtf8() +
                           "' is no place: give PORT or HOST:PORT with a port from 1 to 65535");
    }
    return endpoint;
}

Result<QList<ReplicaPlace>> parsePlaces(const QString &text)
{
    QList<ReplicaPlace> places;
    for (const QString &part : text.split(QLatin1Char(','))) {
        Result<ReplicaPlace> place = parsePlace(part.trimmed());
        if (!place)
            return failure(place.error());
        if (std::any_of(places.cbegin(), places.cend(),
                        [&](const auto &known) { return known.id == place->id; }))
            return failure(ErrorCode::InvalidField,
                           "replica " + QByteArray::number(place->id.value) + " is given twice");
        if (std::any_of(places.cbegin(), places.cend(),
                        [&](const auto &known) { return known.endpoint == place->endpoint; }))
            return failure(ErrorCode::InvalidField,
                           "two replicas are said to be at " + place->endpoint.toByteArray());
        places.append(*std::move(place));
    }
    if (places.size() > maxPlaces)
        return failure(ErrorCode::InvalidField, "more than " + QByteArray::number(maxPlaces) + " replicas");
    return places;
}

} // namespace toystore
