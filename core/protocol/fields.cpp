// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/fields.h"

#include "base/logging.h"

#include <charconv>

namespace toystore
{

void FieldDecoder::refuse(ErrorCode code, const QByteArray &path, const QByteArray &why)
{
    m_error = Error{code, path + ": " + why};
}

bool FieldDecoder::expect(JsonValue found, JsonValue::Kind kind, const QByteArray &path)
{
    if (found.kind() == kind)
        return true;
    const bool tooBig = kind == JsonValue::Kind::Integer && found.kind() == JsonValue::Kind::BigInteger;
    refuse(tooBig ? ErrorCode::OutOfRange : ErrorCode::InvalidField, path,
           "must be " + JsonValue::kindName(kind).toByteArray() + ", is " +
               JsonValue::kindName(found.kind()).toByteArray());
    return false;
}

void FieldDecoder::read(JsonValue found, const QByteArray &path, qint64 &value, qsizetype)
{
    if (expect(found, JsonValue::Kind::Integer, path))
        value = found.integer();
}

void FieldDecoder::read(JsonValue found, const QByteArray &path, double &value, qsizetype)
{
    using Kind = JsonValue::Kind;
    if (found.kind() == Kind::Integer || found.kind() == Kind::BigInteger || found.kind() == Kind::Fraction)
        value = found.number();
    else
        refuse(ErrorCode::InvalidField, path,
               "must be a number, is " + JsonValue::kindName(found.kind()).toByteArray());
}

void FieldDecoder::read(JsonValue found, const QByteArray &path, bool &value, qsizetype)
{
    if (expect(found, JsonValue::Kind::Boolean, path))
        value = found.boolean();
}

void FieldDecoder::read(JsonValue found, const QByteArray &path, QByteArray &value, qsizetype limit)
{
    if (!expect(found, JsonValue::Kind::String, path))
        return;
    if (found.text().size() > limit)
        return refuse(ErrorCode::InvalidField, path,
                      "is longer than " + QByteArray::number(limit) + " bytes");
    value = found.text().toByteArray();
}

void FieldDecoder::read(JsonValue found, const QByteArray &path, ReplicaId &value, qsizetype)
{
    if (found.kind() == JsonValue::Kind::String) {
        const QByteArrayView digits = found.text();
        const char *const end = digits.data() + digits.size();
        const auto [parsed, error] = std::from_chars(digits.data(), end, value.value);
        if (error != std::errc() || parsed != end)
            refuse(ErrorCode::InvalidField, path, "must be an integer or its decimal text");
        return;
    }
    read(found, path, value.value, noLimit);
}

void FieldDecoder::read(JsonValue found, const QByteArray &path, ErrorCode &value, qsizetype)
{
    if (!expect(found, JsonValue::Kind::String, path))
        return;
    // A newer peer may know more codes than we do; its message still tells.
    value = errorCodeFromWireName(found.text()).value_or(ErrorCode::Internal);
}

} // namespace toystore
