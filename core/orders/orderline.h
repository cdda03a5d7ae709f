// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/order.h"

namespace toystore
{

/// The log's first line, LF included: what this file is and its format's version.
[[nodiscard]] QByteArray logHeaderLine();

/// Whether @p line (without LF) is a log's first line of a version this program can read. Errors:
/// storage_failed, saying which version it is or that it is no order log at all.
[[nodiscard]] Result<void> checkLogHeader(QByteArrayView line);

/// Whether @p line is a log's first line, of whichever version.
[[nodiscard]] bool isLogHeader(QByteArrayView line);

/// An order's line in the log, LF included. The one serialiser of docs/protocol.md: fixed field order, no
/// spaces, ended by zlib's CRC-32 of the bytes before `,"crc"`; so every replica's copy has the same bytes.
[[nodiscard]] QByteArray orderLine(const Order &order);

/// Reads a log line without its LF. Errors: storage_failed (checksum, form), naming what is wrong.
[[nodiscard]] Result<Order> parseOrderLine(QByteArrayView line);

/// The checksum's digits in a good line without its LF.
[[nodiscard]] QByteArrayView checksumOfLine(QByteArrayView line);

/// Upper bound of the bytes of an order's line that names these two.
[[nodiscard]] qsizetype orderLineBound(const QByteArray &name, const QByteArray &requestId);

} // namespace toystore
