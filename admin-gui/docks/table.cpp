// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/table.h"

#include <QHeaderView>

namespace toystore
{

Table::Table(Theme &theme, const QString &name, QAbstractItemModel &model, int stretched, QWidget *parent)
    : QTableView(parent), m_theme(theme), m_stretched(stretched)
{
    setObjectName(name);
    setAccessibleName(name);
    setModel(&model);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false); // Tab leaves the table, the arrow keys move in it
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->setVisible(false);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    connect(&m_theme, &Theme::changed, this, &Table::takeFonts);
    takeFonts();
}

void Table::takeFonts()
{
    const QFontMetrics metrics(m_theme.font(0.95));
    setFont(m_theme.font(0.95));
    horizontalHeader()->setFont(m_theme.font(0.85));
    verticalHeader()->setMinimumSectionSize(1);
    verticalHeader()->setDefaultSectionSize(metrics.height() + 7);
    for (int column = 0; column < model()->columnCount(); ++column)
        horizontalHeader()->setSectionResizeMode(column, column == m_stretched ? QHeaderView::Stretch
                                                                               : QHeaderView::Interactive);
}

} // namespace toystore
