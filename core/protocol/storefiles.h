// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/fields.h"

#include <QString>
#include <QUrl>

namespace toystore
{

/// What an open store's supervisor leaves in the data directory for those who operate it: `supervisor.json`,
/// for everyone, and `token`, which only its owner can read. Both are there while the store is open; after a
/// kill -9 of the supervisor they are stale until the next one replaces them.
struct StoreFile {
    qint64 pid = 0; ///< the supervisor's
    QByteArray version;
    QByteArray dataDirectory; ///< absolute
    qint64 openedAtMs = 0;    ///< wall clock, milliseconds since 1970 UTC
    qint64 supervisorPort = 0;
    qint64 httpPort = 0;
    qint64 adminPort = 0;
    qint64 catalogPort = 0;
    QByteArray replicas; ///< as parsePlaces() reads them

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("pid", self.pid);
        visit("version", self.version, 64);
        visit("data_directory", self.dataDirectory, 4096);
        visit("opened_at_ms", self.openedAtMs);
        visit("supervisor_port", self.supervisorPort);
        visit("http_port", self.httpPort);
        visit("admin_port", self.adminPort);
        visit("catalog_port", self.catalogPort);
        visit("replicas", self.replicas, 4096);
    }
};

/// Where a store lives if nobody says otherwise: toystore in the user's data directory, as
/// ~/.local/share/toystore.
[[nodiscard]] QString defaultDataDirectory();

[[nodiscard]] QString storeFilePath(const QString &dataDirectory);
[[nodiscard]] QString tokenFilePath(const QString &dataDirectory);
/// Where the supervisor notes the URL of a ledger that is not the catalog's own (`--ledger`), for those who
/// read a store that is closed, too: `ledger-url`, which only its owner can read, as it may have a password.
[[nodiscard]] QString ledgerUrlPath(const QString &dataDirectory);
/// The folder of the services' logs, one file a service.
[[nodiscard]] QString logDirectory(const QString &dataDirectory);

/// Reads supervisor.json. Errors: cannot_connect (it is not there: no store is open), storage_failed,
/// malformed_message, invalid_field; all name the file.
[[nodiscard]] Result<StoreFile> readStoreFile(const QString &dataDirectory);

/// Where a store's ledger is, as its last supervisor noted it, else `catalog/ledger.sqlite` in the data
/// directory; whether there is one is another question. Errors: storage_failed (it can't be read), naming the
/// file.
[[nodiscard]] Result<QUrl> readLedgerUrl(const QString &dataDirectory);

/// Reads the token. Errors: unauthorized (it is not there or not ours to read), naming the file.
[[nodiscard]] Result<QByteArray> readToken(const QString &dataDirectory);

} // namespace toystore
