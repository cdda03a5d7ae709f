// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/liveprocess.h"

#include <QFile>

#include <cerrno>
#include <csignal>

namespace toystore
{

bool isAlive(qint64 pid)
{
    const char state = processState(pid);
    if (state == 0) // there is none, or others' processes are hidden from us
        return pid > 0 && ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == EPERM;
    return state != 'Z' && state != 'X';
}

char processState(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (pid <= 0 || !file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray stat = file.readAll();
    const qsizetype state = stat.lastIndexOf(')') + 2; // the name before it may hold anything
    return state < stat.size() ? stat[state] : '\0';
}

} // namespace toystore
