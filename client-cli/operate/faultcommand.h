// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "common/storeaccess.h"
#include "protocol/faultmessages.h"

#include <string>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// `toystore fault set|list|clear`: what is wrong with the links between services.
class FaultCommand
{
public:
    /// Declares the subcommands at @p command. Both must outlive the command.
    FaultCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    void declareSet(CLI::App &command);
    void declareClear(CLI::App &command);
    [[nodiscard]] ExitCode list(const StoreAccess &access, const Output &output) const;
    [[nodiscard]] ExitCode set(const StoreAccess &access, const Output &output) const;
    [[nodiscard]] ExitCode clear(const StoreAccess &access, const Output &output) const;
    [[nodiscard]] Result<SetFault> request() const;
    template <typename Request>
    [[nodiscard]] ExitCode change(Request request, const QByteArray &what, const StoreAccess &access,
                                  const Output &output) const;

    const GlobalOptions &m_options;
    const CLI::App &m_command;
    std::string m_from;
    std::string m_to;
    std::string m_kind;
    std::string m_amount;
    std::string m_direction;
    qint64 m_jitterMs = 0;
    std::optional<qint64> m_seed;
};

} // namespace toystore
