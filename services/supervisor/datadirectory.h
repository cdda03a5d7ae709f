// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storeconfig.h"

namespace toystore
{

/// The store's data directory, held: as long as this lives no other supervisor can open it. What a supervisor
/// left that was killed is replaced.
class DataDirectory
{
public:
    /// Makes the directory where it is missing, and locks it. Errors: already_in_use (naming the supervisor
    /// that has it and how to close it), storage_failed.
    [[nodiscard]] static Result<std::unique_ptr<DataDirectory>> open(const QString &path);
    /// Takes back what announce() wrote and lets go of the directory.
    ~DataDirectory();
    DataDirectory(const DataDirectory &) = delete;
    DataDirectory &operator=(const DataDirectory &) = delete;

    /// Writes supervisor.json, a new token, and where the ledger is; once our port answers, so that who reads
    /// them can connect. Errors: storage_failed.
    [[nodiscard]] Result<void> announce(const StoreConfig &config);

    /// What commands must carry.
    [[nodiscard]] const QByteArray &token() const { return m_token; }

private:
    DataDirectory(QString path, int descriptor);

    const QString m_path;
    const int m_descriptor;
    const QByteArray m_token;
};

} // namespace toystore
