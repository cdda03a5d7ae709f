// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "protocol/places.h"
#include "protocol/storefiles.h"

#include <QUrl>

namespace toystore
{

/// The options that every command has.
struct GlobalOptions {
    QString url; ///< of the shop; empty: that of the store in the data directory
    QString data = defaultDataDirectory();
    quint16 supervisorPort = 0; ///< 0: that of the store in the data directory
    QString output = QStringLiteral("table");
    Milliseconds timeout{0}; ///< 0: the command's own

    [[nodiscard]] Milliseconds timeoutOr(Milliseconds usual) const
    {
        return timeout.count() > 0 ? timeout : usual;
    }
};

/// Where a store is reached: by the options, else by what its supervisor left in the data directory, else at
/// the usual ports.
class StoreAccess
{
public:
    explicit StoreAccess(const GlobalOptions &options);

    /// The data directory, absolute.
    [[nodiscard]] const QString &dataDirectory() const { return m_dataDirectory; }
    /// What the supervisor left; nothing where no store is open (or its file can't be read).
    [[nodiscard]] const std::optional<StoreFile> &file() const { return m_file; }
    /// The shop's address without a slash at its end. Errors: invalid_field (no http URL).
    [[nodiscard]] Result<QByteArray> shop() const;
    [[nodiscard]] Endpoint supervisor() const;
    [[nodiscard]] Endpoint frontendAdmin() const;
    [[nodiscard]] Endpoint catalog() const;
    [[nodiscard]] QList<ReplicaPlace> replicas() const;

private:
    const GlobalOptions m_options;
    const QString m_dataDirectory;
    std::optional<StoreFile> m_file;
};

} // namespace toystore
