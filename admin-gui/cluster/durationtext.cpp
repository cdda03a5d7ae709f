// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/durationtext.h"

#include <algorithm>

namespace toystore
{

QString durationText(qint64 ms)
{
    ms = std::max<qint64>(ms, 0);
    const qint64 seconds = ms / 1000;
    if (seconds == 0)
        return QStringLiteral("%1 ms").arg(ms);
    if (seconds < 120)
        return QStringLiteral("%1 s").arg(seconds);
    if (seconds < 2 * 3600)
        return QStringLiteral("%1 min").arg(seconds / 60);
    if (seconds < 48 * 3600)
        return QStringLiteral("%1 h").arg(seconds / 3600);
    return QStringLiteral("%1 days").arg(seconds / 86400);
}

} // namespace toystore
