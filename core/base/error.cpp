// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/error.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace toystore
{

namespace
{

struct ErrorRow {
    ErrorCode code;
    QByteArrayView wireName;
    int httpStatus;
};

// The one table: code <-> wire name <-> HTTP status.
constexpr std::array errorTable = {
    ErrorRow{ErrorCode::MalformedMessage, "malformed_message", 400},
    ErrorRow{ErrorCode::InvalidField, "invalid_field", 400},
    ErrorRow{ErrorCode::OutOfRange, "out_of_range", 400},
    ErrorRow{ErrorCode::MessageTooLarge, "message_too_large", 413},
    ErrorRow{ErrorCode::UnknownMethod, "unknown_method", 404},
    ErrorRow{ErrorCode::Unauthorized, "unauthorized", 403},
    ErrorRow{ErrorCode::ProductNotFound, "product_not_found", 404},
    ErrorRow{ErrorCode::OrderRejected, "order_rejected", 404},
    ErrorRow{ErrorCode::OrderNotFound, "order_not_found", 404},
    ErrorRow{ErrorCode::RequestMismatch, "request_mismatch", 422},
    ErrorRow{ErrorCode::StaleEpoch, "stale_epoch", 500},
    ErrorRow{ErrorCode::StaleCall, "stale_call", 500},
    ErrorRow{ErrorCode::Behind, "behind", 500},
    ErrorRow{ErrorCode::LedgerBehind, "ledger_behind", 500},
    ErrorRow{ErrorCode::NotLeader, "not_leader", 500},
    ErrorRow{ErrorCode::Syncing, "syncing", 500},
    ErrorRow{ErrorCode::Diverged, "diverged", 500},
    ErrorRow{ErrorCode::NotSubscribed, "not_subscribed", 500},
    ErrorRow{ErrorCode::CatalogUnavailable, "catalog_unavailable", 500},
    ErrorRow{ErrorCode::NoOrderService, "no_order_service", 500},
    ErrorRow{ErrorCode::OutcomeUnknown, "outcome_unknown", 500},
    ErrorRow{ErrorCode::CannotConnect, "cannot_connect", 500},
    ErrorRow{ErrorCode::ConnectionLost, "connection_lost", 500},
    ErrorRow{ErrorCode::DeadlineExceeded, "deadline_exceeded", 500},
    ErrorRow{ErrorCode::Overloaded, "overloaded", 503},
    ErrorRow{ErrorCode::StorageFull, "storage_full", 500},
    ErrorRow{ErrorCode::StorageFailed, "storage_failed", 500},
    ErrorRow{ErrorCode::UnknownService, "unknown_service", 404},
    ErrorRow{ErrorCode::WrongState, "wrong_state", 409},
    ErrorRow{ErrorCode::AlreadyInUse, "already_in_use", 409},
    ErrorRow{ErrorCode::FaultsNotAllowed, "faults_not_allowed", 409},
    ErrorRow{ErrorCode::Internal, "internal", 500},
};

constexpr bool tableFollowsTheEnum()
{
    for (std::size_t i = 0; i < errorTable.size(); ++i) {
        if (errorTable[i].code != static_cast<ErrorCode>(i))
            return false;
    }
    return errorTable.size() == static_cast<std::size_t>(ErrorCode::Internal) + 1;
}
static_assert(tableFollowsTheEnum(), "errorTable has one row a code, in the enum's order");

} // namespace

QByteArrayView wireName(ErrorCode code)
{
    return errorTable[static_cast<std::size_t>(code)].wireName;
}

std::optional<ErrorCode> errorCodeFromWireName(QByteArrayView name)
{
    for (const ErrorRow &row : errorTable) {
        if (row.wireName == name)
            return row.code;
    }
    return std::nullopt;
}

int httpStatus(ErrorCode code)
{
    return errorTable[static_cast<std::size_t>(code)].httpStatus;
}

void abortWith(const char *file, int line, const char *what)
{
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what);
    std::abort();
}

} // namespace toystore
