// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "routes.h"

#include "requestreader.h"

#include <QUuid>

#include <algorithm>
#include <charconv>

namespace toystore
{

namespace
{

constexpr QByteArrayView getMethods = "GET, HEAD, OPTIONS";
constexpr QByteArrayView postMethods = "POST, OPTIONS";
constexpr QByteArrayView allMethods = "GET, HEAD, POST, OPTIONS";

/// The body of POST /orders.
struct OrderBody {
    QByteArray name;
    qint64 quantity = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("name", self.name);
        visit("quantity", self.quantity);
    }
};

HttpAnswer productNotFound()
{
    return HttpAnswer::error(404, "product not found");
}

HttpAnswer orderRejected()
{
    return HttpAnswer::error(404, "couldn't place the order");
}

HttpAnswer orderNotFound()
{
    return HttpAnswer::error(404, "order not found");
}

HttpAnswer draining()
{
    return HttpAnswer::error(503, "the store is closing", retryAfter.toByteArray());
}

/// The answer to a request whose method its path does not know, or to OPTIONS.
HttpAnswer otherMethod(HttpMethod method, QByteArrayView allowed)
{
    const QByteArray header = "Allow: " + allowed.toByteArray() + "\r\n";
    if (method == HttpMethod::Options)
        return {204, {}, header};
    return HttpAnswer::error(405, "this path knows only " + allowed.toByteArray(), header);
}

bool isRead(HttpMethod method)
{
    return method == HttpMethod::Get || method == HttpMethod::Head;
}

/// What a service's error looks like to a client.
HttpAnswer answerFor(const Error &error)
{
    switch (error.code) {
    case ErrorCode::ProductNotFound:
        return productNotFound();
    case ErrorCode::OrderRejected:
        return orderRejected();
    case ErrorCode::OrderNotFound:
        return orderNotFound();
    case ErrorCode::RequestMismatch:
        return HttpAnswer::error(422, "this Idempotency-Key was used with another order");
    case ErrorCode::Overloaded:
        return HttpAnswer::error(503, error.message, retryAfter.toByteArray());
    default:
        return HttpAnswer::error(500, error.message);
    }
}

HttpAnswer answerFor(const Product &product)
{
    JsonWriter writer;
    writer.beginObject().key("data").beginObject();
    writer.key("name").text(product.name);
    writer.key("price").value(product.price);
    writer.key("quantity").value(product.quantity);
    writer.endObject().endObject();
    return {200, writer.take()};
}

HttpAnswer answerFor(const OrderDetails::Answer &order)
{
    JsonWriter writer;
    writer.beginObject();
    writer.key("number").value(order.number);
    writer.key("name").text(order.name);
    writer.key("quantity").value(order.quantity);
    writer.endObject();
    return {200, writer.take()};
}

HttpAnswer answerForBuy(qint64 orderNumber)
{
    JsonWriter writer;
    writer.beginObject().key("data").beginObject();
    writer.key("order_number").value(orderNumber);
    writer.endObject().endObject();
    return {200, writer.take()};
}

/// Positive and nothing but digits; else no order has it.
std::optional<qint64> orderNumber(QByteArrayView text)
{
    qint64 number = 0;
    const char *const end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || parsed != end || number < 1)
        return std::nullopt;
    return number;
}

/// Whether @p key is a request id of our own, as an earlier 500 named it.
bool isOwnRequestId(const QByteArray &key)
{
    const QUuid uuid = QUuid::fromString(QLatin1String(key).mid(2));
    return key.startsWith("f-") && !uuid.isNull() && key == "f-" + uuid.toByteArray(QUuid::WithoutBraces);
}

/// The request id of a buy. Errors: invalid_field.
Result<QByteArray> requestId(const std::optional<QByteArray> &key)
{
    if (!key)
        return "f-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    const bool visible = std::all_of(key->begin(), key->end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (key->isEmpty() || key->size() > Routes::maxKeyBytes || !visible)
        return failure(ErrorCode::InvalidField, "Idempotency-Key: must be 1 to 128 visible ASCII characters");
    return isOwnRequestId(*key) ? *key : "c-" + *key;
}

/// The answer to a body of which we would not know what it is.
std::optional<HttpAnswer> checkMediaType(const HttpRequest &request)
{
    const QByteArrayList parts = request.contentType.value_or("application/json").toLower().split(';');
    if (parts[0].trimmed() != "application/json")
        return HttpAnswer::error(415, "Content-Type: must be application/json");
    for (const QByteArray &part : parts.mid(1)) {
        const QByteArray parameter = part.trimmed().replace('"', "");
        if (parameter.startsWith("charset=") && parameter != "charset=utf-8")
            return HttpAnswer::error(415, "Content-Type: the charset must be utf-8");
    }
    if (request.contentEncoding && request.contentEncoding->toLower() != "identity")
        return HttpAnswer::error(415, "Content-Encoding: the body must not be encoded");
    return std::nullopt;
}

/// Errors: as of JsonTree::parse() and decodeFields(), of which only the latter says out_of_range.
Result<OrderBody> readOrder(const QByteArray &body)
{
    const Result<JsonTree> tree = JsonTree::parse(body);
    if (!tree)
        return failure(ErrorCode::MalformedMessage, "the body: " + tree.error().message);
    return decodeFields<OrderBody>(tree->root());
}

/// What is asked for, by path and method; a path that means nothing counts as a query.
ShopMeter::Kind kindOf(const HttpRequest &request)
{
    const QByteArrayView path(request.path);
    if (path == "/orders" || path == "/order")
        return ShopMeter::Kind::Buy;
    if (path.startsWith("/orders/") || path.startsWith("/order/"))
        return ShopMeter::Kind::LookUp;
    return ShopMeter::Kind::Query;
}

} // namespace

std::optional<HttpAnswer> Routes::handle(const HttpRequest &request, const Defer &defer) const
{
    const Instant arrived = monotonicNow();
    const ShopMeter::Kind kind = kindOf(request);
    std::optional<HttpAnswer> answer =
        route(kind, request, [this, kind, arrived, &defer]() -> DeferredAnswer {
            return [&meter = m_meter, kind, arrived, done = defer()](HttpAnswer later) {
                meter.record(kind, arrived, later.status);
                done(std::move(later));
            };
        });
    if (answer)
        m_meter.record(kind, arrived, answer->status);
    return answer;
}

std::optional<HttpAnswer> Routes::route(ShopMeter::Kind kind, const HttpRequest &request,
                                        const Defer &defer) const
{
    const QByteArrayView path(request.path);
    if (path.startsWith("/products/"))
        return product(request, path.sliced(10), defer);
    if (kind == ShopMeter::Kind::Buy)
        return placeOrder(request, defer);
    if (path.startsWith("/orders/"))
        return order(request, path.sliced(8), defer);
    if (path.startsWith("/order/"))
        return order(request, path.sliced(7), defer);
    if (path == "/*" && request.method == HttpMethod::Options)
        return otherMethod(request.method, allMethods);
    return HttpAnswer::error(404, "there is nothing at this path");
}

std::optional<HttpAnswer> Routes::product(const HttpRequest &request, QByteArrayView item,
                                          const Defer &defer) const
{
    if (!isRead(request.method))
        return otherMethod(request.method, getMethods);
    if (item.contains('/'))
        return HttpAnswer::error(404, "there is nothing at this path");
    const std::optional<QByteArray> name = decodePath(item);
    if (!name)
        return HttpAnswer::error(400, "the product's name is not valid percent-encoded UTF-8");
    if (name->size() > maxToyNameBytes)
        return productNotFound();
    if (m_draining)
        return draining();
    const std::optional<Product> cached = m_products.query(*name, [&defer]() -> ProductDesk::Done {
        return [done = defer()](const Result<Product> &product) {
            done(product ? answerFor(*product) : answerFor(product.error()));
        };
    });
    if (!cached)
        return std::nullopt;
    return answerFor(*cached);
}

std::optional<HttpAnswer> Routes::placeOrder(const HttpRequest &request, const Defer &defer) const
{
    if (request.method != HttpMethod::Post)
        return otherMethod(request.method, postMethods);
    if (const std::optional<HttpAnswer> unsupported = checkMediaType(request))
        return unsupported;
    const Result<QByteArray> id = requestId(request.idempotencyKey);
    if (!id)
        return HttpAnswer::error(400, id.error().message);
    const Result<OrderBody> order = readOrder(request.body);
    if (!order) // of the two fields only the quantity can be out of range: more than any stock
        return order.error().code == ErrorCode::OutOfRange ? orderRejected()
                                                           : HttpAnswer::error(400, order.error().message);
    if (order->name.size() > maxToyNameBytes)
        return orderRejected();
    if (m_draining)
        return draining();
    m_orders.buy({*id, order->name, order->quantity}, [done = defer()](const Result<qint64> &number) {
        done(number ? answerForBuy(*number) : answerFor(number.error()));
    });
    return std::nullopt;
}

std::optional<HttpAnswer> Routes::order(const HttpRequest &request, QByteArrayView item,
                                        const Defer &defer) const
{
    if (!isRead(request.method))
        return otherMethod(request.method, getMethods);
    const std::optional<qint64> number = orderNumber(item);
    if (!number)
        return orderNotFound();
    if (m_draining)
        return draining();
    m_orders.find(*number, [done = defer()](const Result<OrderDetails::Answer> &found) {
        done(found ? answerFor(*found) : answerFor(found.error()));
    });
    return std::nullopt;
}

} // namespace toystore
