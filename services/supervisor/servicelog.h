// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QString>

namespace toystore
{

/// The file that takes a service's stderr. What is over 1 MiB when the service starts becomes FILE.1, whose
/// predecessor goes: two files a service, however often it is started.
class ServiceLog
{
public:
    /// @p path: empty where the service writes to our own stderr.
    explicit ServiceLog(QString path) : m_path(std::move(path)) {}

    [[nodiscard]] const QString &path() const { return m_path; }

    /// Rotates, and remembers where this start's lines will begin.
    void beginStart();

    /// The last lines since beginStart(), at most 5 and 700 bytes; empty if there are none.
    [[nodiscard]] QByteArray tail() const;

private:
    QString m_path;
    qint64 m_begin = 0;
};

} // namespace toystore
