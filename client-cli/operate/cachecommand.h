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

/// `toystore cache list|stats|on|off|capacity`: the frontend's cache of products, to look at and to compare.
class CacheCommand
{
public:
    /// Declares the subcommands at @p command. Both must outlive the command.
    CacheCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    [[nodiscard]] ExitCode list(const StoreAccess &access, const Output &output) const;
    [[nodiscard]] ExitCode change(const std::string &what, const StoreAccess &access,
                                  const Output &output) const;
    [[nodiscard]] ExitCode showStatistics(const StoreAccess &access, const Output &output) const;
    template <typename Request>
    [[nodiscard]] Result<typename Request::Answer> ask(const StoreAccess &access,
                                                       const Request &request) const;

    const GlobalOptions &m_options;
    const CLI::App &m_command;
    qint64 m_capacity = 0;
};

} // namespace toystore
