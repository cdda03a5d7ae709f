// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"
#include "protocol/faultmessages.h"

#include <QMenu>

namespace toystore
{

/// What is broken between the services right now, the ways to break more, and the way to mend it.
class FaultsMenu : public QMenu
{
    Q_OBJECT

public:
    explicit FaultsMenu(QWidget *parent);

    void show(const ClusterSnapshot &snapshot);
    using QWidget::show;

Q_SIGNALS:
    void clearRequested();
    /// @p from, @p to: as ClusterSource::setFault() wants them.
    void faultRequested(const QByteArray &from, const QByteArray &to, const toystore::Fault &fault);

private:
    void addLink(const QString &text, const QByteArray &from, const QByteArray &to, bool isPushed = false);
    void tell();

    QAction *m_end; // of what is broken
    QAction *m_mend = nullptr;
    QList<FaultView> m_faults;
    QList<QAction *> m_told;
};

} // namespace toystore
