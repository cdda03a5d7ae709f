// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/chaosprocess.h"

#include <QJsonDocument>
#include <QTest>

namespace toystore
{

ChaosProcess::ChaosProcess(const QStringList &arguments)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(QStringLiteral(TOYSTORE_CLI),
                    QStringList{QStringLiteral("chaos"), QStringLiteral("-o"), QStringLiteral("json")} +
                        arguments);
    m_process.waitForStarted();
}

ChaosProcess::~ChaosProcess()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate(); // it closes its store
    if (!m_process.waitForFinished(60'000))
        m_process.kill();
    m_process.waitForFinished();
}

int ChaosProcess::exitCode()
{
    const bool ended = QTest::qWaitFor([this] { return m_process.state() == QProcess::NotRunning; }, 120'000);
    m_out += m_process.readAllStandardOutput();
    return ended && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

QJsonObject ChaosProcess::report() const
{
    return QJsonDocument::fromJson(m_out).object();
}

} // namespace toystore
