// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/settings.h"
#include "protocol/places.h"

namespace toystore
{

/// How the dashboard was started.
struct AdminOptions {
    std::optional<Endpoint> supervisor; ///< of a store elsewhere; absent: the one in dataDirectory
    QString dataDirectory;              ///< absolute
    QByteArray token;                   ///< for supervisor; empty: to look only
    quint16 supervisorPort = 0;         ///< of a store that is opened from here; 0: the usual one
    bool isReadOnly = false;
    QString replayFile;
    double replaySpeed = 1;
    QString recordFile;
    bool isDemo = false;
    std::optional<bool> isDark; ///< absent: as last time
    bool isPresenter = false;

    /// Of 'toystore up'.
    [[nodiscard]] QStringList launcherArguments() const;

    /// Reads the command line, the environment and the config file. Returns nothing if the program can go
    /// on, else its exit code.
    [[nodiscard]] std::optional<int> parse(Settings &settings, int argc, const char *const *argv);
};

} // namespace toystore
