// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/shoprequest.h"

#include "protocol/jsontree.h"
#include "protocol/jsonwriter.h"

#include <charconv>
#include <iterator>

namespace toystore
{

namespace
{

void appendNumber(QByteArray &bytes, qint64 number)
{
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
    bytes.append(digits, end - digits);
}

void appendHost(QByteArray &bytes, const QByteArray &host)
{
    bytes.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
}

void writeBuy(const ShopRequest &buy, const QByteArray &host, QByteArray &bytes)
{
    QByteArray body("{\"name\":");
    JsonWriter::appendQuoted(body, buy.name);
    body.append(",\"quantity\":");
    appendNumber(body, buy.quantity);
    body.append('}');
    bytes.append("POST /orders");
    appendHost(bytes, host);
    bytes.append("Content-Type: application/json\r\nIdempotency-Key: ").append(buy.key);
    bytes.append("\r\nContent-Length: ");
    appendNumber(bytes, body.size());
    bytes.append("\r\n\r\n").append(body);
}

std::optional<qint64> integerIn(JsonValue object, QByteArrayView name)
{
    const std::optional<JsonValue> value = object.member(name);
    if (!value || value->kind() != JsonValue::Kind::Integer)
        return std::nullopt;
    return value->integer();
}

std::optional<QByteArray> textIn(JsonValue object, QByteArrayView name)
{
    const std::optional<JsonValue> value = object.member(name);
    if (!value || value->kind() != JsonValue::Kind::String)
        return std::nullopt;
    return value->text().toByteArray();
}

std::optional<ShopAnswer> orderIn(const ShopRequest &lookUp, JsonValue order)
{
    std::optional<QByteArray> name = textIn(order, "name");
    const std::optional<qint64> quantity = integerIn(order, "quantity");
    if (integerIn(order, "number") != lookUp.number || !name || !quantity)
        return std::nullopt;
    return ShopAnswer{ShopAnswer::Outcome::Ok, 0, *std::move(name), *quantity};
}

std::optional<ShopAnswer> readSuccess(const ShopRequest &request, QByteArrayView body)
{
    const Result<JsonTree> tree = JsonTree::parse(body);
    if (!tree)
        return std::nullopt;
    if (request.kind == RequestKind::LookUp)
        return orderIn(request, tree->root());
    const std::optional<JsonValue> data = tree->root().member("data");
    if (!data || data->kind() != JsonValue::Kind::Object)
        return std::nullopt;
    if (request.kind == RequestKind::Buy) {
        const std::optional<qint64> number = integerIn(*data, "order_number");
        return number && *number > 0 ? std::optional(ShopAnswer{ShopAnswer::Outcome::Ok, *number, {}, 0})
                                     : std::nullopt;
    }
    const std::optional<qint64> quantity = integerIn(*data, "quantity");
    if (!quantity || textIn(*data, "name") != request.name)
        return std::nullopt;
    return ShopAnswer{ShopAnswer::Outcome::Ok, 0, {}, *quantity};
}

} // namespace

QByteArrayView nameOf(RequestKind kind)
{
    static constexpr QByteArrayView names[] = {"query", "buy", "look_up"};
    static_assert(std::size(names) == requestKinds);
    return names[static_cast<std::size_t>(kind)];
}

QByteArray buyKey(const QByteArray &prefix, qint64 count, qint64 client)
{
    return prefix + '-' + QByteArray::number(count).rightJustified(9, '0') + '-' + QByteArray::number(client);
}

void writeHttp(const ShopRequest &request, const QByteArray &host, QByteArray &bytes)
{
    bytes.resize(0);
    if (request.kind == RequestKind::Buy)
        return writeBuy(request, host, bytes);
    if (request.kind == RequestKind::Query) {
        bytes.append("GET /products/").append(request.name.toPercentEncoding());
    } else {
        bytes.append("GET /orders/");
        appendNumber(bytes, request.number);
    }
    appendHost(bytes, host);
    bytes.append("\r\n");
}

std::optional<ShopAnswer> readAnswer(const ShopRequest &request, int status, QByteArrayView body)
{
    const bool isBuy = request.kind == RequestKind::Buy;
    if (status == 200)
        return readSuccess(request, body);
    if (status == 404)
        return ShopAnswer{isBuy ? ShopAnswer::Outcome::Rejected : ShopAnswer::Outcome::NotFound, 0, {}, 0};
    if (status == 422 && isBuy)
        return ShopAnswer{ShopAnswer::Outcome::Mismatch, 0, {}, 0};
    return std::nullopt;
}

} // namespace toystore
