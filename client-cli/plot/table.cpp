// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plot/table.h"

#include <QFile>

namespace toystore
{

Result<ResultTable> ResultTable::read(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::StorageFailed,
                       "can't read " + path.toUtf8() + ": " + file.errorString().toUtf8());
    ResultTable table;
    const QByteArrayList lines = file.readAll().trimmed().split('\n');
    const QByteArrayList names = lines.first().split(',');
    for (qsizetype i = 0; i < names.size(); ++i)
        table.m_columns.insert(names[i], i);
    for (const QByteArray &line : lines.mid(1)) {
        const QByteArrayList cells = line.split(',');
        if (cells.size() != names.size())
            return failure(ErrorCode::MalformedMessage,
                           path.toUtf8() + ": '" + line + "' has not as many cells as there are names");
        table.m_rows.append(cells);
    }
    return table;
}

QByteArray ResultTable::text(qsizetype row, const QByteArray &column) const
{
    const auto found = m_columns.constFind(column);
    return found == m_columns.constEnd() ? QByteArray() : m_rows.at(row).at(*found);
}

} // namespace toystore
