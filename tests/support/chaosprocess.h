// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QJsonObject>
#include <QProcess>

namespace toystore
{

/// `toystore chaos -o json` as a process of its own.
class ChaosProcess
{
public:
    /// @p arguments: behind `chaos`, without -o.
    explicit ChaosProcess(const QStringList &arguments);
    ~ChaosProcess();

    /// Waits for its end, at most two minutes; its exit code, or -1.
    [[nodiscard]] int exitCode();
    /// What it printed.
    [[nodiscard]] const QByteArray &out() const { return m_out; }
    [[nodiscard]] QJsonObject report() const;
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }

private:
    QProcess m_process;
    QByteArray m_out;
};

} // namespace toystore
