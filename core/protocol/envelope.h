// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/fields.h"

#include <optional>

namespace toystore
{

/// What a service receives as one line: a request, or the answer to a request of its own.
struct Incoming {
    enum class Type { Request, Answer };

    Type type = Type::Request;
    std::optional<qint64> id;   ///< a request without one is answered without one
    QByteArray method;          ///< of a Request
    std::optional<Error> error; ///< of an Answer whose status is not "Success"
    JsonTree body;              ///< the whole object, for decodeFields
};

/// A line that is no Incoming; with the id, where it could be read, so that the refusal can carry it.
struct BadLine {
    std::optional<qint64> id;
    Error error;
};

/// Reads one line. Errors: malformed_message, message_too_large, invalid_field (id, method_name or status).
[[nodiscard]] tl::expected<Incoming, BadLine> parseLine(QByteArrayView line);

/// An error answer's line, LF included.
[[nodiscard]] QByteArray errorLine(std::optional<qint64> id, const Error &error);

/// A request's line, LF included. @p id: absent for a message that wants no answer.
template <Fields T>
[[nodiscard]] QByteArray requestLine(std::optional<qint64> id, const T &request)
{
    JsonWriter writer;
    writer.beginObject();
    FieldEncoder encode(writer);
    encode("id", id);
    encode("method_name", QByteArray::fromRawData(T::method.data(), T::method.size()));
    T::fields(request, encode);
    writer.endObject();
    return writer.take() + '\n';
}

/// A successful answer's line, LF included.
template <Fields T>
[[nodiscard]] QByteArray answerLine(std::optional<qint64> id, const T &answer)
{
    JsonWriter writer;
    writer.beginObject();
    FieldEncoder encode(writer);
    encode("id", id);
    encode("status", QByteArrayLiteral("Success"));
    T::fields(answer, encode);
    writer.endObject();
    return writer.take() + '\n';
}

} // namespace toystore
