// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"
#include "theme/theme.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace toystore
{

/// What is shown instead of a store while there is none to show: nothing is open, or we are connecting. Says
/// what to do about it.
class StatePage : public QWidget
{
    Q_OBJECT

public:
    StatePage(Theme &theme, QWidget *parent = nullptr);

    void show(const ClusterSnapshot &snapshot);
    using QWidget::show;
    /// Without what opens a store.
    void setReadOnly(bool isReadOnly);
    /// That a store is being opened, by 'toystore up'; @p failure: why that failed, if it did. Either is said
    /// until the next call.
    void setOpening(bool isOpening, const QString &failure = {});

Q_SIGNALS:
    void startRequested();
    void connectRequested();

private:
    void say();

    Theme &m_theme;
    ClusterSnapshot m_snapshot;
    bool m_isOpening = false;
    bool m_isReadOnly = false;
    QString m_failure;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_text;
    QPushButton *m_start;
    QPushButton *m_connect;
};

} // namespace toystore
