// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/operatedstore.h"

#include <QProcess>

namespace toystore
{

/// `toystore` as a process that is looked at while it runs, and may be sent signals. Ended when this goes.
class CliProcess
{
public:
    explicit CliProcess(const QStringList &arguments);
    ~CliProcess();

    /// Waits until it has said @p text, on stdout or stderr; at most 20 s.
    [[nodiscard]] bool waitForOut(const QByteArray &text);
    [[nodiscard]] bool waitForErr(const QByteArray &text);
    /// As Ctrl-C does.
    void interrupt();
    void write(const QByteArray &input) { m_process.write(input); }
    /// Waits for its end, at most 60 s.
    [[nodiscard]] Outcome end();

    [[nodiscard]] qint64 pid() const { return m_process.processId(); }

private:
    void read();

    QProcess m_process;
    Outcome m_outcome;
};

} // namespace toystore
