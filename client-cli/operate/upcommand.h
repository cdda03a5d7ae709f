// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "common/storeaccess.h"

#include <string>
#include <vector>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

class SupervisorProgram;

/// `toystore up`: starts the supervisor, in the background or in our place.
class UpCommand
{
public:
    /// Declares the subcommand's options at @p command. Both must outlive the command.
    UpCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed. @p common: options of every program (as --verbose) to pass on.
    [[nodiscard]] ExitCode run(const QStringList &common, const Output &output) const;

private:
    struct PassedOn {
        std::string flag;
        std::string value;
        bool isSwitch = false;
        bool isSet = false;
    };

    [[nodiscard]] QStringList arguments(const QStringList &common) const;
    [[nodiscard]] ExitCode launch(const QString &program, const QStringList &arguments,
                                  const Output &output) const;
    [[nodiscard]] ExitCode awaitCommands(SupervisorProgram &supervisor, const Output &output) const;
    [[nodiscard]] ExitCode awaitServices(SupervisorProgram &supervisor, const Output &output) const;
    [[nodiscard]] ExitCode opened(const Output &output) const;

    const GlobalOptions &m_options;
    std::vector<PassedOn> m_passedOn;
    bool m_wait = false;
    bool m_foreground = false;
};

} // namespace toystore
