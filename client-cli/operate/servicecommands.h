// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "common/storeaccess.h"

namespace toystore
{

/// The commands that start, stop and break single services, and the one that closes the store; all but the
/// supervisor's answer is said here.
class ServiceCommands
{
public:
    struct Command {
        QByteArray name; ///< kill, pause, resume, stop, start or restart
        QByteArray service;
        bool repair = false;               ///< of start and restart: StartCommand's
        bool rebuildFromAvailable = false; ///< likewise
    };

    /// @p options and @p output must outlive the commands.
    ServiceCommands(const GlobalOptions &options, const Output &output);

    [[nodiscard]] ExitCode run(const Command &command) const;

    /// Closes the store and waits for the supervisor's end. A store that is closed already is fine.
    [[nodiscard]] ExitCode down() const;

private:
    const GlobalOptions &m_options;
    const StoreAccess m_access;
    const Output &m_output;
};

} // namespace toystore
