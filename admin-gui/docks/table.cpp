// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/table.h"

#include <QHeaderView>
#include <QPainter>

namespace toystore
{

namespace
{

/// Headings stand over what they head: at the right over numbers.
class Headings : public QHeaderView
{
public:
    explicit Headings(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
    {
        setSectionsClickable(true);
        setHighlightSections(false);
        setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    }

protected:
    void initStyleOptionForIndex(QStyleOptionHeader *option, int column) const override
    {
        QHeaderView::initStyleOptionForIndex(option, column);
        const QVariant alignment = model()->index(0, column).data(Qt::TextAlignmentRole);
        if (alignment.isValid())
            option->textAlignment = Qt::Alignment(alignment.toInt());
    }
};

} // namespace

Table::Table(Theme &theme, const QString &name, QAbstractItemModel &model, int stretched, QWidget *parent)
    : QTableView(parent), m_theme(theme), m_stretched(stretched)
{
    setObjectName(name);
    setAccessibleName(name);
    setHorizontalHeader(new Headings(this));
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
    horizontalHeader()->setSectionResizeMode(m_stretched, QHeaderView::Stretch);
    connect(&m_theme, &Theme::changed, this, &Table::takeFonts);
    takeFonts();
}

void Table::fitColumns()
{
    for (int column = 0; column < model()->columnCount(); ++column) {
        if (column != m_stretched)
            horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    }
}

void Table::sayWhenEmpty(const QString &text)
{
    m_emptyText = text;
}

void Table::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    if (model()->rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(m_theme.colours().mutedText);
    const int margin = m_theme.length(8);
    painter.drawText(viewport()->rect().adjusted(margin, margin, -margin, -margin),
                     Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, m_emptyText);
}

void Table::takeFonts()
{
    const QFontMetrics metrics(m_theme.font(0.95));
    setFont(m_theme.font(0.95));
    horizontalHeader()->setFont(m_theme.font(0.85));
    verticalHeader()->setMinimumSectionSize(1);
    verticalHeader()->setDefaultSectionSize(metrics.height() + 7);
    setMinimumHeight(horizontalHeader()->sizeHint().height() + verticalHeader()->defaultSectionSize() +
                     2 * frameWidth()); // a row can be read
}

} // namespace toystore
