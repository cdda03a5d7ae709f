// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/orderfilter.h"

#include "cluster/orderlogmodel.h"

namespace toystore
{

QString OrderFilter::setPattern(const QString &pattern)
{
    std::optional<QRegularExpression> expression;
    if (pattern.size() > 2 && pattern.startsWith(u'/') && pattern.endsWith(u'/')) {
        expression.emplace(pattern.mid(1, pattern.size() - 2), QRegularExpression::CaseInsensitiveOption);
        if (!expression->isValid())
            return expression->errorString();
    }
    m_expression = expression;
    m_text = expression ? QString() : pattern;
    invalidateFilter();
    return {};
}

void OrderFilter::setPaused(bool isPaused)
{
    if (isPaused == this->isPaused())
        return;
    m_lastShown = isPaused ? std::optional(newest()) : std::nullopt;
    invalidateFilter();
}

qint64 OrderFilter::newOrders() const
{
    return m_lastShown ? std::max<qint64>(0, newest() - *m_lastShown) : 0;
}

qint64 OrderFilter::newest() const
{
    const QAbstractItemModel *log = sourceModel();
    const int rows = log == nullptr ? 0 : log->rowCount();
    return rows == 0 ? 0 : log->index(rows - 1, 0).data(OrderLogModel::NumberRole).toLongLong();
}

bool OrderFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (!m_lastShown && m_text.isEmpty() && !m_expression)
        return true;
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (m_lastShown && index.data(OrderLogModel::NumberRole).toLongLong() > *m_lastShown)
        return false;
    if (m_text.isEmpty() && !m_expression)
        return true;
    const QString line = index.data(OrderLogModel::TextRole).toString();
    return m_expression ? m_expression->match(line).hasMatch() : line.contains(m_text, Qt::CaseInsensitive);
}

} // namespace toystore
