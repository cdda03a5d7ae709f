// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "adminoptions.h"

#include "protocol/storefiles.h"

#include <CLI/CLI.hpp>

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <iostream>

namespace toystore
{

namespace
{

constexpr char footer[] =
    "\nExamples:"
    "\n  toystore-admin                          the store of this machine, or a new one"
    "\n  toystore-admin --demo                   a store, a gentle load, and a story of faults"
    "\n  toystore-admin --supervisor HOST:8083 --token-file token"
    "\n  toystore-admin --read-only --presenter  for a second projector"
    "\n  toystore-admin --replay lecture.jsonl   what was recorded with --record"
    "\nF1 lists the keyboard shortcuts.";

int usageError(const QByteArray &message)
{
    std::cerr << "toystore-admin: " << message.constData() << "\nRun with --help for more information.\n";
    return 2;
}

// What would be ignored beside another option is rather refused.
QByteArray contradiction(const AdminOptions &options, bool hasTokenFile)
{
    if (hasTokenFile && !options.supervisor)
        return "--token-file is for --supervisor: of a store of this machine the token is known";
    if (!options.replayFile.isEmpty() && options.supervisor)
        return "--replay and --supervisor exclude each other: a recording needs no store";
    if (!options.replayFile.isEmpty() && options.isDemo)
        return "--replay and --demo exclude each other: a recording can't be broken";
    if (options.isReadOnly && options.isDemo)
        return "--read-only and --demo exclude each other: the demonstration breaks a store";
    return {};
}

QByteArray readTokenFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
}

} // namespace

QStringList AdminOptions::launcherArguments() const
{
    QStringList arguments{QStringLiteral("--data"), dataDirectory};
    if (supervisorPort != 0)
        arguments << QStringLiteral("--supervisor-port") << QString::number(supervisorPort);
    return arguments;
}

std::optional<int> AdminOptions::parse(Settings &settings, int argc, const char *const *argv)
{
    QString place;
    QString data = defaultDataDirectory();
    QString tokenFile;
    qint64 speed = 1;
    bool dark = false;
    bool light = false;
    settings.addText("supervisor", place, "Watch the store whose supervisor listens at HOST:PORT");
    settings.addText("data", data, "Data directory of a store of this machine");
    settings.addPort("supervisor-port", supervisorPort,
                     "Port of the supervisor of a store that is opened from here (0: the usual one)");
    settings.addText("token-file", tokenFile, "File with the token for --supervisor; without it: look only");
    settings.addFlag("read-only", isReadOnly, "Show, but act on nothing");
    settings.addText("replay", replayFile, "Show what was recorded in this file, instead of a store");
    settings.addInteger("replay-speed", speed, 1, 100, "How many times as fast");
    settings.addText("record", recordFile, "Record all that comes to this file, as JSON lines");
    settings.addFlag("demo", isDemo, "Open a store, load it gently, and break it step by step");
    settings.addFlag("dark", dark, "Dark colours");
    settings.addFlag("light", light, "Light colours");
    settings.addFlag("presenter", isPresenter, "Bigger fonts, for a projector");
    CLI::App &app = settings.app();
    app.footer(app.get_footer() + footer);
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return exitCode;
    if (dark && light)
        return usageError("--dark and --light exclude each other");
    if (dark || light)
        isDark = dark;
    replaySpeed = static_cast<double>(speed);
    dataDirectory = QDir::cleanPath(QFileInfo(data).absoluteFilePath());
    if (!place.isEmpty()) {
        const Result<Endpoint> endpoint = parseEndpoint(place);
        if (!endpoint)
            return usageError("--supervisor: " + endpoint.error().message);
        supervisor = *endpoint;
    }
    if (!tokenFile.isEmpty()) {
        token = readTokenFile(tokenFile);
        if (token.isEmpty())
            return usageError("--token-file: there is no token in '" + tokenFile.toUtf8() + '\'');
    }
    if (const QByteArray wrong = contradiction(*this, !tokenFile.isEmpty()); !wrong.isEmpty())
        return usageError(wrong);
    return {};
}

} // namespace toystore
