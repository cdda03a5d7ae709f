// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "routes.h"

#include "base/timeordereduuid.h"
#include "pages.h"
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

void writeProduct(JsonWriter &writer, const Product &product)
{
    writer.beginObject();
    writer.key("name").text(product.name);
    writer.key("price").value(product.price);
    writer.key("quantity").value(product.quantity);
    writer.endObject();
}

HttpAnswer answerFor(const Product &product)
{
    JsonWriter writer;
    writer.beginObject().key("data");
    writeProduct(writer, product);
    writer.endObject();
    return {200, writer.take()};
}

/// Says that the cache did not know it.
HttpAnswer fromCatalog(HttpAnswer answer)
{
    answer.headers += "X-Cache: miss\r\n";
    return answer;
}

HttpAnswer answerFor(const QList<Product> &products)
{
    JsonWriter writer;
    writer.beginObject().key("data").beginArray();
    for (const Product &product : products)
        writeProduct(writer, product);
    writer.endArray().endObject();
    return fromCatalog({200, writer.take()});
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
        return "f-" + timeOrderedUuid().toByteArray(QUuid::WithoutBraces);
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

} // namespace

Routes::Routes(const Desks &desks, ShopMeter &meter)
    : m_desks(desks), m_meter(meter), m_page(statusPage()), m_openApi(openApi()), m_version(versionAnswer())
{
}

std::optional<HttpAnswer> Routes::handle(const HttpRequest &request, const Defer &defer) const
{
    const Instant arrived = monotonicNow();
    const Route route = routeOf(request.path);
    std::optional<HttpAnswer> atOnce =
        answer(route, request, [this, route, arrived, &defer]() -> DeferredAnswer {
            return [&meter = m_meter, route, arrived, done = defer()](HttpAnswer later) {
                meter.record(route, arrived, later.status);
                done(std::move(later));
            };
        });
    if (atOnce)
        m_meter.record(route, arrived, atOnce->status);
    return atOnce;
}

Route Routes::routeOf(QByteArrayView path)
{
    if (path.startsWith("/products/"))
        return Route::Product;
    if (path == "/orders" || path == "/order")
        return Route::Buy;
    if (path.startsWith("/orders/") || path.startsWith("/order/"))
        return Route::LookUp;
    for (const Route whole : {Route::Products, Route::Page, Route::Events, Route::Health, Route::Ready,
                              Route::Metrics, Route::Version, Route::OpenApi}) {
        if (path == nameOf(whole))
            return whole;
    }
    return Route::Other;
}

std::optional<HttpAnswer> Routes::answer(Route route, const HttpRequest &request, const Defer &defer) const
{
    const QByteArrayView path(request.path);
    switch (route) {
    case Route::Product:
        return product(request, path.sliced(10), defer);
    case Route::Buy:
        return placeOrder(request, defer);
    case Route::LookUp:
        return order(request, path.sliced(path.indexOf('/', 1) + 1), defer);
    case Route::Other:
        if (path == "/*" && request.method == HttpMethod::Options)
            return otherMethod(request.method, allMethods);
        return HttpAnswer::error(404, "there is nothing at this path");
    default:
        return isRead(request.method) ? watch(route, request, defer)
                                      : otherMethod(request.method, getMethods);
    }
}

std::optional<HttpAnswer> Routes::watch(Route route, const HttpRequest &request, const Defer &defer) const
{
    switch (route) {
    case Route::Products:
        return products(defer);
    case Route::Events:
        return events(request);
    case Route::Health:
        return HttpAnswer{200, R"({"status":"ok"})"};
    case Route::Ready:
        m_desks.watch.tellReadiness(defer());
        return std::nullopt;
    case Route::Metrics:
        m_desks.watch.tellMetrics(defer());
        return std::nullopt;
    case Route::Version:
        return m_version;
    case Route::OpenApi:
        return m_openApi;
    default:
        return m_page;
    }
}

std::optional<HttpAnswer> Routes::products(const Defer &defer) const
{
    if (m_draining)
        return draining();
    m_desks.lister.list([done = defer()](const Result<QList<Product>> &toys) {
        done(toys ? answerFor(*toys) : fromCatalog(answerFor(toys.error())));
    });
    return std::nullopt;
}

HttpAnswer Routes::events(const HttpRequest &request) const
{
    HttpAnswer answer{200, {}, {}, eventStreamType};
    if (request.method == HttpMethod::Head)
        return answer;
    if (m_draining)
        return draining();
    answer.stream = m_desks.feed.open(request.lastEventId);
    if (!answer.stream) {
        const QByteArray most = QByteArray::number(LiveFeed::maxStreams);
        return HttpAnswer::error(503, "there are " + most + " event streams already",
                                 retryAfter.toByteArray());
    }
    return answer;
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
    const std::optional<Product> cached = m_desks.products.query(*name, [&defer]() -> ProductDesk::Done {
        return [done = defer()](const Result<Product> &product) {
            done(fromCatalog(product ? answerFor(*product) : answerFor(product.error())));
        };
    });
    if (!cached)
        return std::nullopt;
    HttpAnswer answer = answerFor(*cached);
    answer.headers = QByteArrayLiteral("X-Cache: hit\r\n");
    return answer;
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
    m_desks.orders.buy({*id, order->name, order->quantity}, [done = defer()](const Result<qint64> &number) {
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
    m_desks.orders.find(*number, [done = defer()](const Result<OrderDetails::Answer> &found) {
        done(found ? answerFor(*found) : answerFor(found.error()));
    });
    return std::nullopt;
}

} // namespace toystore
