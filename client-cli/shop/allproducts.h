// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "protocol/catalogmessages.h"

namespace toystore
{

/// All toys that the catalog has, by name. @p timeout: for each page of them. Errors: those of the calls.
[[nodiscard]] Result<QList<Product>> allProducts(const Endpoint &catalog, Milliseconds timeout);

} // namespace toystore
