// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "theme/svgicon.h"

#include <QPainter>
#include <QSvgRenderer>

namespace toystore
{

SvgIcon::SvgIcon(QByteArray svg, const QColor &colour, const QColor &disabled)
    : m_svg(std::move(svg)), m_colour(colour), m_disabled(disabled)
{
}

void SvgIcon::paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State)
{
    const QColor &colour = mode == QIcon::Disabled ? m_disabled : m_colour;
    QSvgRenderer renderer(QByteArray(m_svg).replace("currentColor", colour.name().toLatin1()));
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    painter->setRenderHint(QPainter::Antialiasing);
    renderer.render(painter, rect);
}

QPixmap SvgIcon::pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state)
{
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
}

QIconEngine *SvgIcon::clone() const
{
    return new SvgIcon(m_svg, m_colour, m_disabled);
}

} // namespace toystore
