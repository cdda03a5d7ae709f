// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/faultcommand.h"

#include "common/rpccall.h"
#include "faults/linkfaults.h"

#include <CLI/CLI.hpp>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds commandTimeout = 5s;

constexpr char placesHelp[] = "frontend, order-ID (or the ID alone), leader, or all";
constexpr char targetsHelp[] = "catalog, order-ID (or the ID alone), leader, or all";

constexpr char about[] =
    "\nA link is the way from a service to one that it connects to; answers and pushes come back on it:"
    "\n  frontend -> catalog, frontend -> order-ID, order-ID -> catalog, order-ID -> order-ID."
    "\nThe catalog's invalidations come back on frontend -> catalog."
    "\n"
    "\nKinds of faults, at most one of each on a link:"
    "\n  delay MS       each message is late by MS milliseconds (and up to --jitter more)"
    "\n  loss PERCENT   so many of a hundred messages are dropped, whole ones; when it ends, a connection"
    "\n                 that has lost one is closed, so that nobody waits for it"
    "\n  silent         connections stay, but nothing passes until the fault is cleared; nothing is lost"
    "\n  cut            connections are closed, new ones refused"
    "\nWith --direction forward only what FROM sends is concerned, with backward only what comes back: so a"
    "\nlink is cut in one way with 'silent --direction backward'."
    "\n"
    "\nThe faults are those of the proxy between the services: when it is started again there are none.\n";

QByteArray hintFor(const Error &error, const StoreAccess &access)
{
    switch (error.code) {
    case ErrorCode::FaultsNotAllowed:
        return "Close it with 'toystore down', and open it with 'toystore up --allow-faults'.";
    case ErrorCode::WrongState:
        return "'toystore start faultproxy' starts it again, 'toystore status' shows how all services are.";
    case ErrorCode::CannotConnect:
    case ErrorCode::ConnectionLost:
        return "Is the store in " + access.dataDirectory().toUtf8() +
               " open? 'toystore up --allow-faults' opens it.";
    case ErrorCode::DeadlineExceeded:
        return "'toystore status' shows how all services are.";
    case ErrorCode::UnknownService:
        return "'toystore fault list' shows all links.";
    case ErrorCode::InvalidField:
    case ErrorCode::OutOfRange:
        return "'toystore fault set --help' shows examples.";
    case ErrorCode::Unauthorized:
        return "--data names another store.";
    default:
        return {};
    }
}

QByteArray sum(const LinkView &link, qint64 Traffic::*count)
{
    return QByteArray::number(link.forward.*count + link.backward.*count);
}

QByteArray tableOf(const QList<LinkView> &links)
{
    using Align = Table::Align;
    Table table({{"LINK"},
                 {"FAULTS"},
                 {"OPEN", Align::Right},
                 {"CUT", Align::Right},
                 {"MESSAGES", Align::Right},
                 {"BYTES", Align::Right},
                 {"DELAYED", Align::Right},
                 {"DROPPED", Align::Right},
                 {"HELD", Align::Right}});
    for (const LinkView &link : links) {
        QByteArrayList faults;
        for (const Fault &fault : link.faults)
            faults.append(textOf(fault));
        table.add({link.from + " -> " + link.to, faults.isEmpty() ? QByteArray("-") : faults.join("; "),
                   QByteArray::number(link.connections), QByteArray::number(link.cut),
                   sum(link, &Traffic::messages), sum(link, &Traffic::bytes), sum(link, &Traffic::delayed),
                   sum(link, &Traffic::dropped), sum(link, &Traffic::held)});
    }
    return table.text();
}

} // namespace

FaultCommand::FaultCommand(CLI::App &command, const GlobalOptions &options)
    : m_options(options), m_command(command)
{
    command.require_subcommand(1);
    command.footer(about + command.get_footer());
    declareSet(command);
    command
        .add_subcommand("list", "Show all links, their faults, and how many messages each fault has touched")
        ->footer("Example:\n  toystore fault list -o json");
    declareClear(command);
}

void FaultCommand::declareSet(CLI::App &command)
{
    CLI::App *set = command.add_subcommand("set", "Give a link a fault, in place of the one of its kind");
    set->add_option("FROM", m_from, placesHelp)->required();
    set->add_option("TO", m_to, targetsHelp)->required();
    set->add_option("KIND", m_kind, "delay, loss, silent or cut")->required();
    set->add_option("AMOUNT", m_amount, "Of a delay: milliseconds; of a loss: percent");
    set->add_option("--jitter", m_jitterMs, "Of a delay: up to so many milliseconds more, for each message")
        ->type_name("MS");
    set->add_option("--direction", m_direction, "forward, backward or both (default: both)")
        ->type_name("WAY");
    set->add_option("--seed", m_seed, "Of a loss: the same seed and messages, the same losses")
        ->type_name("NUMBER");
    set->footer(std::string(about) + "\nExamples:"
                                     "\n  toystore fault set frontend leader cut"
                                     "\n  toystore fault set all catalog delay 50 --jitter 20"
                                     "\n  toystore fault set order-8093 all loss 5"
                                     "\n  toystore fault set frontend catalog silent --direction backward");
}

void FaultCommand::declareClear(CLI::App &command)
{
    CLI::App *clear = command.add_subcommand("clear", "Take faults away again; without arguments all");
    clear->add_option("FROM", m_from, placesHelp);
    clear->add_option("TO", m_to, targetsHelp);
    clear->add_option("KIND", m_kind, "delay, loss, silent or cut; without it all");
    clear->footer("Examples:\n  toystore fault clear\n  toystore fault clear frontend all\n"
                  "  toystore fault clear frontend catalog delay");
}

ExitCode FaultCommand::run(const Output &output) const
{
    const StoreAccess access(m_options);
    const std::string name = m_command.get_subcommands().front()->get_name();
    if (!access.file() && m_options.supervisorPort == 0)
        return output.fail(
            {{ErrorCode::CannotConnect, "the store in " + access.dataDirectory().toUtf8() + " is not open"},
             "",
             "Open it with 'toystore up --allow-faults', or name another with --data."});
    if (name == "list")
        return list(access, output);
    return name == "set" ? set(access, output) : clear(access, output);
}

ExitCode FaultCommand::list(const StoreAccess &access, const Output &output) const
{
    const Result<Faults::Answer> answer =
        callAndWait(access.supervisor(), Faults(), m_options.timeoutOr(commandTimeout));
    if (!answer)
        return output.fail({answer.error(), "list the faults", hintFor(answer.error(), access)});
    if (output.isForPrograms())
        output.object(*answer, answer->links);
    else
        output.line(tableOf(answer->links));
    return ExitCode::Ok;
}

ExitCode FaultCommand::set(const StoreAccess &access, const Output &output) const
{
    const Result<SetFault> wish = request();
    if (!wish)
        return output.fail({wish.error(), "set the fault", hintFor(wish.error(), access)});
    return change(*wish, "set the fault", access, output);
}

ExitCode FaultCommand::clear(const StoreAccess &access, const Output &output) const
{
    ClearFaults wish;
    if (!m_from.empty())
        wish.from = QByteArray::fromStdString(m_from);
    if (!m_to.empty())
        wish.to = QByteArray::fromStdString(m_to);
    if (!m_kind.empty())
        wish.kind = QByteArray::fromStdString(m_kind);
    return change(wish, "clear the faults", access, output);
}

Result<SetFault> FaultCommand::request() const
{
    SetFault wish;
    wish.from = QByteArray::fromStdString(m_from);
    wish.to = QByteArray::fromStdString(m_to);
    wish.kind = QByteArray::fromStdString(m_kind);
    wish.seed = m_seed;
    if (!m_direction.empty())
        wish.direction = QByteArray::fromStdString(m_direction);
    if (m_jitterMs != 0)
        wish.jitterMs = m_jitterMs;
    if (m_amount.empty())
        return wish;
    bool ok = false;
    const QByteArray amount = QByteArray::fromStdString(m_amount);
    if (wish.kind == "loss")
        wish.lossPercent = amount.toDouble(&ok);
    else
        wish.delayMs = amount.toLongLong(&ok);
    if (!ok)
        return failure(ErrorCode::InvalidField,
                       "AMOUNT: '" + amount + "' is no " +
                           (wish.kind == "loss" ? "number of percent" : "whole number of milliseconds"));
    return wish;
}

template <typename Request>
ExitCode FaultCommand::change(Request request, const QByteArray &what, const StoreAccess &access,
                              const Output &output) const
{
    const Result<QByteArray> token = readToken(access.dataDirectory());
    if (!token)
        return output.fail({token.error(), what, hintFor(token.error(), access)});
    request.token = *token;
    const Result<Faults::Answer> answer =
        callAndWait(access.supervisor(), request, m_options.timeoutOr(commandTimeout));
    if (!answer)
        return output.fail({answer.error(), what, hintFor(answer.error(), access)});
    if (output.isForPrograms())
        output.object(*answer, answer->links);
    else
        output.line(tableOf(answer->links));
    return ExitCode::Ok;
}

} // namespace toystore
