// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDateTime>
#include <QUuid>

namespace toystore
{

/// A new UUID of version 7 (RFC 9562, 5.7): 48 bits are the time in ms, 74 are random. What is made at about
/// the same time lies together in an index, where random ones would touch a page each. Any thread.
inline QUuid timeOrderedUuid()
{
    QUuid uuid = QUuid::createUuid(); // which sets the variant
    const auto now = static_cast<quint64>(QDateTime::currentMSecsSinceEpoch());
    uuid.data1 = static_cast<uint>(now >> 16U);
    uuid.data2 = static_cast<ushort>(now & 0xffffU);
    uuid.data3 = static_cast<ushort>((uuid.data3 & 0x0fffU) | 0x7000U);
    return uuid;
}

} // namespace toystore
