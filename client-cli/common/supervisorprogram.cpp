// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/supervisorprogram.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

namespace toystore
{

namespace
{

constexpr qint64 rotateBytes = 1024 * 1024;
constexpr qint64 maxSaidBytes = 16 * 1024;

void rotate(const QString &logFile)
{
    if (QFileInfo(logFile).size() <= rotateBytes)
        return;
    const QString old = logFile + QStringLiteral(".1");
    QFile::remove(old);
    QFile::rename(logFile, old);
}

/// A C argv that lives as long as this.
class ArgumentVector
{
public:
    ArgumentVector(const QString &program, const QStringList &arguments)
    {
        m_texts.append(QFile::encodeName(program));
        for (const QString &argument : arguments)
            m_texts.append(argument.toUtf8());
        for (QByteArray &text : m_texts)
            m_pointers.push_back(text.data());
        m_pointers.push_back(nullptr);
    }

    void exec() const { ::execv(m_pointers.front(), m_pointers.data()); }

private:
    QByteArrayList m_texts;
    std::vector<char *> m_pointers;
};

} // namespace

QString SupervisorProgram::path()
{
    const QString name = QStringLiteral("toystore-supervisor");
    const QString ours = QFileInfo(QStringLiteral("/proc/self/exe")).symLinkTarget();
    const QString beside = QFileInfo(ours).dir().filePath(name);
    if (QFileInfo(beside).isExecutable())
        return beside;
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty() ? beside : found;
}

Error SupervisorProgram::become(const QString &program, const QStringList &arguments)
{
    ArgumentVector(program, arguments).exec();
    return {ErrorCode::Internal, "can't run " + program.toUtf8() + ": " + std::strerror(errno)};
}

Result<SupervisorProgram> SupervisorProgram::startInBackground(const QString &program,
                                                               const QStringList &arguments,
                                                               const QString &logFile, Lifetime lifetime)
{
    QDir().mkpath(QFileInfo(logFile).path());
    rotate(logFile);
    const int log =
        ::open(QFile::encodeName(logFile).constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0)
        return failure(ErrorCode::StorageFailed,
                       "can't write " + logFile.toUtf8() + ": " + std::strerror(errno));
    const qint64 begin = QFileInfo(logFile).size();
    const ArgumentVector vector(program, arguments);
    const QByteArray cannotRun = "can't run " + program.toUtf8() + '\n';
    const pid_t us = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) {
        // If we died before this call, nobody will ever send the signal.
        if (lifetime == Lifetime::Ours && (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || ::getppid() != us))
            ::_exit(1);
        ::setsid(); // the terminal's Ctrl-C and hang-up are not for the store
        ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        vector.exec();
        [[maybe_unused]] const auto said =
            ::write(log, cannotRun.constData(), static_cast<size_t>(cannotRun.size()));
        ::_exit(1);
    }
    ::close(log);
    if (pid < 0)
        return failure(ErrorCode::Internal, QByteArray("can't fork: ") + std::strerror(errno));
    return SupervisorProgram(pid, logFile, begin);
}

std::optional<int> SupervisorProgram::exitCode()
{
    int status = 0;
    if (!m_exitCode && ::waitpid(m_pid, &status, WNOHANG) == m_pid)
        m_exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return m_exitCode;
}

QByteArray SupervisorProgram::said() const
{
    QFile log(m_logFile);
    if (!log.open(QIODevice::ReadOnly) || !log.seek(m_logBegin))
        return {};
    return log.read(maxSaidBytes).trimmed();
}

} // namespace toystore
