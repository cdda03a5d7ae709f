// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/faultsmenu.h"

namespace toystore
{

FaultsMenu::FaultsMenu(QWidget *parent) : QMenu(parent)
{
    show(ClusterSnapshot());
}

void FaultsMenu::show(const ClusterSnapshot &snapshot)
{
    if (m_isBuilt && snapshot.faults == m_faults)
        return;
    m_isBuilt = true;
    m_faults = snapshot.faults;
    clear();
    for (const FaultView &fault : m_faults) {
        QAction *told = addAction(
            QStringLiteral("%1: %2").arg(QString::fromUtf8(fault.link), QString::fromUtf8(fault.text)));
        told->setEnabled(false);
    }
    if (m_faults.isEmpty())
        addAction(QStringLiteral("No link is broken"))->setEnabled(false);
    addSeparator();
    QAction *mend = addAction(QStringLiteral("Mend all links"));
    mend->setEnabled(!m_faults.isEmpty());
    connect(mend, &QAction::triggered, this, &FaultsMenu::clearRequested);
}

} // namespace toystore
