// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/orderlog.h"

#include "orders/orderline.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace toystore
{

namespace
{

constexpr qint64 scanChunk = 256 * 1024; // stays in the CPU's cache, and leaves no hole in the heap
constexpr qsizetype checksumTailBytes = crcDigits + 3; // the digits, then `"}` and LF

constexpr auto adviceToRepair = ". To set this log aside and fetch it anew from the other replicas and the"
                                " ledger start the replica with --repair: toystore start order-ID --repair";

} // namespace

Result<OrderLog::Recovered> OrderLog::open()
{
    Result<Scan> scanned = scan();
    if (!scanned)
        return failure(scanned.error());
    Recovered recovered{scanned->last, std::move(scanned->checksums), 0, {}};
    const qint64 size = *m_disk.size();
    if (scanned->damage) {
        recovered.tornBytes = size - scanned->goodBytes;
        recovered.tornReason = scanned->damage->message;
        if (recovered.tornBytes > Disk::maxFlushBytes) {
            return failure(ErrorCode::StorageFailed,
                           "line " + QByteArray::number(scanned->lines + 1) + ": " + recovered.tornReason +
                               "; this is more than a crash can tear, so nothing was changed" +
                               adviceToRepair);
        }
        if (const Result<void> cut = m_disk.truncate(scanned->goodBytes); !cut)
            return failure(cut.error());
    }
    m_headerOnDisk = !m_ends.empty();
    m_headerAppended = m_headerOnDisk;
    if (!m_headerOnDisk)
        m_ends.push_back(logHeaderLine().size());
    return recovered;
}

Result<OrderLog::Scan> OrderLog::scan()
{
    const Result<qint64> size = m_disk.size();
    if (!size)
        return failure(size.error());
    m_ends.clear();
    Scan scan;
    QByteArray rest;
    for (qint64 offset = 0; offset < *size && !scan.damage; offset += scanChunk) {
        const Result<QByteArray> chunk = m_disk.read(offset, std::min(scanChunk, *size - offset));
        if (!chunk)
            return failure(chunk.error());
        rest += *chunk;
        qsizetype begin = 0;
        for (qsizetype end = rest.indexOf('\n'); end >= 0 && !scan.damage; end = rest.indexOf('\n', begin)) {
            scanLine(QByteArrayView(rest).sliced(begin, end - begin), scan);
            begin = end + 1;
        }
        rest.remove(0, begin);
    }
    if (!scan.damage && scan.goodBytes < *size)
        scan.damage = Error{ErrorCode::StorageFailed, "the line has no end"};
    if (scan.lines == 0 && scan.damage) {
        const Result<bool> torn = beginningIsTorn(*size);
        if (!torn)
            return failure(torn.error());
        if (!*torn)
            return failure(ErrorCode::StorageFailed, "this is no order log that can be read here: " +
                                                         scan.damage->message + adviceToRepair);
    }
    return scan;
}

/// Whether a file without a good first line is what a crash left of the very first flush, whose pages reach
/// the disk in any order: a part of the first line, a hole in its place, or else orders behind it. Anything
/// else is another program's or another version's, and must not be touched.
Result<bool> OrderLog::beginningIsTorn(qint64 size) const
{
    if (size > Disk::maxFlushBytes)
        return false;
    const Result<QByteArray> bytes = m_disk.read(0, size);
    if (!bytes)
        return failure(bytes.error());
    const QByteArray header = logHeaderLine();
    if (header.startsWith(*bytes))
        return true;
    const QList<QByteArray> lines = bytes->split('\n');
    if (isLogHeader(lines.first()))
        return false;
    return (size > header.size() && bytes->startsWith(QByteArray(header.size(), '\0'))) ||
           std::any_of(lines.begin(), lines.end(),
                       [](const QByteArray &line) { return parseOrderLine(line).has_value(); });
}

void OrderLog::scanLine(QByteArrayView line, Scan &scan)
{
    if (scan.lines == 0) {
        if (const Result<void> header = checkLogHeader(line); !header) {
            scan.damage = header.error();
            return;
        }
    } else {
        Result<Order> order = parseOrderLine(line);
        if (order && order->number != scan.lines)
            order = failure(ErrorCode::StorageFailed, "order " + QByteArray::number(order->number) +
                                                          " stands where " + QByteArray::number(scan.lines) +
                                                          " belongs");
        if (!order) {
            scan.damage = order.error();
            return;
        }
        scan.last = *std::move(order);
        scan.checksums.push_back(checksumOfLine(line).toUInt(nullptr, 16));
    }
    ++scan.lines;
    scan.goodBytes += line.size() + 1;
    m_ends.push_back(scan.goodBytes);
}

void OrderLog::append(const QList<Order> &orders, std::function<void(Result<qint64>)> durable)
{
    TOYSTORE_ENSURE(!orders.isEmpty());
    QByteArray bytes;
    qsizetype count = 0;
    {
        const std::scoped_lock lock(m_mutex);
        if (!std::exchange(m_headerAppended, true))
            bytes = logHeaderLine();
    }
    for (const Order &order : orders) {
        const QByteArray line = orderLine(order);
        if (bytes.size() + line.size() > Disk::maxFlushBytes)
            appendPart(std::exchange(bytes, {}), order.number - 1, std::exchange(count, 0), durable);
        const std::scoped_lock lock(m_mutex);
        TOYSTORE_ENSURE(order.number == static_cast<qint64>(m_ends.size() + m_appended.size()));
        m_appended.push_back((m_appended.empty() ? m_ends.back() : m_appended.back()) + line.size());
        bytes += line;
        ++count;
    }
    appendPart(std::move(bytes), orders.last().number, count, std::move(durable));
}

void OrderLog::appendPart(QByteArray bytes, qint64 last, qsizetype count,
                          std::function<void(Result<qint64>)> durable)
{
    m_disk.append(std::move(bytes),
                  [this, last, count, durable = std::move(durable)](const Result<void> &written) {
                      if (!written) {
                          durable(failure(written.error()));
                          return;
                      }
                      {
                          const std::scoped_lock lock(m_mutex);
                          m_headerOnDisk = true;
                          const auto end = m_appended.begin() + count;
                          m_ends.insert(m_ends.end(), m_appended.begin(), end);
                          m_appended.erase(m_appended.begin(), end);
                      }
                      durable(last);
                  });
}

void OrderLog::rollBack()
{
    const std::scoped_lock lock(m_mutex);
    m_appended.clear();
    m_headerAppended = m_headerOnDisk;
    m_disk.abandonAppends();
}

qint64 OrderLog::durableNumber() const
{
    const std::shared_lock lock(m_mutex);
    return static_cast<qint64>(m_ends.size()) - 1;
}

qint64 OrderLog::endOf(qint64 number) const
{
    return m_ends[static_cast<std::size_t>(number)];
}

qint64 OrderLog::bytesUpTo(qint64 number) const
{
    const std::shared_lock lock(m_mutex);
    return number == 0 ? 0 : endOf(number);
}

Result<Order> OrderLog::order(qint64 number) const
{
    qint64 begin = 0;
    qint64 end = 0;
    {
        const std::shared_lock lock(m_mutex);
        if (number < 1 || number >= static_cast<qint64>(m_ends.size()))
            return failure(ErrorCode::OrderNotFound, "order not found");
        begin = endOf(number - 1);
        end = endOf(number);
    }
    const Result<QByteArray> line = m_disk.read(begin, end - begin);
    if (!line)
        return failure(line.error());
    return parseOrderLine(QByteArrayView(*line).chopped(1));
}

Result<OrdersAfter::Answer> OrderLog::ordersAfter(qint64 after, qint64 limit) const
{
    OrdersAfter::Answer page;
    qint64 begin = 0;
    qint64 bytes = 0;
    {
        const std::shared_lock lock(m_mutex);
        page.lastOrderNumber = static_cast<qint64>(m_ends.size()) - 1;
        if (after < 0 || after > page.lastOrderNumber)
            return page;
        begin = endOf(after);
        qint64 to = after;
        while (to < page.lastOrderNumber && to - after < std::min(limit, maxPageOrders) &&
               (to == after || endOf(to + 1) - begin <= maxPageBytes))
            ++to;
        bytes = endOf(to) - begin;
        page.more = to < page.lastOrderNumber;
    }
    const qsizetype tail = after == 0 ? 0 : checksumTailBytes; // of the row before, for its checksum
    const Result<QByteArray> lines = m_disk.read(begin - tail, tail + bytes);
    if (!lines)
        return failure(lines.error());
    if (after > 0)
        page.afterCrc = checksumOfLine(QByteArrayView(*lines).first(tail - 1)).toByteArray();
    for (qsizetype at = tail; at < lines->size();) {
        const qsizetype end = lines->indexOf('\n', at);
        Result<Order> order = parseOrderLine(QByteArrayView(*lines).sliced(at, end - at));
        if (!order)
            return failure(order.error());
        page.orders.append(*std::move(order));
        at = end + 1;
    }
    return page;
}

} // namespace toystore
