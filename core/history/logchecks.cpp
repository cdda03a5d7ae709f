// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/logchecks.h"

#include "base/logging.h"
#include "protocol/orderchecksum.h"

#include <algorithm>

namespace toystore
{

namespace
{

constexpr QByteArrayView headerLine = R"({"format":"toystore-order-log","version":1})";
constexpr QByteArrayView logFormat = "toystore-order-log";
constexpr qint64 knownVersion = 1;

QByteArray lineOf(const Order &order)
{
    QByteArray line = orderBody(order);
    const QByteArray crc = checksumText(checksum(line));
    return line.append(",\"crc\":\"").append(crc).append("\"}");
}

/// The order of a line that is one to the last byte.
std::optional<Order> orderOf(QByteArrayView line)
{
    const Result<JsonTree> tree = JsonTree::parse(line);
    const Result<Order> order = tree ? decodeFields<Order>(tree->root()) : failure(tree.error());
    return order && lineOf(*order) == line ? std::optional(*order) : std::nullopt;
}

/// Calls @p take with each whole line and its number. Returns whether what is left at the end is none.
template <typename Take>
bool forEachLine(QByteArrayView text, Take take)
{
    qint64 lineNumber = 0;
    for (qsizetype begin = 0; begin < text.size();) {
        const qsizetype end = text.indexOf('\n', begin);
        if (end < 0)
            return false;
        take(text.sliced(begin, end - begin), ++lineNumber);
        begin = end + 1;
    }
    return true;
}

QByteArray wrongLine(QByteArrayView line, const Order *decided, const QByteArray &where)
{
    const std::optional<Order> order = orderOf(line);
    if (!order)
        return "is damaged: it is no order, or its checksum is wrong (" +
               printable(line.first(std::min<qsizetype>(line.size(), 200))) + ')';
    const QByteArray holds = "holds " + printable(line);
    return decided == nullptr ? holds + ", which is not in " + where
                              : holds + " where " + where + " has " + printable(lineOf(*decided));
}

} // namespace

Result<void> checkLogVersion(QByteArrayView log)
{
    const qsizetype end = log.indexOf('\n');
    const Result<JsonTree> tree = JsonTree::parse(end < 0 ? log : log.first(end));
    const auto format = tree ? tree->root().member("format") : std::nullopt;
    const auto version = tree ? tree->root().member("version") : std::nullopt;
    if (!format || format->kind() != JsonValue::Kind::String || format->text() != logFormat || !version ||
        version->kind() != JsonValue::Kind::Integer || version->integer() == knownVersion)
        return {};
    const QByteArray found = QByteArray::number(version->integer());
    return failure(ErrorCode::StorageFailed, "line 1: the log has format version " + found +
                                                 ", this program reads version " +
                                                 QByteArray::number(knownVersion) +
                                                 "; read it with a Toystore that knows version " + found);
}

LogReading readLog(const LogCopy &log, const DecidedOrders &orders, const QByteArray &where, Verdict &verdict)
{
    LogReading reading{log.replica, log.mustBeComplete, 0, {}, false};
    const auto tell = [&](qint64 lineNumber, const QByteArray &what) {
        verdict.violated(Invariant::I6, "line " + QByteArray::number(lineNumber) + " of the log of " +
                                            log.replica + ' ' + what);
    };
    const bool isWhole = forEachLine(log.bytes, [&](QByteArrayView line, qint64 lineNumber) {
        if (lineNumber == 1) {
            if (line != headerLine)
                tell(lineNumber, "is not that of an order log of format version 1");
            return;
        }
        const qint64 number = ++reading.orders;
        const Order *decided = orders.byNumber(number);
        if (decided != nullptr && line == lineOf(*decided))
            return;
        reading.wrong.insert(number);
        tell(lineNumber, wrongLine(line, decided, where));
    });
    reading.isTorn = !isWhole;
    return reading;
}

DecidedOrders ordersOf(const LogCopy &log)
{
    std::vector<Order> orders;
    forEachLine(log.bytes, [&](QByteArrayView line, qint64) {
        if (std::optional<Order> order = orderOf(line))
            orders.push_back(*std::move(order));
    });
    return DecidedOrders(std::move(orders));
}

} // namespace toystore
