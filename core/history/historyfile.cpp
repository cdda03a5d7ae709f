// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/historyfile.h"

#include "protocol/order.h"

#include <QSet>

#include <array>

namespace toystore
{

namespace
{

constexpr QByteArrayView historyFormat = "toystore-history";
constexpr qint64 formatVersion = 1;
constexpr qsizetype maxKeyBytes = 128;

constexpr std::array<QByteArrayView, 3> kindNames = {"buy", "query", "look_up"};
constexpr std::array<QByteArrayView, 5> outcomeNames = {"ok", "rejected", "mismatch", "not_found", "unknown"};

struct HistoryHeader {
    QByteArray format;
    qint64 version = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("format", self.format);
        visit("version", self.version);
    }
};

/// A call as its line has it.
struct CallRecord {
    qint64 id = 0;
    qint64 client = 0;
    QByteArray kind;
    std::optional<QByteArray> name;
    std::optional<qint64> quantity;
    std::optional<QByteArray> key;
    std::optional<qint64> orderNumber;
    qint64 sentNs = 0;
    std::optional<qint64> answeredNs;
    QByteArray outcome;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("id", self.id);
        visit("client", self.client);
        visit("kind", self.kind);
        visit("name", self.name);
        visit("quantity", self.quantity);
        visit("key", self.key, maxKeyBytes);
        visit("order_number", self.orderNumber);
        visit("sent_ns", self.sentNs);
        visit("answered_ns", self.answeredNs);
        visit("outcome", self.outcome);
    }
};

/// The fields that a call has besides those that every call has.
struct Shape {
    bool name = false;
    bool quantity = false;
    bool key = false;
    bool number = false;
};

Shape shapeOf(CallKind kind, CallOutcome outcome)
{
    const bool ok = outcome == CallOutcome::Ok;
    switch (kind) {
    case CallKind::Buy:
        return {.name = true, .quantity = true, .key = true, .number = ok};
    case CallKind::Query:
        return {.name = true, .quantity = ok};
    case CallKind::LookUp:
        return {.name = ok, .quantity = ok, .number = true};
    }
    return {};
}

bool mayEnd(CallKind kind, CallOutcome outcome)
{
    switch (outcome) {
    case CallOutcome::Rejected:
    case CallOutcome::Mismatch:
        return kind == CallKind::Buy;
    case CallOutcome::NotFound:
        return kind != CallKind::Buy;
    default:
        return true;
    }
}

template <typename Enum, std::size_t N>
Result<Enum> valueNamed(const QByteArray &name, const std::array<QByteArrayView, N> &names, const char *field)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name)
            return static_cast<Enum>(i);
    }
    QByteArrayList known;
    for (const QByteArrayView one : names)
        known.append(one.toByteArray());
    return failure(ErrorCode::InvalidField, QByteArray(field) + ": must be one of " + known.join(", "));
}

template <typename T>
Result<void> take(const char *field, const std::optional<T> &found, bool wanted, T &target)
{
    if (found.has_value() != wanted)
        return failure(ErrorCode::InvalidField,
                       QByteArray(field) + (wanted ? ": is missing" : ": has no place in such a call"));
    if (wanted)
        target = *found;
    return {};
}

Result<void> takeTimes(const CallRecord &record, Call &call)
{
    if (record.sentNs < 0)
        return failure(ErrorCode::InvalidField, "sent_ns: is below 0");
    call.sent = Nanoseconds(record.sentNs);
    if (!record.answeredNs && call.outcome != CallOutcome::Unknown)
        return failure(ErrorCode::InvalidField, "answered_ns: is missing");
    if (!record.answeredNs)
        return {};
    if (*record.answeredNs < record.sentNs)
        return failure(ErrorCode::InvalidField, "answered_ns: is before sent_ns");
    call.answered = Nanoseconds(*record.answeredNs);
    return {};
}

Result<Call> callFrom(const CallRecord &record)
{
    const Result<CallKind> kind = valueNamed<CallKind>(record.kind, kindNames, "kind");
    if (!kind)
        return failure(kind.error());
    const Result<CallOutcome> outcome = valueNamed<CallOutcome>(record.outcome, outcomeNames, "outcome");
    if (!outcome)
        return failure(outcome.error());
    if (!mayEnd(*kind, *outcome))
        return failure(ErrorCode::InvalidField,
                       "outcome: a " + record.kind + " can't end as " + record.outcome);
    Call call;
    call.id = record.id;
    call.client = record.client;
    call.kind = *kind;
    call.outcome = *outcome;
    const Shape shape = shapeOf(*kind, *outcome);
    for (const Result<void> &taken :
         {take("name", record.name, shape.name, call.name),
          take("quantity", record.quantity, shape.quantity, call.quantity),
          take("key", record.key, shape.key, call.key),
          take("order_number", record.orderNumber, shape.number, call.number), takeTimes(record, call)}) {
        if (!taken)
            return failure(taken.error());
    }
    return call;
}

template <typename T>
Result<T> parseLineAs(QByteArrayView line)
{
    const Result<JsonTree> tree = JsonTree::parse(line);
    return tree ? decodeFields<T>(tree->root()) : failure(tree.error());
}

Result<void> checkHeader(QByteArrayView line)
{
    const Result<HistoryHeader> header = parseLineAs<HistoryHeader>(line);
    if (!header || header->format != historyFormat)
        return failure(ErrorCode::MalformedMessage, "does not say that this is a history");
    if (header->version != formatVersion)
        return failure(ErrorCode::InvalidField,
                       "the history has format version " + QByteArray::number(header->version) +
                           ", this program reads version " + QByteArray::number(formatVersion) +
                           "; read it with a Toystore that knows version " +
                           QByteArray::number(header->version));
    return {};
}

} // namespace

QByteArray historyHeaderLine()
{
    JsonWriter writer;
    FieldEncoder encode(writer);
    writer.beginObject();
    const HistoryHeader header{historyFormat.toByteArray(), formatVersion};
    HistoryHeader::fields(header, encode);
    return writer.endObject().take() + '\n';
}

QByteArray callLine(const Call &call)
{
    const Shape shape = shapeOf(call.kind, call.outcome);
    CallRecord record;
    record.id = call.id;
    record.client = call.client;
    record.kind = kindNames[static_cast<std::size_t>(call.kind)].toByteArray();
    if (shape.name)
        record.name = call.name;
    if (shape.quantity)
        record.quantity = call.quantity;
    if (shape.key)
        record.key = call.key;
    if (shape.number)
        record.orderNumber = call.number;
    record.sentNs = call.sent.count();
    if (call.answered)
        record.answeredNs = call.answered->count();
    record.outcome = outcomeNames[static_cast<std::size_t>(call.outcome)].toByteArray();
    JsonWriter writer;
    FieldEncoder encode(writer);
    writer.beginObject();
    CallRecord::fields(record, encode);
    return writer.endObject().take() + '\n';
}

Result<std::vector<Call>> parseHistory(QByteArrayView text)
{
    std::vector<Call> calls;
    QSet<qint64> ids;
    qint64 lineNumber = 0;
    const auto bad = [&](const Error &error) {
        return failure(error.code, "line " + QByteArray::number(lineNumber) + ": " + error.message);
    };
    for (qsizetype begin = 0; begin < text.size();) {
        ++lineNumber;
        const qsizetype end = text.indexOf('\n', begin);
        if (end < 0)
            return bad({ErrorCode::MalformedMessage,
                        "is not complete: whoever wrote it was ended in the middle"
                        " of it; without it the history can be read"});
        const QByteArrayView line = text.sliced(begin, end - begin);
        begin = end + 1;
        if (lineNumber == 1) {
            if (const Result<void> header = checkHeader(line); !header)
                return bad(header.error());
            continue;
        }
        const Result<CallRecord> record = parseLineAs<CallRecord>(line);
        Result<Call> call = record ? callFrom(*record) : failure(record.error());
        if (!call)
            return bad(call.error());
        if (ids.contains(call->id))
            return bad({ErrorCode::InvalidField, "id: another call has it, too"});
        ids.insert(call->id);
        calls.push_back(*std::move(call));
    }
    if (lineNumber == 0)
        return failure(ErrorCode::MalformedMessage, "line 1: is missing; the file is empty");
    return calls;
}

} // namespace toystore
