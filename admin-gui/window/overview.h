// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/timelinemodel.h"
#include "theme/theme.h"

#include <QWidget>

namespace toystore
{

class FailoverStrip;
class LoadChart;
class TileBar;
class TimelineBar;
class TopologyView;
class VerdictBar;

/// What is always in view: tiles, verdicts, topology, chart, failover and timeline.
class Overview : public QWidget
{
    Q_OBJECT

public:
    Overview(Theme &theme, TimelineModel &timeline, QWidget *parent = nullptr);

    /// Shows what @p source tells from now on.
    void watch(ClusterSource &source);

    [[nodiscard]] TopologyView *topology() const { return m_topology; }
    [[nodiscard]] LoadChart *chart() const { return m_chart; }

private:
    void show(const ClusterSnapshot &snapshot);

    TileBar *m_tiles;
    VerdictBar *m_verdicts;
    TopologyView *m_topology;
    LoadChart *m_chart;
    FailoverStrip *m_failover;
    TimelineBar *m_timeline;
};

} // namespace toystore
