// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"
#include "plot/statistics.h"

#include <QColor>
#include <QString>

namespace toystore
{

/// A line of a chart, with intervals.
struct Series {
    struct Point {
        double x = 0;
        Estimate y;
    };

    QString name;
    QColor colour;
    QList<Point> points;
};

/// What a chart shows.
struct Figure {
    QString file; ///< its name, without an ending
    QString title;
    QString caption; ///< a sentence or two, for the report
    QString xLabel;
    QString yLabel;
    QList<Series> series;
    bool hasBars = false; ///< instead of lines; x counts 1, 2, 3 ...
};

/// The colour of everything in a chart but its series: on white paper dark enough. In the report it is
/// replaced by that of the text around.
inline constexpr char chartInk[] = "#404040";

/// Draws @p figure to DIRECTORY/FILE.svg and .png. Errors: storage_failed, naming the file.
[[nodiscard]] Result<void> draw(const Figure &figure, const QString &directory);

} // namespace toystore
