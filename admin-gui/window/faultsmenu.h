// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"

#include <QMenu>

namespace toystore
{

/// What is broken between the services right now, and the way to mend it.
class FaultsMenu : public QMenu
{
    Q_OBJECT

public:
    explicit FaultsMenu(QWidget *parent);

    void show(const ClusterSnapshot &snapshot);
    using QWidget::show;

Q_SIGNALS:
    void clearRequested();

private:
    QList<FaultView> m_faults;
    bool m_isBuilt = false;
};

} // namespace toystore
