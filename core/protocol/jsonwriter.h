// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

namespace toystore
{

/// Writes compact JSON in the order it is called, straight into one buffer: messages keep the order in which
/// their fields are declared (QJsonObject would sort them), and nothing is built twice. The caller balances
/// begin and end.
class JsonWriter
{
public:
    JsonWriter &beginObject();
    JsonWriter &endObject();
    JsonWriter &beginArray();
    JsonWriter &endArray();
    /// @p name must need no escapes; so do all names of fields.
    JsonWriter &key(QByteArrayView name);
    JsonWriter &value(qint64 number);
    /// Finite; the shortest text that reads back as the same double.
    JsonWriter &value(double number);
    JsonWriter &value(bool boolean);
    /// UTF-8, unescaped except quotes, backslashes and controls; invalid bytes become U+FFFD.
    JsonWriter &text(QByteArrayView utf8);

    [[nodiscard]] const QByteArray &json() const { return m_out; }
    [[nodiscard]] QByteArray take() { return std::move(m_out); }

    /// Appends @p utf8 to @p out with quotes around and `\"`, `\\` and controls (as `\u00xx`) escaped.
    static void appendQuoted(QByteArray &out, QByteArrayView utf8);

private:
    void separate();

    QByteArray m_out;
    bool m_first = true;
};

} // namespace toystore
