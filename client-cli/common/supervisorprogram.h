// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QStringList>

#include <optional>
#include <sys/types.h>

namespace toystore
{

/// The supervisor as a program that we start.
class SupervisorProgram
{
public:
    /// Its path: next to our own program, else as the PATH finds it.
    [[nodiscard]] static QString path();

    /// Becomes the supervisor; returns only if that fails.
    [[nodiscard]] static Error become(const QString &program, const QStringList &arguments);

    enum class Lifetime {
        Own,  ///< it stays when we end
        Ours, ///< it closes the store when we end, however that is
    };

    /// Starts it in the background, in a session of its own, with its output appended to @p logFile. Before
    /// any thread is started. Errors: storage_failed (the log), internal.
    [[nodiscard]] static Result<SupervisorProgram> startInBackground(const QString &program,
                                                                     const QStringList &arguments,
                                                                     const QString &logFile,
                                                                     Lifetime lifetime = Lifetime::Own);

    [[nodiscard]] pid_t pid() const { return m_pid; }
    [[nodiscard]] const QString &logFile() const { return m_logFile; }
    /// Its exit code, or 128 and the signal's number, once it has ended.
    [[nodiscard]] std::optional<int> exitCode();
    /// What it has said since its start.
    [[nodiscard]] QByteArray said() const;

private:
    SupervisorProgram(pid_t pid, QString logFile, qint64 logBegin)
        : m_pid(pid), m_logFile(std::move(logFile)), m_logBegin(logBegin)
    {
    }

    pid_t m_pid;
    QString m_logFile;
    qint64 m_logBegin;
    std::optional<int> m_exitCode = {};
};

} // namespace toystore
