// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/fields.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <optional>

// What can be said of any message by the fields that it lists: values for them, the forms that each may and
// may not have as JSON, and their names.

namespace toystore
{

/// Gives every field a value of its own.
class Filler
{
public:
    explicit Filler(bool withOptional) : m_withOptional(withOptional) {}

    template <typename T>
    void operator()(QByteArrayView, T &value, qsizetype limit = noLimit)
    {
        fill(value, limit);
    }
    template <typename T>
    void operator()(QByteArrayView, std::optional<T> &value, qsizetype limit = noLimit)
    {
        value.reset();
        if (m_withOptional)
            fill(value.emplace(), limit);
    }

private:
    void fill(qint64 &value, qsizetype)
    {
        constexpr qint64 extremes[] = {std::numeric_limits<qint64>::max(), std::numeric_limits<qint64>::min(),
                                       (qint64(1) << 53) + 1};
        ++m_count;
        value = m_count <= 3 ? extremes[m_count - 1] : m_count * 1'000'003;
    }
    void fill(double &value, qsizetype) { value = 19.9 + static_cast<double>(++m_count); }
    void fill(bool &value, qsizetype) { value = (++m_count % 2) == 0; }
    void fill(QByteArray &value, qsizetype limit)
    {
        value = ("\"\\\n\u00e9\u2603\U0001f9f8" + QByteArray::number(++m_count)).left(limit);
    }
    void fill(ReplicaId &value, qsizetype) { value.value = 8000 + ++m_count; }
    void fill(ErrorCode &value, qsizetype) { value = static_cast<ErrorCode>(++m_count % 5); }
    template <typename T>
    void fill(QList<T> &list, qsizetype)
    {
        list.resize(2);
        for (T &element : list)
            fill(element, noLimit);
    }
    template <typename T>
    void fill(T &message, qsizetype)
    {
        T::fields(message, *this);
    }

    bool m_withOptional;
    qint64 m_count = 0;
};

template <typename T>
T filled(bool withOptional)
{
    T message;
    Filler fill(withOptional);
    T::fields(message, fill);
    return message;
}

template <typename T>
QByteArray encoded(const T &message)
{
    JsonWriter writer;
    writer.beginObject();
    FieldEncoder encode(writer);
    T::fields(message, encode);
    writer.endObject();
    return writer.take();
}

template <typename T>
Result<T> decoded(const QByteArray &json)
{
    const Result<JsonTree> tree = JsonTree::parse(json);
    return tree ? decodeFields<T>(tree->root()) : failure(tree.error());
}

/// What a field may not look like, as JSON text; and what it may.
struct Forms {
    QByteArray path; ///< as errors name it
    QList<QByteArray> bad;
    QList<QByteArray> good;
    bool mayBeAbsent = false;
};

/// Collects the Forms of a struct's fields, those of nested structs and of lists' elements included.
class FormCollector
{
public:
    explicit FormCollector(QList<Forms> &out, QByteArray prefix = {})
        : m_out(out), m_prefix(std::move(prefix))
    {
    }

    template <typename T>
    void operator()(QByteArrayView name, T &value, qsizetype limit = noLimit)
    {
        describe(m_prefix + name.toByteArray(), value, limit, false);
    }
    template <typename T>
    void operator()(QByteArrayView name, std::optional<T> &value, qsizetype limit = noLimit)
    {
        describe(m_prefix + name.toByteArray(), *value, limit, true);
    }

private:
    void describe(const QByteArray &path, qint64 &, qsizetype, bool optional)
    {
        m_out.append({path,
                      {"null", "true", "\"7\"", "1.0", "1.5", "1e3", "[1]", "{}", "9223372036854775808",
                       "-9223372036854775809", "100000000000000000000000000"},
                      {"-0", "9007199254740993"},
                      optional});
    }
    void describe(const QByteArray &path, double &, qsizetype, bool optional)
    {
        m_out.append({path, {"null", "false", "\"19.9\"", "[]", "{}"}, {"1", "1e3", "-0.5"}, optional});
    }
    void describe(const QByteArray &path, bool &, qsizetype, bool optional)
    {
        m_out.append({path, {"null", "0", "\"true\"", "[]", "{}"}, {"true", "false"}, optional});
    }
    void describe(const QByteArray &path, QByteArray &, qsizetype limit, bool optional)
    {
        Forms forms{path, {"null", "1", "true", "[]", "{}"}, {"\"\""}, optional};
        if (limit != noLimit) {
            forms.good.append('"' + QByteArray(limit, 'x') + '"');
            forms.bad.append('"' + QByteArray(limit + 1, 'x') + '"');
        }
        m_out.append(forms);
    }
    void describe(const QByteArray &path, ReplicaId &, qsizetype, bool optional)
    {
        m_out.append({path,
                      {"null", "true", "1.0", "[]", "{}", "9223372036854775808", "\"\"", "\"x\"", "\"1.0\"",
                       "\" 1\"", "\"1 \"", "\"+1\"", "\"0x1\"", "\"9223372036854775808\""},
                      {"8093", "\"8093\""},
                      optional});
    }
    void describe(const QByteArray &path, ErrorCode &, qsizetype, bool optional)
    {
        m_out.append({path, {"null", "1", "{}"}, {"\"behind\"", "\"a_code_of_tomorrow\""}, optional});
    }
    template <typename T>
    void describe(const QByteArray &path, QList<T> &list, qsizetype limit, bool optional)
    {
        Forms forms{path, {"null", "1", "\"x\"", "{}"}, {"[]"}, optional};
        if (limit != noLimit) {
            const QByteArray element = elementText(list.first());
            forms.good.append('[' + QByteArray(element + ',').repeated(limit).chopped(1) + ']');
            forms.bad.append('[' + QByteArray(element + ',').repeated(limit + 1).chopped(1) + ']');
        }
        m_out.append(forms);
        describe(path + "[0]", list.first(), noLimit, true);
    }
    template <typename T>
    void describe(const QByteArray &path, T &message, qsizetype, bool optional)
    {
        m_out.append({path, {"null", "1", "\"x\"", "[]"}, {}, optional});
        FormCollector inner(m_out, path + '.');
        T::fields(message, inner);
    }

    static QByteArray elementText(ReplicaId id) { return QByteArray::number(id.value); }
    template <typename T>
    static QByteArray elementText(const T &message)
    {
        return encoded(message);
    }

    QList<Forms> &m_out;
    QByteArray m_prefix;
};

/// @p object with what stands at @p path, like "orders[0].number", replaced; taken out if @p by is undefined.
inline QJsonValue replaced(const QJsonValue &at, const QByteArray &path, const QJsonValue &by)
{
    if (path.isEmpty())
        return by;
    if (path.startsWith('[')) {
        QJsonArray array = at.toArray();
        array[0] = replaced(array.at(0), path.mid(path.startsWith("[0].") ? 4 : 3), by);
        return array;
    }
    const qsizetype end = std::min(QByteArray(path + '.').indexOf('.'), QByteArray(path + '[').indexOf('['));
    const QString name = QString::fromLatin1(path.left(end));
    const QByteArray rest = path.mid(path.mid(end, 1) == "." ? end + 1 : end);
    QJsonObject object = at.toObject();
    const QJsonValue value = replaced(object.value(name), rest, by);
    if (value.isUndefined())
        object.remove(name);
    else
        object.insert(name, value);
    return object;
}

/// @p json with the value at @p path given as JSON text, which QJsonValue could not hold.
inline QByteArray withForm(const QByteArray &json, const QByteArray &path, const QByteArray &form)
{
    const QString mark = QStringLiteral("@@here@@");
    const QJsonValue marked = replaced(QJsonDocument::fromJson(json).object(), path, mark);
    return QJsonDocument(marked.toObject()).toJson(QJsonDocument::Compact).replace("\"@@here@@\"", form);
}

inline QByteArray without(const QByteArray &json, const QByteArray &path)
{
    const QJsonValue rest =
        replaced(QJsonDocument::fromJson(json).object(), path, QJsonValue(QJsonValue::Undefined));
    return QJsonDocument(rest.toObject()).toJson(QJsonDocument::Compact);
}

/// Notes which names and members a struct lists.
struct ListingCollector {
    QList<QByteArray> names = {};
    QList<const void *> members = {};

    template <typename T>
    void operator()(QByteArrayView name, const T &member, qsizetype = noLimit)
    {
        names.append(name.toByteArray());
        members.append(&member);
    }
};

} // namespace toystore
