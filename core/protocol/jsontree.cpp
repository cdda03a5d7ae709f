// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/jsontree.h"

#include "base/logging.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace toystore
{

namespace
{

constexpr char beyondDouble[] = "a number is too big or too small for a double";
constexpr qsizetype maxQuotedKeyBytes = 64;
constexpr qsizetype maxDigits = 300; // of a number that every double can hold

/// The same text, as long, in which no number has more than maxDigits digits in a row: spaces follow them.
QByteArray withShorterNumbers(QByteArrayView text)
{
    QByteArray shorter = text.toByteArray();
    bool inString = false;
    bool escaped = false;
    qsizetype digits = 0;
    for (char &c : shorter) {
        if (c == '"' && !escaped)
            inString = !inString;
        escaped = inString && c == '\\' && !escaped;
        digits = !inString && c >= '0' && c <= '9' ? digits + 1 : 0;
        if (digits > maxDigits)
            c = ' ';
    }
    return shorter;
}

} // namespace

/// Receives RapidJSON's SAX events and lays the tree out in one vector, children behind their parent.
class JsonTreeBuilder
{
public:
    explicit JsonTreeBuilder(JsonTree &tree) : m_tree(tree) {}

    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

    bool Null() { return add(JsonValue::Kind::Null) != nullptr; }
    bool Bool(bool value)
    {
        JsonTree::Node *node = add(JsonValue::Kind::Boolean);
        if (node != nullptr)
            node->integer = value ? 1 : 0;
        return node != nullptr;
    }
    bool RawNumber(const char *digits, rapidjson::SizeType length, bool);
    bool String(const char *bytes, rapidjson::SizeType length, bool)
    {
        JsonTree::Node *node = add(JsonValue::Kind::String);
        if (node == nullptr || !isScalarText({bytes, length}))
            return false;
        keep(bytes, length, node->textBegin, node->textLength);
        return true;
    }
    bool Key(const char *bytes, rapidjson::SizeType length, bool)
    {
        if (!isScalarText({bytes, length}))
            return false;
        keep(bytes, length, m_keyBegin, m_keyLength);
        return true;
    }
    bool StartObject() { return open(JsonValue::Kind::Object); }
    bool StartArray() { return open(JsonValue::Kind::Array); }
    bool EndObject(rapidjson::SizeType count) { return close() && keysAreUnique(count); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    // Numbers come as RawNumber; the reader still wants these to exist.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(int64_t) { return false; }
    bool Uint64(uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    JsonTree::Node *add(JsonValue::Kind kind);
    bool open(JsonValue::Kind kind);
    bool close();
    bool keysAreUnique(rapidjson::SizeType count);
    bool isScalarText(QByteArrayView text);
    void keep(const char *bytes, rapidjson::SizeType length, quint32 &begin, quint32 &kept);
    bool refuse(ErrorCode code, QByteArray message);

    JsonTree &m_tree;
    std::vector<quint32> m_open;        // the containers we are in
    std::vector<QByteArrayView> m_keys; // of the object that was closed last
    quint32 m_closed = 0;               // the container closed last
    quint32 m_keyBegin = 0;
    quint32 m_keyLength = 0;
    std::optional<Error> m_error;
};

bool JsonTreeBuilder::refuse(ErrorCode code, QByteArray message)
{
    m_error = Error{code, std::move(message)};
    return false;
}

JsonTree::Node *JsonTreeBuilder::add(JsonValue::Kind kind)
{
    if (m_open.empty() && kind != JsonValue::Kind::Object) {
        refuse(ErrorCode::MalformedMessage, "a message is one JSON object");
        return nullptr;
    }
    if (static_cast<qsizetype>(m_tree.m_nodes.size()) >= JsonTree::maxNodes) {
        refuse(ErrorCode::MessageTooLarge,
               "more than " + QByteArray::number(JsonTree::maxNodes) + " JSON values in one message");
        return nullptr;
    }
    JsonTree::Node node;
    node.kind = kind;
    node.keyBegin = m_keyBegin;
    node.keyLength = m_keyLength;
    m_keyLength = 0;
    node.end = static_cast<quint32>(m_tree.m_nodes.size() + 1);
    m_tree.m_nodes.push_back(node);
    return &m_tree.m_nodes.back();
}

bool JsonTreeBuilder::open(JsonValue::Kind kind)
{
    if (m_open.size() >= JsonTree::maxDepth)
        return refuse(ErrorCode::MessageTooLarge,
                      "JSON nested deeper than " + QByteArray::number(JsonTree::maxDepth) + " levels");
    if (add(kind) == nullptr)
        return false;
    m_open.push_back(static_cast<quint32>(m_tree.m_nodes.size() - 1));
    return true;
}

bool JsonTreeBuilder::close()
{
    m_closed = m_open.back();
    m_open.pop_back();
    m_tree.m_nodes[m_closed].end = static_cast<quint32>(m_tree.m_nodes.size());
    return true;
}

bool JsonTreeBuilder::keysAreUnique(rapidjson::SizeType count)
{
    std::vector<QByteArrayView> &keys = m_keys;
    keys.clear();
    keys.reserve(count);
    const quint32 end = m_tree.m_nodes[m_closed].end;
    for (quint32 child = m_closed + 1; child < end; child = m_tree.m_nodes[child].end)
        keys.push_back(m_tree.key(m_tree.m_nodes[child]));
    const auto less = [](QByteArrayView a, QByteArrayView b) {
        return a.size() != b.size() ? a.size() < b.size()
                                    : std::memcmp(a.data(), b.data(), std::size_t(a.size())) < 0;
    };
    std::sort(keys.begin(), keys.end(), less);
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice == keys.end())
        return true;
    return refuse(ErrorCode::MalformedMessage,
                  printable(twice->first(std::min(twice->size(), maxQuotedKeyBytes))) + ": given twice");
}

bool JsonTreeBuilder::RawNumber(const char *digits, rapidjson::SizeType length, bool)
{
    JsonTree::Node *node = add(JsonValue::Kind::Integer);
    if (node == nullptr)
        return false;
    const char *const end = digits + length;
    if (std::from_chars(digits, end, node->number).ec != std::errc() || !std::isfinite(node->number))
        return refuse(ErrorCode::OutOfRange, beyondDouble);
    if (std::any_of(digits, end, [](char c) { return c == '.' || c == 'e' || c == 'E'; }))
        node->kind = JsonValue::Kind::Fraction;
    else if (std::from_chars(digits, end, node->integer).ec != std::errc())
        node->kind = JsonValue::Kind::BigInteger;
    return true;
}

// RapidJSON checks the text's UTF-8 but lets an escaped lone surrogate ("\udc00") through, encoded as three
// bytes that are no UTF-8.
bool JsonTreeBuilder::isScalarText(QByteArrayView text)
{
    for (qsizetype i = 0; i + 1 < text.size(); ++i) {
        if (text[i] == '\xed' && static_cast<unsigned char>(text[i + 1]) >= 0xa0)
            return refuse(ErrorCode::MalformedMessage, "a string escapes half of a surrogate pair");
    }
    return true;
}

void JsonTreeBuilder::keep(const char *bytes, rapidjson::SizeType length, quint32 &begin, quint32 &kept)
{
    begin = static_cast<quint32>(m_tree.m_text.size());
    kept = length;
    m_tree.m_text.append(bytes, static_cast<qsizetype>(length));
}

Result<JsonTree> JsonTree::parse(QByteArrayView text)
{
    // RapidJSON takes a NUL for the end of the text and would pass over what follows it.
    if (const qsizetype nul = text.indexOf('\0'); nul >= 0)
        return failure(ErrorCode::MalformedMessage, "no JSON at byte " + QByteArray::number(nul) + ": NUL");
    JsonTree tree;
    tree.m_nodes.reserve(16);
    tree.m_text.reserve(text.size());
    JsonTreeBuilder builder(tree);
    rapidjson::MemoryStream stream(text.data(), static_cast<std::size_t>(text.size()));
    rapidjson::Reader reader;
    constexpr unsigned flags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag |
                               rapidjson::kParseNumbersAsStringsFlag;
    const rapidjson::ParseResult parsed = reader.Parse<flags>(stream, builder);
    if (builder.error())
        return failure(*builder.error());
    if (parsed.Code() == rapidjson::kParseErrorNumberTooBig) {
        // RapidJSON gives up here, and does not tell whether it is an integer, which is a BigInteger for us.
        const QByteArray shorter = withShorterNumbers(text);
        return shorter == text ? failure(ErrorCode::OutOfRange, beyondDouble) : parse(shorter);
    }
    if (parsed.IsError()) {
        return failure(ErrorCode::MalformedMessage,
                       "no JSON at byte " + QByteArray::number(static_cast<qulonglong>(parsed.Offset())) +
                           ": " + rapidjson::GetParseError_En(parsed.Code()));
    }
    return tree;
}

QByteArrayView JsonTree::key(const Node &node) const
{
    return QByteArrayView(m_text).sliced(node.keyBegin, node.keyLength);
}

JsonValue::Kind JsonValue::kind() const
{
    return m_tree->m_nodes[m_index].kind;
}

bool JsonValue::boolean() const
{
    return m_tree->m_nodes[m_index].integer != 0;
}

qint64 JsonValue::integer() const
{
    return m_tree->m_nodes[m_index].integer;
}

double JsonValue::number() const
{
    return m_tree->m_nodes[m_index].number;
}

QByteArrayView JsonValue::text() const
{
    const JsonTree::Node &node = m_tree->m_nodes[m_index];
    return QByteArrayView(m_tree->m_text).sliced(node.textBegin, node.textLength);
}

std::optional<JsonValue> JsonValue::member(QByteArrayView name) const
{
    const quint32 end = m_tree->m_nodes[m_index].end;
    for (quint32 child = m_index + 1; child < end; child = m_tree->m_nodes[child].end) {
        if (m_tree->key(m_tree->m_nodes[child]) == name)
            return JsonValue(m_tree, child);
    }
    return std::nullopt;
}

std::vector<JsonValue> JsonValue::children() const
{
    std::vector<JsonValue> result;
    const quint32 end = m_tree->m_nodes[m_index].end;
    for (quint32 child = m_index + 1; child < end; child = m_tree->m_nodes[child].end)
        result.push_back(JsonValue(m_tree, child));
    return result;
}

QByteArrayView JsonValue::kindName(Kind kind)
{
    switch (kind) {
    case Kind::Null:
        return "null";
    case Kind::Boolean:
        return "true or false";
    case Kind::Integer:
        return "an integer";
    case Kind::BigInteger:
        return "an integer beyond 64 bits";
    case Kind::Fraction:
        return "a number with fraction or exponent";
    case Kind::String:
        return "a string";
    case Kind::Array:
        return "an array";
    case Kind::Object:
        return "an object";
    }
    return "nothing";
}

} // namespace toystore
