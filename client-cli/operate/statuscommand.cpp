// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/statuscommand.h"

#include "base/logging.h"
#include "base/process.h"
#include "common/waiting.h"
#include "operate/openstore.h"
#include "protocol/announcement.h"

#include <CLI/CLI.hpp>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds showEvery = 250ms;
constexpr char clearTerminal[] = "\x1b[H\x1b[2J";

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

Tone toneOf(const ProcessView &process)
{
    if (process.state == "killed" || process.state == "failed")
        return Tone::Bad;
    return process.state == "ready" ? Tone::Plain : Tone::Warning;
}

QByteArray processTable(const StoreStatus &status, bool coloured)
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
                   firstClause(process.reason)},
                  toneOf(process));
    }
    return table.text(coloured);
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

StatusCommand::StatusCommand(CLI::App &command, const GlobalOptions &options) : m_options(options)
{
    command.add_flag(
        "--watch", m_watch,
        "Stay, and show every change as the services tell it; Ctrl-C or the store's end ends it");
}

ExitCode StatusCommand::run(const Output &output) const
{
    const StoreAccess access(m_options);
    StoreWatch watch(access);
    if (const Result<void> open = openStore(watch, access, m_options); !open)
        return tellNotOpen(access, open.error(), output);
    if (m_watch)
        return goOn(watch, output);
    show(watch.status(), output);
    return ExitCode::Ok;
}

void StatusCommand::show(const StoreStatus &status, const Output &output)
{
    if (output.isForPrograms())
        return output.object(status, status.processes);
    output.line("The store in " + status.dataDirectory + " is open (supervisor pid " +
                QByteArray::number(status.pid) + ", version " + status.version + ").\n");
    output.line(processTable(status, output.isColoured()) + "\n");
    output.line(troubles(status) + summary(status));
}

// On a terminal in place of what was shown before, and again without a change: there are times in it.
// Elsewhere only what has changed.
ExitCode StatusCommand::goOn(const StoreWatch &watch, const Output &output) const
{
    bool interrupted = false;
    QObject context;
    onTermination(&context, [&interrupted] { interrupted = true; });
    QByteArray shown;
    do {
        const StoreStatus status = watch.status();
        const QByteArray now = toJson(status);
        if (output.isOnTerminal())
            output.line(clearTerminal);
        if (output.isOnTerminal() || now != shown)
            show(status, output);
        shown = now;
    } while (
        !waitFor(showEvery, [&] { return interrupted || output.isLost() || !watch.isSupervisorHeard(); }));
    if (interrupted || output.isLost())
        return ExitCode::Ok;
    return tellNotOpen(StoreAccess(m_options), {ErrorCode::CannotConnect, ""}, output);
}

} // namespace toystore
