// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "overview/timelinebar.h"

#include <QDateTime>
#include <QPainter>
#include <QScrollBar>

namespace toystore
{

namespace
{

constexpr int padding = 9;
constexpr int gap = 6;

TimelineEvent eventAt(const QModelIndex &index)
{
    return index.data(TimelineModel::EventRole).value<TimelineEvent>();
}

QString timeText(const TimelineEvent &event)
{
    return QDateTime::fromMSecsSinceEpoch(event.atMs).toString(QStringLiteral("HH:mm:ss"));
}

QString iconOf(TimelineEvent::Kind kind)
{
    switch (kind) {
    case TimelineEvent::Kind::Leader:
        return QStringLiteral("crown");
    case TimelineEvent::Kind::Failover:
        return QStringLiteral("next");
    case TimelineEvent::Kind::Orders:
        return QStringLiteral("order");
    case TimelineEvent::Kind::Stock:
        return QStringLiteral("catalog");
    case TimelineEvent::Kind::Cache:
        return QStringLiteral("frontend");
    case TimelineEvent::Kind::Fault:
        return QStringLiteral("fault");
    case TimelineEvent::Kind::Dashboard:
        return QStringLiteral("info");
    case TimelineEvent::Kind::Service:
        break;
    }
    return QStringLiteral("power");
}

} // namespace

TimelineChip::TimelineChip(Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}

QSize TimelineChip::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const TimelineEvent event = eventAt(index);
    const QFontMetrics small(m_theme.font(0.8));
    const QFontMetrics usual(m_theme.font(0.95, QFont::DemiBold));
    const int words = usual.horizontalAdvance(QString::fromUtf8(event.text)) + m_theme.length(18) + 5;
    return {std::max(words, small.horizontalAdvance(timeText(event))) + 2 * padding + gap,
            small.height() + usual.height() + 10};
}

void TimelineChip::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const TimelineEvent event = eventAt(index);
    const Colours &colours = m_theme.colours();
    const QColor colour = event.isTrouble                             ? colours.of(Tone::Bad)
                          : event.kind == TimelineEvent::Kind::Leader ? colours.leader.stroke
                                                                      : colours.of(Tone::Good);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF chip = QRectF(option.rect).adjusted(0.5, 1.5, -gap - 0.5, -1.5);
    const bool isCurrent = option.state.testFlag(QStyle::State_Selected);
    painter->setPen(QPen(isCurrent ? colours.accent : colours.border, isCurrent ? 2 : 1));
    painter->setBrush(colours.surface);
    painter->drawRoundedRect(chip, 6, 6);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    painter->drawRoundedRect(QRectF(chip.left() + 2, chip.top() + 5, 3, chip.height() - 10), 1.5, 1.5);
    const QRectF words = chip.adjusted(padding, 3, -padding + gap, -3);
    painter->setFont(m_theme.font(0.8));
    painter->setPen(colours.mutedText);
    painter->drawText(words, Qt::AlignTop | Qt::AlignLeft, timeText(event));
    painter->setFont(m_theme.font(0.95, QFont::DemiBold));
    painter->setPen(colours.text);
    const int icon = m_theme.length(14);
    const int lineHeight = painter->fontMetrics().height();
    m_theme.icon(iconOf(event.kind), colour)
        .paint(painter, QRect(static_cast<int>(words.left()),
                              static_cast<int>(words.bottom()) - (lineHeight + icon) / 2, icon, icon));
    painter->drawText(words.adjusted(icon + 5, 0, 0, 0), Qt::AlignBottom | Qt::AlignLeft,
                      QString::fromUtf8(event.text));
    painter->restore();
}

TimelineBar::TimelineBar(Theme &theme, TimelineModel &model, QWidget *parent)
    : QListView(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("timeline"));
    setAccessibleName(QStringLiteral("Timeline"));
    setAccessibleDescription(QStringLiteral("What happened to the store, the newest last"));
    setFlow(QListView::LeftToRight);
    setWrapping(false);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // the wheel and the arrow keys scroll
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setItemDelegate(new TimelineChip(theme, this));
    setModel(&model);
    // Whoever scrolled back to read stays there.
    connect(horizontalScrollBar(), &QScrollBar::rangeChanged, this,
            [this, last = 0](int, int maximum) mutable {
                if (horizontalScrollBar()->value() >= last)
                    horizontalScrollBar()->setValue(maximum);
                last = maximum;
            });
    connect(&m_theme, &Theme::changed, this, &TimelineBar::takeColours);
    takeColours();
}

QSize TimelineBar::sizeHint() const
{
    return {200, QFontMetrics(m_theme.font(0.8)).height() +
                     QFontMetrics(m_theme.font(0.95, QFont::DemiBold)).height() + 12};
}

void TimelineBar::paintEvent(QPaintEvent *event)
{
    QListView::paintEvent(event);
    if (model()->rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(m_theme.colours().mutedText);
    painter.drawText(viewport()->rect().adjusted(padding, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                     QStringLiteral("Timeline: nothing has happened yet"));
}

void TimelineBar::takeColours()
{
    viewport()->setAutoFillBackground(false);
    updateGeometry();
    scheduleDelayedItemsLayout();
}

} // namespace toystore
