// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "theme/menubutton.h"

#include <QPainter>

namespace toystore
{

namespace
{

constexpr int arrowSize = 11;
constexpr int arrowMargin = 5; // within what the style sheet keeps free at the right

} // namespace

MenuButton::MenuButton(Theme &theme, QWidget *parent) : QToolButton(parent), m_theme(theme)
{
    setPopupMode(QToolButton::InstantPopup);
}

void MenuButton::paintEvent(QPaintEvent *event)
{
    QToolButton::paintEvent(event);
    QPainter painter(this);
    const QRect arrow(width() - arrowMargin - arrowSize, (height() - arrowSize) / 2, arrowSize, arrowSize);
    m_theme.icon(QStringLiteral("chevron"), m_theme.colours().mutedText)
        .paint(&painter, arrow, Qt::AlignCenter, isEnabled() ? QIcon::Normal : QIcon::Disabled);
}

} // namespace toystore
