// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "measure/sessioncommand.h"

#include "base/logging.h"
#include "base/process.h"
#include "common/numberoption.h"
#include "load/shoppingsession.h"
#include "measure/loadrun.h"

#include <QUuid>

namespace toystore
{

namespace
{

constexpr qint64 mostRequests = 1'000'000;

constexpr char about[] =
    "\nEach client has one connection. It queries a random toy and, if there is some, buys with the "
    "probability"
    "\nof --probability; --requests times. Before it leaves it looks every order up that it made, and "
    "compares."
    "\n"
    "\nEnds with 8 if an order is not what the client remembers, and with 5 if something was not answered.\n";

/// What `toystore session -o json` prints.
struct SessionReport {
    bool holds = false; ///< every order is as it is remembered, and all was answered
    qint64 clients = 0;
    double probability = 0;
    qint64 seed = 0;
    bool interrupted = false;
    qint64 durationMs = 0;
    qint64 queries = 0;
    qint64 bought = 0;
    qint64 rejected = 0;
    qint64 lookedUp = 0;
    qint64 unanswered = 0;
    QList<QByteArray> mismatches;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("holds", self.holds);
        visit("clients", self.clients);
        visit("probability", self.probability);
        visit("seed", self.seed);
        visit("interrupted", self.interrupted);
        visit("duration_ms", self.durationMs);
        visit("queries", self.queries);
        visit("bought", self.bought);
        visit("rejected", self.rejected);
        visit("looked_up", self.lookedUp);
        visit("unanswered", self.unanswered);
        visit("mismatches", self.mismatches);
    }
};

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

QByteArray textOf(const SessionReport &report)
{
    QByteArray text = number(report.clients) + " clients, probability of a purchase " +
                      QByteArray::number(report.probability) + ", seed " + number(report.seed) + ", " +
                      QByteArray::number(static_cast<double>(report.durationMs) / 1000, 'f', 2) + " s" +
                      (report.interrupted ? " (ended early)" : "");
    text += "\n\nqueries     " + number(report.queries) + "\nbought      " + number(report.bought) +
            "\nrejected    " + number(report.rejected) + "\nlooked up   " + number(report.lookedUp) + " of " +
            number(report.bought) + " orders, as they are remembered" + "\nunanswered  " +
            number(report.unanswered) + "\nmismatches  " + number(report.mismatches.size());
    for (const QByteArray &mismatch : report.mismatches)
        text += "\n  MISMATCH: " + printable(mismatch);
    return text;
}

} // namespace

SessionCommand::SessionCommand(CLI::App &command, const GlobalOptions &options) : m_options(options)
{
    addNumber(command, "--requests", m_requests, qint64{1}, mostRequests,
              "How many queries each client makes");
    m_load.declare(command);
    command.footer(about + command.get_footer());
}

ExitCode SessionCommand::run(const Output &output) const
{
    const Result<LoadPlan> plan = m_load.plan(m_options);
    if (!plan)
        return output.fail({plan.error(), "shop", loadHint(plan.error())});
    const QByteArray keys = "session-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    std::vector<std::shared_ptr<ShoppingSession>> sessions;
    LoadRun load(*plan,
                 [&](qint64 client) {
                     return sessions.emplace_back(
                         std::make_shared<ShoppingSession>(plan->mix, client, keys, m_requests));
                 },
                 {});
    QObject context;
    onTermination(&context, [&load] { load.interrupt(); });
    const LoadFigures figures = load.run(std::nullopt);

    SessionReport report;
    report.clients = plan->clients;
    report.probability = plan->mix.purchase;
    report.seed = static_cast<qint64>(plan->mix.seed);
    report.interrupted = load.wasInterrupted();
    report.durationMs = std::chrono::duration_cast<Milliseconds>(figures.span).count();
    for (const auto &session : sessions) {
        const ShoppingSession::Summary &summary = session->summary();
        report.queries += summary.queries;
        report.bought += summary.bought;
        report.rejected += summary.rejected;
        report.lookedUp += summary.lookedUp;
        report.unanswered += summary.unanswered;
        report.mismatches += summary.mismatches;
    }
    report.holds = report.mismatches.isEmpty() && report.unanswered == 0;
    if (output.isForPrograms())
        output.object(report);
    else
        output.line(textOf(report));
    if (!report.mismatches.isEmpty())
        return ExitCode::InvariantBroken;
    return report.holds ? ExitCode::Ok : ExitCode::ServerError;
}

} // namespace toystore
