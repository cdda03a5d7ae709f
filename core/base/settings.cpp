// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/settings.h"

#include "base/manpage.h"
#include "base/version.h"

#include <CLI/CLI.hpp>

#include <QByteArray>
#include <QFile>
#include <QStandardPaths>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace toystore
{

namespace
{

constexpr int usageExitCode = 2;

std::string environmentName(const std::string &name)
{
    std::string result = "TOYSTORE_";
    for (const char c : name)
        result += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

Result<qint64> toInteger(const QString &text, qint64 least, qint64 most, const char *unit)
{
    bool ok = false;
    const qint64 value = text.trimmed().toLongLong(&ok);
    if (!ok || value < least || value > most) {
        return failure(ErrorCode::OutOfRange, '\'' + text.toUtf8() + "' is not a whole number from " +
                                                  QByteArray::number(least) + " to " +
                                                  QByteArray::number(most) + unit);
    }
    return value;
}

Result<bool> toBool(const QString &text)
{
    const QString value = text.trimmed().toLower();
    for (const char *yes : {"true", "1", "on", "yes"}) {
        if (value == QLatin1String(yes))
            return true;
    }
    for (const char *no : {"false", "0", "off", "no"}) {
        if (value == QLatin1String(no))
            return false;
    }
    return failure(ErrorCode::InvalidField, '\'' + text.toUtf8() + "' is neither true nor false");
}

Result<LogFormat> toLogFormat(const QString &text)
{
    if (text == QLatin1String("text"))
        return LogFormat::Text;
    if (text == QLatin1String("json"))
        return LogFormat::Json;
    return failure(ErrorCode::InvalidField, '\'' + text.toUtf8() + "' is neither text nor json");
}

using FileValues = std::vector<std::pair<std::string, std::string>>;

Result<FileValues> readConfigFile(const std::string &path)
{
    FileValues values;
    try {
        for (const CLI::ConfigItem &item : CLI::ConfigINI().from_file(path)) {
            if (item.name == "++" || item.name == "--")
                continue; // CLI11's marks for the begin and end of a section
            std::string joined;
            for (const std::string &input : item.inputs)
                joined += (joined.empty() ? "" : ",") + input;
            values.emplace_back(item.name, joined);
        }
    } catch (const CLI::Error &error) {
        return failure(ErrorCode::InvalidField, "can't read the config file '" +
                                                    QByteArray::fromStdString(path) +
                                                    "': " + QByteArray(error.what()));
    }
    return values;
}

std::string defaultConfigFile()
{
    return QStandardPaths::locate(QStandardPaths::GenericConfigLocation,
                                  QStringLiteral("toystore/toystore.conf"))
        .toStdString();
}

/// The command that a line has reached, as far as it was understood.
const CLI::App &reachedBy(const CLI::App &app)
{
    const auto commands = app.get_subcommands();
    return commands.empty() ? app : reachedBy(*commands.front());
}

/// What is wrong with a command line, and where the right one is told.
std::string usageError(const CLI::App &app, const std::string &what)
{
    std::string command;
    for (const CLI::App *one = &reachedBy(app); one != nullptr; one = one->get_parent())
        command = one->get_name() + (command.empty() ? "" : ' ' + command);
    return app.get_name() + ": " + what + "\n'" + command + " --help' shows what there is.\n";
}

/// The exit code of a program that has said all that it was asked for.
int endOfOutput(const CLI::App &app)
{
    if (std::cout.flush())
        return EXIT_SUCCESS;
    std::cerr << app.get_name() << ": can't write to stdout: " << std::strerror(errno) << '\n';
    return EXIT_FAILURE;
}

/// In CLI11's words, but where they say only that a command is missing.
std::string parseError(const CLI::App *app, const CLI::Error &error)
{
    const std::vector<std::string> unknown = app->remaining(true);
    if (reachedBy(*app).get_require_subcommand_min() == 0 || unknown.empty())
        return usageError(*app, error.what());
    const bool isOption = unknown.front().starts_with('-');
    return usageError(*app, std::string("there is no ") + (isOption ? "option '" : "command '") +
                                unknown.front() + '\'');
}

} // namespace

Settings::Settings(const std::string &program, const std::string &description)
    : m_app(std::make_unique<CLI::App>(description, program))
{
    m_app->set_version_flag("--version", program + " " + version);
    m_app
        ->add_option("--config", m_configFile,
                     "File with 'name = value' lines; the default is toystore/toystore.conf"
                     " in the user's config directory, if it is there")
        ->envname("TOYSTORE_CONFIG")
        ->type_name("FILE");
    addSetting("log-format", "Log lines on stderr: text or json (one object a line)", "text",
               [this](const QString &text) {
                   return toLogFormat(text).map([this](LogFormat format) { m_logFormat = format; });
               });
    addFlag("verbose", m_verbose, "Log details too");
    m_app->failure_message(parseError);
    m_app->footer(
        "Every option may also be set in the environment (TOYSTORE_ and its name in capitals, '-' as '_') or"
        " in the config file.\nThe command line beats the environment, which beats the file.");
}

Settings::~Settings() = default;

Settings::Setting &Settings::addSetting(const std::string &name, const std::string &help,
                                        const std::string &defaultText,
                                        std::function<Result<void>(const QString &)> assign, char letter)
{
    m_settings.push_back(std::make_unique<Setting>(Setting{name, {}, std::move(assign)}));
    Setting &setting = *m_settings.back();
    const std::string flags = letter == 0 ? "--" + name : std::string("-") + letter + ",--" + name;
    m_app->add_option(flags, setting.raw, help)->type_name("VALUE")->default_str(defaultText);
    return setting;
}

void Settings::addText(const std::string &name, QString &target, const std::string &help, char letter)
{
    addSetting(
        name, help, target.toStdString(),
        [&target](const QString &text) -> Result<void> {
            target = text;
            return {};
        },
        letter);
}

void Settings::addInteger(const std::string &name, qint64 &target, qint64 least, qint64 most,
                          const std::string &help)
{
    addSetting(name, help, std::to_string(target), [&target, least, most](const QString &text) {
        return toInteger(text, least, most, "").map([&target](qint64 value) { target = value; });
    });
}

void Settings::addMilliseconds(const std::string &name, Milliseconds &target, Milliseconds least,
                               Milliseconds most, const std::string &help)
{
    addSetting(name, help + " (ms)", std::to_string(target.count()),
               [&target, least, most](const QString &text) {
                   return toInteger(text, least.count(), most.count(), " ms").map([&target](qint64 value) {
                       target = Milliseconds(value);
                   });
               });
}

void Settings::addPort(const std::string &name, quint16 &target, const std::string &help)
{
    addSetting(name, help, std::to_string(target), [&target](const QString &text) {
        return toInteger(text, 1, std::numeric_limits<quint16>::max(), "").map([&target](qint64 value) {
            target = static_cast<quint16>(value);
        });
    });
}

void Settings::addBoolean(const std::string &name, bool &target, const std::string &help)
{
    addSetting(name, help, target ? "true" : "false", [&target](const QString &text) {
        return toBool(text).map([&target](bool value) { target = value; });
    });
}

void Settings::addFlag(const std::string &name, bool &target, const std::string &help)
{
    m_settings.push_back(std::make_unique<Setting>(Setting{name, {}, [&target](const QString &text) {
                                                               return toBool(text).map(
                                                                   [&target](bool value) { target = value; });
                                                           }}));
    m_app->add_flag("--" + name, m_settings.back()->raw, help);
}

void Settings::addArgument(const std::string &name, QString &target, const std::string &help)
{
    m_app
        ->add_option_function<std::string>(
            name, [&target](const std::string &text) { target = QString::fromStdString(text); }, help)
        ->required();
}

CLI::App &Settings::app()
{
    return *m_app;
}

std::optional<int> Settings::parse(int argc, const char *const *argv)
{
    // For the build, in no help. The defaults that a --help may show are those of this machine.
    if (argc == 2 && std::string_view(argv[1]) == "--man") {
        std::cout << manPage(*m_app).constData();
        return endOfOutput(*m_app);
    }
    try {
        m_app->parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        const int code = m_app->exit(error, std::cout, std::cerr);
        return code == 0 ? endOfOutput(*m_app) : usageExitCode;
    }
    if (const Result<void> resolved = resolve(); !resolved) {
        std::cerr << usageError(*m_app, resolved.error().message.toStdString());
        return usageExitCode;
    }
    return std::nullopt;
}

Result<void> Settings::resolve()
{
    const std::string path = m_configFile.empty() ? defaultConfigFile() : m_configFile;
    FileValues fileValues;
    if (!path.empty()) {
        Result<FileValues> read = readConfigFile(path);
        if (!read)
            return failure(read.error());
        fileValues = *std::move(read);
    }
    for (const auto &setting : m_settings) {
        QString text;
        QByteArray source;
        const std::string variable = environmentName(setting->name);
        const auto inFile = std::find_if(fileValues.begin(), fileValues.end(),
                                         [&](const auto &value) { return value.first == setting->name; });
        if (m_app->get_option("--" + setting->name)->count() > 0) {
            text = QString::fromStdString(setting->raw);
            source = "--" + QByteArray::fromStdString(setting->name);
        } else if (qEnvironmentVariableIsSet(variable.c_str())) {
            text = qEnvironmentVariable(variable.c_str());
            source = QByteArray::fromStdString(variable);
        } else if (inFile != fileValues.end()) {
            text = QString::fromStdString(inFile->second);
            source = QByteArray::fromStdString(setting->name) + " in " + QByteArray::fromStdString(path);
        } else {
            continue;
        }
        if (const Result<void> assigned = setting->assign(text); !assigned)
            return failure(assigned.error().code, source + ": " + assigned.error().message);
    }
    return {};
}

void Settings::installLogging(const QByteArray &service) const
{
    toystore::installLogging(service, m_logFormat, m_verbose);
}

} // namespace toystore
