// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"
#include "theme/theme.h"

#include <QSet>
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

    /// Begins the next step, if the store is ready for it: asks the source for what it takes. What fails
    /// takes the step back.
    void advance();
    [[nodiscard]] qsizetype step() const { return m_step; }
    /// The next one's; empty after the last.
    [[nodiscard]] QString nextTitle() const;
    /// Why the next step can't begin now; empty if it can.
    [[nodiscard]] QString whyNotNext() const;

Q_SIGNALS:
    /// @p whyNot: as whyNotNext() says now.
    void readinessTold(const QString &whyNot);

private:
    void say();
    void take(const ActionOutcome &outcome);

    Theme &m_theme;
    ClusterSource &m_source;
    qsizetype m_step = 0;
    QSet<qint64> m_asked; // for this step, by the source's number; until it is finished
    QLabel *m_count;
    QLabel *m_title;
    QLabel *m_watch;
    QToolButton *m_next;
};

} // namespace toystore
