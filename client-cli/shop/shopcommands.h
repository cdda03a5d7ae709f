// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "protocol/places.h"
#include "shop/shopclient.h"

namespace toystore
{

/// The commands of those who shop. Each prints its result or what went wrong.
class ShopCommands
{
public:
    /// @p shop: the shop's address without a slash at its end. @p timeout: for each request.
    ShopCommands(const QByteArray &shop, Endpoint catalog, Milliseconds timeout, const Output &output);

    [[nodiscard]] ExitCode product(const QByteArray &name) const;
    [[nodiscard]] ExitCode products() const;
    /// @p key: the buy's Idempotency-Key; empty: a new one.
    [[nodiscard]] ExitCode buy(const QByteArray &name, qint64 quantity, const QByteArray &key) const;
    /// @p number: as it was typed; the shop judges it.
    [[nodiscard]] ExitCode order(const QByteArray &number) const;

private:
    const Milliseconds m_timeout;
    const ShopClient m_shop;
    const Endpoint m_catalog;
    const Output &m_output;
};

} // namespace toystore
