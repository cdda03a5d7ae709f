// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

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

    Theme &m_theme;
};

} // namespace toystore
