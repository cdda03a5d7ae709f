// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/storelauncher.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStandardPaths>

namespace toystore
{

namespace
{

const QString up = QStringLiteral("up");
const QString down = QStringLiteral("down");

} // namespace

StoreLauncher::StoreLauncher(QStringList arguments, QObject *parent)
    : QObject(parent), m_arguments(std::move(arguments))
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    connect(&m_process, &QProcess::finished, this, &StoreLauncher::finished);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT failed(QStringLiteral("'%1' could not be run: %2")
                              .arg(m_process.program(), m_process.errorString()));
    });
}

QString StoreLauncher::program()
{
    const QString beside = QCoreApplication::applicationDirPath() + QStringLiteral("/toystore");
    return QFileInfo(beside).isExecutable() ? beside
                                            : QStandardPaths::findExecutable(QStringLiteral("toystore"));
}

void StoreLauncher::open()
{
    run(up, m_arguments);
}

void StoreLauncher::close(const QString &dataDirectory)
{
    run(down, {QStringLiteral("--data"), dataDirectory});
}

void StoreLauncher::run(const QString &command, const QStringList &arguments)
{
    if (isBusy())
        return;
    m_command = command;
    m_process.start(program(), QStringList{command} + arguments);
}

void StoreLauncher::finished(int exitCode, QProcess::ExitStatus status)
{
    const QString said = QString::fromUtf8(m_process.readAll()).trimmed();
    if (status != QProcess::NormalExit || exitCode != 0) {
        Q_EMIT failed(said.isEmpty() ? QStringLiteral("'toystore %1' failed").arg(m_command) : said);
        return;
    }
    if (m_command == up)
        Q_EMIT opened();
    else
        Q_EMIT closed();
}

} // namespace toystore
