// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/cachecommand.h"

#include "common/numberoption.h"
#include "common/rpccall.h"
#include "protocol/frontendmessages.h"

#include <CLI/CLI.hpp>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds askTimeout = 5s;
constexpr qint64 mostEntries = 1'000'000;

constexpr char about[] =
    "\nThe cache keeps the toys that were asked for last and drops the one that was asked for longest ago "
    "when it"
    "\nis full (LRU). It never shows a stock from before a buy that was acknowledged: the catalog's"
    "\ninvalidations take entries out, and without them the cache is passed by. Switching it off and on "
    "again, or"
    "\nmaking it smaller, loses entries and nothing else.\n";

QByteArray hintFor(const Error &error, const StoreAccess &access)
{
    if (error.code != ErrorCode::CannotConnect && error.code != ErrorCode::ConnectionLost)
        return "'toystore status' shows how the frontend is.";
    return "Is the store in " + access.dataDirectory().toUtf8() +
           " open, and its frontend up? 'toystore status' says so.";
}

QByteArray ageOf(qint64 ms)
{
    return ms < 10'000 ? QByteArray::number(ms) + " ms" : QByteArray::number(ms / 1000) + " s";
}

QByteArray tableOf(const CacheContents::Answer &contents)
{
    using Align = Table::Align;
    Table table({{"TOY"},
                 {"PRICE", Align::Right},
                 {"QUANTITY", Align::Right},
                 {"VERSION", Align::Right},
                 {"AGE", Align::Right},
                 {"HITS", Align::Right}});
    for (const CacheEntry &entry : contents.entries) {
        table.add({entry.name, QByteArray::number(entry.price, 'f', 2), QByteArray::number(entry.quantity),
                   QByteArray::number(entry.version), ageOf(entry.ageMs), QByteArray::number(entry.hits)});
    }
    return table.text();
}

QByteArray stateOf(const CacheStatistics::Answer &cache)
{
    if (!cache.enabled)
        return "off";
    return cache.subscribed ? "on" : "on, but passed by: the catalog's invalidations don't arrive";
}

QByteArray textOf(const CacheStatistics::Answer &cache)
{
    const qint64 queries = cache.hits + cache.misses;
    QByteArray hits = QByteArray::number(cache.hits) + " of " + QByteArray::number(queries) + " queries";
    if (queries > 0)
        hits += " (" + QByteArray::number(100 * cache.hits / queries) + " %)";
    return "cache          " + stateOf(cache) + "\npolicy         " + cache.policy + "\nentries        " +
           QByteArray::number(cache.entries) + " of at most " + QByteArray::number(cache.capacity) +
           "\nhits           " + hits + "\ninvalidations  " + QByteArray::number(cache.invalidations) +
           "\nevictions      " + QByteArray::number(cache.evictions);
}

} // namespace

CacheCommand::CacheCommand(CLI::App &command, const GlobalOptions &options)
    : m_options(options), m_command(command)
{
    command.require_subcommand(1);
    command.footer(about + command.get_footer());
    const auto add = [&command](const char *name, const char *help, const char *example) {
        CLI::App *declared = command.add_subcommand(name, help);
        declared->footer(std::string("Example:\n  toystore cache ") + example);
        return declared;
    };
    add("list",
        "Show the cached toys, most recently asked for first, with version, age and hits; at most 1000",
        "list -o json");
    add("stats", "Show how the cache has done since the frontend started", "stats -o json");
    add("on", "Switch the cache on", "on");
    add("off", "Switch the cache off: every query asks the catalog", "off");
    addNumber(*add("capacity", "Change how many toys it may hold", "capacity 5"), "NUMBER", m_capacity,
              qint64{1}, mostEntries, "Toys", "")
        ->required();
}

ExitCode CacheCommand::run(const Output &output) const
{
    const StoreAccess access(m_options);
    const std::string name = m_command.get_subcommands().front()->get_name();
    if (name == "list")
        return list(access, output);
    return name == "stats" ? showStatistics(access, output) : change(name, access, output);
}

template <typename Request>
Result<typename Request::Answer> CacheCommand::ask(const StoreAccess &access, const Request &request) const
{
    return callAndWait(access.frontendAdmin(), request, m_options.timeoutOr(askTimeout));
}

ExitCode CacheCommand::list(const StoreAccess &access, const Output &output) const
{
    const Result<CacheContents::Answer> contents = ask(access, CacheContents());
    if (!contents)
        return output.fail({contents.error(), "list the cache", hintFor(contents.error(), access)});
    if (output.isForPrograms())
        output.object(*contents, contents->entries);
    else
        output.line(tableOf(*contents));
    return ExitCode::Ok;
}

ExitCode CacheCommand::change(const std::string &what, const StoreAccess &access, const Output &output) const
{
    SetCache wish;
    if (what == "capacity")
        wish.capacity = m_capacity;
    else
        wish.enabled = what == "on";
    if (const Result<Empty> done = ask(access, wish); !done)
        return output.fail({done.error(), "change the cache", hintFor(done.error(), access)});
    return showStatistics(access, output);
}

ExitCode CacheCommand::showStatistics(const StoreAccess &access, const Output &output) const
{
    const Result<CacheStatistics::Answer> cache = ask(access, CacheStatistics());
    if (!cache)
        return output.fail({cache.error(), "ask about the cache", hintFor(cache.error(), access)});
    if (output.isForPrograms())
        output.object(*cache);
    else
        output.line(textOf(*cache));
    return ExitCode::Ok;
}

} // namespace toystore
