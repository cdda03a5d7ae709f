// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "console.h"

#include <cstdio>
#include <unistd.h>

namespace toystore
{

namespace
{

void print(const QByteArray &line)
{
    // A closed terminal is no reason to close the store.
    std::fputs((line + '\n').constData(), stdout);
    std::fflush(stdout);
}

int longestName(const StoreConfig &config)
{
    qsizetype longest = QByteArrayLiteral("frontend").size();
    for (const ReplicaPlace &place : config.replicas)
        longest = std::max(longest, ("order-" + QByteArray::number(place.id.value)).size());
    return static_cast<int>(longest);
}

QByteArray capitalised(QByteArray text)
{
    return text.left(1).toUpper() + text.mid(1);
}

} // namespace

Console::Console(const StoreConfig &config)
    : m_shop("http://127.0.0.1:" + QByteArray::number(config.httpPort)),
      m_closeHint(::isatty(STDIN_FILENO) != 0
                      ? QByteArray("Close it with Ctrl-C.")
                      : "Close it with: toystore down --data " + config.data.toUtf8()),
      m_nameWidth(longestName(config))
{
}

void Console::show(const Event &event) const
{
    if (event.kind == "service_started" || event.kind == "service_draining")
        return;
    if (event.kind.startsWith("service_")) {
        const QByteArray indent(m_nameWidth + 4, ' ');
        QByteArray message = event.message;
        message.replace("\n", "\n" + indent);
        return print("  " + event.subject.leftJustified(m_nameWidth + 2) + message);
    }
    if (event.kind == "store_open")
        return showOpen(event);
    print(capitalised(event.message));
}

void Console::showOpen(const Event &event) const
{
    print(capitalised(event.message) + "\n\n  curl " + m_shop + "/products/Tux\n  curl --json " +
          R"('{"name":"Tux","quantity":1}' )" + m_shop + "/orders\n\n" + m_closeHint);
}

} // namespace toystore
