// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/completion.h"
#include "demo/democommand.h"
#include "measure/benchcommand.h"
#include "measure/sessioncommand.h"
#include "measure/sweepcommand.h"
#include "operate/cachecommand.h"
#include "operate/eventscommand.h"
#include "operate/faultcommand.h"
#include "operate/servicecommands.h"
#include "operate/statuscommand.h"
#include "operate/tracecommand.h"
#include "operate/upcommand.h"
#include "shop/shopcommands.h"
#include "verify/chaoscommand.h"
#include "verify/logscommand.h"
#include "verify/verifycommand.h"

#include "base/settings.h"

#include <CLI/CLI.hpp>

#include <QCoreApplication>

#include <csignal>
#include <functional>
#include <iostream>
#include <map>
#include <memory>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

// The frontend itself gives up after 5 s.
constexpr Milliseconds shopTimeout = 10s;

constexpr char footer[] =
    "\n\nExit codes: 0 done, 1 other failure, 2 wrong usage, 3 not found, 4 rejected, 5 server error, 6 can't"
    "\n  connect, 7 timeout, 8 a promise is broken or a limit does not hold (verify, chaos, session, bench,"
    "\n  logs --diff, demo)."
    "\n  With -o json a failure is printed to stdout as"
    "\n  {\"error\":{\"code\":404,\"name\":\"product_not_found\",\"message\":\"...\",\"hint\":\"...\"}}."
    "\n"
    "\nExamples:"
    "\n  toystore up --wait              open a store and wait until it is ready"
    "\n  toystore product Tux            price and quantity of a toy"
    "\n  toystore buy Tux 2              buy two of them"
    "\n  toystore kill leader            kill -9 of the order replica that leads"
    "\n  toystore status                 who noticed"
    "\n  toystore start order-8093       start it again"
    "\n  toystore verify                 what of its promises it has kept"
    "\n  toystore down                   close the store";

/// What the subcommands' arguments are parsed into.
struct Arguments {
    std::string name;
    std::string quantity;
    std::string key;
    std::string number;
    std::string service;
    bool repair = false;
    bool rebuildFromAvailable = false;
    std::string history;
    bool allLogs = false;
};

void declareGlobals(Settings &settings, GlobalOptions &options)
{
    settings.addText("url", options.url,
                     "Address of the shop (default: that of the store in --data, else"
                     " http://127.0.0.1:8081)");
    settings.addText("data", options.data, "Data directory of the store");
    settings.addPort("supervisor-port", options.supervisorPort, "Port where the store is operated");
    settings.addText("output", options.output, "table for people, json or csv for programs", 'o');
    settings.addMilliseconds("timeout", options.timeout, 1ms, 24h, "How long to wait");
    CLI::App &app = settings.app();
    app.get_option("--supervisor-port")
        ->default_str("")
        ->description("Port where the store is operated (default: that of the store in --data, else 8083)");
    app.get_option("--timeout")
        ->default_str("")
        ->description(
            "How long to wait, in ms (default: 10000; from 20000 on for what ends services, and for what"
            " starts some as long as the supervisor waits for them)");
    app.get_option("--output")->type_name("FORMAT:{table,json,csv}");
    app.footer(app.get_footer() + footer);
    app.require_subcommand(1);
    app.fallthrough(); // global options may follow the command
}

/// Adds a subcommand with examples of its own.
CLI::App *addCommand(CLI::App &app, const std::string &name, const std::string &help,
                     const std::string &examples)
{
    CLI::App *command = app.add_subcommand(name, help);
    command->footer(
        "Options of every command, as --data, -o json and --timeout: toystore --help\n\nExamples:\n" +
        examples);
    return command;
}

void declareShopping(CLI::App &app, Arguments &arguments)
{
    CLI::App *product = addCommand(app, "product", "Show a toy's price and quantity",
                                   "  toystore product Tux\n  toystore product 'Rubber Duck' -o json");
    product->add_option("NAME", arguments.name, "The toy, as in 'Rubber Duck'")->required();
    addCommand(app, "products", "List all toys", "  toystore products");
    CLI::App *buy = addCommand(
        app, "buy", "Buy a toy",
        "  toystore buy Tux 1\n  toystore buy Tux 1 --key birthday-2026   (however often: one buy)");
    buy->add_option("NAME", arguments.name, "The toy")->required();
    buy->add_option("QUANTITY", arguments.quantity, "How many")->required();
    buy->add_option(
           "--key", arguments.key,
           "Key of this buy: the same key never buys twice, however often it is sent (default: a new one)")
        ->type_name("KEY");
    CLI::App *order = addCommand(app, "order", "Show an order", "  toystore order 1");
    order->add_option("NUMBER", arguments.number, "The order's number")->required();
}

/// What may be wished of one start of an order replica.
void declareWishes(CLI::App &command, Arguments &arguments)
{
    command.add_flag("--repair", arguments.repair,
                     "Of an order replica: set its damaged or diverged log aside and fetch it anew");
    command.add_flag("--rebuild-from-available", arguments.rebuildFromAvailable,
                     "Of an order replica: give a lost ledger its orders back even if a replica that may have"
                     " more does not answer");
}

void declareOperating(CLI::App &app, Arguments &arguments)
{
    addCommand(app, "down", "Close the store", "  toystore down\n  toystore down --data ~/teststore");
    struct Command {
        const char *name;
        const char *help;
        const char *service; // for the example
    };
    for (const Command &command :
         {Command{"kill", "Kill a service (SIGKILL)", "leader"},
          Command{"pause", "Pause a service (SIGSTOP): it answers nothing, and nobody is told", "leader"},
          Command{"resume", "Let a paused service go on", "order-8093"},
          Command{"stop", "End a service: it finishes what it has begun, in at most 5 s", "frontend"},
          Command{"start", "Start a service that is down; returns when it is ready", "order-8093"},
          Command{"restart", "Stop a service if it runs, and start it", "catalog"}}) {
        const bool starts = QByteArrayView(command.name).endsWith("start"); // start and restart
        std::string examples = std::string("  toystore ") + command.name + ' ' + command.service;
        if (starts)
            examples += std::string("\n  toystore ") + command.name + " order-8092 --repair";
        CLI::App *declared = addCommand(app, command.name, command.help, examples);
        declared
            ->add_option("SERVICE", arguments.service,
                         "catalog, frontend, order-ID (or the ID alone) or leader")
            ->required();
        if (starts)
            declareWishes(*declared, arguments);
    }
}

void declareVerify(CLI::App &app, Arguments &arguments)
{
    CLI::App *verify =
        addCommand(app, "verify", "Check the logs, the ledger and recorded calls against each other",
                   "  toystore verify\n  toystore verify --history calls.jsonl -o json");
    verify
        ->add_option(
            "--history", arguments.history,
            "The recorded calls and answers (docs/protocol.md has the format); without it logs and ledger"
            " are checked alone")
        ->type_name("FILE");
    verify->add_flag(
        "--all-logs", arguments.allLogs,
        "Every acknowledged order must be in every log, not only in those of the replicas that lead or"
        " follow right now: for a store that was closed when all had caught up");
}

/// What belongs together stands together in the help.
void groupCommands(CLI::App &app)
{
    struct Group {
        const char *title;
        std::vector<const char *> commands;
    };
    for (const Group &group :
         {Group{"Shop", {"product", "products", "buy", "order"}},
          Group{"Open and close a store", {"up", "status", "down"}},
          Group{"Break and mend it",
                {"kill", "pause", "resume", "stop", "start", "restart", "fault", "chaos"}},
          Group{"Look into it", {"events", "trace", "logs", "cache", "verify", "demo"}},
          Group{"Measure it", {"session", "bench", "sweep"}}}) {
        for (const char *command : group.commands)
            app.get_subcommand(command)->group(group.title);
    }
}

QStringList commonArguments(const CLI::App &app)
{
    QStringList common;
    for (const char *name : {"--config", "--log-format"}) {
        if (const CLI::Option *option = app.get_option(name); option->count() > 0)
            common << QString::fromLatin1(name) + QLatin1Char('=') +
                          QString::fromStdString(option->as<std::string>());
    }
    if (app.get_option("--verbose")->count() > 0)
        common << QStringLiteral("--verbose");
    return common;
}

ExitCode usageError(const QByteArray &message, const Output &output)
{
    return output.fail({{ErrorCode::InvalidField, message}, "", "'toystore --help' shows what there is."});
}

ExitCode runBuy(const Arguments &arguments, const ShopCommands &shop, const Output &output)
{
    bool ok = false;
    const qint64 quantity = QByteArray::fromStdString(arguments.quantity).toLongLong(&ok);
    if (!ok)
        return usageError("QUANTITY: '" + QByteArray::fromStdString(arguments.quantity) +
                              "' is not a whole number",
                          output);
    return shop.buy(QByteArray::fromStdString(arguments.name), quantity,
                    QByteArray::fromStdString(arguments.key));
}

ExitCode runShopping(const QByteArray &command, const Arguments &arguments, const ShopCommands &shop,
                     const Output &output)
{
    const QByteArray name = QByteArray::fromStdString(arguments.name);
    if (command == "product")
        return shop.product(name);
    if (command == "products")
        return shop.products();
    if (command == "buy")
        return runBuy(arguments, shop, output);
    return shop.order(QByteArray::fromStdString(arguments.number));
}

/// What is done for each command, by its name.
using Runs = std::map<std::string, std::function<ExitCode(const Output &)>>;

std::optional<Output::Format> formatOf(const QString &name)
{
    if (name == QStringLiteral("table"))
        return Output::Format::Table;
    if (name == QStringLiteral("json"))
        return Output::Format::Json;
    if (name == QStringLiteral("csv"))
        return Output::Format::Csv;
    return std::nullopt;
}

ExitCode run(const CLI::App &app, const GlobalOptions &options, const Arguments &arguments, const Runs &runs,
             const Output &output)
{
    const StoreAccess access(options);
    const Result<QByteArray> shop = access.shop();
    if (!shop)
        return usageError(shop.error().message, output);
    const std::string command = app.get_subcommands().front()->get_name();
    if (const auto found = runs.find(command); found != runs.end())
        return found->second(output);
    if (!arguments.service.empty())
        return ServiceCommands(options, output)
            .run({QByteArray::fromStdString(command), QByteArray::fromStdString(arguments.service),
                  arguments.repair, arguments.rebuildFromAvailable});
    return runShopping(QByteArray::fromStdString(command), arguments,
                       ShopCommands(*shop, access.catalog(), options.timeoutOr(shopTimeout), output), output);
}

/// Declares the command @p name, which @p T declares the options of and runs.
template <typename T>
void addRunning(CLI::App &app, const GlobalOptions &options, Runs &runs, const std::string &name,
                const std::string &help, const std::string &examples)
{
    const auto command = std::make_shared<T>(*addCommand(app, name, help, examples), options);
    runs[name] = [command](const Output &output) { return command->run(output); };
}

/// The commands that declare their options themselves.
Runs declareRunning(CLI::App &app, const GlobalOptions &options, const Arguments &arguments)
{
    Runs runs;
    const auto up = std::make_shared<UpCommand>(
        *addCommand(app, "up", "Open a store in the background",
                    "  toystore up --wait\n  toystore up --foreground --data ~/teststore --stock 5"),
        options);
    runs["up"] = [up, &app](const Output &output) { return up->run(commonArguments(app), output); };
    addRunning<StatusCommand>(app, options, runs, "status", "Show how the store and its services are",
                              "  toystore status\n  toystore status --watch\n  toystore status -o json");
    addRunning<FaultCommand>(app, options, runs, "fault", "Delay, lose and cut messages between services",
                             "  toystore fault set frontend leader cut\n  toystore fault list\n"
                             "  toystore fault clear");
    addRunning<ChaosCommand>(app, options, runs, "chaos", "Break a store at random, under load, and judge it",
                             "  toystore chaos\n  toystore chaos --duration 5min --only kill --only pause\n"
                             "  toystore chaos --seed 42 -o json\n"
                             "  toystore up --wait --allow-faults && toystore chaos --attach");
    addRunning<CacheCommand>(app, options, runs, "cache", "Look at the frontend's cache, and change it",
                             "  toystore cache list\n  toystore cache stats -o json\n"
                             "  toystore cache capacity 5\n  toystore cache off");
    addRunning<SessionCommand>(app, options, runs, "session",
                               "Shop as the classic client does, and compare what one remembers",
                               "  toystore session\n  toystore session --clients 5 --requests 200"
                               " --probability 0.5 --seed 1");
    addRunning<BenchCommand>(app, options, runs, "bench", "Put a load on a shop and measure it",
                             "  toystore bench --clients 5 --probability 0.2\n"
                             "  toystore bench --rate 2000 --clients 64 --duration 1min\n"
                             "  toystore bench --max-p99 50 --max-errors 0 -o json");
    addRunning<SweepCommand>(app, options, runs, "sweep",
                             "Measure a store with and without its cache, with plots",
                             "  toystore sweep --quick\n  toystore sweep --out evaluation --seed 1\n"
                             "  toystore sweep --quick --delay 10");
    addRunning<DemoCommand>(app, options, runs, "demo", "Show in seven steps what the store promises",
                            "  toystore demo\n  toystore demo --step\n  toystore demo -o json");
    addRunning<EventsCommand>(
        app, options, runs, "events", "Show what happens in all services",
        "  toystore events -f\n  toystore events --service frontend --kind leader_changed\n"
        "  toystore events -f -o json | jq .kind");
    addRunning<TraceCommand>(app, options, runs, "trace", "Show an order's way through all services",
                             "  toystore trace 192\n  toystore trace birthday");
    addRunning<LogsCommand>(app, options, runs, "logs",
                            "Show the replicas' order logs, merged, or compare them",
                            "  toystore logs --last 5\n  toystore logs --diff");
    runs["down"] = [&options](const Output &output) { return ServiceCommands(options, output).down(); };
    runs["verify"] = [&options, &arguments](const Output &output) {
        return verifyStore(options, {QString::fromStdString(arguments.history), arguments.allLogs}, output);
    };
    return runs;
}

/// For shells, in no help: `complete WORD...`. Nothing if it is another command.
std::optional<int> tellShell(const CLI::App &app, int argc, char **argv)
{
    if (argc < 2 || QByteArrayView(argv[1]) != "complete")
        return std::nullopt;
    const QCoreApplication application(argc, argv);
    for (const QByteArray &word : completions(app, std::vector<std::string>(argv + 2, argv + argc)))
        std::cout << word.constData() << '\n';
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // GLib's event loop is slower, and a load would measure that
    GlobalOptions options;
    Arguments arguments;
    Settings settings("toystore", "Shops in a toy store, and opens, operates, measures and breaks one.");
    declareGlobals(settings, options);
    declareShopping(settings.app(), arguments);
    const Runs runs = declareRunning(settings.app(), options, arguments);
    declareOperating(settings.app(), arguments);
    declareVerify(settings.app(), arguments);
    groupCommands(settings.app());
    if (const std::optional<int> told = tellShell(settings.app(), argc, argv))
        return *told;
    if (argc == 1) {
        std::cerr << settings.app().help();
        return static_cast<int>(ExitCode::Usage);
    }
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return *exitCode;
    settings.installLogging("toystore");
    const QCoreApplication application(argc, argv);
    const std::optional<Output::Format> format = formatOf(options.output);
    if (!format)
        return static_cast<int>(
            usageError("--output: '" + options.output.toUtf8() + "' is none of table, json and csv",
                       Output(Output::Format::Table)));
    ::signal(SIGPIPE, SIG_IGN); // Output ends the program, when all is cleared up
    const Output output(*format);
    return static_cast<int>(output.conclude(run(settings.app(), options, arguments, runs, output)));
}
