// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/cliprocess.h"

#include <QTest>

#include <csignal>

namespace toystore
{

namespace
{

constexpr int saysWithin = 20'000; // ms
constexpr int endsWithin = 60'000;

} // namespace

CliProcess::CliProcess(const QStringList &arguments)
{
    m_process.start(QStringLiteral(TOYSTORE_CLI), arguments);
    m_process.waitForStarted();
}

CliProcess::~CliProcess()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate(); // it closes its store, if it has one
    if (!m_process.waitForFinished(saysWithin))
        m_process.kill();
    m_process.waitForFinished();
}

bool CliProcess::waitForOut(const QByteArray &text)
{
    return QTest::qWaitFor(
        [&] {
            read();
            return m_outcome.out.contains(text);
        },
        saysWithin);
}

bool CliProcess::waitForErr(const QByteArray &text)
{
    return QTest::qWaitFor(
        [&] {
            read();
            return m_outcome.err.contains(text);
        },
        saysWithin);
}

void CliProcess::interrupt()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGINT);
}

Outcome CliProcess::end()
{
    const bool ended =
        QTest::qWaitFor([this] { return m_process.state() == QProcess::NotRunning; }, endsWithin);
    read();
    if (ended && m_process.exitStatus() == QProcess::NormalExit)
        m_outcome.exitCode = m_process.exitCode();
    return m_outcome;
}

void CliProcess::read()
{
    m_outcome.out += m_process.readAllStandardOutput();
    m_outcome.err += m_process.readAllStandardError();
}

} // namespace toystore
