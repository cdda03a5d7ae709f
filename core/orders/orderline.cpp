// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/orderline.h"

#include "protocol/orderchecksum.h"

#include <algorithm>
#include <charconv>

namespace toystore
{

namespace
{

constexpr QByteArrayView logFormat = "toystore-order-log";
constexpr qint64 formatVersion = 1;
constexpr QByteArrayView crcMark = ",\"crc\":\"";
constexpr QByteArrayView lineEnd = "\"}";

struct LogHeader {
    QByteArray format;
    qint64 version = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("format", self.format);
        visit("version", self.version);
    }
};

Result<LogHeader> parseHeader(QByteArrayView line)
{
    const Result<JsonTree> tree = JsonTree::parse(line);
    return tree ? decodeFields<LogHeader>(tree->root()) : failure(tree.error());
}

qsizetype quotedBound(QByteArrayView text)
{
    qsizetype bytes = 2;
    for (const char c : text)
        bytes += static_cast<unsigned char>(c) < 0x20 ? 6 : (c == '"' || c == '\\') ? 2 : 1;
    return bytes;
}

/// Reads the one form that orderLine() writes, from left to right.
class BodyReader
{
public:
    explicit BodyReader(QByteArrayView body) : m_rest(body) {}

    /// What this can't read may be an order all the same: with escapes, for instance.
    [[nodiscard]] std::optional<Order> read()
    {
        Order order;
        const bool isRead = skip("{\"number\":") && readNumber(order.number) && skip(",\"name\":") &&
                            readText(order.name, maxToyNameBytes) && skip(",\"quantity\":") &&
                            readNumber(order.quantity) && skip(",\"request_id\":") &&
                            readText(order.requestId, maxRequestIdBytes) && skip(",\"epoch\":") &&
                            readNumber(order.epoch) && skip(",\"at\":") && readText(order.at, maxTimeBytes);
        return isRead && m_rest.isEmpty() ? std::optional(std::move(order)) : std::nullopt;
    }

private:
    bool skip(QByteArrayView text)
    {
        if (!m_rest.startsWith(text))
            return false;
        m_rest = m_rest.sliced(text.size());
        return true;
    }

    bool readNumber(qint64 &number)
    {
        if (m_rest.isEmpty() || m_rest.front() < '1' || m_rest.front() > '9')
            return false;
        const auto [end, error] = std::from_chars(m_rest.begin(), m_rest.end(), number);
        m_rest = m_rest.sliced(end - m_rest.begin());
        return error == std::errc();
    }

    bool readText(QByteArray &text, qsizetype limit)
    {
        if (!skip("\""))
            return false;
        const qsizetype length = m_rest.indexOf('"');
        if (length < 0 || length > limit)
            return false;
        const QByteArrayView value = m_rest.first(length);
        const auto isSpecial = [](char c) { return c == '\\' || static_cast<unsigned char>(c) < 0x20; };
        if (std::any_of(value.begin(), value.end(), isSpecial) || !value.isValidUtf8())
            return false;
        text = value.toByteArray();
        m_rest = m_rest.sliced(length + 1);
        return true;
    }

    static constexpr qsizetype maxTimeBytes = 32;

    QByteArrayView m_rest;
};

} // namespace

bool isLogHeader(QByteArrayView line)
{
    const Result<LogHeader> header = parseHeader(line);
    return header && header->format == logFormat;
}

QByteArray logHeaderLine()
{
    JsonWriter writer;
    FieldEncoder encode(writer);
    writer.beginObject();
    const LogHeader header{logFormat.toByteArray(), formatVersion};
    LogHeader::fields(header, encode);
    writer.endObject();
    return writer.take() + '\n';
}

Result<void> checkLogHeader(QByteArrayView line)
{
    const Result<LogHeader> header = parseHeader(line);
    if (!header || header->format != logFormat)
        return failure(ErrorCode::StorageFailed, "line 1 does not say that this is an order log");
    if (header->version != formatVersion) {
        return failure(ErrorCode::StorageFailed,
                       "the log has format version " + QByteArray::number(header->version) +
                           ", this program reads version " + QByteArray::number(formatVersion) +
                           "; nothing was changed. Open it with a Toystore that knows version " +
                           QByteArray::number(header->version));
    }
    return {};
}

QByteArray orderLine(const Order &order)
{
    QByteArray line = orderBody(order);
    const QByteArray crc = checksumText(checksum(line));
    line.append(crcMark).append(crc).append(lineEnd).append('\n');
    return line;
}

Result<Order> parseOrderLine(QByteArrayView line)
{
    const qsizetype tail = crcMark.size() + crcDigits + lineEnd.size();
    const qsizetype body = line.size() - tail;
    if (body < 0 || line.sliced(body, crcMark.size()) != crcMark || !line.endsWith(lineEnd))
        return failure(ErrorCode::StorageFailed, "the line does not end in a checksum");
    if (line.sliced(body + crcMark.size(), crcDigits) != checksumText(checksum(line.first(body))))
        return failure(ErrorCode::StorageFailed, "the line's checksum is wrong");
    // Nearly all lines of a log are read like this; a million of them when a replica starts.
    if (std::optional<Order> order = BodyReader(line.first(body)).read())
        return *std::move(order);
    const Result<JsonTree> tree = JsonTree::parse(line);
    Result<Order> order = tree ? decodeFields<Order>(tree->root()) : failure(tree.error());
    if (!order)
        return failure(ErrorCode::StorageFailed, "the line is no order: " + order.error().message);
    return order;
}

QByteArrayView checksumOfLine(QByteArrayView line)
{
    return line.chopped(lineEnd.size()).last(crcDigits);
}

qsizetype orderLineBound(const QByteArray &name, const QByteArray &requestId)
{
    constexpr qsizetype rest = 200; // names of fields, three numbers, the time, the checksum
    return quotedBound(name) + quotedBound(requestId) + rest;
}

} // namespace toystore
