// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/upcommand.h"

#include "common/supervisorprogram.h"
#include "common/waiting.h"
#include "net/rpcclient.h"
#include "operate/statuscommand.h"
#include "protocol/announcement.h"
#include "protocol/eventmessages.h"

#include <CLI/CLI.hpp>

#include <QFileInfo>
#include <QStorageInfo>

#include <array>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds commandsTimeout = 10s;
constexpr Milliseconds servicesTimeout = 60s; // from the last word on that one starts

constexpr char notInstalled[] =
    "Install it beside this program or where the PATH has it (package toystore-services).";

struct SupervisorOption {
    const char *flag;
    const char *value; ///< null: a switch
    const char *help;
};

// The supervisor's options, passed on as they are; it knows their limits. A test holds the two lists
// together.
constexpr std::array supervisorOptions = {
    SupervisorOption{"--http-port", "PORT", "Port of the shop (8081)"},
    SupervisorOption{"--admin-port", "PORT", "Port where the frontend is watched (8082)"},
    SupervisorOption{"--catalog-port", "PORT", "Port of the catalog (8084)"},
    SupervisorOption{"--allow-faults", nullptr,
                     "Let 'toystore fault' delay, lose and cut messages between services"},
    SupervisorOption{"--fault-port", "PORT", "Port of the fault proxy, with --allow-faults (8085)"},
    SupervisorOption{"--replicas", "PLACES", "Order replicas (8091,8092,8093)"},
    SupervisorOption{"--stock", "NUMBER", "Every toy's stock when the store opens (100)"},
    SupervisorOption{"--restock-interval", "MS", "How often sold-out toys are restocked (10000)"},
    SupervisorOption{"--restock-level", "NUMBER", "Stock after a restock (100)"},
    SupervisorOption{"--toys", "FILE", "The toys on sale (the built-in ones)"},
    SupervisorOption{"--ledger", "URL", "The ledger's database (a file in the data directory)"},
    SupervisorOption{"--cache", "BOOL", "Whether the frontend caches queries (true)"},
    SupervisorOption{"--cache-capacity", "NUMBER", "Toys the cache may hold (1000)"},
    SupervisorOption{"--restart", "POLICY",
                     "never, or on-failure: start again what crashed or was killed (never)"},
    SupervisorOption{"--ready-within", "MS",
                     "What is not ready by then and tells of no progress has failed (10000)"},
    SupervisorOption{"--repair", "SERVICES",
                     "Order replicas whose damaged logs are set aside and fetched anew"},
    SupervisorOption{"--rebuild-from-available", nullptr,
                     "Give a lost ledger its orders back even if a replica that may have more is missing"},
    SupervisorOption{"--show-logs", nullptr,
                     "With --foreground: the services' logs to this terminal, not to files"},
    SupervisorOption{"--programs", "DIR", "Directory of the services' programs"},
};

struct Opened {
    QByteArray dataDirectory;
    QByteArray url;
    qint64 pid = 0;
    QList<ProcessView> processes;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("data_directory", self.dataDirectory);
        visit("url", self.url);
        visit("pid", self.pid);
        visit("processes", self.processes);
    }
};

// What has no room to say why is said here.
QByteArray saidNothing(SupervisorProgram &supervisor)
{
    const QByteArray log = supervisor.logFile().toUtf8();
    if (QStorageInfo(QFileInfo(supervisor.logFile()).path()).bytesAvailable() == 0)
        return "there is no room left on the disk of " + log + ", not even to say so there";
    return "the supervisor, pid " + QByteArray::number(supervisor.pid()) + ", says nothing in " + log;
}

// Says why in the supervisor's own words; its usage errors are ours.
ExitCode failed(const Output &output, SupervisorProgram &supervisor, ErrorCode code)
{
    QByteArray said = supervisor.said();
    if (said.startsWith("toystore-supervisor: "))
        said = said.mid(said.indexOf(' ') + 1);
    if (said.isEmpty())
        said = saidNothing(supervisor);
    const bool isUsage = supervisor.exitCode() == static_cast<int>(ExitCode::Usage);
    if (isUsage)
        said = said.split('\n').first(); // then comes where its own help is
    const ExitCode told = output.fail({{code, said},
                                       "open the store",
                                       isUsage ? QByteArray("'toystore up --help' shows what there is.")
                                               : "Its log is " + supervisor.logFile().toUtf8()});
    return isUsage ? ExitCode::Usage : told;
}

} // namespace

UpCommand::UpCommand(CLI::App &command, const GlobalOptions &options) : m_options(options)
{
    command.add_flag("--wait", m_wait,
                     "Return when all services are ready, not when the store takes commands");
    command.add_flag("--foreground", m_foreground, "Stay, and close the store with Ctrl-C");
    m_passedOn.reserve(supervisorOptions.size()); // the parser keeps pointers
    for (const SupervisorOption &option : supervisorOptions) {
        PassedOn &passed = m_passedOn.emplace_back(PassedOn{option.flag, {}, option.value == nullptr});
        if (option.value == nullptr)
            command.add_flag(option.flag, passed.isSet, option.help);
        else
            command.add_option(option.flag, passed.value, option.help)
                ->type_name(option.value)
                ->each([&passed](const std::string &) { passed.isSet = true; });
    }
}

ExitCode UpCommand::run(const QStringList &common, const Output &output) const
{
    const QString program = SupervisorProgram::path();
    if (m_foreground)
        return output.fail(
            {SupervisorProgram::become(program, arguments(common)), "open the store", notInstalled},
            ExitCode::Other);
    return launch(program, arguments(common), output);
}

QStringList UpCommand::arguments(const QStringList &common) const
{
    QStringList arguments = common;
    arguments << QStringLiteral("--data") << StoreAccess(m_options).dataDirectory();
    if (m_options.supervisorPort != 0)
        arguments << QStringLiteral("--supervisor-port") << QString::number(m_options.supervisorPort);
    for (const PassedOn &passed : m_passedOn) {
        if (!passed.isSet)
            continue;
        const QString flag = QString::fromStdString(passed.flag);
        // One word: a value that begins with a dash stays one.
        arguments << (passed.isSwitch ? flag
                                      : flag + QLatin1Char('=') + QString::fromStdString(passed.value));
    }
    return arguments;
}

ExitCode UpCommand::launch(const QString &program, const QStringList &arguments, const Output &output) const
{
    const QString log =
        logDirectory(StoreAccess(m_options).dataDirectory()) + QStringLiteral("/supervisor.log");
    Result<SupervisorProgram> supervisor = SupervisorProgram::startInBackground(program, arguments, log);
    if (!supervisor)
        return output.fail({supervisor.error(), "open the store", "--data names another directory."},
                           ExitCode::Other);
    const ExitCode commands = awaitCommands(*supervisor, output);
    if (commands != ExitCode::Ok)
        return commands;
    if (m_wait)
        return awaitServices(*supervisor, output);
    if (output.isForPrograms())
        return opened(output);
    output.line("The store in " + StoreAccess(m_options).dataDirectory().toUtf8() +
                " opens (supervisor pid " + QByteArray::number(supervisor->pid()) +
                "). 'toystore status' shows when it is ready, 'toystore down' closes it.");
    return ExitCode::Ok;
}

ExitCode UpCommand::awaitCommands(SupervisorProgram &supervisor, const Output &output) const
{
    const bool ended = waitFor(m_options.timeoutOr(commandsTimeout), [&] {
        const StoreAccess access(m_options);
        return supervisor.exitCode() || (access.file() && access.file()->pid == supervisor.pid());
    });
    if (!ended)
        return failed(output, supervisor, ErrorCode::DeadlineExceeded);
    return supervisor.exitCode() ? failed(output, supervisor, ErrorCode::WrongState) : ExitCode::Ok;
}

ExitCode UpCommand::awaitServices(SupervisorProgram &supervisor, const Output &output) const
{
    bool open = false;
    bool incomplete = false;
    Patience patience(m_options.timeout, servicesTimeout, monotonicNow());
    RpcClient client(StoreAccess(m_options).supervisor());
    client.onPush<Events>([&](const Events &events, std::optional<qint64>) {
        for (const EventFields &event : events.events) {
            const QByteArray text = announcement(event);
            if (!open && !output.isForPrograms() && !text.isEmpty())
                output.line(text);
            incomplete |= event.kind == "service_failed" || event.kind == "service_killed";
            open |= event.kind == "store_open";
        }
    });
    client.onPush<ProcessesPush>([&patience](const ProcessesPush &push, std::optional<qint64>) {
        patience.heard(push.processes, monotonicNow());
    });
    client.start();
    client.call(Subscribe{0, {}, true}, commandsTimeout,
                std::function<void(Result<Subscribe::Answer>)>([](const auto &) {}));
    const bool ended = waitFor(patience, [&] { return open || supervisor.exitCode().has_value(); });
    if (!ended)
        return failed(output, supervisor, ErrorCode::DeadlineExceeded);
    if (!open)
        return failed(output, supervisor, ErrorCode::WrongState);
    const ExitCode told = opened(output);
    return incomplete ? ExitCode::Other : told;
}

ExitCode UpCommand::opened(const Output &output) const
{
    const StoreAccess access(m_options);
    if (!output.isForPrograms()) {
        output.line("Close it with: toystore down --data " + access.dataDirectory().toUtf8());
        return ExitCode::Ok;
    }
    const Result<StoreStatus> status = askForStatus(access, commandsTimeout);
    if (!status)
        return output.fail({status.error(), "ask the supervisor how the store is",
                            "It is open: 'toystore status' asks again, 'toystore down' closes it."});
    output.object(Opened{status->dataDirectory, status->url, status->pid, status->processes},
                  status->processes);
    return ExitCode::Ok;
}

} // namespace toystore
