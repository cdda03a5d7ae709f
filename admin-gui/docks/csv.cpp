// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/csv.h"

#include <QSaveFile>

namespace toystore
{

namespace
{

QByteArray field(const QVariant &value)
{
    QByteArray text = value.toString().toUtf8();
    if (!text.contains(',') && !text.contains('"') && !text.contains('\n'))
        return text;
    return '"' + text.replace("\"", "\"\"") + '"';
}

} // namespace

QString writeCsv(const QAbstractItemModel &model, const QString &path)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return file.errorString();
    const auto write = [&file, columns = model.columnCount()](const auto &valueOf) {
        QByteArray line;
        for (int column = 0; column < columns; ++column)
            line += (column == 0 ? QByteArray() : QByteArray(",")) + field(valueOf(column));
        file.write(line + "\r\n");
    };
    write([&model](int column) { return model.headerData(column, Qt::Horizontal, Qt::DisplayRole); });
    for (int row = 0; row < model.rowCount(); ++row)
        write([&model, row](int column) { return model.index(row, column).data(Qt::DisplayRole); });
    return file.commit() ? QString() : file.errorString();
}

} // namespace toystore
