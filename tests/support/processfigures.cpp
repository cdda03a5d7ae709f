// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/processfigures.h"

#include <QDir>
#include <QFile>

namespace toystore
{

namespace
{

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString procPath(qint64 pid, const char *name)
{
    return QStringLiteral("/proc/%1/%2").arg(pid).arg(QLatin1String(name));
}

/// The figure behind @p name, as in "Pss:    1234 kB"; in bytes.
qint64 figureOf(const QByteArray &text, const QByteArray &name)
{
    const qsizetype begin = text.indexOf('\n' + name + ':');
    if (begin < 0)
        return 0;
    const qsizetype figure = begin + name.size() + 2;
    return text.mid(figure, text.indexOf("kB", figure) - figure).trimmed().toLongLong() * 1024;
}

} // namespace

qint64 memoryOf(qint64 pid)
{
    return figureOf(bytesOf(procPath(pid, "smaps_rollup")), "Pss");
}

qint64 ownMemoryOf(qint64 pid)
{
    return figureOf(bytesOf(procPath(pid, "smaps_rollup")), "Anonymous");
}

qint64 residentOf(qint64 pid)
{
    return figureOf(bytesOf(procPath(pid, "status")), "VmRSS");
}

qint64 cpuTicksOf(qint64 pid)
{
    const QByteArrayList fields = bytesOf(procPath(pid, "stat")).split(' ');
    return fields.value(13).toLongLong() + fields.value(14).toLongLong();
}

qsizetype descriptorsOf(qint64 pid)
{
    const QDir open(procPath(pid, "fd"));
    return open.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot).size();
}

// Lines of proc_net_tcp(5): number, local address, remote address, state, tx_queue:rx_queue ..., in
// hexadecimal.
PortFigures figuresOfPort(quint16 port)
{
    constexpr int established = 1;
    PortFigures figures;
    for (const QByteArray &line : bytesOf(QStringLiteral("/proc/net/tcp")).split('\n')) {
        const QByteArrayList fields = line.simplified().split(' ');
        if (fields.value(1).split(':').value(1).toInt(nullptr, 16) != port ||
            fields.value(3).toInt(nullptr, 16) != established)
            continue;
        ++figures.connections;
        figures.untakenBytes += fields.value(4).split(':').value(0).toLongLong(nullptr, 16);
    }
    return figures;
}

} // namespace toystore
