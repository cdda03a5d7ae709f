// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/orderlogpanel.h"

#include "docks/orderfilter.h"
#include "docks/replicamarks.h"
#include "docks/table.h"
#include "theme/labels.h"
#include "topology/words.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QToolButton>

namespace toystore
{

OrderLogPanel::OrderLogPanel(Theme &theme, OrderLogModel &model, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_filter(new OrderFilter(model, this)), m_pattern(new QLineEdit(this)),
      m_follow(addButton(QStringLiteral("Follow"), QStringLiteral("Keep the newest order in view"))),
      m_pause(addButton(QStringLiteral("Pause"), QStringLiteral("Hold the table still; orders go on"))),
      m_export(addButton(QStringLiteral("Export CSV…"), QStringLiteral("Write the rows shown to a file"))),
      m_wrong(new QLabel(this)), m_table(nullptr)
{
    m_table = new Table(theme, QStringLiteral("Order log"), *m_filter, OrderLogModel::Toy, this);
    m_table->sayWhenEmpty(QStringLiteral("No orders to show"));
    m_table->setColumnHidden(OrderLogModel::RequestId, true); // to be filtered for, and in the export
    m_table->setItemDelegateForColumn(OrderLogModel::Replicas, new ReplicaMarks(theme, m_table));
    m_pattern->setPlaceholderText(QStringLiteral("Filter: text or /regex/"));
    m_pattern->setAccessibleName(QStringLiteral("Filter of the order log"));
    m_pattern->setClearButtonEnabled(true);
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_pause->setCheckable(true);
    m_wrong->setVisible(false);
    m_wrong->setWordWrap(true);
    auto *row = new QHBoxLayout;
    row->setSpacing(2);
    row->addWidget(m_pattern, 1);
    for (QToolButton *button : {m_follow, m_pause, m_export})
        row->addWidget(button);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 6);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_wrong);
    column->addWidget(m_table, 1);
    connect(m_pattern, &QLineEdit::textChanged, this, &OrderLogPanel::applyPattern);
    connect(m_export, &QToolButton::clicked, this, &OrderLogPanel::exportRequested);
    connect(&m_theme, &Theme::changed, this, &OrderLogPanel::takeIcons);
    connectRows();
    takeIcons();
}

void OrderLogPanel::connectRows()
{
    connect(m_follow, &QToolButton::toggled, this, &OrderLogPanel::follow);
    connect(m_pause, &QToolButton::toggled, this, [this](bool isPaused) {
        m_filter->setPaused(isPaused);
        showPause();
        follow();
    });
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_filter->sourceModel(), change, this, &OrderLogPanel::showPause);
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, &OrderLogPanel::follow);
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, &OrderLogPanel::makeRoomForMarks);
    connect(m_filter, &QAbstractItemModel::dataChanged, this, &OrderLogPanel::makeRoomForMarks);
    // The oldest rows go: who reads further down keeps what is in view.
    connect(m_filter, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex &, int first, int last) {
                QScrollBar *bar = m_table->verticalScrollBar();
                if (!m_follow->isChecked() && first == 0)
                    bar->setValue(bar->value() - (last - first + 1));
            });
    connect(m_filter, &OrderFilter::gaveUp, this, &OrderLogPanel::sayWrong);
    // Another pattern has other rows.
    connect(m_filter, &QAbstractItemModel::layoutAboutToBeChanged, this, [this] {
        m_top = m_filter->index(m_table->rowAt(0), OrderLogModel::Number).data().toLongLong();
    });
    connect(m_filter, &QAbstractItemModel::layoutChanged, this, &OrderLogPanel::keepPlace);
    // Also when it gets another height, as when it comes into view.
    connect(m_table->verticalScrollBar(), &QScrollBar::rangeChanged, this, &OrderLogPanel::keepAtEnd);
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, &OrderLogPanel::scrolled);
}

QToolButton *OrderLogPanel::addButton(const QString &name, const QString &help)
{
    auto *button = new QToolButton(this);
    button->setText(name);
    button->setAccessibleName(name);
    button->setToolTip(help);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

void OrderLogPanel::takeIcons()
{
    m_follow->setIcon(m_theme.icon(QStringLiteral("follow")));
    m_pause->setIcon(m_theme.icon(QStringLiteral("pause")));
    m_pause->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_export->setIcon(m_theme.icon(QStringLiteral("export")));
    colourText(m_wrong, m_theme.colours().of(Tone::Bad));
    takeWidths();
}

void OrderLogPanel::takeWidths()
{
    const QFontMetrics metrics(m_theme.font(0.95));
    const auto set = [this, &metrics](int column, const char *widest) {
        m_table->setColumnWidth(column,
                                metrics.horizontalAdvance(QLatin1String(widest)) + m_theme.length(16));
    };
    set(OrderLogModel::Number, "1000000");
    set(OrderLogModel::Time, "00:00:00.000");
    set(OrderLogModel::Quantity, "Quantity..");
    set(OrderLogModel::Replicas, "00 00 00 00000");
    makeRoomForMarks();
}

// A store may have more than three replicas.
void OrderLogPanel::makeRoomForMarks()
{
    const QModelIndex row = m_filter->index(0, OrderLogModel::Replicas);
    const int wanted = m_table->itemDelegateForColumn(OrderLogModel::Replicas)->sizeHint({}, row).width();
    if (wanted > m_table->columnWidth(OrderLogModel::Replicas))
        m_table->setColumnWidth(OrderLogModel::Replicas, wanted);
}

bool OrderLogPanel::isFollowing() const
{
    return m_follow->isChecked();
}

std::unique_ptr<OrderLogModel> OrderLogPanel::copyOfShown() const
{
    return m_filter->copyOfShown();
}

void OrderLogPanel::follow()
{
    if (!m_follow->isChecked() || m_filter->isPaused())
        return;
    m_isOurScroll = true;
    m_table->scrollToBottom();
    m_isOurScroll = false;
}

void OrderLogPanel::keepAtEnd(int, int end)
{
    if (!m_follow->isChecked() || m_filter->isPaused())
        return;
    m_isOurScroll = true;
    m_table->verticalScrollBar()->setValue(end);
    m_isOurScroll = false;
}

// Scrolling back ends following, scrolling to the end begins it.
void OrderLogPanel::scrolled()
{
    const QScrollBar *bar = m_table->verticalScrollBar();
    if (!m_isOurScroll)
        m_follow->setChecked(bar->value() == bar->maximum());
}

void OrderLogPanel::applyPattern(const QString &pattern)
{
    sayWrong({});
    if (const QString wrong = m_filter->setPattern(pattern); !wrong.isEmpty())
        sayWrong(wrong);
}

void OrderLogPanel::sayWrong(const QString &wrong)
{
    m_wrong->setText(wrong);
    m_wrong->setVisible(!wrong.isEmpty());
}

void OrderLogPanel::keepPlace()
{
    if (m_follow->isChecked())
        return follow();
    m_isOurScroll = true; // who reads somewhere stays there
    m_table->doItemsLayout();
    m_table->verticalScrollBar()->setValue(m_filter->rowFrom(m_top));
    m_isOurScroll = false;
}

void OrderLogPanel::showPause()
{
    const qint64 waiting = m_filter->newOrders();
    m_pause->setText(!m_filter->isPaused() ? QStringLiteral("Pause")
                                           : QStringLiteral("%1 new").arg(numberText(waiting)));
}

} // namespace toystore
