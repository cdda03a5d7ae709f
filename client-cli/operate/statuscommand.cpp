// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/statuscommand.h"

#include "base/logging.h"
#include "common/rpccall.h"
#include "protocol/announcement.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds supervisorTimeout = 5s;
constexpr Milliseconds serviceTimeout = 500ms; // a paused one answers nothing

/// Several calls under way at once.
class Gathering
{
public:
    template <typename R>
    void ask(const Endpoint &endpoint, const R &request, std::function<void(const typename R::Answer &)> take)
    {
        m_clients.push_back(std::make_unique<RpcClient>(endpoint));
        m_clients.back()->start();
        ++m_open;
        m_clients.back()->call(
            request, serviceTimeout,
            std::function<void(Result<typename R::Answer>)>([this, take](const auto &answer) {
                if (answer)
                    take(*answer);
                if (--m_open == 0)
                    m_loop.quit();
            }));
    }

    /// Returns when all have answered or can't.
    void wait()
    {
        if (m_open > 0)
            m_loop.exec();
    }

private:
    std::vector<std::unique_ptr<RpcClient>> m_clients;
    QEventLoop m_loop;
    int m_open = 0;
};

bool answers(const ProcessView &process)
{
    return process.state == "ready" || process.state == "draining";
}

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

// Says plainly that there is no open store, and what to do.
ExitCode notOpen(const StoreAccess &access, const Error &error, const Output &output)
{
    const QByteArray directory = access.dataDirectory().toUtf8();
    QByteArray message = "the store in " + directory + " is not open";
    if (access.file() && error.code == ErrorCode::CannotConnect)
        message += ": its supervisor, pid " + QByteArray::number(access.file()->pid) +
                   ", is gone without having closed it, and its services with it";
    else if (access.file())
        message = "the supervisor of the store in " + directory + " does not answer: " + error.message;
    return output.fail({{error.code, message},
                        "",
                        "Open it with 'toystore up --data " + directory + "', or name another with --data."});
}

} // namespace

Result<StoreStatus> askForStatus(const StoreAccess &access, Milliseconds timeout)
{
    const Result<Processes::Answer> processes = callAndWait(access.supervisor(), Processes(), timeout);
    if (!processes)
        return failure(processes.error());
    StoreStatus status;
    status.dataDirectory = processes->dataDirectory;
    status.url = access.shop().value_or(QByteArray());
    status.pid = processes->pid;
    status.version = processes->version;
    status.processes = processes->processes;
    Gathering gathering;
    for (const ProcessView &process : status.processes) {
        if (!answers(process) || process.service == "faultproxy")
            continue;
        const Endpoint endpoint{QStringLiteral("127.0.0.1"), static_cast<quint16>(process.port)};
        if (process.service == "catalog")
            gathering.ask(endpoint, CatalogStatus(), [&](const auto &answer) { status.catalog = answer; });
        else if (process.service == "frontend")
            gathering.ask(access.frontendAdmin(), FrontendStatus(),
                          [&](const auto &answer) { status.frontend = answer; });
        else
            gathering.ask(endpoint, OrderStatus(), [&](const auto &answer) { status.orders.append(answer); });
    }
    gathering.wait();
    std::sort(status.orders.begin(), status.orders.end(),
              [](const auto &left, const auto &right) { return left.id < right.id; });
    return status;
}

ExitCode showStatus(const GlobalOptions &options, const Output &output)
{
    const StoreAccess access(options);
    if (!access.file() && options.supervisorPort == 0) // whoever has the usual port is another store
        return notOpen(access, {ErrorCode::CannotConnect, ""}, output);
    const Result<StoreStatus> status = askForStatus(access, options.timeoutOr(supervisorTimeout));
    if (!status)
        return notOpen(access, status.error(), output);
    if (options.supervisorPort == 0 && status->dataDirectory != access.dataDirectory().toUtf8())
        return notOpen(access, {ErrorCode::CannotConnect, ""}, output);
    if (output.isForPrograms()) {
        output.object(*status, status->processes);
        return ExitCode::Ok;
    }
    output.line("The store in " + status->dataDirectory + " is open (supervisor pid " +
                QByteArray::number(status->pid) + ", version " + status->version + ").\n");
    output.line(processTable(*status) + "\n");
    output.line(troubles(*status) + summary(*status));
    return ExitCode::Ok;
}

} // namespace toystore
