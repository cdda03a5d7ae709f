// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/fields.h"

#include <QByteArrayList>

#include <algorithm>
#include <charconv>

namespace toystore
{

void FieldDecoder::refuse(ErrorCode code, const Path &path, const QByteArray &why)
{
    m_error = Error{code, path.text() + ": " + why};
}

QByteArray FieldDecoder::Path::text() const
{
    const QByteArray before = outer != nullptr ? outer->text() : QByteArray();
    if (name.isEmpty())
        return before + '[' + QByteArray::number(index) + ']';
    return before.isEmpty() ? name.toByteArray() : before + '.' + name.toByteArray();
}

bool FieldDecoder::expect(JsonValue found, JsonValue::Kind kind, const Path &path)
{
    if (found.kind() == kind)
        return true;
    const bool tooBig = kind == JsonValue::Kind::Integer && found.kind() == JsonValue::Kind::BigInteger;
    refuse(tooBig ? ErrorCode::OutOfRange : ErrorCode::InvalidField, path,
           "must be " + JsonValue::kindName(kind).toByteArray() + ", is " +
               JsonValue::kindName(found.kind()).toByteArray());
    return false;
}

void FieldDecoder::read(JsonValue found, const Path &path, qint64 &value, qsizetype)
{
    if (expect(found, JsonValue::Kind::Integer, path))
        value = found.integer();
}

void FieldDecoder::read(JsonValue found, const Path &path, double &value, qsizetype)
{
    using Kind = JsonValue::Kind;
    if (found.kind() == Kind::Integer || found.kind() == Kind::BigInteger || found.kind() == Kind::Fraction)
        value = found.number();
    else
        refuse(ErrorCode::InvalidField, path,
               "must be a number, is " + JsonValue::kindName(found.kind()).toByteArray());
}

void FieldDecoder::read(JsonValue found, const Path &path, bool &value, qsizetype)
{
    if (expect(found, JsonValue::Kind::Boolean, path))
        value = found.boolean();
}

void FieldDecoder::read(JsonValue found, const Path &path, QByteArray &value, qsizetype limit)
{
    if (!expect(found, JsonValue::Kind::String, path))
        return;
    if (found.text().size() > limit)
        return refuse(ErrorCode::InvalidField, path,
                      "is longer than " + QByteArray::number(limit) + " bytes");
    value = found.text().toByteArray();
}

void FieldDecoder::read(JsonValue found, const Path &path, ReplicaId &value, qsizetype)
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

void FieldDecoder::read(JsonValue found, const Path &path, ErrorCode &value, qsizetype)
{
    if (!expect(found, JsonValue::Kind::String, path))
        return;
    // A newer peer may know more codes than we do; its message still tells.
    value = errorCodeFromWireName(found.text()).value_or(ErrorCode::Internal);
}

std::optional<std::size_t> FieldDecoder::readName(JsonValue found, const Path &path,
                                                  std::span<const QByteArrayView> names)
{
    if (!expect(found, JsonValue::Kind::String, path))
        return std::nullopt;
    const auto name = std::find(names.begin(), names.end(), found.text());
    if (name != names.end())
        return static_cast<std::size_t>(name - names.begin());
    QByteArrayList known;
    for (const QByteArrayView one : names)
        known.append(one.toByteArray());
    refuse(ErrorCode::InvalidField, path, "must be one of " + known.join(", "));
    return std::nullopt;
}

QByteArray clipText(const QByteArray &utf8, qsizetype limit)
{
    const QByteArray valid = utf8.isValidUtf8() ? utf8 : QString::fromUtf8(utf8).toUtf8();
    if (valid.size() <= limit)
        return valid;
    const auto continues = [&valid](qsizetype at) {
        return (static_cast<unsigned char>(valid[at]) & 0xc0U) == 0x80U;
    };
    qsizetype length = limit;
    while (length > 0 && continues(length))
        --length;
    return valid.left(length);
}

} // namespace toystore
