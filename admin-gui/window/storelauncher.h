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
    /// @p arguments: of 'toystore', for the store in question, as --data.
    explicit StoreLauncher(QStringList arguments, QObject *parent = nullptr);

    void setArguments(QStringList arguments) { m_arguments = std::move(arguments); }
    void open();
    void close();
    [[nodiscard]] bool isBusy() const { return m_process.state() != QProcess::NotRunning; }
    /// Whether this object opened the store that is open.
    [[nodiscard]] bool hasOpened() const { return m_hasOpened; }

    /// The program 'toystore': beside this one, else that of the PATH.
    [[nodiscard]] static QString program();

Q_SIGNALS:
    void opened();
    void closed();
    /// @p reason: what the program said.
    void failed(const QString &reason);

private:
    void run(const QString &command);
    void finished(int exitCode, QProcess::ExitStatus status);

    QStringList m_arguments;
    QProcess m_process;
    QString m_command;
    bool m_hasOpened = false;
};

} // namespace toystore
