// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/operatedstore.h"

#include "protocol/storefiles.h"
#include "support/supervisedstore.h"

#include <QDir>
#include <QProcess>
#include <QTest>

#include <csignal>

namespace toystore
{

namespace
{

constexpr int commandPatience = 90'000; // ms; 'up --wait' itself gives up after 60 s

} // namespace

Outcome runToystore(const QStringList &arguments)
{
    QProcess cli;
    cli.start(QStringLiteral(TOYSTORE_CLI), arguments);
    if (!QTest::qWaitFor([&] { return cli.state() == QProcess::NotRunning; }, commandPatience)) {
        cli.kill();
        cli.waitForFinished();
        return {};
    }
    return {cli.exitCode(), cli.readAllStandardOutput(), cli.readAllStandardError()};
}

OperatedStore::OperatedStore() = default;

OperatedStore::~OperatedStore()
{
    if (QTest::currentTestFailed()) {
        const QDir logs(logDirectory(data()));
        for (const QString &log : logs.entryList(QDir::Files))
            qWarning("%s:\n%s", qUtf8Printable(log), bytesOf(logs.filePath(log)).right(3000).constData());
    }
    run("down");
}

Outcome OperatedStore::up(const QStringList &more) const
{
    return runToystore(
        QStringList{QStringLiteral("up"), QStringLiteral("--wait"), QStringLiteral("--data"), data()} +
        m_ports.arguments() + more);
}

Outcome OperatedStore::run(const char *words, const QStringList &more) const
{
    return runToystore(QString::fromUtf8(words).split(QLatin1Char(' ')) + more +
                       QStringList{QStringLiteral("--data"), data()});
}

bool OperatedStore::killAll() const
{
    const Result<StoreFile> file = readStoreFile(data());
    if (!file || ::kill(static_cast<pid_t>(file->pid), SIGKILL) != 0)
        return false;
    return QTest::qWaitFor([pid = file->pid] { return !isAlive(pid); }, 5000);
}

bool OperatedStore::copyDataOf(const OperatedStore &other) const
{
    return QDir(data()).removeRecursively() &&
           QProcess::execute(QStringLiteral("cp"), {QStringLiteral("-a"), other.data(), data()}) == 0;
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool writeBytes(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace toystore
