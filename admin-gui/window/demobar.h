// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"
#include "theme/theme.h"

#include <QWidget>

class QAction;
class QLabel;
class QToolButton;

namespace toystore
{

/// Leads through the demonstration: where it is, what to look at, and the button for the next step.
class DemoBar : public QWidget
{
    Q_OBJECT

public:
    DemoBar(Theme &theme, ClusterSource &source, QAction &next, QWidget *parent = nullptr);

    /// Begins the next step: asks the source for what it takes.
    void advance();
    [[nodiscard]] qsizetype step() const { return m_step; }

private:
    void say();

    Theme &m_theme;
    ClusterSource &m_source;
    qsizetype m_step = 0;
    QLabel *m_count;
    QLabel *m_title;
    QLabel *m_watch;
    QToolButton *m_next;
};

} // namespace toystore
