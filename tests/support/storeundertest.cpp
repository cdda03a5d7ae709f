// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/storeundertest.h"

#include "protocol/frontendmessages.h"

#include <QDir>
#include <QFile>

#include <csignal>
#include <sys/prctl.h>

namespace toystore
{

StoreUnderTest::StoreUnderTest(QStringList arguments) : m_arguments(std::move(arguments)) {}

StoreUnderTest::~StoreUnderTest()
{
    if (m_supervisor)
        close();
    if (QTest::currentTestFailed()) {
        for (const QFileInfo &log : QDir(path(QStringLiteral("logs"))).entryInfoList(QDir::Files)) {
            QFile file(log.filePath());
            if (file.open(QIODevice::ReadOnly))
                qWarning("%s:\n%s", qUtf8Printable(log.fileName()), file.readAll().right(4000).constData());
        }
    }
}

bool StoreUnderTest::open()
{
    m_supervisor = std::make_unique<QProcess>();
    m_supervisor->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    // It ends with a test that crashes, whose output it would else keep open: ctest waits for its end.
    m_supervisor->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
    m_supervisor->start(QStringLiteral(TOYSTORE_SUPERVISOR),
                        QStringList{QStringLiteral("--data"), m_directory.path()} + m_ports.arguments() +
                            m_arguments);
    if (!m_supervisor->waitForStarted())
        return false;
    QByteArrayList services{"catalog", "frontend"};
    for (const qint64 replica : replicas())
        services << nameOf(replica);
    for (const QByteArray &service : services) {
        if (waitForState(service, "ready") != "ready")
            return false;
    }
    return true;
}

bool StoreUnderTest::close()
{
    if (!m_supervisor)
        return false;
    m_supervisor->terminate();
    const bool ended = m_supervisor->waitForFinished(20'000);
    if (!ended)
        m_supervisor->kill();
    const bool clean =
        ended && m_supervisor->exitStatus() == QProcess::NormalExit && m_supervisor->exitCode() == 0;
    m_supervisor->waitForFinished();
    m_supervisor.reset();
    return clean;
}

void StoreUnderTest::killAll()
{
    m_supervisor->kill();
    m_supervisor->waitForFinished();
    m_supervisor.reset();
}

QByteArray StoreUnderTest::token() const
{
    QFile file(path(QStringLiteral("token")));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
}

QByteArray StoreUnderTest::waitForState(const QByteArray &service, const QByteArray &state) const
{
    QByteArray seen = "nothing";
    const bool reached = QTest::qWaitFor(
        [&] {
            const Result<Processes::Answer> answer = ask(supervisorPort(), Processes());
            if (!answer)
                return false;
            for (const ProcessView &process : answer->processes) {
                if (process.service == service)
                    seen = process.state;
            }
            return seen == state;
        },
        20'000);
    return reached ? state : seen;
}

ReplicaId StoreUnderTest::leader() const
{
    const Result<FrontendStatus::Answer> status = ask(adminPort(), FrontendStatus());
    return status ? status->leaderId : ReplicaId();
}

bool StoreUnderTest::waitForLeader() const
{
    return QTest::qWaitFor([this] { return !leader().isNone(); }, 20'000);
}

QByteArray StoreUnderTest::logOf(qint64 replica) const
{
    QFile file(path(QString::fromLatin1(nameOf(replica)) + QStringLiteral("/orders.log")));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool StoreUnderTest::waitForEqualLogs(Milliseconds patience) const
{
    return QTest::qWaitFor(
        [this] {
            const QByteArray first = logOf(replicas().first());
            for (const qint64 replica : replicas()) {
                if (logOf(replica) != first)
                    return false;
            }
            return true;
        },
        static_cast<int>(patience.count()));
}

} // namespace toystore
