// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/order.h"

namespace toystore
{

/// An order's line in a log without the checksum that ends it: the JSON object up to its last field, not
/// closed. Fixed field order, no spaces.
[[nodiscard]] QByteArray orderBody(const Order &order);

/// zlib's CRC-32 of @p bytes.
[[nodiscard]] quint32 checksum(QByteArrayView bytes);

/// A checksum as logs and messages write it: eight hexadecimal digits.
[[nodiscard]] QByteArray checksumText(quint32 checksum);

/// The checksum of the order's line. It stands for the order where two logs are compared.
[[nodiscard]] inline quint32 orderChecksum(const Order &order)
{
    return checksum(orderBody(order));
}

} // namespace toystore
