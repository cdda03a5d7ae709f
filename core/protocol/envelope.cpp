// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/envelope.h"

namespace toystore
{

namespace
{

constexpr qsizetype maxMethodBytes = 64;
constexpr qsizetype maxMessageBytes = 1024;

struct Head {
    std::optional<qint64> id;
    std::optional<QByteArray> method;
    std::optional<QByteArray> status;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("id", self.id);
        visit("method_name", self.method, maxMethodBytes);
        visit("status", self.status, maxMethodBytes);
    }
};

struct ErrorFields {
    ErrorCode code = ErrorCode::Internal;
    std::optional<QByteArray> message;
    Current current;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("code", self.code);
        visit("message", self.message, maxMessageBytes);
        visit("epoch", self.current.epoch);
        visit("leader_id", self.current.leaderId);
        visit("last_order_number", self.current.lastOrderNumber);
    }
};

} // namespace

tl::expected<Incoming, BadLine> parseLine(QByteArrayView line)
{
    Result<JsonTree> tree = JsonTree::parse(line);
    if (!tree)
        return tl::unexpected(BadLine{std::nullopt, tree.error()});
    Incoming incoming;
    incoming.body = *std::move(tree);
    const JsonValue root = incoming.body.root();
    Result<Head> head = decodeFields<Head>(root);
    const std::optional<JsonValue> idValue = root.member("id");
    if (idValue && idValue->kind() == JsonValue::Kind::Integer)
        incoming.id = idValue->integer();
    if (!head)
        return tl::unexpected(BadLine{incoming.id, head.error()});
    if (head->method) {
        incoming.method = *std::move(head->method);
        return incoming;
    }
    if (!head->status)
        return tl::unexpected(
            BadLine{incoming.id, Error{ErrorCode::InvalidField, "method_name: is missing"}});
    incoming.type = Incoming::Type::Answer;
    if (*head->status == "Success")
        return incoming;
    const Result<ErrorFields> error = decodeFields<ErrorFields>(root);
    if (!error)
        return tl::unexpected(BadLine{incoming.id, error.error()});
    incoming.error = Error{error->code, error->message.value_or(QByteArray()), error->current};
    return incoming;
}

QByteArray errorLine(std::optional<qint64> id, const Error &error)
{
    JsonWriter writer;
    writer.beginObject();
    FieldEncoder encode(writer);
    encode("id", id);
    encode("status", QByteArrayLiteral("Error"));
    const ErrorFields fields{error.code, clipText(error.message, maxMessageBytes), error.current};
    ErrorFields::fields(fields, encode);
    writer.endObject();
    return writer.take() + '\n';
}

} // namespace toystore
