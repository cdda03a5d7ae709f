// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/cachemodel.h"
#include "theme/theme.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QSpinBox;

namespace toystore
{

class Table;

/// What the frontend's cache holds, its switch and its capacity.
class CachePanel : public QWidget
{
    Q_OBJECT

public:
    CachePanel(Theme &theme, CacheModel &model, QWidget *parent = nullptr);

    void show(const ClusterSnapshot &snapshot);
    using QWidget::show;
    void setReadOnly(bool isReadOnly);

Q_SIGNALS:
    /// What is absent stays as it is.
    void changeRequested(std::optional<bool> enabled, std::optional<qint64> capacity);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void allow(const QString &whyNot);
    void say(const QString &figures);

    Table *m_table;
    QCheckBox *m_enabled;
    QSpinBox *m_capacity;
    QLabel *m_figures;
    QString m_says; // what m_figures says while it is seen
    bool m_isReadOnly = false;
    bool m_isShowing = false; // what changes now is news, not a wish
};

} // namespace toystore
