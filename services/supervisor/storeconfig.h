// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/settings.h"
#include "protocol/places.h"
#include "protocol/storefiles.h"

namespace toystore
{

enum class RestartPolicy {
    Never,     ///< what ended stays down until a person starts it
    OnFailure, ///< what crashed or was killed is started again, with back-off; what was stopped stays down
};

/// What a person may choose about a store; the names of the settings are those of the members.
struct StoreConfig {
    QString data = defaultDataDirectory();
    quint16 httpPort = 8081;
    quint16 adminPort = 8082;
    quint16 supervisorPort = 8083;
    quint16 catalogPort = 8084;
    bool allowFaults = false; ///< the fault proxy stands between the services
    quint16 faultPort = 8085; ///< where it is told of faults
    QList<ReplicaPlace> replicas;
    qint64 stock = 100;
    Milliseconds restockInterval{10'000};
    qint64 restockLevel = 100;
    QString toys;   ///< empty: the catalog's own
    QString ledger; ///< empty: the catalog's own
    bool cache = true;
    qint64 cacheCapacity = 1000;
    RestartPolicy restart = RestartPolicy::Never;
    Milliseconds readyWithin{
        10'000};             ///< a service that is neither ready by then nor tells of progress has failed
    QList<ReplicaId> repair; ///< the replicas whose logs are set aside and fetched anew
    bool rebuildFromAvailable = false; ///< a lost ledger is rebuilt although a replica is missing
    bool showLogs = false;             ///< the services' logs go to our stderr, not to files
    QString programs;                  ///< directory of the services' binaries
    QStringList commonArguments;       ///< what every service is given too, for example --verbose

    /// Reads flags, environment and config file. Returns nothing, or the exit code to end with (usage errors
    /// are said on stderr).
    [[nodiscard]] std::optional<int> parse(Settings &settings, int argc, const char *const *argv);
};

} // namespace toystore
