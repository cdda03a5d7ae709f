// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "servicelog.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace toystore
{

namespace
{

constexpr qint64 rotateBytes = 1024 * 1024;
constexpr qint64 tailBytes = 700;
constexpr qsizetype tailLines = 5;

} // namespace

void ServiceLog::beginStart()
{
    if (m_path.isEmpty())
        return;
    QDir().mkpath(QFileInfo(m_path).path());
    if (QFileInfo(m_path).size() > rotateBytes) {
        const QString old = m_path + QStringLiteral(".1");
        QFile::remove(old);
        QFile::rename(m_path, old);
    }
    m_begin = QFileInfo(m_path).size();
}

QByteArray ServiceLog::tail() const
{
    QFile file(m_path);
    if (m_path.isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    const qint64 from = std::max(m_begin, file.size() - tailBytes);
    file.seek(from);
    QByteArray text = file.read(tailBytes);
    if (from > m_begin) // begin with a whole line, if there is one
        text = text.mid(text.indexOf('\n') + 1);
    QList<QByteArray> lines = text.trimmed().split('\n');
    if (lines.size() > tailLines)
        lines = lines.last(tailLines);
    return lines.join('\n');
}

} // namespace toystore
