// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "common/storeaccess.h"

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// `toystore logs`: the replicas' order logs, merged or compared. Reads the files, of an open store or a
/// closed one.
class LogsCommand
{
public:
    /// Declares the subcommand's options at @p command. Both must outlive the command.
    LogsCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    const GlobalOptions &m_options;
    bool m_diff = false;
    qint64 m_last = 20;
};

} // namespace toystore
