// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"
#include "theme/theme.h"

#include <QWidget>

class QLabel;

namespace toystore
{

/// A computed statement: an icon, a few words, and why in the tooltip.
class Verdict : public QWidget
{
    Q_OBJECT

public:
    /// @p subject: said before the words of a verdict that is well.
    Verdict(Theme &theme, const QString &subject, const QString &question, QWidget *parent);

    /// @p isOld: nobody says so any more.
    void show(const VerdictView &verdict, bool isOld);
    using QWidget::show;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void takeColours();
    [[nodiscard]] QColor colour() const;
    [[nodiscard]] QString words() const;

    Theme &m_theme;
    const QString m_subject;
    VerdictView m_verdict;
    bool m_isOld = false;
    QLabel *m_icon;
    QLabel *m_text;
};

/// The verdicts on the store, side by side.
class VerdictBar : public QWidget
{
    Q_OBJECT

public:
    explicit VerdictBar(Theme &theme, QWidget *parent = nullptr);

    void show(const ClusterSnapshot &snapshot);
    using QWidget::show;

private:
    Verdict *m_logs;
    Verdict *m_stock;
    Verdict *m_clients;
};

} // namespace toystore
