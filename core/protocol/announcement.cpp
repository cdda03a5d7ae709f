// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/announcement.h"

#include "base/logging.h"

namespace toystore
{

namespace
{

constexpr qsizetype nameWidth = 12; // "order-8091" and two spaces

// Each line of @p text harmless to a terminal, all but the first indented by @p indent.
QByteArray indented(const QByteArray &text, qsizetype indent)
{
    QByteArrayList lines;
    for (const QByteArray &line : text.split('\n'))
        lines.append(printable(line));
    return lines.join('\n' + QByteArray(indent, ' '));
}

QByteArray capitalised(const QByteArray &text)
{
    return text.left(1).toUpper() + text.mid(1);
}

} // namespace

QByteArray withoutLog(const QByteArray &reason)
{
    const qsizetype log = reason.indexOf(logFollows);
    return log < 0 ? reason : reason.first(log);
}

QByteArray announcement(const Event &event)
{
    if (event.kind == "service_started" || event.kind == "service_draining")
        return {};
    if (event.kind.startsWith("service_"))
        return "  " + event.subject.leftJustified(nameWidth) + indented(event.message, nameWidth + 4);
    if (event.kind == "store_open")
        return capitalised(event.message) + "\n\n  curl " + event.subject + "/products/Tux\n  curl --json " +
               R"('{"name":"Tux","quantity":1}' )" + event.subject + "/orders\n";
    return capitalised(indented(event.message, 2));
}

} // namespace toystore
