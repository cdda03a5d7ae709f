// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QHash>
#include <QPixmap>
#include <QStyledItemDelegate>

namespace toystore
{

/// Draws which replicas have an order: a filled box for one that has it, an empty one for one that does not
/// yet.
class ReplicaMarks : public QStyledItemDelegate
{
    Q_OBJECT

public:
    ReplicaMarks(Theme &theme, QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    [[nodiscard]] int markWidth() const;
    [[nodiscard]] const QPixmap &drawn(const QString &id, bool has, int height, qreal density) const;

    Theme &m_theme;
    // Each is drawn once: a table that scrolls shows a hundred of them, ten times a second.
    mutable QHash<QString, QPixmap> m_drawn;
};

} // namespace toystore
