// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/commands.h"

namespace toystore
{

namespace
{

QList<QKeySequence> keys(std::initializer_list<const char *> texts)
{
    QList<QKeySequence> sequences;
    for (const char *text : texts)
        sequences << QKeySequence(QString::fromLatin1(text));
    return sequences;
}

} // namespace

Commands::Commands(Theme &theme, QObject *parent) : QObject(parent), m_theme(theme)
{
    addStoreCommands();
    addViewCommands();
    for (const Command command :
         {Command::Presenter, Command::DarkColours, Command::Animation, Command::Tables})
        m_actions[command]->setCheckable(true);
    connect(&m_theme, &Theme::changed, this, &Commands::takeIcons);
    takeIcons();
}

void Commands::addStoreCommands()
{
    add(Command::StartStore, QStringLiteral("Start"), QStringLiteral("power"), keys({"F2"}),
        QStringLiteral("Start a store on this machine"));
    add(Command::StopStore, QStringLiteral("Stop"), QStringLiteral("stopstore"), keys({"Shift+F2"}),
        QStringLiteral("Stop the whole store"));
    add(Command::KillLeader, QStringLiteral("Kill the leader"), QStringLiteral("kill"), keys({"Ctrl+K"}),
        QStringLiteral("Kill the leader"));
    add(Command::PauseLeader, QStringLiteral("Pause the leader"), QStringLiteral("pause"), keys({"Ctrl+P"}),
        QStringLiteral("Pause the leader"));
    add(Command::RestoreAll, QStringLiteral("Restore all"), QStringLiteral("restore"), keys({"F5"}),
        QStringLiteral("End all faults, resume and start all services"));
    add(Command::Connect, QStringLiteral("Connect…"), QStringLiteral("connect"), keys({"Ctrl+O"}),
        QStringLiteral("Connect to a store"));
    add(Command::ToggleLoad, QStringLiteral("Start load"), QStringLiteral("load"), keys({"F8"}),
        QStringLiteral("Start or stop the load"));
    add(Command::NextStep, QStringLiteral("Next step"), QStringLiteral("next"),
        keys({"PgDown", "Ctrl+Right"}), QStringLiteral("Next step of the demonstration"));
    add(Command::PlayRecording, QStringLiteral("Play"), QStringLiteral("play"), keys({"F7"}),
        QStringLiteral("Play or pause the recording"));
}

void Commands::addViewCommands()
{
    add(Command::Presenter, QStringLiteral("Presenter A+"), QStringLiteral("presenter"), keys({"F9"}),
        QStringLiteral("Bigger fonts, for a projector"));
    add(Command::DarkColours, QStringLiteral("Dark colours"), QStringLiteral("theme"), keys({"Ctrl+D"}),
        QStringLiteral("Dark or light colours"));
    add(Command::Animation, QStringLiteral("Animate orders"), QStringLiteral("animation"), keys({"Ctrl+A"}),
        QStringLiteral("Show orders on their way, or not"));
    add(Command::Tables, QStringLiteral("Tables"), QStringLiteral("tables"), keys({"Ctrl+T"}),
        QStringLiteral("Show or hide order log, cache, catalog and load"));
    add(Command::FullScreen, QStringLiteral("Full screen"), QStringLiteral("layout"), keys({"F11"}),
        QStringLiteral("Full screen and back"));
    add(Command::FilterOrders, QStringLiteral("Filter orders"), QStringLiteral("search"), keys({"Ctrl+F"}),
        QStringLiteral("Filter the order log"));
    add(Command::ExportOrders, QStringLiteral("Export orders (CSV)…"), QStringLiteral("export"),
        keys({"Ctrl+E"}), QStringLiteral("Write the order log to a file"));
    add(Command::ExportPicture, QStringLiteral("Export picture (PNG)…"), QStringLiteral("camera"),
        keys({"Ctrl+Shift+E"}), QStringLiteral("Write a picture of this window to a file"));
    add(Command::ResetLayout, QStringLiteral("Reset layout"), QStringLiteral("layout"), keys({"Ctrl+0"}),
        QStringLiteral("Put all docks back in their places"));
    add(Command::Shortcuts, QStringLiteral("Keyboard shortcuts"), QStringLiteral("keyboard"), keys({"F1"}),
        QStringLiteral("Show the keyboard shortcuts"));
    add(Command::Quit, QStringLiteral("Quit"), QStringLiteral("close"), keys({"Ctrl+Q"}),
        QStringLiteral("Close this window"));
}

void Commands::add(Command command, const QString &text, const QString &icon, const QList<QKeySequence> &keys,
                   const QString &help)
{
    auto *action = new QAction(text, this);
    action->setShortcuts(keys);
    action->setAutoRepeat(false); // a key that is held is one wish
    action->setToolTip(help);
    action->setWhatsThis(help);
    m_actions[command] = action;
    m_icons[command] = icon;
}

void Commands::allow(Command command, const QString &whyNot)
{
    QAction *action = m_actions[command];
    action->setEnabled(whyNot.isEmpty());
    action->setToolTip(whyNot.isEmpty() ? action->whatsThis()
                                        : QStringLiteral("%1: %2").arg(action->whatsThis(), whyNot));
}

QList<QAction *> Commands::all() const
{
    QList<QAction *> actions;
    for (int command = 0; command <= static_cast<int>(Command::Quit); ++command)
        actions << m_actions.value(static_cast<Command>(command));
    return actions;
}

void Commands::takeIcons()
{
    for (auto it = m_actions.cbegin(); it != m_actions.cend(); ++it)
        it.value()->setIcon(m_theme.icon(m_icons.value(it.key())));
}

} // namespace toystore
