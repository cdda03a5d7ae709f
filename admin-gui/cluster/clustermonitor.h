// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"
#include "protocol/places.h"

#include <memory>

namespace toystore
{

class ClusterConnections;

/// A live store, by its admin protocol: connected to the supervisor and, at the places it names, to every
/// service. Never blocks; a service that is dead or paused delays nothing of the others. Main thread.
class ClusterMonitor : public ClusterSource
{
    Q_OBJECT

public:
    explicit ClusterMonitor(QObject *parent = nullptr);
    ~ClusterMonitor() override;

    /// Watches the store whose supervisor listens at @p supervisor, instead of any before. @p token: empty
    /// to only look.
    void attach(const Endpoint &supervisor, const QByteArray &token);
    /// Watches the store in a data directory of this machine: place and token are read from its files, again
    /// whenever the store is opened anew. @p dataDirectory: empty for the usual one.
    void attach(const QString &dataDirectory);
    /// Watches nothing.
    void detach();
    /// The token to act with from now on; whether it is the right one shows in the next snapshot.
    void setToken(const QByteArray &token);

    [[nodiscard]] const ClusterSnapshot &snapshot() const override;
    qint64 act(ServiceAction action, const QByteArray &service) override;
    qint64 closeStore() override;
    qint64 setCache(std::optional<bool> enabled, std::optional<qint64> capacity) override;
    qint64 clearFaults() override;
    void setLoadErrors(qint64 errors) override;
};

} // namespace toystore
