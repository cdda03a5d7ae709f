// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "base/logging.h"
#include "base/result.h"

#include <QString>
#include <QStringList>

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// A program's settings. Each is looked for as a flag (`--http-port 80`), then in the environment
/// (`TOYSTORE_HTTP_PORT=80`), then in the config file (`http-port = 80`), else keeps the default that its
/// target holds. CLI11 parses the command line and writes `--help`; the order is resolved here because
/// CLI11 2.1 lets the file beat the environment.
///
/// Every program has `--help`, `--version`, `--config FILE`, `--log-format text|json` and `--verbose`, and
/// `--man`, which writes its manual page. Targets must outlive parse(). For the main thread, before others
/// start.
class Settings
{
public:
    Settings(const std::string &program, const std::string &description);
    ~Settings();

    /// @p name without dashes, as in "http-port"; so for all of these. @p letter: a short flag, as 'o' for
    /// -o.
    void addText(const std::string &name, QString &target, const std::string &help, char letter = 0);
    void addInteger(const std::string &name, qint64 &target, qint64 least, qint64 most,
                    const std::string &help);
    /// A length of time, given in whole milliseconds.
    void addMilliseconds(const std::string &name, Milliseconds &target, Milliseconds least, Milliseconds most,
                         const std::string &help);
    void addPort(const std::string &name, quint16 &target, const std::string &help);
    /// On if given as a flag, `--name=false` is off; in the environment and the file `true`, `false`, `1`,
    /// `0`, `on`, `off`, `yes` or `no`.
    void addFlag(const std::string &name, bool &target, const std::string &help);
    /// Given with a value: `true`, `false`, `1`, `0`, `on` or `off`; for what is on by default.
    void addBoolean(const std::string &name, bool &target, const std::string &help);
    /// A required argument without a name of its own on the command line.
    void addArgument(const std::string &name, QString &target, const std::string &help);

    /// For what only one program has, as subcommands.
    [[nodiscard]] CLI::App &app();

    /// Reads the command line, the environment and the file, and sets the targets. Returns nothing if the
    /// program can go on, else its exit code: 0 after --help and --version, 2 after a usage error (said on
    /// stderr).
    [[nodiscard]] std::optional<int> parse(int argc, const char *const *argv);

    /// Whether `--verbose` was given. After parse().
    [[nodiscard]] bool isVerbose() const { return m_verbose; }

    /// Installs logging as the settings ask for it. After parse().
    void installLogging(const QByteArray &service) const;

private:
    struct Setting {
        std::string name;
        std::string raw; // as the command line gave it
        std::function<Result<void>(const QString &)> assign;
    };

    Setting &addSetting(const std::string &name, const std::string &help, const std::string &defaultText,
                        std::function<Result<void>(const QString &)> assign, char letter = 0);
    [[nodiscard]] Result<void> resolve();

    std::unique_ptr<CLI::App> m_app;
    std::vector<std::unique_ptr<Setting>> m_settings;
    std::string m_configFile;
    LogFormat m_logFormat = LogFormat::Text;
    bool m_verbose = false;
};

} // namespace toystore
