// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QObject>
#include <QProcess>
#include <QStringList>

#include <optional>

namespace toystore
{

/// Opens and closes a store of this machine, by running 'toystore up' and 'toystore down', and in no other
/// way. One after the other: what is asked for meanwhile comes next, the last of it only.
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
    struct Run {
        QString command;
        QStringList arguments;

        bool operator==(const Run &) const = default;
    };

    void run(const Run &run);
    void runNext();
    void finished(int exitCode, QProcess::ExitStatus status);

    const QStringList m_arguments;
    QProcess m_process;
    Run m_run; // under way, or the last
    std::optional<Run> m_next;
};

} // namespace toystore
