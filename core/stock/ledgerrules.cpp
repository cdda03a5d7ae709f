// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/ledgerrules.h"

#include "base/logging.h"
#include "protocol/orderchecksum.h"
#include "stock/toylist.h"

#include <algorithm>

namespace toystore
{

namespace
{

/// Far above any epoch that was begun, far below where 1 + epoch overflows.
constexpr qint64 maxSeenEpoch = qint64(1) << 62;

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

Result<void> mayLead(const LedgerPosition &position, qint64 epoch, ReplicaId leaderId)
{
    if (epoch == position.epoch && leaderId == position.leaderId && epoch > 0)
        return {};
    QByteArray why = "there was never a leader";
    if (position.epoch > 0 && epoch == position.epoch)
        why = "replica " + number(leaderId.value) + " does not lead epoch " + number(epoch) + ", " +
              number(position.leaderId.value) + " does";
    else if (position.epoch > 0)
        why = "epoch " + number(epoch) + (epoch < position.epoch ? " is over" : " never began") +
              ", the ledger is at " + number(position.epoch);
    return failure(ErrorCode::StaleEpoch, why, {position.epoch, position.leaderId.value, std::nullopt});
}

Result<void> checkOrder(const Order &order, const QByteArray &path)
{
    if (!isRequestId(order.requestId))
        return failure(ErrorCode::InvalidField, path + ".request_id: must be visible ASCII");
    if (order.name.isEmpty() || order.name.size() > maxToyNameBytes || order.name != printable(order.name))
        return failure(ErrorCode::InvalidField, path + ".name: is no toy's name");
    if (order.quantity < 1 || order.quantity > maxStock)
        return failure(ErrorCode::InvalidField, path + ".quantity: must be from 1 to " + number(maxStock));
    if (order.epoch < 1 || order.epoch > maxSeenEpoch)
        return failure(ErrorCode::InvalidField, path + ".epoch: must be from 1 to " + number(maxSeenEpoch));
    if (order.at.isEmpty() || order.at != printable(order.at))
        return failure(ErrorCode::InvalidField, path + ".at: is no time");
    return {};
}

} // namespace

Result<void> maySell(const LedgerPosition &position, const Sell &call)
{
    if (Result<void> leads = mayLead(position, call.epoch, call.leaderId); !leads)
        return leads;
    if (call.call <= position.lastCall)
        return failure(ErrorCode::StaleCall, "call " + number(call.call) + " comes after call " +
                                                 number(position.lastCall) + " was decided");
    const Current last{std::nullopt, std::nullopt, position.lastOrderNumber};
    const QByteArray both = "the caller's last order is " + number(call.after) + ", the ledger's is " +
                            number(position.lastOrderNumber);
    if (call.after < position.lastOrderNumber)
        return failure(ErrorCode::Behind, both, last);
    if (call.after > position.lastOrderNumber)
        return failure(ErrorCode::LedgerBehind, both, last);
    return {};
}

Result<void> checkCall(const Sell &call)
{
    if (call.entries.size() > maxPageOrders)
        return failure(ErrorCode::OutOfRange,
                       "entries: has more than " + number(maxPageOrders) + " elements");
    for (qsizetype i = 0; i < call.entries.size(); ++i) {
        if (!isRequestId(call.entries[i].requestId))
            return failure(ErrorCode::InvalidField, "entries[" + number(i) + "].request_id: must be 1 to " +
                                                        number(maxRequestIdBytes) +
                                                        " visible ASCII characters");
    }
    return {};
}

Result<qint64> nextEpoch(const LedgerPosition &position, const BeginEpoch &request)
{
    if (request.leaderId.value < 1)
        return failure(ErrorCode::OutOfRange, "leader_id: must be positive");
    if (request.seenEpoch < 0 || request.seenEpoch > maxSeenEpoch)
        return failure(ErrorCode::OutOfRange, "seen_epoch: must be from 0 to " + number(maxSeenEpoch));
    if (request.expectedEpoch != position.epoch) {
        return failure(ErrorCode::StaleEpoch,
                       "expected epoch " + number(request.expectedEpoch) + ", the ledger is at " +
                           number(position.epoch),
                       {position.epoch, position.leaderId.value, std::nullopt});
    }
    return 1 + std::max({position.epoch, position.highestImportedEpoch, request.seenEpoch});
}

Result<void> checkImport(const LedgerPosition &position, const ImportOrders &request)
{
    if (Result<void> leads = mayLead(position, request.epoch, request.leaderId); !leads)
        return leads;
    if (request.orders.size() > maxPageOrders)
        return failure(ErrorCode::OutOfRange, "orders: has more than " + number(maxPageOrders) + " elements");
    for (qsizetype i = 0; i < request.orders.size(); ++i) {
        const QByteArray path = "orders[" + number(i) + ']';
        const Order &order = request.orders[i];
        if (order.number < 1 || order.number != request.orders.first().number + i)
            return failure(ErrorCode::InvalidField, path + ".number: must be positive and without gaps");
        if (Result<void> checked = checkOrder(order, path); !checked)
            return checked;
    }
    if (!request.orders.isEmpty() && request.orders.first().number > position.lastOrderNumber + 1) {
        return failure(ErrorCode::Behind,
                       "the page begins at order " + number(request.orders.first().number) +
                           ", the ledger's last is " + number(position.lastOrderNumber),
                       {std::nullopt, std::nullopt, position.lastOrderNumber});
    }
    return {};
}

qint64 rowBefore(const ImportOrders &request)
{
    return request.orders.isEmpty() ? 0 : request.orders.first().number - 1;
}

bool continues(const ImportOrders &request, const Order &before)
{
    return !request.afterCrc || *request.afterCrc == checksumText(orderChecksum(before));
}

Error divergedAt(const LedgerPosition &position, const Order &order)
{
    return {ErrorCode::Diverged,
            "order " + number(order.number) + " or its request id was decided otherwise in the ledger",
            {std::nullopt, std::nullopt, position.lastOrderNumber}};
}

SellOutcome repeated(const Order &sold, const SellEntry &entry)
{
    if (sold.name == entry.name && sold.quantity == entry.quantity)
        return {sold, std::nullopt};
    return {std::nullopt, ErrorCode::RequestMismatch};
}

SellOutcome repeated(const Rejection &rejection, const SellEntry &entry)
{
    const bool isSame = rejection.name == entry.name && rejection.quantity == entry.quantity;
    return {std::nullopt, isSame ? ErrorCode::OrderRejected : ErrorCode::RequestMismatch};
}

Result<qint64> pageLimit(const OrdersAfter &request)
{
    if (request.after < 0)
        return failure(ErrorCode::OutOfRange, "after: must not be negative");
    if (request.limit && *request.limit < 1)
        return failure(ErrorCode::OutOfRange, "limit: must be positive");
    return std::min(request.limit.value_or(maxPageOrders), maxPageOrders);
}

qsizetype boundOfBytes(const Order &order)
{
    // Names and times have no control characters, so that an escape at most doubles a byte.
    constexpr qsizetype namesAndNumbers = 160;
    return namesAndNumbers + 2 * (order.name.size() + order.requestId.size() + order.at.size());
}

} // namespace toystore
