// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "verify/chaosrun.h"

#include <string>
#include <vector>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// `toystore chaos`: breaks a store at random, under load, and judges it.
class ChaosCommand
{
public:
    /// Declares the subcommand's options at @p command. Both must outlive the command.
    ChaosCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed, before any thread is started. Ctrl-C ends the faults early.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    /// What the options say.
    [[nodiscard]] Result<ChaosRun::Options> wish() const;
    [[nodiscard]] ExitCode breakStore(const GlobalOptions &store, ChaosRun &chaos,
                                      const ChaosRun::Options &wish, ChaosReport &report,
                                      const Output &output) const;
    [[nodiscard]] QByteArray commandLine(const ChaosRun::Options &wish) const;

    const GlobalOptions &m_options;
    std::string m_duration = "10s";
    std::optional<quint64> m_seed;
    std::vector<std::string> m_only;
    int m_clients = 16;
    bool m_attach = false;
    bool m_keep = false;
};

} // namespace toystore
