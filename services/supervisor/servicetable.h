// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storeconfig.h"

namespace toystore
{

/// A port that a service will listen on.
struct PortUse {
    quint16 port = 0;
    bool everyAddress = false; ///< else 127.0.0.1 only
    QByteArray purpose;        ///< for people: "the frontend's admin port"
    QByteArray setting;        ///< the flag that chooses another
};

/// How one service is started.
struct ServiceDefinition {
    QByteArray name = {}; ///< faultproxy, catalog, order-ID, frontend
    int stage = 0;        ///< starts when all services of the stages before are settled; closes before them
    QString program = {}; ///< path of its binary
    QStringList arguments = {};
    QStringList openingArguments = {}; ///< given too until it has been ready in this run of the store
    QStringList resumeArguments = {};  ///< given too from then on
    bool isReplica = false;
    QString dataDirectory = {};
    QString logFile = {};      ///< empty: our own stderr
    QByteArray address = {};   ///< where it serves, for people
    QList<PortUse> ports = {}; ///< the first is the one it is known by
};

/// What a person may want of one start of an order replica.
struct StartWishes {
    bool repair = false;               ///< its log set aside and fetched anew
    bool rebuildFromAvailable = false; ///< a lost ledger rebuilt although a replica is missing
};

/// The same as arguments of its program.
[[nodiscard]] QStringList replicaArguments(const StartWishes &wishes);

/// The store's services in the order of their start: the fault proxy if faults are allowed, catalog, order
/// replicas, frontend. With the proxy each service is given those that it connects to where the proxy listens
/// for it (faults/links.h).
[[nodiscard]] QList<ServiceDefinition> serviceTable(const StoreConfig &config);

/// Checks that no port is wanted twice, and that each can be listened on now, the supervisor's included.
/// Waits at most 1 s for a port to come free, as after a kill -9 of the last supervisor, whose services die
/// after it. Errors: already_in_use, naming the port, who wants it and what to do. Before the event loop.
[[nodiscard]] Result<void> checkPorts(const StoreConfig &config, const QList<ServiceDefinition> &table);

} // namespace toystore
