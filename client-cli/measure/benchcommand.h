// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "measure/benchreport.h"
#include "measure/loadoptions.h"

namespace toystore
{

/// `toystore bench`: puts a load on a shop, and tells how it fared.
class BenchCommand
{
public:
    /// Declares the subcommand's options at @p command. Both must outlive the command.
    BenchCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed. Ctrl-C ends the load early.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    /// What the options mean together.
    [[nodiscard]] Result<LoadPlan> plan() const;
    void judge(BenchReport &report) const;

    const GlobalOptions &m_options;
    LoadOptions m_load{8, 0.2};
    std::string m_duration = "10s";
    double m_lookUps = 0;
    std::optional<double> m_rate;
    std::optional<qint64> m_requests;
    std::optional<double> m_maxP99Ms;
    std::optional<qint64> m_maxErrors;
    std::optional<double> m_minRate;
    bool m_quiet = false;
};

} // namespace toystore
