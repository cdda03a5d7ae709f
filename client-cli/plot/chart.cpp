// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#undef QT_NO_KEYWORDS // QCustomPlot's header is written with them

#include "plot/chart.h"

#include <QBuffer>
#include <QSaveFile>
#include <QSvgGenerator>
#include <qcustomplot.h>

#include <algorithm>

namespace toystore
{

namespace
{

constexpr int width = 640;
constexpr int height = 380;
constexpr double pngScale = 2;
constexpr double headroom = 1.15;
constexpr double barWidth = 0.6;
constexpr double lineWidth = 2;
constexpr float gridOpacity = 0.2F;
constexpr double leastStretch = 0.001; // of a layout's row or column: no more room than it needs

void ink(QCPAxis &axis)
{
    const QPen pen{QColor(QLatin1String(chartInk))};
    axis.setBasePen(pen);
    axis.setTickPen(pen);
    axis.setSubTickPen(pen);
    axis.setTickLabelColor(pen.color());
    axis.setLabelColor(pen.color());
    QColor faint = pen.color();
    faint.setAlphaF(gridOpacity);
    axis.grid()->setPen(faint);
    axis.grid()->setZeroLinePen(Qt::NoPen);
    axis.grid()->setVisible(axis.orientation() == Qt::Vertical);
}

void addErrors(QCustomPlot &plot, QCPAbstractPlottable *plottable, const Series &series)
{
    auto *errors = new QCPErrorBars(plot.xAxis, plot.yAxis);
    errors->setDataPlottable(plottable);
    errors->setPen(QPen(series.colour, 1));
    errors->removeFromLegend();
    for (const Series::Point &point : series.points)
        errors->addData(std::min(point.y.halfWidth, point.y.mean), point.y.halfWidth); // nothing is below 0
}

void addLine(QCustomPlot &plot, const Series &series)
{
    QCPGraph *graph = plot.addGraph();
    graph->setName(series.name);
    graph->setPen(QPen(series.colour, lineWidth));
    graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 6));
    for (const Series::Point &point : series.points)
        graph->addData(point.x, point.y.mean);
    addErrors(plot, graph, series);
}

void addBars(QCustomPlot &plot, const Series &series)
{
    auto *bars = new QCPBars(plot.xAxis, plot.yAxis);
    bars->setName(series.name);
    bars->setPen(Qt::NoPen);
    bars->setBrush(series.colour);
    bars->setWidth(barWidth);
    for (const Series::Point &point : series.points)
        bars->addData(point.x, point.y.mean);
}

void setRanges(QCustomPlot &plot, const Figure &figure)
{
    double top = 0;
    double right = 0;
    for (const Series &series : figure.series) {
        for (const Series::Point &point : series.points) {
            top = std::max(top, point.y.mean + point.y.halfWidth);
            right = std::max(right, point.x);
        }
    }
    plot.yAxis->setRange(0, top > 0 ? top * headroom : 1);
    if (figure.hasBars) {
        plot.xAxis->setRange(0.5, right + 0.5);
        plot.xAxis->ticker()->setTickStepStrategy(QCPAxisTicker::tssReadability);
        plot.xAxis->ticker()->setTickCount(static_cast<int>(right));
        plot.xAxis->setSubTicks(false);
    } else {
        plot.xAxis->setRange(-0.04, right + 0.04);
    }
}

void compose(QCustomPlot &plot, const Figure &figure)
{
    plot.setBackground(Qt::NoBrush);
    plot.xAxis->setLabel(figure.xLabel);
    plot.yAxis->setLabel(figure.yLabel);
    for (QCPAxis *axis : {plot.xAxis, plot.yAxis})
        ink(*axis);
    for (const Series &series : figure.series) {
        if (figure.hasBars)
            addBars(plot, series);
        else
            addLine(plot, series);
    }
    setRanges(plot, figure);
    plot.plotLayout()->insertRow(0);
    auto *title = new QCPTextElement(&plot, figure.title, QFont(plot.font().family(), 12, QFont::Bold));
    title->setTextColor(QColor(QLatin1String(chartInk)));
    plot.plotLayout()->addElement(0, 0, title);
    if (figure.series.size() < 2)
        return;
    // Below the axes: there it covers nothing.
    auto *below = new QCPLayoutGrid;
    plot.plotLayout()->addElement(2, 0, below);
    below->addElement(0, 0, new QCPLayoutElement);
    below->addElement(0, 1, plot.legend);
    below->addElement(0, 2, new QCPLayoutElement);
    below->setColumnStretchFactor(1, leastStretch);
    plot.legend->setVisible(true);
    plot.legend->setFillOrder(QCPLegend::foColumnsFirst);
    plot.legend->setBorderPen(Qt::NoPen);
    plot.legend->setBrush(Qt::NoBrush);
    plot.legend->setTextColor(QColor(QLatin1String(chartInk)));
    plot.plotLayout()->setRowStretchFactor(2, leastStretch);
}

/// First in memory: the generator does not tell what goes wrong with a file.
QByteArray svgOf(QCustomPlot &plot, const Figure &figure)
{
    QBuffer svg;
    svg.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&svg);
    generator.setSize(QSize(width, height));
    generator.setViewBox(QRect(0, 0, width, height));
    generator.setTitle(figure.title);
    QCPPainter painter;
    painter.begin(&generator);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    plot.toPainter(&painter, width, height);
    painter.end();
    return svg.data();
}

Result<void> writeFile(const QByteArray &bytes, const QString &path)
{
    QSaveFile file(path);
    // commit() alone does not notice what a flush meets.
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.flush() ||
        !file.commit())
        return failure(ErrorCode::StorageFailed,
                       "can't write " + path.toUtf8() + ": " + file.errorString().toUtf8());
    return {};
}

} // namespace

Result<void> draw(const Figure &figure, const QString &directory)
{
    QCustomPlot plot;
    compose(plot, figure);
    const QString path = directory + u'/' + figure.file;
    if (Result<void> written = writeFile(svgOf(plot, figure), path + QStringLiteral(".svg")); !written)
        return written;
    plot.setBackground(Qt::white);
    if (!plot.savePng(path + QStringLiteral(".png"), width, height, pngScale))
        return failure(ErrorCode::StorageFailed, "can't write " + path.toUtf8() + ".png");
    return {};
}

} // namespace toystore
