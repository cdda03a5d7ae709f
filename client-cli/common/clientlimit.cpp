// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/clientlimit.h"

#include "base/process.h"

#include <algorithm>

namespace toystore
{

namespace
{

constexpr qint64 ourOwn = 32; // terminal, event loops, files, connections to services

} // namespace

Result<void> makeRoomFor(qint64 clients)
{
    const qint64 limit = raiseDescriptorLimit();
    if (clients + ourOwn <= limit)
        return {};
    return failure(ErrorCode::OutOfRange,
                   "--clients: " + QByteArray::number(clients) + " have no room within the " +
                       QByteArray::number(limit) + " descriptors that a process may open here (ulimit -n), " +
                       QByteArray::number(std::max<qint64>(limit - ourOwn, 0)) + " have");
}

} // namespace toystore
