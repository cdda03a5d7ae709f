// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "measure/loadoptions.h"

namespace toystore
{

/// `toystore session`: the classic client, which compares what it bought with what the shop says later.
class SessionCommand
{
public:
    /// Declares the subcommand's options at @p command. Both must outlive the command.
    SessionCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed. Ctrl-C ends the sessions where they are.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    const GlobalOptions &m_options;
    LoadOptions m_load{1, 0.2};
    qint64 m_requests = 100;
};

} // namespace toystore
