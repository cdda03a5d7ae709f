// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "measure/sweeprun.h"

#include <string>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// `toystore sweep`: the evaluation of a store of its own, with plots and a report.
class SweepCommand
{
public:
    /// Declares the subcommand's options at @p command.
    SweepCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed, before any thread is started. Ctrl-C ends it; what was measured by then
    /// is written.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    [[nodiscard]] SweepRun::Options wish() const;
    [[nodiscard]] SweepManifest manifest(const SweepRun::Options &wish) const;
    [[nodiscard]] static Result<void> write(const QString &directory, const SweepManifest &manifest,
                                            const SweepFigures &figures);
    /// Lets @p program, toystore-plot, draw what is in @p directory. What it says, if it fails.
    [[nodiscard]] static Result<void> plot(const QString &program, const QString &directory);

    std::string m_out = "toystore-sweep";
    bool m_quick = false;
    int m_clients = 5;
    qint64 m_delayMs = 0;
    std::optional<quint64> m_seed;
};

} // namespace toystore
