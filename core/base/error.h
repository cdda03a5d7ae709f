// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace toystore
{

/// Everything that can go wrong between two parties, each with one wire name and one HTTP status (error.cpp).
enum class ErrorCode {
    // The request itself.
    MalformedMessage,
    InvalidField,
    OutOfRange,
    MessageTooLarge,
    UnknownMethod,
    Unauthorized,
    // The store's answers.
    ProductNotFound,
    OrderRejected,
    OrderNotFound,
    RequestMismatch,
    // Who decides: the receiver is told what is current, see Error::current.
    StaleEpoch,
    StaleCall,
    Behind,
    LedgerBehind,
    NotLeader,
    Syncing,
    Diverged,
    NotSubscribed,
    // What is missing or full.
    CatalogUnavailable,
    NoOrderService,
    OutcomeUnknown,
    CannotConnect,
    ConnectionLost,
    DeadlineExceeded,
    Overloaded,
    StorageFull,
    StorageFailed,
    // Operating the store.
    UnknownService,
    WrongState,
    AlreadyInUse,
    FaultsNotAllowed,
    Internal,
};

/// What the refusing party knows, so that the refused one can adopt it. Absent fields are unknown.
struct Current {
    std::optional<qint64> epoch;
    std::optional<qint64> leaderId;
    std::optional<qint64> lastOrderNumber;

    bool operator==(const Current &) const = default;
};

/// An expected failure: a code for programs, a message for people.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    QByteArray message; ///< UTF-8, one sentence that names the field and the limit where there is one
    Current current = {};

    bool operator==(const Error &) const = default;
};

/// The code's name in messages, for example "stale_epoch". Never fails.
[[nodiscard]] QByteArrayView wireName(ErrorCode code);

/// The code that has this wire name; nothing if there is none (a newer peer may know more codes).
[[nodiscard]] std::optional<ErrorCode> errorCodeFromWireName(QByteArrayView name);

/// The HTTP status the frontend answers this code with.
[[nodiscard]] int httpStatus(ErrorCode code);

/// Ends the process with a message when something that must hold does not. Also in release builds: a store
/// that goes on with a broken invariant loses orders.
[[noreturn]] void abortWith(const char *file, int line, const char *what);

/// States what must hold.
#define TOYSTORE_ENSURE(condition)                                                                           \
    ((condition) ? static_cast<void>(0) : ::toystore::abortWith(__FILE__, __LINE__, #condition))

} // namespace toystore
