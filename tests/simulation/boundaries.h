// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

#include <array>

namespace toystore::simulation
{

/// Every place where a process may have made something durable and not yet told, or told and not yet acted: a
/// crash is tried at each. A frontend keeps nothing; it is killed at any time.
enum class Boundary {
    // An order replica and its log.
    ReplicaBeforeOpen,     ///< the process has started, the log has not been read
    ReplicaAfterOpen,      ///< the log was read and its torn tail cut
    ReplicaBooted,         ///< the boot catch-up has ended
    ReplicaBeforeWrite,    ///< orders wait to be written
    ReplicaAfterWrite,     ///< written, not flushed
    ReplicaAfterFlush,     ///< on disk, the replica does not know yet
    ReplicaAfterReport,    ///< the replica knows and has sent what follows
    ReplicaAfterFailure,   ///< the disk was full, the partial line is cut, the replica does not know yet
    ReplicaBeforeTruncate, ///< a torn tail was found and is not cut yet
    // The catalog and its ledger.
    CatalogBeforeOpening, ///< the process has started, the store is not open
    CatalogAfterOpening,  ///< the store is open in the ledger, nothing shows it yet
    CatalogBooted,        ///< it serves
    CatalogBeforeCommit,  ///< a sell, not committed
    CatalogAfterCommit,   ///< committed, queries do not show it
    CatalogAfterView,     ///< queries show it, the subscribers do not know
    CatalogAfterPush,     ///< the subscribers were told, nobody was answered
    CatalogAfterAnswer,   ///< an answer is held, or has left
    CatalogBeforeEpoch,
    CatalogAfterEpoch, ///< the epoch has moved, nobody knows
    CatalogBeforeImport,
    CatalogAfterImport, ///< orders are imported, nobody knows
    CatalogBeforeRestock,
    CatalogAfterRestock, ///< the stock has changed, queries do not show it
};

inline constexpr std::size_t boundaryCount = static_cast<std::size_t>(Boundary::CatalogAfterRestock) + 1;

inline constexpr std::array<const char *, boundaryCount> boundaryNames = {
    "replica-before-open",     "replica-after-open",     "replica-booted",        "replica-before-write",
    "replica-after-write",     "replica-after-flush",    "replica-after-report",  "replica-after-failure",
    "replica-before-truncate", "catalog-before-opening", "catalog-after-opening", "catalog-booted",
    "catalog-before-commit",   "catalog-after-commit",   "catalog-after-view",    "catalog-after-push",
    "catalog-after-answer",    "catalog-before-epoch",   "catalog-after-epoch",   "catalog-before-import",
    "catalog-after-import",    "catalog-before-restock", "catalog-after-restock",
};

[[nodiscard]] inline QByteArray nameOf(Boundary boundary)
{
    return boundaryNames[static_cast<std::size_t>(boundary)];
}

[[nodiscard]] inline bool isCatalogs(Boundary boundary)
{
    return boundary >= Boundary::CatalogBeforeOpening;
}

} // namespace toystore::simulation
