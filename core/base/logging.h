// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QLoggingCategory>
#include <QString>

namespace toystore
{

enum class LogFormat {
    Text, ///< `2026-11-22T09:00:00.000Z order-8091 info store.orders: message`
    Json, ///< one JSON object a line with at, service, level, category and message
};

/// Sends every Qt log message of this process to stderr in @p format, each as one line with one write(), so
/// that lines of several threads never mix. Control characters are escaped: no input can forge a line or
/// drive a terminal.
/// @p service names this process in each line. Call once, from main(), before other threads start.
void installLogging(const QByteArray &service, LogFormat format, bool verbose);

/// @p text with control characters (C0, DEL and C1) written as \u00xx and invalid UTF-8 replaced; for log
/// lines and error messages.
[[nodiscard]] QByteArray printable(QByteArrayView text);

} // namespace toystore
