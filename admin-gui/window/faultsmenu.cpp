// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/faultsmenu.h"

#include <utility>

namespace toystore
{

FaultsMenu::FaultsMenu(QWidget *parent) : QMenu(parent), m_end(addSeparator())
{
    addLink(QStringLiteral("Frontend to leader"), "frontend", "leader");
    addLink(QStringLiteral("Frontend to catalog"), "frontend", "catalog", true);
    addLink(QStringLiteral("Leader to catalog"), "leader", "catalog");
    addLink(QStringLiteral("All links"), "all", "all");
    addSeparator();
    m_mend = addAction(QStringLiteral("Mend all links"));
    connect(m_mend, &QAction::triggered, this, &FaultsMenu::clearRequested);
    tell();
}

void FaultsMenu::show(const ClusterSnapshot &snapshot)
{
    if (snapshot.faults == m_faults)
        return;
    m_faults = snapshot.faults;
    tell();
}

void FaultsMenu::tell()
{
    qDeleteAll(std::exchange(m_told, {}));
    QStringList texts;
    for (const FaultView &fault : m_faults)
        texts << QStringLiteral("%1: %2").arg(QString::fromUtf8(fault.link), QString::fromUtf8(fault.text));
    if (texts.isEmpty())
        texts << QStringLiteral("No link is broken");
    for (const QString &text : texts) {
        auto *told = new QAction(text, this);
        told->setEnabled(false);
        insertAction(m_end, told);
        m_told << told;
    }
    m_mend->setEnabled(!m_faults.isEmpty());
}

/// @p isPushed: TO sends of its own accord, so that its direction alone is worth breaking.
void FaultsMenu::addLink(const QString &text, const QByteArray &from, const QByteArray &to, bool isPushed)
{
    QMenu *link = addMenu(text);
    const auto offer = [&](const QString &what, const Fault &fault) {
        connect(link->addAction(what), &QAction::triggered, this,
                [this, from, to, fault] { Q_EMIT faultRequested(from, to, fault); });
    };
    offer(QStringLiteral("Delay by 200 ms"), {"delay", {}, 200, {}, {}});
    offer(QStringLiteral("Lose 5 % of the messages"), {"loss", {}, {}, {}, 5.0});
    offer(QStringLiteral("Silent: nothing passes, connections stay"), {"silent", {}, {}, {}, {}});
    if (isPushed)
        offer(QStringLiteral("Silent backward: no invalidation and no answer arrives"),
              {"silent", "backward", {}, {}, {}});
    offer(QStringLiteral("Cut: connections are closed and refused"), {"cut", {}, {}, {}, {}});
}

} // namespace toystore
