// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/error.h"
#include "protocol/places.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace toystore::simulation
{

/// Writes a message's fields for people: `epoch=2 after=7 entries=[request_id=c-1 name=Tux quantity=1]`.
class FieldDescriber
{
public:
    template <typename T>
    void operator()(const char *name, const T &value, qsizetype = 0)
    {
        if (!m_text.isEmpty())
            m_text += ' ';
        m_text += name;
        m_text += '=';
        write(value);
    }

    [[nodiscard]] QByteArray take() { return std::move(m_text); }

private:
    void write(qint64 value) { m_text += QByteArray::number(value); }
    void write(bool value) { m_text += value ? "true" : "false"; }
    void write(double value) { m_text += QByteArray::number(value); }
    void write(const QByteArray &value) { m_text += value; }
    void write(ReplicaId value) { m_text += QByteArray::number(value.value); }
    void write(ErrorCode value) { m_text += wireName(value); }
    template <typename T>
    void write(const std::optional<T> &value)
    {
        if (value)
            write(*value);
        else
            m_text += '-';
    }
    template <typename T>
    void write(const QList<T> &list)
    {
        m_text += '[';
        for (qsizetype i = 0; i < list.size(); ++i) {
            m_text += i > 0 ? ", " : "";
            write(list[i]);
        }
        m_text += ']';
    }
    template <typename T>
    void write(const T &message)
    {
        FieldDescriber inner;
        T::fields(message, inner);
        m_text += '{' + inner.take() + '}';
    }

    QByteArray m_text;
};

template <typename T>
[[nodiscard]] QByteArray describe(const T &message)
{
    FieldDescriber describer;
    T::fields(message, describer);
    return describer.take();
}

[[nodiscard]] inline QByteArray describe(const Error &error)
{
    return wireName(error.code).toByteArray() + " (" + error.message + ')';
}

} // namespace toystore::simulation
