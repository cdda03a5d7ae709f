// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "fuzz/targets.h"

#include "protocol/jsontree.h"
#include "protocol/jsonwriter.h"

#include <cmath>

namespace toystore::fuzz
{

namespace
{

/// Writes what a tree says without its keys, which a JsonWriter takes only from a program.
void write(JsonValue value, JsonWriter &writer, int depth, qsizetype &values)
{
    TOYSTORE_ENSURE(depth <= JsonTree::maxDepth);
    TOYSTORE_ENSURE(++values <= JsonTree::maxNodes);
    switch (value.kind()) {
    case JsonValue::Kind::Null:
        writer.text("null");
        break;
    case JsonValue::Kind::Boolean:
        writer.value(value.boolean());
        break;
    case JsonValue::Kind::Integer:
        writer.value(value.integer());
        break;
    case JsonValue::Kind::BigInteger:
    case JsonValue::Kind::Fraction:
        TOYSTORE_ENSURE(std::isfinite(value.number()));
        writer.value(value.number());
        break;
    case JsonValue::Kind::String:
        TOYSTORE_ENSURE(value.text().toByteArray().isValidUtf8());
        writer.text(value.text());
        break;
    case JsonValue::Kind::Array:
    case JsonValue::Kind::Object:
        writer.beginArray();
        for (const JsonValue child : value.children())
            write(child, writer, depth + 1, values);
        writer.endArray();
    }
}

QByteArray written(const JsonTree &tree)
{
    JsonWriter writer;
    qsizetype values = 0;
    writer.beginObject().key("root");
    write(tree.root(), writer, 1, values);
    writer.endObject();
    return writer.take();
}

} // namespace

void readJson(QByteArrayView bytes)
{
    const Result<JsonTree> tree = JsonTree::parse(bytes);
    if (!tree) {
        TOYSTORE_ENSURE(!tree.error().message.isEmpty());
        return;
    }
    TOYSTORE_ENSURE(tree->root().kind() == JsonValue::Kind::Object);
    const QByteArray text = written(*tree);
    const Result<JsonTree> again = JsonTree::parse(text);
    // One object more than it had may be one too many.
    TOYSTORE_ENSURE(again.has_value() || again.error().code == ErrorCode::MessageTooLarge);
}

} // namespace toystore::fuzz
