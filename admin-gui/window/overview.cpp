// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/overview.h"

#include "overview/failoverstrip.h"
#include "overview/loadchart.h"
#include "overview/tilebar.h"
#include "overview/timelinebar.h"
#include "overview/verdictbar.h"
#include "topology/topologyview.h"

#include <QVBoxLayout>

namespace toystore
{

Overview::Overview(Theme &theme, TimelineModel &timeline, QWidget *parent)
    : QWidget(parent), m_tiles(new TileBar(theme, this)), m_verdicts(new VerdictBar(theme, this)),
      m_topology(new TopologyView(theme, this)), m_chart(new LoadChart(theme, this)),
      m_failover(new FailoverStrip(theme, this)), m_timeline(new TimelineBar(theme, timeline, this))
{
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_tiles);
    column->addWidget(m_verdicts);
    column->addWidget(m_topology, 3);
    column->addWidget(m_chart, 2);
    column->addWidget(m_failover);
    column->addWidget(m_timeline);
    // Big fonts leave less for the space between.
    const auto takeMargins = [column, &theme] {
        const int margin = theme.isPresenter() ? 4 : 8;
        column->setContentsMargins(9, margin, 9, margin);
        column->setSpacing(theme.isPresenter() ? 5 : 7);
    };
    connect(&theme, &Theme::changed, this, takeMargins);
    takeMargins();
}

void Overview::watch(ClusterSource &source)
{
    connect(&source, &ClusterSource::snapshotChanged, this, &Overview::show);
    connect(&source, &ClusterSource::eventsAdded, m_chart, &LoadChart::mark);
    connect(&source, &ClusterSource::orderTravelled, m_topology, &TopologyView::showTravel);
    connect(&source, &ClusterSource::storeChanged, m_chart, &LoadChart::clear);
    show(source.snapshot());
}

void Overview::show(const ClusterSnapshot &snapshot)
{
    m_tiles->show(snapshot);
    m_verdicts->show(snapshot);
    m_topology->show(snapshot);
    m_chart->add(snapshot);
    m_failover->show(snapshot);
}

} // namespace toystore
