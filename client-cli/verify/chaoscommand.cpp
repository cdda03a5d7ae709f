// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/chaoscommand.h"

#include "base/logging.h"
#include "base/process.h"
#include "common/clientlimit.h"
#include "common/duration.h"
#include "common/numberoption.h"
#include "common/ownstore.h"
#include "verify/verifycommand.h"

#include <CLI/CLI.hpp>

#include <QDir>
#include <QRandomGenerator>

namespace toystore
{

namespace
{

constexpr int mostClients = 1000;
constexpr std::chrono::minutes mostDuration{10}; // all calls stay in memory, to be judged: some GB by then
constexpr qint64 seeds = 1'000'000'000;          // those that we choose: short enough to be told
// Toys that are sold out now and then, and soon restocked; and a service that waits for another, which is
// down, is not to give up.
constexpr const char *ownStoreArguments[] = {"--allow-faults", "--stock", "200", "--restock-interval", "200",
                                             "--ready-within", "120000"};

constexpr char about[] =
    "\nOpens a store of its own, on free ports and in a temporary directory, lets clients query, buy and look"
    "\norders up in it, and breaks it meanwhile: kill -9, SIGSTOP, restarts, cut, silent, slow and lossy"
    "\nlinks, of any service, one and several at a time. Then everything is healed, and the store is judged"
    "\nas by 'toystore verify' with every call that was made. The faults are drawn from the seed: the same"
    "\nseed and options are the same faults at the same times. No disk is touched."
    "\n"
    "\nEnds with 8 if a promise was broken; then the calls and the store's files are kept, and it says where."
    "\nCtrl-C ends the faults early, heals, and judges what there is.\n";

QByteArray hintFor(const Error &error)
{
    if (error.code == ErrorCode::FaultsNotAllowed)
        return "Close it with 'toystore down', and open it with 'toystore up --allow-faults'.";
    if (error.code == ErrorCode::CannotConnect)
        return "'toystore up --allow-faults' opens it; without --attach a store of its own is broken.";
    return "'toystore status' shows how all services are.";
}

/// It could not begin: without a store to attach to, or for another reason.
ExitCode exitCodeOfBeginning(const Error &error)
{
    const ExitCode exitCode = exitCodeOf(error.code);
    return exitCode == ExitCode::CannotConnect ? exitCode : ExitCode::Other;
}

Result<std::unique_ptr<OwnStore>> openOwnStore(const std::function<bool()> &isInterrupted)
{
    QStringList arguments;
    for (const char *argument : ownStoreArguments)
        arguments << QLatin1String(argument);
    return OwnStore::open(arguments, isInterrupted);
}

} // namespace

ChaosCommand::ChaosCommand(CLI::App &command, const GlobalOptions &options) : m_options(options)
{
    command
        .add_option("--duration", m_duration,
                    "How long faults are done: 500ms, 10s, 5min (10s); 10 minutes at most")
        ->type_name("TIME");
    addSeed(command, m_seed, "Of the faults (default: another each time)");
    command
        .add_option("--only", m_only,
                    "Only such faults: kill, pause, restart, cut or delay; may be given several times")
        ->type_name("KIND");
    command.add_option("--clients", m_clients, "Clients that shop meanwhile (16)")->type_name("NUMBER");
    command.add_flag("--attach", m_attach,
                     "Break the open store in --data instead, which must allow faults; its history begins"
                     " now, and orders made before are not judged as calls");
    command.add_flag("--keep", m_keep, "Keep the calls, and the store's files, also if all is well");
    command.footer(about + command.get_footer());
}

Result<ChaosRun::Options> ChaosCommand::wish() const
{
    ChaosRun::Options wish;
    const Result<Milliseconds> duration = parseDuration("--duration", m_duration, mostDuration);
    if (!duration)
        return failure(duration.error());
    wish.plan.duration = *duration;
    wish.plan.seed = m_seed.value_or(static_cast<quint64>(QRandomGenerator::system()->bounded(seeds)));
    for (const std::string &name : m_only) {
        const std::optional<ChaosKind> kind = chaosKindFromName(QByteArray::fromStdString(name));
        if (!kind)
            return failure(ErrorCode::InvalidField, "--only: '" + QByteArray::fromStdString(name) +
                                                        "' is none of kill, pause, restart, cut and delay");
        wish.plan.kinds.push_back(*kind);
    }
    if (m_only.empty())
        wish.plan.kinds.assign(std::begin(allChaosKinds), std::end(allChaosKinds));
    if (m_clients < 1 || m_clients > mostClients)
        return failure(ErrorCode::OutOfRange,
                       "--clients: must be from 1 to " + QByteArray::number(mostClients));
    if (const Result<void> room = makeRoomFor(m_clients); !room)
        return failure(room.error());
    wish.clients = m_clients;
    return wish;
}

ExitCode ChaosCommand::run(const Output &output) const
{
    Result<ChaosRun::Options> wish = this->wish();
    if (!wish)
        return output.fail({wish.error(), "", "'toystore chaos --help' shows the options."});
    bool isInterrupted = false;
    ChaosRun *underWay = nullptr;
    QObject context;
    onTermination(&context, [&] {
        isInterrupted = true;
        if (underWay != nullptr)
            underWay->interrupt();
    });
    GlobalOptions store = m_options;
    std::unique_ptr<OwnStore> own;
    if (!m_attach) {
        Result<std::unique_ptr<OwnStore>> opened = openOwnStore([&] { return isInterrupted; });
        if (!opened)
            return output.fail({opened.error(), "open a store to break",
                                "'toystore up --wait --allow-faults' and 'toystore chaos --attach' break one"
                                " that you can look into."},
                               ExitCode::Other);
        own = *std::move(opened);
        store = GlobalOptions();
        store.data = own->dataDirectory();
    }
    QTemporaryDir evidence(QDir::tempPath() + QStringLiteral("/toystore-chaos-calls-XXXXXX"));
    if (!evidence.isValid())
        return output.fail({{ErrorCode::StorageFailed, evidence.errorString().toUtf8()},
                            "keep the calls",
                            "TMPDIR names another directory for them."});
    wish->history = evidence.filePath(QStringLiteral("calls.jsonl"));
    wish->tell = [&output](const QByteArray &line) {
        if (!output.isForPrograms())
            output.line(printable(line));
    };
    const StoreAccess access(store);
    ChaosRun chaos(access, *wish);
    underWay = &chaos;
    if (isInterrupted)
        chaos.interrupt();
    ChaosReport report;
    const ExitCode ended = breakStore(store, chaos, *wish, report, output);
    if (m_keep || report.evidence) {
        evidence.setAutoRemove(false);
        if (own)
            own->keep();
    }
    return ended;
}

ExitCode ChaosCommand::breakStore(const GlobalOptions &store, ChaosRun &chaos, const ChaosRun::Options &wish,
                                  ChaosReport &report, const Output &output) const
{
    if (const Result<void> ran = chaos.run(report); !ran)
        return output.fail({ran.error(), "break the store in " + StoreAccess(store).dataDirectory().toUtf8(),
                            hintFor(ran.error())},
                           exitCodeOfBeginning(ran.error()));

    const Result<Verification> verified = verification(store, {wish.history, false});
    if (verified)
        report.verdict = verified->report;
    else
        report.problem = "the store could not be judged: " + verified.error().message;
    report.holds = verified && verified->report.holds && !report.problem;
    if (m_keep || !report.holds)
        report.evidence = QFileInfo(wish.history).path().toUtf8();
    if (output.isForPrograms())
        output.object(report);
    else
        output.line('\n' + textOf(report, commandLine(wish)));
    return report.holds ? ExitCode::Ok : ExitCode::InvariantBroken;
}

QByteArray ChaosCommand::commandLine(const ChaosRun::Options &wish) const
{
    QByteArray text = "toystore chaos --seed " + QByteArray::number(wish.plan.seed) + " --duration " +
                      QByteArray::fromStdString(m_duration) + " --clients " +
                      QByteArray::number(wish.clients);
    for (const std::string &kind : m_only)
        text += " --only " + QByteArray::fromStdString(kind);
    return m_attach ? text + " --attach" : text;
}

} // namespace toystore
