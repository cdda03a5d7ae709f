// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QAction>
#include <QHash>
#include <QObject>

namespace toystore
{

/// What can be done in the main window, whatever is shown.
enum class Command {
    StartStore,
    StopStore,
    KillLeader,
    PauseLeader,
    RestoreAll,
    Connect,
    ToggleLoad,
    Presenter,
    DarkColours,
    Animation,
    Tables,
    FullScreen,
    FilterOrders,
    ExportOrders,
    ExportPicture,
    ResetLayout,
    NextStep,
    PlayRecording,
    Shortcuts,
    Quit,
};

/// An action for every command, with text, icon, shortcut and help; icons follow the theme.
class Commands : public QObject
{
    Q_OBJECT

public:
    Commands(Theme &theme, QObject *parent);

    [[nodiscard]] QAction *operator[](Command command) const { return m_actions.value(command); }
    /// Enables a command, or disables it and says so in its tooltip. @p whyNot: empty if it is allowed.
    void allow(Command command, const QString &whyNot);
    /// In the order of the commands.
    [[nodiscard]] QList<QAction *> all() const;

private:
    void add(Command command, const QString &text, const QString &icon, const QList<QKeySequence> &keys,
             const QString &help);
    void addStoreCommands();
    void addViewCommands();
    void takeIcons();

    Theme &m_theme;
    QHash<Command, QAction *> m_actions;
    QHash<Command, QString> m_icons;
};

} // namespace toystore
