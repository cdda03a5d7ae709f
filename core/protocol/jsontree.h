// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QByteArray>

#include <optional>
#include <vector>

namespace toystore
{

class JsonTree;

/// One value of a JsonTree: a view, valid as long as its tree.
class JsonValue
{
public:
    enum class Kind : quint8 {
        Null,
        Boolean,
        Integer,    ///< written without fraction or exponent, fits 64 bits
        BigInteger, ///< written without fraction or exponent, does not fit 64 bits
        Fraction,   ///< written with fraction or exponent: 1.5, also 1.0 and 1e3
        String,
        Array,
        Object,
    };

    [[nodiscard]] Kind kind() const;
    [[nodiscard]] bool boolean() const;
    [[nodiscard]] qint64 integer() const;
    /// The value of an Integer, BigInteger or Fraction, rounded to double; finite: of a number that no double
    /// can hold as it has hundreds of digits, the value of the first 300.
    [[nodiscard]] double number() const;
    /// A String's UTF-8 bytes, escapes resolved.
    [[nodiscard]] QByteArrayView text() const;
    /// An object's member of that name.
    [[nodiscard]] std::optional<JsonValue> member(QByteArrayView name) const;
    /// An array's elements or an object's members in the order of the text.
    [[nodiscard]] std::vector<JsonValue> children() const;

    /// The kind's name for error messages, with its article: "a string".
    [[nodiscard]] static QByteArrayView kindName(Kind kind);

private:
    friend class JsonTree;
    JsonValue(const JsonTree *tree, quint32 index) : m_tree(tree), m_index(index) {}

    const JsonTree *m_tree;
    quint32 m_index;
};

/// A JSON text, read strictly in one pass: what QJsonDocument forgives or folds (duplicate keys, 1.0 for 1,
/// 2^63 as a double) is told apart or refused. Grammar and UTF-8 are checked by RapidJSON's SAX reader,
/// without recursion.
///
/// Movable value; read-only after parse(), so any thread may look.
class JsonTree
{
public:
    static constexpr int maxDepth = 64;
    static constexpr qsizetype maxNodes = 65'536; ///< bounds the memory one message of 1 MiB can ask for

    /// Reads one object. Errors: malformed_message (with the byte, or the key given twice), message_too_large
    /// (more than maxDepth levels or maxNodes values), out_of_range (a number that no double can hold).
    [[nodiscard]] static Result<JsonTree> parse(QByteArrayView text);

    [[nodiscard]] JsonValue root() const { return {this, 0}; }

private:
    friend class JsonValue;
    friend class JsonTreeBuilder;

    struct Node {
        JsonValue::Kind kind = JsonValue::Kind::Null;
        quint32 keyBegin = 0;
        quint32 keyLength = 0;
        quint32 textBegin = 0;
        quint32 textLength = 0;
        quint32 end = 0; // index after this value's last descendant
        qint64 integer = 0;
        double number = 0;
    };

    [[nodiscard]] QByteArrayView key(const Node &node) const;

    std::vector<Node> m_nodes;
    QByteArray m_text; // keys and strings, one after the other
};

} // namespace toystore
