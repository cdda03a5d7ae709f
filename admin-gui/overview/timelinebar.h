// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/timelinemodel.h"
#include "theme/theme.h"

#include <QListView>
#include <QStyledItemDelegate>

namespace toystore
{

/// Draws an event as a chip: when, what, in the colour of its news.
class TimelineChip : public QStyledItemDelegate
{
    Q_OBJECT

public:
    TimelineChip(Theme &theme, QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    Theme &m_theme;
};

/// What happened to the store, the newest at the right; follows as long as nobody scrolls back.
class TimelineBar : public QListView
{
    Q_OBJECT

public:
    TimelineBar(Theme &theme, TimelineModel &model, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void takeColours();

    Theme &m_theme;
};

} // namespace toystore
