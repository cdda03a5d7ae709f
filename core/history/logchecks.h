// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/decidedorders.h"
#include "history/verdict.h"

#include <QSet>

namespace toystore
{

/// A log, compared with the decided orders.
struct LogReading {
    QByteArray replica;
    bool mustBeComplete = false;
    qint64 orders = 0;   ///< whole lines after the first
    QSet<qint64> wrong;  ///< the numbers of those that are not as decided
    bool isTorn = false; ///< its last line has no end: it is being written, or its writer was killed

    [[nodiscard]] bool has(qint64 number) const { return number <= orders && !wrong.contains(number); }
};

/// Refuses a log that says in its first line that it is of another format version: it is not wrong, only
/// beyond what can be judged here. Errors: storage_failed.
[[nodiscard]] Result<void> checkLogVersion(QByteArrayView log);

/// I6: whether @p log is a prefix of @p orders, byte for byte, in the format of docs/protocol.md.
/// @p where: whose orders they are, for messages.
[[nodiscard]] LogReading readLog(const LogCopy &log, const DecidedOrders &orders, const QByteArray &where,
                                 Verdict &verdict);

/// The orders of a log as far as its lines are whole and good; for where there is no ledger.
[[nodiscard]] DecidedOrders ordersOf(const LogCopy &log);

} // namespace toystore
