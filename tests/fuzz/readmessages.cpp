// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "fuzz/targets.h"

#include "protocol/catalogmessages.h"
#include "protocol/envelope.h"
#include "protocol/eventmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/lineframer.h"
#include "protocol/ordermessages.h"
#include "protocol/supervisormessages.h"

namespace toystore::fuzz
{

namespace
{

template <typename T>
QByteArray encoded(const T &message)
{
    JsonWriter writer;
    FieldEncoder encode(writer);
    writer.beginObject();
    T::fields(message, encode);
    writer.endObject();
    return writer.take();
}

template <typename T>
void decode(JsonValue object)
{
    const Result<T> message = decodeFields<T>(object);
    if (!message) {
        TOYSTORE_ENSURE(!message.error().message.isEmpty());
        return;
    }
    const QByteArray json = encoded(*message);
    const Result<JsonTree> tree = JsonTree::parse(json);
    TOYSTORE_ENSURE(tree.has_value());
    const Result<T> again = decodeFields<T>(tree->root());
    TOYSTORE_ENSURE(again.has_value());
    TOYSTORE_ENSURE(encoded(*again) == json);
}

template <typename... T>
void decodeAs(JsonValue object)
{
    (decode<T>(object), ...);
}

void decodeAsAll(JsonValue object)
{
    decodeAs<HealthCheck, HealthCheck::Answer, UpdateLeader, UpdateLeader::Answer, PlaceOrder,
             PlaceOrder::Answer, OrderDetails, OrderDetails::Answer, AppendOrders, AppendOrders::Answer,
             OrdersAfter, OrdersAfter::Answer, LogChecksum, LogChecksum::Answer, OrderStatus,
             OrderStatus::Answer>(object);
    decodeAs<ProductQuery, Product, ProductsQuery, ProductsQuery::Answer, Sell, Sell::Answer, Leadership,
             Leadership::Answer, BeginEpoch, ImportOrders, ImportOrders::Answer, SubscribeInvalidations,
             SubscribeInvalidations::Answer, Renew, Invalidate, CatalogStatus, CatalogStatus::Answer,
             StockAudit, StockAudit::Answer>(object);
    decodeAs<FrontendStatus, FrontendStatus::Answer, CacheContents, CacheContents::Answer, SetCache,
             CacheStatistics, CacheStatistics::Answer, Processes, Processes::Answer, Authorize, StartService,
             Subscribe, Subscribe::Answer, Events>(object);
}

} // namespace

void readMessages(QByteArrayView bytes)
{
    LineFramer framer;
    framer.feed(bytes);
    while (true) {
        const Result<std::optional<QByteArray>> line = framer.next();
        if (!line || !*line)
            return;
        const tl::expected<Incoming, BadLine> incoming = parseLine(**line);
        if (incoming)
            decodeAsAll(incoming->body.root());
        else // and the refusal is a message, too
            TOYSTORE_ENSURE(
                parseLine(errorLine(incoming.error().id, incoming.error().error).chopped(1)).has_value());
    }
}

} // namespace toystore::fuzz
