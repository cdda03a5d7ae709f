// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/replicamarks.h"

#include "cluster/orderlogmodel.h"

#include <QApplication>
#include <QPainter>

namespace toystore
{

namespace
{

constexpr int gap = 4;

// The replicas' ids differ in their last digits.
QString shortId(const QVariantMap &mark)
{
    return QString::number(mark.value(QStringLiteral("id")).toLongLong()).right(2);
}

} // namespace

ReplicaMarks::ReplicaMarks(Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme)
{
    connect(&m_theme, &Theme::changed, this, [this] { m_drawn.clear(); });
}

int ReplicaMarks::markWidth() const
{
    return QFontMetrics(m_theme.font(0.8)).horizontalAdvance(QStringLiteral("00")) + m_theme.length(8);
}

QSize ReplicaMarks::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto marks = static_cast<int>(index.data(OrderLogModel::MarksRole).toList().size());
    return {marks * (markWidth() + gap) + 2 * gap, QStyledItemDelegate::sizeHint(option, index).height()};
}

void ReplicaMarks::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    QStyleOptionViewItem ground = option;
    ground.features.setFlag(QStyleOptionViewItem::HasDisplay, false);
    option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &ground, painter, option.widget);
    QPoint at(option.rect.left() + gap, option.rect.top() + 3);
    for (const QVariant &value : index.data(OrderLogModel::MarksRole).toList()) {
        const QVariantMap mark = value.toMap();
        painter->drawPixmap(at, drawn(shortId(mark), mark.value(QStringLiteral("has")).toBool(),
                                      option.rect.height() - 6, option.widget->devicePixelRatioF()));
        at.rx() += markWidth() + gap;
    }
}

const QPixmap &ReplicaMarks::drawn(const QString &id, bool has, int height, qreal density) const
{
    QPixmap &pixmap = m_drawn[QStringLiteral("%1 %2 %3 %4").arg(id).arg(has).arg(height).arg(density)];
    if (!pixmap.isNull())
        return pixmap;
    const QSize size(markWidth() + 1, height);
    pixmap = QPixmap(size * density);
    pixmap.setDevicePixelRatio(density);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    const Colours &colours = m_theme.colours();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme.font(0.8));
    const QRectF box(0.5, 0.5, size.width() - 1.0, size.height() - 1.0);
    painter.setPen(has ? colours.follower.stroke : colours.border);
    painter.setBrush(has ? QBrush(colours.follower.badge) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(has ? colours.follower.badgeInk : colours.mutedText);
    painter.drawText(box, Qt::AlignCenter, id);
    return pixmap;
}

} // namespace toystore
