// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "console.h"

#include "protocol/announcement.h"

#include <cstdio>
#include <unistd.h>

namespace toystore
{

Console::Console(const StoreConfig &config)
    : m_closeHint(::isatty(STDIN_FILENO) != 0
                      ? QByteArray("Close it with Ctrl-C.\n")
                      : "Close it with: toystore down --data " + config.data.toUtf8() + '\n')
{
}

void Console::show(const Event &event) const
{
    QByteArray text = announcement(event);
    if (text.isEmpty())
        return;
    text += '\n';
    if (event.kind == "store_open")
        text += m_closeHint;
    // A terminal that is gone is no reason to close the store.
    std::fputs(text.constData(), stdout);
    std::fflush(stdout);
}

} // namespace toystore
