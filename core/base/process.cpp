// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/process.h"

#include "base/error.h"

#include <QObject>
#include <QSocketNotifier>

#include <systemd/sd-daemon.h>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace toystore
{

namespace
{

// A signal handler can reach nothing but globals and may call little but write().
int terminationPipe[2] = {-1, -1};

void onSignal(int)
{
    const int errnoBefore = errno; // of the call that the signal came into
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(terminationPipe[1], &byte, 1);
    ::signal(SIGTERM, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
    errno = errnoBefore;
}

} // namespace

qint64 raiseDescriptorLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return static_cast<qint64>(::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before);
}

void onTermination(QObject *context, std::function<void()> handler)
{
    TOYSTORE_ENSURE(terminationPipe[0] < 0);
    TOYSTORE_ENSURE(::pipe2(terminationPipe, O_CLOEXEC | O_NONBLOCK) == 0);
    auto *notifier = new QSocketNotifier(terminationPipe[0], QSocketNotifier::Read, context);
    QObject::connect(notifier, &QSocketNotifier::activated, context,
                     [notifier, handler = std::move(handler)] {
                         notifier->setEnabled(false);
                         handler();
                     });
    ::signal(SIGTERM, onSignal);
    ::signal(SIGINT, onSignal);
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN); // a file-size limit is an error like a full disk, no reason to die
}

void notifyReady(const QByteArray &status)
{
    ::sd_notify(0, ("READY=1\nSTATUS=" + status).constData());
}

void notifyWaitingFor(const QByteArray &what)
{
    ::sd_notify(0, ("STATUS=waits for " + what).constData());
}

void notifyProgress(const QByteArray &what, std::chrono::microseconds more)
{
    ::sd_notify(
        0,
        ("EXTEND_TIMEOUT_USEC=" + QByteArray::number(qint64(more.count())) + "\nSTATUS=" + what).constData());
}

void notifyFailed(const QByteArray &why)
{
    ::sd_notify(0, ("STATUS=" + QByteArray(why).replace('\n', ' ')).constData());
}

void notifyStopping()
{
    ::sd_notify(0, "STOPPING=1");
}

} // namespace toystore
