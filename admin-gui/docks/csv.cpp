// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/csv.h"

#include <QSaveFile>

#include <algorithm>

namespace toystore
{

namespace
{

QByteArray field(const QVariant &value)
{
    QByteArray text = value.toString().toUtf8();
    const bool isPlain =
        std::none_of(text.begin(), text.end(), [](char c) { return QByteArrayView(",\"\r\n").contains(c); });
    return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
}

} // namespace

QString writeCsv(const QAbstractItemModel &model, const QString &path, int role)
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
        write([&model, row, role](int column) { return model.index(row, column).data(role); });
    return file.commit() ? QString() : file.errorString();
}

} // namespace toystore
