// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "common/storeaccess.h"
#include "operate/storewatch.h"

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// How an open store is, by the word of all its services. Errors: those of StoreWatch::open(); a service that
/// does not answer is no error.
[[nodiscard]] Result<StoreStatus> askForStatus(const StoreAccess &access, Milliseconds timeout);

/// `toystore status`: how the store and its services are.
class StatusCommand
{
public:
    /// Declares the subcommand's options at @p command. Both must outlive the command.
    StatusCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    static void show(const StoreStatus &status, const Output &output);
    [[nodiscard]] ExitCode goOn(const StoreWatch &watch, const Output &output) const;

    const GlobalOptions &m_options;
    bool m_watch = false;
};

} // namespace toystore
