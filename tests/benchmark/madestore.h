// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QList>
#include <QString>

namespace toystore
{

/// Makes the data directory of a store that has sold for a long time: a ledger with @p orders orders, each of
/// one toy and of a client of its own, and the order log of each of @p replicas. As the services would have
/// left it, only sooner. @p directory must hold no store. Errors: storage_failed, storage_full.
[[nodiscard]] Result<void> makeStore(const QString &directory, qint64 orders, const QList<qint64> &replicas);

} // namespace toystore
