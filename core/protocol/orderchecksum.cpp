// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/orderchecksum.h"

#include <zlib.h>

namespace toystore
{

QByteArray orderBody(const Order &order)
{
    JsonWriter writer;
    writer.beginObject();
    FieldEncoder encode(writer);
    Order::fields(order, encode);
    return writer.take();
}

quint32 checksum(QByteArrayView bytes)
{
    return static_cast<quint32>(
        ::crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), static_cast<z_size_t>(bytes.size())));
}

QByteArray checksumText(quint32 checksum)
{
    static constexpr char digits[] = "0123456789abcdef";
    QByteArray text(crcDigits, Qt::Uninitialized);
    for (qsizetype i = crcDigits; i-- > 0; checksum >>= 4U)
        text[i] = digits[checksum & 0xfU];
    return text;
}

} // namespace toystore
