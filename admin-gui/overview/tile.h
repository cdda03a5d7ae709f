// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QFrame>

class QLabel;

namespace toystore
{

/// A figure of the store: what it is, its value, a word about it.
struct TileContent {
    QString caption;
    QString value;
    QString detail;
    Tone tone = Tone::Neutral; ///< of the detail
    QString tooltip;
    bool isOld = false; ///< nobody says it any more

    bool operator==(const TileContent &) const = default;
};

/// Shows a TileContent.
class Tile : public QFrame
{
    Q_OBJECT

public:
    Tile(Theme &theme, const QString &caption, QWidget *parent = nullptr);

    void show(const TileContent &content);
    using QWidget::show;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void takeColours();

    Theme &m_theme;
    TileContent m_content;
    QLabel *m_caption;
    QLabel *m_value;
    QLabel *m_detail;
};

} // namespace toystore
