// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/logscommand.h"

#include "common/numberoption.h"
#include "history/logchecks.h"
#include "history/verdict.h"
#include "verify/storelogs.h"

#include <QCryptographicHash>

#include <map>

namespace toystore
{

namespace
{

constexpr qint64 mostLast = 1'000'000'000;

constexpr char about[] =
    "\nAn order is one row, with the replicas that have it; where replicas have different orders under one"
    "\nnumber, each is a row. With --diff the logs are compared byte for byte, up to the last order that any "
    "of"
    "\nthem had when this began: an open store gets 2 s to bring all others so far. Ends with 8 if they "
    "differ.\n";

struct LoggedOrder : Order {
    QByteArrayList in; ///< the replicas that have it

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        Order::fields(self, visit);
        visit("in", self.in);
    }
};

/// What `toystore logs -o json` prints.
struct MergedLogs {
    QList<LoggedOrder> orders;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("orders", self.orders);
    }
};

/// What `toystore logs --diff -o json` prints.
struct LogComparison {
    struct Log {
        QByteArray replica;
        qint64 orders = 0;
        qint64 lacks = 0;  ///< of the orders compared
        qint64 wrong = 0;  ///< that are not as in the longest log
        QByteArray sha256; ///< of the bytes compared, as far as it has them

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("replica", self.replica);
            visit("orders", self.orders);
            visit("lacks", self.lacks);
            visit("wrong", self.wrong);
            visit("sha256", self.sha256);
        }
    };

    bool equal = true;
    qint64 upTo = 0; ///< the last order compared
    QList<Log> logs;
    QByteArrayList differences; ///< the first ones, a sentence each

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("equal", self.equal);
        visit("up_to", self.upTo);
        visit("logs", self.logs);
        visit("differences", self.differences);
    }
};

/// The bytes of a log up to an order, its first line included, or all.
QByteArrayView upTo(const QByteArray &log, qint64 number)
{
    qsizetype end = 0;
    for (qint64 line = 0; line <= number; ++line) {
        const qsizetype newline = log.indexOf('\n', end);
        if (newline < 0)
            return log;
        end = newline + 1;
    }
    return QByteArrayView(log).first(end);
}

qint64 ordersIn(const LogCopy &log)
{
    return std::max<qint64>(log.bytes.count('\n') - 1, 0);
}

Result<std::vector<LogCopy>> readLogs(const QString &dataDirectory, qint64 atLeastTo)
{
    std::vector<LogCopy> logs;
    for (const QString &replica : replicasIn(dataDirectory)) {
        Result<LogCopy> log = readLogOf(dataDirectory, replica, atLeastTo > 0, atLeastTo);
        if (!log)
            return failure(log.error());
        logs.push_back(*std::move(log));
    }
    if (logs.empty())
        return failure(ErrorCode::StorageFailed, "there is no log in " + dataDirectory.toUtf8());
    return logs;
}

const LogCopy &longestOf(const std::vector<LogCopy> &logs)
{
    return *std::max_element(logs.begin(), logs.end(), [](const LogCopy &left, const LogCopy &right) {
        return ordersIn(left) < ordersIn(right);
    });
}

MergedLogs merged(const std::vector<LogCopy> &logs, qint64 last)
{
    const auto isBefore = [](const Order &left, const Order &right) {
        return std::tie(left.number, left.requestId, left.name, left.quantity, left.at, left.epoch) <
               std::tie(right.number, right.requestId, right.name, right.quantity, right.at, right.epoch);
    };
    std::map<Order, QByteArrayList, decltype(isBefore)> rows(isBefore);
    const qint64 longest = ordersIn(longestOf(logs));
    for (const LogCopy &log : logs) {
        const DecidedOrders orders = ordersOf(log);
        for (const Order &order : orders.all()) {
            if (order.number > longest - last)
                rows[order].append(log.replica);
        }
    }
    MergedLogs all;
    for (const auto &[order, replicas] : rows) {
        LoggedOrder row;
        static_cast<Order &>(row) = order;
        row.in = replicas;
        all.orders.append(row);
    }
    return all;
}

QByteArray textOf(const MergedLogs &all, std::size_t logs)
{
    using Align = Table::Align;
    Table table({{"ORDER", Align::Right},
                 {"DECIDED"},
                 {"QUANTITY", Align::Right},
                 {"TOY"},
                 {"EPOCH", Align::Right},
                 {"REQUEST"},
                 {"IN"}});
    for (const LoggedOrder &order : all.orders)
        table.add({QByteArray::number(order.number), order.at, QByteArray::number(order.quantity), order.name,
                   QByteArray::number(order.epoch), order.requestId,
                   order.in.size() == static_cast<qsizetype>(logs) ? "all" : order.in.join(' ')});
    return table.text();
}

LogComparison compared(const std::vector<LogCopy> &logs, qint64 number)
{
    LogComparison comparison;
    comparison.upTo = number;
    const LogCopy &longest = longestOf(logs);
    const DecidedOrders orders = ordersOf(longest);
    Verdict verdict;
    for (const LogCopy &log : logs) {
        const QByteArrayView bytes = upTo(log.bytes, number);
        const LogReading reading = readLog({log.replica, bytes.toByteArray(), false}, orders,
                                           "the log of " + longest.replica, verdict);
        const qint64 lacks = std::max<qint64>(number - reading.orders, 0);
        if (lacks > 0)
            comparison.differences.append("the log of " + log.replica + " lacks the last " +
                                          QByteArray::number(lacks) + " of " + QByteArray::number(number) +
                                          " orders");
        comparison.equal = comparison.equal && lacks == 0 && bytes == upTo(longest.bytes, number);
        comparison.logs.append({log.replica, reading.orders, lacks, reading.wrong.size(),
                                QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex()});
    }
    for (const Violation &violation : verdict.violations())
        comparison.differences.append(violation.what);
    return comparison;
}

QByteArray textOf(const LogComparison &comparison)
{
    using Align = Table::Align;
    Table table({{"REPLICA"},
                 {"ORDERS", Align::Right},
                 {"LACKS", Align::Right},
                 {"WRONG", Align::Right},
                 {"SHA-256"}});
    for (const LogComparison::Log &log : comparison.logs)
        table.add({log.replica, QByteArray::number(log.orders), QByteArray::number(log.lacks),
                   QByteArray::number(log.wrong), log.sha256});
    QByteArray text = table.text() + "\n\nUp to order " + QByteArray::number(comparison.upTo) + " the logs " +
                      (comparison.equal ? "are identical." : "DIFFER:");
    for (const QByteArray &difference : comparison.differences)
        text += "\n  " + difference;
    return text;
}

} // namespace

LogsCommand::LogsCommand(CLI::App &command, const GlobalOptions &options) : m_options(options)
{
    command.add_flag("--diff", m_diff, "Compare the logs instead");
    addNumber(command, "--last", m_last, qint64{1}, mostLast, "How many of the last orders to show");
    command.footer(about + command.get_footer());
}

ExitCode LogsCommand::run(const Output &output) const
{
    const QString directory = StoreAccess(m_options).dataDirectory();
    Result<std::vector<LogCopy>> logs = readLogs(directory, 0);
    const qint64 number = logs ? ordersIn(longestOf(*logs)) : 0;
    if (logs && m_diff)
        logs = readLogs(directory, number);
    if (!logs)
        return output.fail({logs.error(), "read the logs", "--data names another store."});
    if (m_diff) {
        const LogComparison comparison = compared(*logs, number);
        if (output.isForPrograms())
            output.object(comparison, comparison.logs);
        else
            output.line(textOf(comparison));
        return comparison.equal ? ExitCode::Ok : ExitCode::InvariantBroken;
    }
    const MergedLogs all = merged(*logs, m_last);
    if (output.isForPrograms())
        output.object(all, all.orders);
    else
        output.line(textOf(all, logs->size()));
    return ExitCode::Ok;
}

} // namespace toystore
