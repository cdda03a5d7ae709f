// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QObject>
#include <QProcess>
#include <QStringList>

namespace toystore
{

/// Opens and closes a store of this machine, by running 'toystore up' and 'toystore down', and in no other
/// way. One at a time.
class StoreLauncher : public QObject
{
    Q_OBJECT

public:
    /// @p arguments: of 'toystore up', as --data.
    explicit StoreLauncher(QStringList arguments, QObject *parent = nullptr);

    void open();
    /// Closes the store in @p dataDirectory, whoever opened it.
    void close(const QString &dataDirectory);
    [[nodiscard]] bool isBusy() const { return m_process.state() != QProcess::NotRunning; }

    /// The program 'toystore': beside this one, else that of the PATH.
    [[nodiscard]] static QString program();

Q_SIGNALS:
    void opened();
    void closed();
    /// @p reason: what the program said.
    void failed(const QString &reason);

private:
    void run(const QString &command, const QStringList &arguments);
    void finished(int exitCode, QProcess::ExitStatus status);

    const QStringList m_arguments;
    QProcess m_process;
    QString m_command;
};

} // namespace toystore
