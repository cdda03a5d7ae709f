// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QHash>
#include <QList>
#include <QString>

namespace toystore
{

/// The rows of a CSV file that `toystore sweep` has written: no cell of it is quoted.
class ResultTable
{
public:
    /// Errors: storage_failed, malformed_message (a row has not as many cells as the first line), both naming
    /// the file.
    [[nodiscard]] static Result<ResultTable> read(const QString &path);

    [[nodiscard]] qsizetype rows() const { return m_rows.size(); }
    /// The cell's text; empty if there is no such column.
    [[nodiscard]] QByteArray text(qsizetype row, const QByteArray &column) const;
    [[nodiscard]] double number(qsizetype row, const QByteArray &column) const
    {
        return text(row, column).toDouble();
    }

private:
    QHash<QByteArray, qsizetype> m_columns;
    QList<QByteArrayList> m_rows;
};

} // namespace toystore
