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
    connect(&m_process, &QProcess::stateChanged, this, &StoreLauncher::runNext, Qt::QueuedConnection);
}

QString StoreLauncher::program()
{
    const QString beside = QCoreApplication::applicationDirPath() + QStringLiteral("/toystore");
    return QFileInfo(beside).isExecutable() ? beside
                                            : QStandardPaths::findExecutable(QStringLiteral("toystore"));
}

void StoreLauncher::open()
{
    run({up, m_arguments});
}

void StoreLauncher::close(const QString &dataDirectory)
{
    run({down, {QStringLiteral("--data"), dataDirectory}});
}

void StoreLauncher::run(const Run &run)
{
    m_next = isBusy() && run == m_run ? std::nullopt : std::optional(run);
    runNext();
}

void StoreLauncher::runNext()
{
    if (isBusy() || !m_next)
        return;
    m_run = *std::exchange(m_next, std::nullopt);
    m_process.start(program(), QStringList{m_run.command} + m_run.arguments);
}

void StoreLauncher::finished(int exitCode, QProcess::ExitStatus status)
{
    const QString said = QString::fromUtf8(m_process.readAll()).trimmed();
    if (status != QProcess::NormalExit || exitCode != 0) {
        Q_EMIT failed(said.isEmpty() ? QStringLiteral("'toystore %1' failed").arg(m_run.command) : said);
        return;
    }
    if (m_run.command == up)
        Q_EMIT opened();
    else
        Q_EMIT closed();
}

} // namespace toystore
