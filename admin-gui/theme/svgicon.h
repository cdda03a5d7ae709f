// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QIconEngine>

#include <QColor>

namespace toystore
{

/// Draws one of our SVG icons in a colour, sharp in every size.
class SvgIcon : public QIconEngine
{
public:
    /// @p svg: a drawing that names its colour `currentColor`.
    SvgIcon(QByteArray svg, const QColor &colour, const QColor &disabled);

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override;
    [[nodiscard]] QIconEngine *clone() const override;

private:
    const QByteArray m_svg;
    const QColor m_colour;
    const QColor m_disabled;
};

} // namespace toystore
