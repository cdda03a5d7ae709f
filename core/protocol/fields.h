// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/jsontree.h"
#include "protocol/jsonwriter.h"
#include "protocol/places.h"

#include <QByteArray>
#include <QList>

#include <concepts>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>

namespace toystore
{

/// How each message's fields become JSON and back. A message lists its fields once:
///
///     struct OrderDetails {
///         qint64 number = 0;
///         template <typename Self, typename Visitor>
///         static void fields(Self &self, Visitor &visit) { visit("number", self.number); }
///     };
///
/// visit(name, member) or visit(name, member, limit): the limit is bytes of a text and elements of a list. An
/// std::optional member may be absent; all others must be there. Unknown fields are ignored.
struct AnyVisitor; // never defined: only says that fields() takes a visitor
template <typename T>
concept Fields = requires(T &message, AnyVisitor &visit)
{
    T::fields(message, visit);
};

/// An enumeration on the wire: a text, which the function valueNames(E), found beside the enumeration, lists
/// for the values 0, 1, 2 ...
template <typename E>
concept NamedValues = std::is_enum_v<E> && requires(E value)
{
    {
        valueNames(value)
        } -> std::convertible_to<std::span<const QByteArrayView>>;
};

inline constexpr qsizetype noLimit = std::numeric_limits<qsizetype>::max();

/// Writes a message's fields into the object that @c writer has open.
class FieldEncoder
{
public:
    explicit FieldEncoder(JsonWriter &writer) : m_writer(writer) {}

    template <typename T>
    void operator()(QByteArrayView name, const T &value, qsizetype = noLimit)
    {
        m_writer.key(name);
        write(value);
    }
    template <typename T>
    void operator()(QByteArrayView name, const std::optional<T> &value, qsizetype = noLimit)
    {
        if (value)
            (*this)(name, *value);
    }

private:
    void write(qint64 value) { m_writer.value(value); }
    void write(double value) { m_writer.value(value); }
    void write(bool value) { m_writer.value(value); }
    void write(const QByteArray &value) { m_writer.text(value); }
    void write(ReplicaId value) { m_writer.value(value.value); }
    void write(ErrorCode value) { m_writer.text(wireName(value)); }
    template <NamedValues E>
    void write(const E &value)
    {
        m_writer.text(valueNames(value)[static_cast<std::size_t>(value)]);
    }
    template <typename T>
    void write(const QList<T> &list)
    {
        m_writer.beginArray();
        for (const T &element : list)
            write(element);
        m_writer.endArray();
    }
    template <typename T>
    void write(const T &message)
    {
        m_writer.beginObject();
        T::fields(message, *this);
        m_writer.endObject();
    }

    JsonWriter &m_writer;
};

/// Reads a message's fields from a JSON object. The first thing wrong is kept as error(), with the field's
/// path, as in "orders[3].number: is missing".
class FieldDecoder
{
public:
    explicit FieldDecoder(JsonValue object) : m_object(object) {}

    template <typename T>
    void operator()(QByteArrayView name, T &value, qsizetype limit = noLimit)
    {
        if (m_error)
            return;
        const Path path{m_outer, name};
        const std::optional<JsonValue> found = m_object.member(name);
        if (found)
            read(*found, path, value, limit);
        else
            refuse(ErrorCode::InvalidField, path, "is missing");
    }
    template <typename T>
    void operator()(QByteArrayView name, std::optional<T> &value, qsizetype limit = noLimit)
    {
        value.reset();
        if (m_error || !m_object.member(name))
            return;
        (*this)(name, value.emplace(), limit);
    }

    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

private:
    /// Where a value stands. Becomes text only for a refusal: most messages have nothing wrong.
    struct Path {
        const Path *outer;
        QByteArrayView name = {}; ///< of a member
        qsizetype index = 0;      ///< of an element, where there is no name

        [[nodiscard]] QByteArray text() const;
    };

    FieldDecoder(JsonValue object, const Path &outer) : m_object(object), m_outer(&outer) {}

    void refuse(ErrorCode code, const Path &path, const QByteArray &why);
    [[nodiscard]] bool expect(JsonValue found, JsonValue::Kind kind, const Path &path);
    /// Which of @p names it is.
    [[nodiscard]] std::optional<std::size_t> readName(JsonValue found, const Path &path,
                                                      std::span<const QByteArrayView> names);

    void read(JsonValue found, const Path &path, qint64 &value, qsizetype limit);
    void read(JsonValue found, const Path &path, double &value, qsizetype limit);
    void read(JsonValue found, const Path &path, bool &value, qsizetype limit);
    void read(JsonValue found, const Path &path, QByteArray &value, qsizetype limit);
    void read(JsonValue found, const Path &path, ReplicaId &value, qsizetype limit);
    void read(JsonValue found, const Path &path, ErrorCode &value, qsizetype limit);
    template <NamedValues E>
    void read(JsonValue found, const Path &path, E &value, qsizetype)
    {
        if (const std::optional<std::size_t> index = readName(found, path, valueNames(value)))
            value = static_cast<E>(*index);
    }
    template <typename T>
    void read(JsonValue found, const Path &path, QList<T> &list, qsizetype limit)
    {
        if (!expect(found, JsonValue::Kind::Array, path))
            return;
        list.clear();
        for (const JsonValue element : found.children()) {
            if (list.size() == limit)
                return refuse(ErrorCode::InvalidField, path,
                              "has more than " + QByteArray::number(limit) + " elements");
            const Path elementPath{&path, {}, list.size()};
            read(element, elementPath, list.emplaceBack(), noLimit);
            if (m_error)
                return;
        }
    }
    template <typename T>
    void read(JsonValue found, const Path &path, T &message, qsizetype)
    {
        if (!expect(found, JsonValue::Kind::Object, path))
            return;
        FieldDecoder inner(found, path);
        T::fields(message, inner);
        m_error = inner.error();
    }

    JsonValue m_object;
    const Path *m_outer = nullptr;
    std::optional<Error> m_error;
};

/// @p utf8 cut to at most @p limit bytes between two characters, for a text whose reader has that limit;
/// invalid bytes become U+FFFD first.
[[nodiscard]] QByteArray clipText(const QByteArray &utf8, qsizetype limit);

/// An answer without content.
struct Empty {
    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// Reads a message from @p object. Errors: invalid_field, out_of_range (an integer beyond 64 bits), naming
/// the field.
template <typename T>
[[nodiscard]] Result<T> decodeFields(JsonValue object)
{
    T message;
    FieldDecoder decoder(object);
    T::fields(message, decoder);
    if (decoder.error())
        return failure(*decoder.error());
    return message;
}

} // namespace toystore
