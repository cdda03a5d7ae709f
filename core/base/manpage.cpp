// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/manpage.h"

#include "base/version.h"

#include <CLI/CLI.hpp>

#include <QByteArrayList>

namespace toystore
{

namespace
{

/// @p text as roff prints it: a backslash is none of roff's, a dash can be copied, and a line that begins
/// with a dot is no request.
QByteArray plain(const std::string &text)
{
    QByteArrayList lines;
    for (const QByteArray &line : QByteArray::fromStdString(text).split('\n')) {
        const QByteArray escaped = QByteArray(line).replace('\\', "\\e").replace('-', "\\-");
        lines.append(escaped.startsWith('.') || escaped.startsWith('\'') ? "\\&" + escaped : escaped);
    }
    return lines.join('\n');
}

QByteArray optionsOf(const CLI::App &app)
{
    QByteArray text;
    for (const CLI::Option *option : app.get_options(nullptr)) {
        const bool takesValue = option->get_items_expected_max() > 0 && !option->get_positional();
        text += ".TP\n\\fB" + plain(option->get_name(true, true)) + "\\fR" +
                (takesValue ? " \\fI" + plain(option->get_type_name()) + "\\fR" : QByteArray()) + '\n' +
                plain(option->get_description()) + '\n';
    }
    return text;
}

/// Text whose lines stay as they are.
QByteArray verbatim(const std::string &text)
{
    return ".PP\n.nf\n" + plain(text).trimmed() + "\n.fi\n";
}

QByteArray commandText(const CLI::App &command, const std::string &name)
{
    QByteArray text = ".SS " + plain(name) + '\n' + plain(command.get_description()) + ".\n" +
                      optionsOf(command) + verbatim(command.get_footer());
    for (const CLI::App *inner : command.get_subcommands(nullptr))
        text += commandText(*inner, name + ' ' + inner->get_name());
    return text;
}

QByteArray argumentsOf(const CLI::App &app)
{
    if (!app.get_subcommands(nullptr).empty())
        return " \\fICOMMAND\\fR [\\fIARGUMENT\\fR...]";
    QByteArray text;
    for (const CLI::Option *option : app.get_options(nullptr)) {
        if (option->get_positional())
            text += " \\fI" + plain(option->get_name(true)) + "\\fR";
    }
    return text;
}

} // namespace

QByteArray manPage(const CLI::App &app)
{
    const std::string name = app.get_name();
    const auto commands = app.get_subcommands(nullptr);
    QByteArray page = ".TH " + plain(name).toUpper() + " 1 \"\" \"Toystore " + QByteArray(version) +
                      "\" \"User Commands\"\n.SH NAME\n" + plain(name) + " \\- " +
                      plain(app.get_description()).replace('\n', ' ') + "\n.SH SYNOPSIS\n\\fB" + plain(name) +
                      "\\fR [\\fIOPTION\\fR...]" + argumentsOf(app) + '\n';
    if (!commands.empty())
        page += ".SH COMMANDS\n";
    for (const CLI::App *command : commands)
        page += commandText(*command, command->get_name());
    return page + ".SH OPTIONS\n" +
           (commands.empty() ? "" : "They may stand before a command or after it.\n") + optionsOf(app) +
           ".SH NOTES\n" + verbatim(app.get_footer());
}

} // namespace toystore
