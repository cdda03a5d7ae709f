// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/error.h"
#include "protocol/fields.h"

namespace toystore
{

/// Takes the fields of a message apart for CSV (RFC 4180): a name and a cell each. Those of a message within
/// it bear its name, too, as in "frontend.epoch"; a list is one cell of JSON; what is absent is an empty
/// cell.
class CsvRecord
{
public:
    template <typename T>
    void operator()(QByteArrayView name, const T &value, qsizetype = noLimit)
    {
        add(name, value);
    }
    template <typename T>
    void operator()(QByteArrayView name, const std::optional<T> &value, qsizetype = noLimit)
    {
        const bool wasAbsent = std::exchange(m_isAbsent, m_isAbsent || !value);
        add(name, value.value_or(T()));
        m_isAbsent = wasAbsent;
    }

    [[nodiscard]] QByteArray names() const { return m_names.join(','); }
    [[nodiscard]] QByteArray cells() const { return m_cells.join(','); }

private:
    template <typename T>
    void add(QByteArrayView name, const T &value)
    {
        if constexpr (Fields<T>) {
            const QByteArray outer = std::exchange(m_prefix, m_prefix + name.toByteArray() + '.');
            T::fields(value, *this);
            m_prefix = outer;
        } else {
            m_names.append(m_prefix + name.toByteArray());
            m_cells.append(m_isAbsent ? QByteArray() : cell(text(value)));
        }
    }

    static QByteArray text(const QByteArray &value) { return value; }
    static QByteArray text(ErrorCode value) { return wireName(value).toByteArray(); }
    template <typename T>
    static QByteArray text(const T &value)
    {
        if constexpr (NamedValues<T>) {
            return valueNames(value)[static_cast<std::size_t>(value)].toByteArray();
        } else {
            JsonWriter writer;
            writer.beginObject();
            FieldEncoder encode(writer);
            encode("", value);
            return writer.json().mid(qsizetype(sizeof "{\"\":") - 1);
        }
    }

    static QByteArray cell(const QByteArray &text);

    QByteArray m_prefix;
    bool m_isAbsent = false;
    QByteArrayList m_names;
    QByteArrayList m_cells;
};

/// The names of all that a T says, as the first line of CSV.
template <Fields T>
[[nodiscard]] QByteArray csvHeader()
{
    const T message{};
    CsvRecord record;
    T::fields(message, record);
    return record.names();
}

/// @p message as a line of CSV.
template <Fields T>
[[nodiscard]] QByteArray csvLine(const T &message)
{
    CsvRecord record;
    T::fields(message, record);
    return record.cells();
}

} // namespace toystore
