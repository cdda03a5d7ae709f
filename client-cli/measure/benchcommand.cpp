// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "measure/benchcommand.h"

#include "base/process.h"
#include "common/duration.h"
#include "common/numberoption.h"
#include "common/rpccall.h"
#include "measure/loadrun.h"
#include "protocol/frontendmessages.h"

#include <cstdio>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds adminTimeout = 1s;
constexpr double leastRate = 0.1;
constexpr double mostRate = 1'000'000;
constexpr qint64 mostRequests = 1'000'000'000;
constexpr double mostMs = 3'600'000;

constexpr char about[] =
    "\nIn the closed loop each client sends its next request when the one before is answered: how fast can it"
    "\nbe? With --rate it is the open loop: requests begin at even intervals whether those before are "
    "answered"
    "\nor not, and the time of each counts from when it was due, so that a shop that stalls can't hide it."
    "\n"
    "\nA buy without an answer is sent again under its key, and its time counts from the first attempt. Every"
    "\nsecond a line on stderr tells how it goes. Ctrl-C ends the load early and prints the summary."
    "\n"
    "\nEnds with 8 if a limit (--max-p99, --max-errors, --min-rate) does not hold, and with 5 if nothing at "
    "all"
    "\nwas answered.\n";

/// What the frontend says, if it can be asked.
std::optional<FrontendStatus::Answer> askFrontend(const GlobalOptions &options)
{
    const StoreAccess access(options);
    if (!options.url.isEmpty() || !access.file())
        return std::nullopt;
    const Result<FrontendStatus::Answer> status =
        callAndWait(access.frontendAdmin(), FrontendStatus(), adminTimeout);
    return status ? std::optional(*status) : std::nullopt;
}

/// What the cache has counted from @p before on; a frontend that was started again counts from 0.
std::optional<BenchReport::Cache> cacheSince(const std::optional<FrontendStatus::Answer> &before,
                                             const GlobalOptions &options)
{
    const std::optional<FrontendStatus::Answer> after = askFrontend(options);
    if (!before || !after || before->pid != after->pid)
        return std::nullopt;
    return BenchReport::Cache{after->cacheHits - before->cacheHits, after->cacheMisses - before->cacheMisses};
}

/// The worst of all kinds; nothing where nothing was answered.
std::optional<double> worstP99Ms(const BenchReport &report)
{
    std::optional<double> worst;
    for (const BenchReport::Kind &kind : report.kinds) {
        if (kind.p99Us)
            worst = std::max(worst.value_or(0), static_cast<double>(*kind.p99Us) / 1000);
    }
    return worst;
}

} // namespace

BenchCommand::BenchCommand(CLI::App &command, const GlobalOptions &options) : m_options(options)
{
    command.add_option("--duration", m_duration, "How long: 500ms, 10s, 5min (10s)")->type_name("TIME");
    m_load.declare(command);
    addNumber(command, "--look-ups", m_lookUps, 0.0, 1.0,
              "How probable it is that a request looks up an order that the client made");
    addNumber(command, "--rate", m_rate, leastRate, mostRate,
              "Requests a second of all clients together: the open loop");
    addNumber(command, "--requests", m_requests, qint64{1}, mostRequests,
              "How many requests each client makes at the most");
    addNumber(command, "--max-p99", m_maxP99Ms, 0.001, mostMs,
              "The limit, in ms, that 99 % of every kind of request must keep");
    addNumber(command, "--max-errors", m_maxErrors, qint64{0}, mostRequests, "How many attempts may fail");
    addNumber(command, "--min-rate", m_minRate, leastRate, mostRate,
              "How many answers a second there must be");
    command.add_flag("--quiet", m_quiet, "No line every second");
    command.footer(about + command.get_footer());
}

Result<LoadPlan> BenchCommand::plan() const
{
    if (m_load.probability() + m_lookUps > 1)
        return failure(ErrorCode::InvalidField,
                       "--probability and --look-ups: together they are more than 1");
    const Result<Milliseconds> duration = parseDuration("--duration", m_duration);
    if (!duration)
        return failure(duration.error());
    if (m_rate && *m_rate * std::chrono::duration<double>(*duration).count() < 1)
        return failure(ErrorCode::InvalidField, "--rate: in --duration " +
                                                    QByteArray::fromStdString(m_duration) +
                                                    " it is not even one request");
    Result<LoadPlan> plan = m_load.plan(m_options);
    if (plan) {
        plan->mix.lookUp = m_lookUps;
        plan->rate = m_rate;
        plan->requestsPerClient = m_requests;
    }
    return plan;
}

void BenchCommand::judge(BenchReport &report) const
{
    if (m_maxP99Ms) {
        const std::optional<double> worst = worstP99Ms(report);
        report.limits.append({"max_p99_ms", *m_maxP99Ms, worst.value_or(0), worst && *worst <= *m_maxP99Ms});
    }
    if (m_maxErrors) {
        qint64 errors = 0;
        for (const BenchReport::Failed &one : report.errors)
            errors += one.times;
        report.limits.append({"max_errors", static_cast<double>(*m_maxErrors), static_cast<double>(errors),
                              errors <= *m_maxErrors});
    }
    if (m_minRate)
        report.limits.append(
            {"min_rate", *m_minRate, report.answersPerSecond, report.answersPerSecond >= *m_minRate});
    report.holds = std::all_of(report.limits.begin(), report.limits.end(),
                               [](const BenchReport::Limit &limit) { return limit.holds; });
}

ExitCode BenchCommand::run(const Output &output) const
{
    const Result<LoadPlan> plan = this->plan();
    if (!plan)
        return output.fail({plan.error(), "put a load on the shop", loadHint(plan.error())});
    const std::optional<FrontendStatus::Answer> before = askFrontend(m_options);
    LoadRun load(*plan, [this](const LoadFigures &second, Milliseconds since) {
        if (!m_quiet)
            std::fputs((liveLine(second, since) + '\n').constData(), stderr);
    });
    QObject context;
    onTermination(&context, [&load] { load.interrupt(); });
    const LoadFigures figures = load.run(parseDuration("--duration", m_duration).value());

    BenchReport report = benchReport(*plan, figures);
    report.interrupted = load.wasInterrupted();
    report.cache = cacheSince(before, m_options);
    judge(report);
    if (output.isForPrograms())
        output.object(report, report.kinds);
    else
        output.line(textOf(report));
    if (report.answered == 0)
        return ExitCode::ServerError;
    return report.holds ? ExitCode::Ok : ExitCode::InvariantBroken;
}

} // namespace toystore
