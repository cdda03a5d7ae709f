// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#undef QT_NO_KEYWORDS // QCustomPlot's header is written with them

#include "overview/loadchart.h"

#include "base/instant.h"
#include "topology/words.h"

#include <QVBoxLayout>

#include <qcustomplot.h>

namespace toystore
{

namespace
{

constexpr double shownSeconds = 60;
constexpr qint64 sampleMs = 250;
constexpr qsizetype maxMarks = 12;
// Below these the axes do not shrink: a quiet store's noise should look quiet.
constexpr double leastMs = 5;
constexpr double leastRate = 20;

double highest(const QCPGraph &graph)
{
    double value = 0;
    for (const QCPGraphData &point : *graph.data())
        value = std::max(value, qIsNaN(point.value) ? 0 : point.value);
    return value;
}

/// The next of 1, 2, 5, 10, 20, 50 ... above @p value: an axis that moves rarely.
double roundUp(double value)
{
    double step = std::pow(10, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (value <= factor * step)
            return factor * step;
    }
    return value;
}

bool isWorthAMark(const TimelineEvent &event)
{
    return event.kind == TimelineEvent::Kind::Leader || event.kind == TimelineEvent::Kind::Service ||
           event.kind == TimelineEvent::Kind::Fault || event.isTrouble;
}

} // namespace

LoadChart::LoadChart(Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_plot(new QCustomPlot(this))
{
    setObjectName(QStringLiteral("chart"));
    setAccessibleName(QStringLiteral("Latency and requests per second over the last minute"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_plot);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setAttribute(Qt::WA_TransparentForMouseEvents); // nothing to drag: it follows the time
    m_plot->setPlottingHints(QCP::phFastPolylines | QCP::phCacheLabels);
    m_plot->setNotAntialiasedElements(QCP::aeAxes | QCP::aeGrid);
    m_rate = addGraph(QStringLiteral("requests/s"), true);
    m_queries = addGraph(QStringLiteral("p99 of queries"), false);
    m_p50 = addGraph(QStringLiteral("p50 of buys"), false);
    m_p99 = addGraph(QStringLiteral("p99 of buys"), false);
    m_plot->yAxis2->setVisible(true);
    auto ticker = QSharedPointer<QCPAxisTickerDateTime>::create();
    ticker->setDateTimeFormat(QStringLiteral("HH:mm:ss"));
    ticker->setTickCount(6);
    m_plot->xAxis->setTicker(ticker);
    m_plot->legend->setVisible(true);
    m_plot->legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setMargins(QMargins(10, 3, 10, 0));
    // Above the axes, where it hides nothing.
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, m_plot->legend);
    m_plot->axisRect()->setMinimumSize(50, 30); // where room is short it gives way, not the legend
    m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
    m_plot->plotLayout()->setRowSpacing(0);
    connect(&m_theme, &Theme::changed, this, &LoadChart::takeColours);
    const double now = static_cast<double>(wallClockMs()) / 1000;
    m_plot->xAxis->setRange(now - shownSeconds, now);
    scale();
    takeColours();
}

QCPGraph *LoadChart::addGraph(const QString &name, bool isRate)
{
    QCPGraph *graph = m_plot->addGraph(m_plot->xAxis, isRate ? m_plot->yAxis2 : m_plot->yAxis);
    graph->setName(name);
    return graph;
}

void LoadChart::add(const ClusterSnapshot &snapshot)
{
    if (snapshot.isLive() && snapshot.atMs < m_lastMs) // the store's clock was put back
        clear();
    if (!snapshot.isLive() || snapshot.atMs - m_lastMs < sampleMs)
        return;
    m_lastMs = snapshot.atMs;
    const double now = static_cast<double>(snapshot.atMs) / 1000;
    const double none = std::numeric_limits<double>::quiet_NaN(); // a gap in the line
    double rate = 0;
    for (const ShopTraffic &traffic : snapshot.traffic) {
        rate += traffic.perSecond;
        if (traffic.kind == TrafficKind::Buy) {
            m_p50->addData(now, traffic.p50Ms.value_or(none));
            m_p99->addData(now, traffic.p99Ms.value_or(none));
        } else if (traffic.kind == TrafficKind::Query) {
            m_queries->addData(now, traffic.p99Ms.value_or(none));
        }
    }
    m_rate->addData(now, snapshot.traffic.isEmpty() ? none : rate);
    setAccessibleDescription(QStringLiteral("%1 requests per second").arg(numberText(qRound64(rate))));
    dropOld(now);
    scale();
    m_plot->xAxis->setRange(now - shownSeconds, now);
    placeMarks();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LoadChart::mark(const QList<TimelineEvent> &events)
{
    for (const TimelineEvent &event : events) {
        if (isWorthAMark(event))
            addMark(event);
    }
}

void LoadChart::addMark(const TimelineEvent &event)
{
    Mark mark;
    mark.at = static_cast<double>(event.atMs) / 1000;
    mark.isTrouble = event.isTrouble;
    mark.line = new QCPItemLine(m_plot);
    mark.line->start->setTypeX(QCPItemPosition::ptPlotCoords);
    mark.line->start->setTypeY(QCPItemPosition::ptAxisRectRatio);
    mark.line->end->setTypeX(QCPItemPosition::ptPlotCoords);
    mark.line->end->setTypeY(QCPItemPosition::ptAxisRectRatio);
    mark.line->start->setCoords(mark.at, 0);
    mark.line->end->setCoords(mark.at, 1);
    mark.text = new QCPItemText(m_plot);
    mark.text->position->setTypeX(QCPItemPosition::ptPlotCoords);
    mark.text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    mark.text->setText(QString::fromUtf8(event.text));
    takeLook(mark);
    // Of what was before this dashboard came, each service tells on its own.
    m_marks.insert(std::upper_bound(m_marks.begin(), m_marks.end(), mark,
                                    [](const Mark &a, const Mark &b) { return a.at < b.at; }),
                   mark);
    if (m_marks.size() > maxMarks)
        dropFirstMark();
}

void LoadChart::takeLook(const Mark &mark)
{
    const QColor colour = m_theme.colours().of(mark.isTrouble ? Tone::Bad : Tone::Good);
    mark.line->setPen(QPen(colour, 1.2, mark.isTrouble ? Qt::SolidLine : Qt::DashLine));
    mark.text->setColor(colour);
    mark.text->setFont(m_theme.font(0.8));
}

void LoadChart::dropOld(double now)
{
    for (QCPGraph *graph : {m_rate, m_queries, m_p50, m_p99})
        graph->data()->removeBefore(now - shownSeconds - 1);
    while (!m_marks.isEmpty() && m_marks.first().at < now - shownSeconds)
        dropFirstMark();
}

void LoadChart::dropFirstMark()
{
    const Mark mark = m_marks.takeFirst();
    m_plot->removeItem(mark.line);
    m_plot->removeItem(mark.text);
}

// Labels take the first row, of up to three that there is room for, that is free at their place.
void LoadChart::placeMarks()
{
    const QFontMetricsF metrics(m_theme.font(0.8));
    const double row = metrics.height() / std::max(1, m_plot->axisRect()->height());
    const auto rows = static_cast<qsizetype>(std::clamp(1 / row, 1.0, 3.0));
    QList<double> occupied(rows, std::numeric_limits<double>::lowest());
    for (const Mark &mark : std::as_const(m_marks)) {
        const double x = m_plot->xAxis->coordToPixel(mark.at);
        const double width = metrics.horizontalAdvance(mark.text->text()) + 8;
        const bool isLeft = x + width > m_plot->axisRect()->right();
        const double begin = isLeft ? x - width : x;
        const auto free =
            std::find_if(occupied.begin(), occupied.end(), [begin](double end) { return end <= begin; });
        mark.text->setVisible(free != occupied.end());
        if (free == occupied.end())
            continue;
        const auto index = free - occupied.begin();
        *free = begin + width;
        mark.text->setPositionAlignment((isLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        mark.text->setPadding(QMargins(isLeft ? 0 : 4, 0, isLeft ? 4 : 0, 0));
        mark.text->position->setCoords(mark.at, row * static_cast<double>(index));
    }
}

void LoadChart::clear()
{
    dropOld(std::numeric_limits<double>::max());
    m_lastMs = 0;
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

int LoadChart::pointCount() const
{
    return m_rate->dataCount();
}

void LoadChart::scale()
{
    const double milliseconds = std::max({leastMs, highest(*m_p99), highest(*m_p50), highest(*m_queries)});
    m_plot->yAxis->setRange(0, roundUp(milliseconds));
    m_plot->yAxis2->setRange(0, roundUp(std::max(leastRate, 1.1 * highest(*m_rate))));
}

void LoadChart::takeColours()
{
    const Colours &colours = m_theme.colours();
    m_plot->setBackground(QBrush(colours.surface));
    m_plot->legend->setBrush(Qt::NoBrush);
    m_plot->legend->setFont(m_theme.font(0.85));
    m_plot->legend->setTextColor(colours.text);
    m_plot->legend->setIconSize(m_theme.length(16), m_theme.length(10));
    QColor area = colours.rate;
    area.setAlphaF(areaOpacity);
    m_rate->setPen(QPen(colours.rate, 1.2));
    m_rate->setBrush(area);
    m_p50->setPen(QPen(colours.p50, 2));
    m_p99->setPen(QPen(colours.p99, 2));
    m_queries->setPen(QPen(colours.p50, 1.5, Qt::DotLine));
    for (QCPAxis *axis : {m_plot->xAxis, m_plot->yAxis, m_plot->yAxis2})
        colourAxis(axis);
    m_plot->yAxis->setLabel(QStringLiteral("ms"));
    m_plot->yAxis2->setLabel(QStringLiteral("requests/s"));
    // What is left beside all that has grown: there big labels leave room for few.
    setMinimumHeight(m_theme.isPresenter() ? 100 : 118);
    for (const QCPAxis *axis : {m_plot->yAxis, m_plot->yAxis2})
        axis->ticker()->setTickCount(m_theme.isPresenter() ? 2 : 3);
    for (const Mark &mark : std::as_const(m_marks))
        takeLook(mark);
    placeMarks();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LoadChart::colourAxis(QCPAxis *axis)
{
    const Colours &colours = m_theme.colours();
    axis->setTickLabelFont(m_theme.font(0.8));
    axis->setLabelFont(m_theme.font(0.8));
    axis->setTickLabelColor(colours.mutedText);
    axis->setLabelColor(colours.mutedText);
    axis->setBasePen(QPen(colours.border, 1));
    axis->setTickPen(QPen(colours.border, 1));
    axis->setSubTickPen(Qt::NoPen);
    axis->setLabelPadding(2);
    axis->grid()->setPen(QPen(colours.border, 1, Qt::DotLine));
    axis->grid()->setZeroLinePen(Qt::NoPen);
    axis->grid()->setVisible(axis == m_plot->yAxis);
}

} // namespace toystore
