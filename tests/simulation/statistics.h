// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/boundaries.h"

#include <QtGlobal>

namespace toystore::simulation
{

/// What can go wrong in a seed, and what clients do about it; counted where it takes effect.
enum class Fault {
    CatalogKilled,
    ReplicaKilled,
    FrontendKilled,
    AllReplicasDown,
    CrashAtBoundary,
    CatalogPaused,
    ReplicaPaused,
    FrontendPaused,
    ConnectionCut,
    PartitionTwoWay,
    PartitionOneWay,
    MessageLost,
    MessageStalled,   ///< by a partition, and delivered after it
    MessageLate,      ///< of a connection that its sender knows to be gone
    MessageReordered, ///< a later one on another connection came first
    SlowNetwork,
    TailTorn,
    TailDropped,
    TailGarbled,
    WriteError,
    DiskFull,
    FlushFailed,
    ReplicaDiskLost,
    LedgerFull,
    LedgerError,
    LedgerLost,
    SubscriptionDuringSale, ///< or another request, between the view's swap and the list of subscribers
    ClientRetried,
    ClientChangedFrontend,
    ClientGaveUp,
    ClientDoubled, ///< equal keys at the same time
    ClientMismatched,
    BuyRejected,
    Restocked,
    Repaired, ///< a diverged replica was started with --repair
};

inline constexpr std::size_t faultCount = static_cast<std::size_t>(Fault::Repaired) + 1;

inline constexpr std::array<const char *, faultCount> faultNames = {
    "catalog-killed",
    "replica-killed",
    "frontend-killed",
    "all-replicas-down",
    "crash-at-boundary",
    "catalog-paused",
    "replica-paused",
    "frontend-paused",
    "connection-cut",
    "partition-two-way",
    "partition-one-way",
    "message-lost",
    "message-stalled",
    "message-late",
    "message-reordered",
    "slow-network",
    "tail-torn",
    "tail-dropped",
    "tail-garbled",
    "write-error",
    "disk-full",
    "flush-failed",
    "replica-disk-lost",
    "ledger-full",
    "ledger-error",
    "ledger-lost",
    "subscription-during-sale",
    "client-retried",
    "client-changed-frontend",
    "client-gave-up",
    "client-doubled",
    "client-mismatched",
    "buy-rejected",
    "restocked",
    "repaired",
};

/// How often each kind of fault and a crash at each boundary happened.
struct Statistics {
    std::array<qint64, faultCount> faults{};
    std::array<qint64, boundaryCount> crashes{};
    std::array<qint64, boundaryCount> passages{};
    qint64 events = 0;
    qint64 orders = 0;

    void count(Fault fault) { ++faults[static_cast<std::size_t>(fault)]; }

    Statistics &operator+=(const Statistics &other)
    {
        for (std::size_t i = 0; i < faultCount; ++i)
            faults[i] += other.faults[i];
        for (std::size_t i = 0; i < boundaryCount; ++i) {
            crashes[i] += other.crashes[i];
            passages[i] += other.passages[i];
        }
        events += other.events;
        orders += other.orders;
        return *this;
    }
};

} // namespace toystore::simulation
