// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/call.h"
#include "protocol/order.h"

#include <vector>

namespace toystore
{

/// A movement of stock, a row of the ledger. Its own type, read by whoever gathers the evidence: the checker
/// shares no code with the ledger that it checks.
struct LedgerRow {
    enum class Kind { Opened, Sold, Restocked, Rebuilt };

    qint64 sequence = 0;
    Kind kind = Kind::Opened;
    QByteArray toy;
    qint64 delta = 0;
    qint64 orderNumber = 0; ///< so for these: only of a sale
    QByteArray requestId = {};
    qint64 epoch = 0;
    QByteArray at = {}; ///< of the movement, as the ledger wrote it
};

/// What a toy's row in the ledger says is left of it.
struct ToyStock {
    QByteArray name;
    qint64 quantity = 0;
};

/// The ledger as of one moment.
struct LedgerCopy {
    std::vector<LedgerRow> rows; ///< in their sequence
    std::vector<ToyStock> toys;  ///< that are offered
    qint64 lastOrderNumber = 0;
    qint64 lastMovement = 0;
    std::vector<QByteArray> rejected; ///< the request ids of the rejections that it still keeps
};

/// A replica's log, byte for byte.
struct LogCopy {
    QByteArray replica; ///< as in "order-8091"
    QByteArray bytes;
    bool mustBeComplete = false; ///< it is live and caught up: all that was acknowledged must be in it
};

/// What is known of a store. Of one that runs, it has to be gathered in this order: the calls have ended
/// before the logs are read, the logs are read before the ledger. Then whatever is in the earlier must be in
/// the later.
struct Evidence {
    std::optional<std::vector<Call>> calls;
    std::vector<LogCopy> logs;
    std::optional<LedgerCopy> ledger;
};

} // namespace toystore
