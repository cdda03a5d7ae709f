// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/replaysource.h"
#include "theme/theme.h"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace toystore
{

/// Plays a recording: where it is, how fast, pause, and again from its beginning.
class ReplayBar : public QWidget
{
    Q_OBJECT

public:
    /// @p play: plays and pauses. All must outlive it.
    ReplayBar(Theme &theme, ReplaySource &replay, QAction &play, QWidget *parent = nullptr);

private:
    void addSpeeds();
    void toggle();
    void again();
    void say();
    void takeColours();

    Theme &m_theme;
    ReplaySource &m_replay;
    QAction &m_play;
    QToolButton *m_toggle;
    QLabel *m_place;
    QLabel *m_text;
    QComboBox *m_speed;
    QPushButton *m_again;
};

} // namespace toystore
