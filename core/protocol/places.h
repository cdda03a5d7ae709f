// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <compare>
#include <functional>

namespace toystore
{

/// Names an order replica; positive. A type of its own because the wire also accepts it as a decimal string.
struct ReplicaId {
    qint64 value = 0; ///< 0: none

    [[nodiscard]] bool isNone() const { return value == 0; }
    auto operator<=>(const ReplicaId &) const = default;
};

inline size_t qHash(ReplicaId id, size_t seed = 0)
{
    return ::qHash(id.value, seed);
}

/// Where a service listens.
struct Endpoint {
    QString host = QStringLiteral("127.0.0.1");
    quint16 port = 0;

    bool operator==(const Endpoint &) const = default;
    [[nodiscard]] QByteArray toByteArray() const { return host.toUtf8() + ':' + QByteArray::number(port); }
};

/// A replica and where it listens.
struct ReplicaPlace {
    ReplicaId id;
    Endpoint endpoint;

    bool operator==(const ReplicaPlace &) const = default;
};

/// Reads PORT or HOST:PORT. Errors: invalid_field, naming @p text.
[[nodiscard]] Result<Endpoint> parseEndpoint(const QString &text);

/// Reads a list like "8091,store2:8092,7@10.0.0.3:8093": each place is PORT, HOST:PORT or ID@HOST:PORT; the
/// id defaults to the port. At least one, at most 16, no id and no endpoint twice. Errors: invalid_field,
/// naming the place.
[[nodiscard]] Result<QList<ReplicaPlace>> parsePlaces(const QString &text);

} // namespace toystore

template <>
struct std::hash<toystore::ReplicaId> {
    std::size_t operator()(toystore::ReplicaId id) const noexcept { return std::hash<qint64>{}(id.value); }
};
