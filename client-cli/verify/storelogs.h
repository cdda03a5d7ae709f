// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"
#include "history/evidence.h"

#include <QStringList>

namespace toystore
{

/// All bytes of a file. Errors: storage_failed, naming it.
[[nodiscard]] Result<QByteArray> readFile(const QString &path);

/// The replicas that have a log in a store's data directory, as in "order-8091".
[[nodiscard]] QStringList replicasIn(const QString &dataDirectory);

/// A replica's log; if it must be complete up to order @p upTo and is not yet, it is read again for 2 s.
/// Errors: storage_failed, naming the file, also for a format that this program does not know.
[[nodiscard]] Result<LogCopy> readLogOf(const QString &dataDirectory, const QString &replica,
                                        bool mustBeComplete, qint64 upTo);

} // namespace toystore
