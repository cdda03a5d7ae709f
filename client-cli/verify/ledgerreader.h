// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"
#include "history/evidence.h"

#include <QUrl>

namespace toystore
{

/// Reads a store's ledger, a SQLite file, without the code that writes it: what checks a ledger should not
/// share its mistakes.
///
/// Also while the catalog uses it: the file is opened read-only, and everything is read in one transaction,
/// which sees the ledger as of one moment. In SQLite's write-ahead mode a reader neither waits for the writer
/// nor holds it up; only the write-ahead log is not folded back as long as the reading takes. Of a store that
/// was killed, what stands in that log is read, too. SQLite may leave its two helper files beside the ledger
/// (`-wal`, `-shm`).
///
/// @p ledger: `sqlite:` and an absolute path. Errors: storage_failed (also for a ledger of another kind and a
/// format that this program does not know), naming it.
[[nodiscard]] Result<LedgerCopy> readLedger(const QUrl &ledger);

} // namespace toystore
