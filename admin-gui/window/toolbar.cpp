// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/toolbar.h"

#include "notices/liveindicator.h"
#include "theme/menubutton.h"

#include <QDockWidget>
#include <QMenu>

namespace toystore
{

namespace
{

const QString whatFaultsDo = QStringLiteral("Break the links between the services");

} // namespace

ToolBar::ToolBar(Theme &theme, const Commands &commands, QMenu &faults, const QList<QDockWidget *> &docks,
                 QWidget *parent)
    : QToolBar(QStringLiteral("Store"), parent), m_theme(theme), m_commands(commands),
      m_live(new LiveIndicator(theme, this)),
      m_faults(addMenu(QStringLiteral("Faults"), whatFaultsDo, &faults)),
      m_view(addMenu(QStringLiteral("View"), QStringLiteral("Colours, docks, exports"),
                     viewMenu(commands, docks)))
{
    setObjectName(QStringLiteral("toolbar")); // by which the layout is saved
    setMovable(false);
    setContextMenuPolicy(Qt::PreventContextMenu); // it can't be hidden by accident
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    addAction(commands[Command::StartStore]);
    addAction(commands[Command::StopStore]);
    addSeparator();
    m_faultsAction = addWidget(m_faults);
    addAction(commands[Command::RestoreAll]);
    addSeparator();
    addAction(commands[Command::Connect]);
    addAction(commands[Command::ToggleLoad]);
    addSeparator();
    addAction(commands[Command::Presenter]);
    addAction(commands[Command::Tables]);
    addWidget(m_view);
    auto *spacer = new QWidget(this);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    addWidget(spacer);
    addWidget(m_live);
    for (const QAction *action : actions()) {
        if (auto *button = qobject_cast<QToolButton *>(widgetForAction(const_cast<QAction *>(action)))) {
            button->setFocusPolicy(Qt::StrongFocus);
            button->setAccessibleName(action->text().isEmpty() ? button->text() : action->text());
        }
    }
    connect(&m_theme, &Theme::changed, this, &ToolBar::takeIcons);
    takeIcons();
}

QToolButton *ToolBar::addMenu(const QString &text, const QString &help, QMenu *menu)
{
    auto *button = new MenuButton(m_theme, this);
    button->setText(text);
    button->setToolTip(help);
    button->setMenu(menu);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    return button;
}

QMenu *ToolBar::viewMenu(const Commands &commands, const QList<QDockWidget *> &docks)
{
    auto *menu = new QMenu(this);
    menu->addAction(commands[Command::DarkColours]);
    menu->addAction(commands[Command::Animation]);
    menu->addAction(commands[Command::FullScreen]);
    menu->addSeparator();
    for (const QDockWidget *dock : docks)
        menu->addAction(dock->toggleViewAction());
    menu->addAction(commands[Command::ResetLayout]);
    menu->addSeparator();
    menu->addAction(commands[Command::FilterOrders]);
    menu->addAction(commands[Command::ExportOrders]);
    menu->addAction(commands[Command::ExportPicture]);
    menu->addSeparator();
    menu->addAction(commands[Command::Shortcuts]);
    menu->addAction(commands[Command::Quit]);
    return menu;
}

void ToolBar::allowFaults(const QString &whyNot)
{
    m_faults->setEnabled(whyNot.isEmpty());
    m_faults->setToolTip(whyNot.isEmpty() ? whatFaultsDo
                                          : QStringLiteral("%1: %2").arg(whatFaultsDo, whyNot));
}

void ToolBar::setReadOnly(bool isReadOnly)
{
    for (const Command command : {Command::StartStore, Command::StopStore, Command::RestoreAll,
                                  Command::ToggleLoad, Command::KillLeader, Command::PauseLeader})
        m_commands[command]->setVisible(!isReadOnly);
    m_faultsAction->setVisible(!isReadOnly);
    for (QAction *action : actions()) {
        if (action->isSeparator()) // too little is left to keep apart
            action->setVisible(!isReadOnly);
    }
}

void ToolBar::takeIcons()
{
    setIconSize(QSize(m_theme.length(18), m_theme.length(18)));
    for (QToolButton *button : {m_faults, m_view})
        button->setIconSize(iconSize());
    // Big fonts leave no room for the words of what is done rarely.
    const Qt::ToolButtonStyle style =
        m_theme.isPresenter() ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon;
    m_view->setToolButtonStyle(style);
    for (const Command command :
         {Command::StartStore, Command::StopStore, Command::Connect, Command::Presenter})
        qobject_cast<QToolButton *>(widgetForAction(m_commands[command]))->setToolButtonStyle(style);
    m_faults->setIcon(m_theme.icon(QStringLiteral("fault")));
    m_view->setIcon(m_theme.icon(QStringLiteral("layout")));
}

} // namespace toystore
