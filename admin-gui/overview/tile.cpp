// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "overview/tile.h"

#include "theme/labels.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace toystore
{

Tile::Tile(Theme &theme, const QString &caption, QWidget *parent)
    : QFrame(parent), m_theme(theme), m_caption(new QLabel(caption, this)), m_value(new QLabel(this)),
      m_detail(new QLabel(this))
{
    setObjectName(caption);
    setAccessibleName(caption);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(11, 6, 9, 7);
    column->setSpacing(1);
    for (QLabel *label : {m_caption, m_value, m_detail})
        column->addWidget(label);
    connect(&m_theme, &Theme::changed, this, &Tile::takeColours);
    takeColours();
}

void Tile::show(const TileContent &content)
{
    if (content == m_content)
        return;
    const bool sameTone = content.tone == m_content.tone && content.isOld == m_content.isOld;
    m_content = content;
    m_caption->setText(content.caption);
    m_value->setText(content.value);
    m_detail->setText(content.detail);
    setToolTip(content.tooltip);
    setAccessibleDescription(content.value + u' ' + content.detail);
    if (!sameTone)
        takeColours();
}

void Tile::takeColours()
{
    const Colours &colours = m_theme.colours();
    m_caption->setFont(m_theme.font(0.85));
    m_value->setFont(m_theme.font(1.35, QFont::DemiBold));
    m_detail->setFont(m_theme.font(0.85, m_content.tone == Tone::Neutral ? QFont::Normal : QFont::DemiBold));
    colourText(m_caption, colours.mutedText);
    colourText(m_value, m_content.isOld ? colours.mutedText : colours.text);
    colourText(m_detail, m_content.isOld ? colours.mutedText : colours.of(m_content.tone));
    update();
}

void Tile::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.colours().border, 1));
    painter.setBrush(m_theme.colours().surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

} // namespace toystore
