// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "window/commands.h"

#include <QToolBar>

class QDockWidget;
class QMenu;
class QToolButton;

namespace toystore
{

class LiveIndicator;

/// The row of what is done most, and, at its right, how fresh the news is.
class ToolBar : public QToolBar
{
    Q_OBJECT

public:
    /// @p docks: can be shown and hidden from the View menu.
    ToolBar(Theme &theme, const Commands &commands, QMenu &faults, const QList<QDockWidget *> &docks,
            QWidget *parent = nullptr);

    [[nodiscard]] LiveIndicator *live() const { return m_live; }
    /// @p whyNot: empty if links can be broken.
    void allowFaults(const QString &whyNot);
    /// Without what acts on the store.
    void setReadOnly(bool isReadOnly);

private:
    [[nodiscard]] QToolButton *addMenu(const QString &text, const QString &help, QMenu *menu);
    [[nodiscard]] QMenu *viewMenu(const Commands &commands, const QList<QDockWidget *> &docks);
    void takeIcons();

    Theme &m_theme;
    const Commands &m_commands;
    LiveIndicator *m_live;
    QToolButton *m_faults;
    QToolButton *m_view;
    QAction *m_faultsAction = nullptr;
};

} // namespace toystore
