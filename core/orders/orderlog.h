// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "orders/disk.h"
#include "protocol/order.h"

#include <deque>
#include <functional>
#include <shared_mutex>

namespace toystore
{

/// A replica's order log: an append-only file with one order a line (docs/protocol.md) and, in memory, where
/// each line begins (8 bytes an order). Lookups read the file.
///
/// Looking may be done on any thread; append() and rollBack() by one at a time.
class OrderLog
{
public:
    /// What open() found.
    struct Recovered {
        std::optional<Order> last;
        std::deque<quint32> checksums; ///< of all orders
        qint64 tornBytes = 0;          ///< cut from the end
        QByteArray tornReason;         ///< what was wrong with the first line that was cut
    };

    /// @p disk must outlive the log.
    explicit OrderLog(Disk &disk) : m_disk(disk) {}

    /// Reads and checks the whole file; starts it if it is empty. Bad lines within the last
    /// Disk::maxFlushBytes, the first one included, are a torn tail and are cut. Errors: storage_failed, for
    /// earlier damage or another format, with the line's number; the file is left as it is. Before anything
    /// else.
    [[nodiscard]] Result<Recovered> open();

    /// Adds @p orders, contiguous with what was appended before. @p durable gets the last number on disk,
    /// once or, for more than Disk::maxFlushBytes, part by part; or the error; see Disk::append().
    void append(const QList<Order> &orders, std::function<void(Result<qint64>)> durable);

    /// Forgets what was appended and is not on disk; from within the @c durable that got an error.
    void rollBack();

    /// The last order on disk.
    [[nodiscard]] qint64 durableNumber() const;

    /// An order that is on disk. Errors: order_not_found, storage_failed.
    [[nodiscard]] Result<Order> order(qint64 number) const;

    /// A page of the orders after @p after that are on disk. Errors: storage_failed.
    [[nodiscard]] Result<OrdersAfter::Answer> ordersAfter(qint64 after, qint64 limit) const;

    /// Bytes of the file up to and with order @p number, which must be on disk; 0 bytes up to number 0.
    [[nodiscard]] qint64 bytesUpTo(qint64 number) const;

private:
    struct Scan {
        qint64 goodBytes = 0; // up to the end of the last good line
        qint64 lines = 0;
        std::optional<Order> last;
        std::deque<quint32> checksums;
        std::optional<Error> damage; // of the line after the good ones
    };

    [[nodiscard]] Result<Scan> scan();
    [[nodiscard]] Result<bool> beginningIsTorn(qint64 size) const;
    void scanLine(QByteArrayView line, Scan &scan);
    void appendPart(QByteArray bytes, qint64 last, qsizetype count,
                    std::function<void(Result<qint64>)> durable);
    [[nodiscard]] qint64 endOf(qint64 number) const;

    Disk &m_disk;
    mutable std::shared_mutex m_mutex;
    std::deque<qint64>
        m_ends; // m_ends[n]: where line of order n ends; [0]: the first line. Only what is on disk
    std::deque<qint64> m_appended; // the same for what is on its way to disk
    bool m_headerOnDisk = false;   // the file's first line, which goes with the first orders
    bool m_headerAppended = false; // or on its way to disk
};

} // namespace toystore
