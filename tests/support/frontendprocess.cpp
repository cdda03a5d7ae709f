// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/frontendprocess.h"

#include "protocol/frontendmessages.h"
#include "support/fakestore.h"

#include <QTcpServer>

#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace toystore
{

namespace
{

int listenForNotifications(const QByteArray &path)
{
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    TOYSTORE_ENSURE(static_cast<std::size_t>(path.size()) < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
    TOYSTORE_ENSURE(::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0);
    return descriptor;
}

} // namespace

FrontendProcess::FrontendProcess(const FakeStore &store, int mostDescriptors)
    : m_notifySocket(listenForNotifications(m_directory.filePath(QStringLiteral("notify")).toUtf8()))
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NOTIFY_SOCKET"), m_directory.filePath(QStringLiteral("notify")));
    m_process.setProcessEnvironment(environment);
    m_process.setChildProcessModifier([most = static_cast<rlim_t>(mostDescriptors)] {
        // It ends with a test that crashes, whose output it would else keep open: ctest waits for its end.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const rlimit limit{most, most};
        if (most > 0)
            ::setrlimit(RLIMIT_NOFILE, &limit);
    });
    m_process.setProcessChannelMode(QProcess::ForwardedChannels);
    m_process.start(QStringLiteral(TOYSTORE_FRONTEND),
                    QStringList{store.replicaPlaces(), QStringLiteral("--catalog"), store.catalogPlace(),
                                QStringLiteral("--http-port"), QString::number(httpPort()),
                                QStringLiteral("--admin-port"), QString::number(adminPort())});
}

FrontendProcess::~FrontendProcess()
{
    if (isRunning()) {
        m_process.kill();
        m_process.waitForFinished();
    }
    ::close(m_notifySocket);
}

bool FrontendProcess::isReady()
{
    return QTest::qWaitFor(
        [this] {
            char text[256];
            const auto bytes = ::recv(m_notifySocket, text, sizeof text, 0);
            return bytes > 0 && QByteArrayView(text, bytes).startsWith("READY=1");
        },
        5000);
}

bool FrontendProcess::isSubscribed()
{
    const auto status = ask(FrontendStatus());
    return status && status->subscribed;
}

std::optional<int> FrontendProcess::exitCode()
{
    if (!QTest::qWaitFor([this] { return !isRunning(); }, 8000) ||
        m_process.exitStatus() != QProcess::NormalExit)
        return std::nullopt;
    return m_process.exitCode();
}

} // namespace toystore
