// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/error.h"

#include <tl/expected.hpp>

#include <utility>

namespace toystore
{

/// A value or the Error that kept it from being made.
template <typename T>
using Result = tl::expected<T, Error>;

/// The failed Result of any type: `return failure(ErrorCode::OrderNotFound, "order not found");`
[[nodiscard]] inline tl::unexpected<Error> failure(ErrorCode code, QByteArray message, Current current = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), current});
}

/// Passes a failure on, whatever the Result's type.
[[nodiscard]] inline tl::unexpected<Error> failure(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

} // namespace toystore
