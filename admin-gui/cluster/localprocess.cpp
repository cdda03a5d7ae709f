// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/localprocess.h"

#include "base/liveprocess.h"

#include <QFileInfo>

namespace toystore
{

bool isSupervisor(qint64 pid)
{
    if (!isAlive(pid))
        return false;
    const QString program = QFileInfo(QStringLiteral("/proc/%1/exe").arg(pid)).symLinkTarget();
    return program.isEmpty() || program.contains(QStringLiteral("/toystore-supervisor"));
}

} // namespace toystore
