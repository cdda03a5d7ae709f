// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"
#include "theme/theme.h"

#include <QWidget>

namespace toystore
{

/// A point of a failover and how long after the one before it came.
struct FailoverStep {
    QString name;
    std::optional<qint64> afterMs; ///< absent: it is the first, or has not happened
    bool happened = false;

    bool operator==(const FailoverStep &) const = default;
};

/// The five points of @p failover in their order. Pure.
[[nodiscard]] QList<FailoverStep> failoverSteps(const FailoverView &failover);

/// The last failover on a line: last good answer, first failure, detection, new leader, first success, the
/// milliseconds between them, and what it cost.
class FailoverStrip : public QWidget
{
    Q_OBJECT

public:
    explicit FailoverStrip(Theme &theme, QWidget *parent = nullptr);

    void show(const ClusterSnapshot &snapshot);
    using QWidget::show;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintStep(QPainter &painter, qsizetype index, double x, double nextX) const;
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString cost() const;

    Theme &m_theme;
    std::optional<FailoverView> m_failover;
    QList<FailoverStep> m_steps;
};

} // namespace toystore
