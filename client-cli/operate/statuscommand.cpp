// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/statuscommand.h"

#include "base/logging.h"
#include "operate/openstore.h"
#include "protocol/announcement.h"

namespace toystore
{

namespace
{

QByteArray since(qint64 sinceMs)
{
    const qint64 seconds = std::max<qint64>(wallClockMs() - sinceMs, 0) / 1000;
    if (seconds < 120)
        return QByteArray::number(seconds) + " s";
    if (seconds < 2 * 3600)
        return QByteArray::number(seconds / 60) + " min";
    if (seconds < 48 * 3600)
        return QByteArray::number(seconds / 3600) + " h";
    return QByteArray::number(seconds / 86400) + " days";
}

// What a service says it does, with epoch and last order where it has them.
struct Role {
    QByteArray role;
    QByteArray epoch;
    QByteArray lastOrder;
};

Role roleOf(const ProcessView &process, const StoreStatus &status)
{
    const Role silent{answers(process) ? "no answer" : "", {}, {}};
    if (process.service == "catalog") {
        if (!status.catalog)
            return silent;
        return {"ledger", QByteArray::number(status.catalog->epoch),
                QByteArray::number(status.catalog->lastOrderNumber)};
    }
    if (process.service == "faultproxy")
        return {"links between services", {}, {}};
    if (process.service == "frontend") {
        if (!status.frontend)
            return silent;
        return {"shop", QByteArray::number(status.frontend->epoch), ""};
    }
    for (const OrderStatus::Answer &order : status.orders) {
        if ("order-" + QByteArray::number(order.id.value) == process.service)
            return {order.role, QByteArray::number(order.epoch), QByteArray::number(order.lastOrderNumber)};
    }
    return silent;
}

// What fits into a table: how it ended, without its log.
QByteArray firstClause(const QByteArray &reason)
{
    return withoutLog(reason).split(';').first();
}

QByteArray indented(const QByteArray &text)
{
    QByteArrayList lines;
    for (const QByteArray &line : text.split('\n'))
        lines.append("    " + printable(line));
    return lines.join('\n');
}

// What does not fit into the table: in full why services ended, and what a diverged replica waits for.
QByteArray troubles(const StoreStatus &status)
{
    QByteArray text;
    for (const ProcessView &process : status.processes) {
        if (process.reason != firstClause(process.reason))
            text += process.service + " is " + process.state + ":\n" + indented(process.reason) + "\n\n";
    }
    for (const OrderStatus::Answer &order : status.orders) {
        const QByteArray name = "order-" + QByteArray::number(order.id.value);
        if (order.role == "diverged")
            text += name + " has another log than the ledger and serves nothing; 'toystore restart " + name +
                    " --repair' fetches it anew.\n\n";
    }
    return text;
}

QByteArray processTable(const StoreStatus &status)
{
    using Align = Table::Align;
    Table table({{"SERVICE"},
                 {"STATE"},
                 {"FOR", Align::Right},
                 {"PORT", Align::Right},
                 {"PID", Align::Right},
                 {"RESTARTS", Align::Right},
                 {"ROLE"},
                 {"EPOCH", Align::Right},
                 {"LAST ORDER", Align::Right},
                 {"REASON"}});
    for (const ProcessView &process : status.processes) {
        const Role role = roleOf(process, status);
        table.add({process.service, process.state, since(process.sinceMs), QByteArray::number(process.port),
                   process.pid == 0 ? QByteArray("-") : QByteArray::number(process.pid),
                   QByteArray::number(process.restarts), role.role, role.epoch, role.lastOrder,
                   firstClause(process.reason)});
    }
    return table.text();
}

QByteArray cacheText(const FrontendStatus::Answer &frontend)
{
    if (!frontend.cacheEnabled)
        return "off";
    const qint64 queries = frontend.cacheHits + frontend.cacheMisses;
    QByteArray text =
        frontend.subscribed ? "on" : "on, but bypassed: the catalog's invalidations don't arrive";
    text += ", " + QByteArray::number(frontend.cacheEntries) + " toys, " +
            QByteArray::number(frontend.cacheHits) + " hits of " + QByteArray::number(queries) + " queries";
    if (queries > 0)
        text += " (" + QByteArray::number(100 * frontend.cacheHits / queries) + " %)";
    return text + ", " + QByteArray::number(frontend.cacheInvalidations) + " invalidations";
}

QByteArray summary(const StoreStatus &status)
{
    QByteArray text;
    if (status.frontend) {
        const auto &frontend = *status.frontend;
        text += "leader      " +
                (frontend.leaderId.isNone() ? QByteArray("none right now")
                                            : "order-" + QByteArray::number(frontend.leaderId.value)) +
                ", epoch " + QByteArray::number(frontend.epoch) + '\n';
        if (frontend.noLeaderBecause)
            text += "            " + printable(*frontend.noLeaderBecause) + '\n';
        text += "cache       " + cacheText(frontend) + '\n';
    }
    if (status.catalog)
        text += "last order  " + QByteArray::number(status.catalog->lastOrderNumber) + '\n';
    return text + "shop        " + status.url + "/products/Tux";
}

} // namespace

Result<StoreStatus> askForStatus(const StoreAccess &access, Milliseconds timeout)
{
    StoreWatch watch(access);
    if (const Result<void> open = watch.open(timeout); !open)
        return failure(open.error());
    return watch.status();
}

ExitCode showStatus(const GlobalOptions &options, const Output &output)
{
    const StoreAccess access(options);
    StoreWatch watch(access);
    if (const Result<void> open = openStore(watch, access, options); !open)
        return tellNotOpen(access, open.error(), output);
    const StoreStatus status = watch.status();
    if (output.isForPrograms()) {
        output.object(status, status.processes);
        return ExitCode::Ok;
    }
    output.line("The store in " + status.dataDirectory + " is open (supervisor pid " +
                QByteArray::number(status.pid) + ", version " + status.version + ").\n");
    output.line(processTable(status) + "\n");
    output.line(troubles(status) + summary(status));
    return ExitCode::Ok;
}

} // namespace toystore
