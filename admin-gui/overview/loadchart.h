// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"
#include "theme/theme.h"

#include <QList>
#include <QWidget>

class QCPAxis;
class QCPGraph;
class QCPItemLine;
class QCPItemText;
class QCustomPlot;

namespace toystore
{

/// How long the shop's answers took and how many there were, over the last minute, with marks where something
/// happened to the store.
class LoadChart : public QWidget
{
    Q_OBJECT

public:
    /// Of what is filled below the line of requests per second.
    static constexpr float areaOpacity = 0.16F;

    explicit LoadChart(Theme &theme, QWidget *parent = nullptr);

    /// Takes a snapshot's figures, at most four times a second of the store's time.
    void add(const ClusterSnapshot &snapshot);
    void mark(const QList<TimelineEvent> &events);
    void clear();

    [[nodiscard]] qsizetype markCount() const { return m_marks.size(); }
    [[nodiscard]] int pointCount() const;

private:
    struct Mark {
        double at = 0; // seconds since 1970
        bool isTrouble = false;
        QCPItemLine *line = nullptr;
        QCPItemText *text = nullptr;
    };

    [[nodiscard]] QCPGraph *addGraph(const QString &name, bool isRate);
    void takeColours();
    void colourAxis(QCPAxis *axis);
    void addMark(const TimelineEvent &event);
    void takeLook(const Mark &mark);
    void dropOld(double now);
    void dropFirstMark();
    void placeMarks();
    void scale();

    Theme &m_theme;
    QCustomPlot *m_plot;
    QCPGraph *m_rate;
    QCPGraph *m_p50;
    QCPGraph *m_p99;
    QCPGraph *m_queries;
    QList<Mark> m_marks;
    qint64 m_lastMs = 0;
};

} // namespace toystore
