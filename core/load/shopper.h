// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "load/shoprequest.h"

namespace toystore
{

/// Decides what a client of the shop asks for next. Pure.
class Shopper
{
public:
    virtual ~Shopper() = default;

    /// The next request; nothing: it has done all it wanted. Called when the one before it is settled.
    [[nodiscard]] virtual std::optional<ShopRequest> next() = 0;
    /// What came of the request that next() gave last, after all its repetitions.
    virtual void settled(const ShopRequest &request, const ShopAnswer &answer) = 0;
};

} // namespace toystore
