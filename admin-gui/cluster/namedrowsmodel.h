// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractTableModel>
#include <QList>

#include <algorithm>
#include <optional>

namespace toystore
{

/// A table whose rows have a name and stand in its order. It is given all rows again and again, and inserts,
/// removes and changes only what differs: selection and scroll position stay.
template <typename Row>
class NamedRowsModel : public QAbstractTableModel
{
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Makes the rows equal to @p rows, whose order does not matter; no name twice.
    void set(QList<Row> rows)
    {
        std::sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) { return a.name < b.name; });
        qsizetype at = 0;   // in ours
        qsizetype next = 0; // in theirs
        while (at < m_rows.size() || next < rows.size()) {
            if (next == rows.size() || (at < m_rows.size() && m_rows[at].name < rows[next].name)) {
                remove(at, next < rows.size() ? &rows[next] : nullptr);
            } else if (at == m_rows.size() || rows[next].name < m_rows[at].name) {
                const qsizetype count = insert(at, rows, next);
                at += count;
                next += count;
            } else {
                change(at++, rows[next++]);
            }
        }
        if (m_changed) {
            Q_EMIT dataChanged(index(int(m_changed->first), 0),
                               index(int(m_changed->second), columnCount({}) - 1));
            m_changed.reset();
        }
    }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_rows.size());
    }

protected:
    [[nodiscard]] const QList<Row> &rows() const { return m_rows; }

private:
    void remove(qsizetype at, const Row *before)
    {
        qsizetype end = at;
        while (end < m_rows.size() && (!before || m_rows[end].name < before->name))
            ++end;
        beginRemoveRows({}, int(at), int(end - 1));
        m_rows.remove(at, end - at);
        endRemoveRows();
    }

    qsizetype insert(qsizetype at, const QList<Row> &rows, qsizetype next)
    {
        qsizetype end = next;
        while (end < rows.size() && (at == m_rows.size() || rows[end].name < m_rows[at].name))
            ++end;
        const qsizetype count = end - next;
        beginInsertRows({}, int(at), int(at + count - 1));
        for (qsizetype i = 0; i < count; ++i)
            m_rows.insert(at + i, rows[next + i]);
        endInsertRows();
        return count;
    }

    void change(qsizetype at, const Row &row)
    {
        if (m_rows[at] == row)
            return;
        m_rows[at] = row;
        m_changed = {m_changed ? m_changed->first : at, at};
    }

    QList<Row> m_rows;
    std::optional<std::pair<qsizetype, qsizetype>> m_changed; // the first and the last
};

} // namespace toystore
