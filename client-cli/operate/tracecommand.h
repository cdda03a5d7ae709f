// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "common/storeaccess.h"

#include <string>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// `toystore trace`: the way of one order through all services, from the events that they keep.
class TraceCommand
{
public:
    /// Declares the subcommand's argument at @p command. Both must outlive the command.
    TraceCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    const GlobalOptions &m_options;
    std::string m_what;
};

} // namespace toystore
