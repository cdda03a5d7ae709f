// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/servicecommands.h"

#include "common/rpccall.h"
#include "protocol/supervisormessages.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

// Longer than a service may take to drain (5 s) and to get ready (10 s).
constexpr Milliseconds commandTimeout = 20s;
constexpr Milliseconds downTimeout = 30s;

template <typename Request>
Result<ProcessView> send(const Endpoint &supervisor, const QByteArray &service, const QByteArray &token,
                         Milliseconds timeout)
{
    Request request;
    request.service = service;
    request.token = token;
    return callAndWait(supervisor, request, timeout);
}

template <typename Request>
Result<ProcessView> sendStart(const Endpoint &supervisor, const ServiceCommands::Command &command,
                              const QByteArray &token, Milliseconds timeout)
{
    Request request;
    request.service = command.service;
    request.token = token;
    if (command.repair)
        request.repair = true;
    if (command.rebuildFromAvailable)
        request.rebuildFromAvailable = true;
    return callAndWait(supervisor, request, timeout);
}

Result<ProcessView> sendNamed(const Endpoint &supervisor, const ServiceCommands::Command &wanted,
                              const QByteArray &token, Milliseconds timeout)
{
    const auto &[command, service, repair, rebuild] = wanted;
    if (command == StartService::method)
        return sendStart<StartService>(supervisor, wanted, token, timeout);
    if (command == StopService::method)
        return send<StopService>(supervisor, service, token, timeout);
    if (command == KillService::method)
        return send<KillService>(supervisor, service, token, timeout);
    if (command == PauseService::method)
        return send<PauseService>(supervisor, service, token, timeout);
    if (command == ResumeService::method)
        return send<ResumeService>(supervisor, service, token, timeout);
    TOYSTORE_ENSURE(command == RestartService::method);
    return sendStart<RestartService>(supervisor, wanted, token, timeout);
}

constexpr char anotherStore[] = "--data names another store.";

QByteArray hintFor(const Error &error)
{
    switch (error.code) {
    case ErrorCode::CannotConnect:
    case ErrorCode::ConnectionLost:
        return "Is the store open? 'toystore status' says so, 'toystore up' opens it.";
    case ErrorCode::WrongState:
    case ErrorCode::DeadlineExceeded:
        return "'toystore status' shows how all services are.";
    case ErrorCode::UnknownService:
        return "'toystore status' lists the services.";
    case ErrorCode::InvalidField:
        return "--help shows the options.";
    case ErrorCode::Unauthorized:
        return anotherStore;
    default:
        return {};
    }
}

/// Tells when a process has ended, also one that nobody has reaped yet and whose pid is used again (pidfd).
class ProcessEnd
{
public:
    explicit ProcessEnd(qint64 pid) : m_descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
    ~ProcessEnd()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    ProcessEnd(const ProcessEnd &) = delete;
    ProcessEnd &operator=(const ProcessEnd &) = delete;

    /// Whether it is gone, or goes within @p timeout.
    [[nodiscard]] bool within(Milliseconds timeout) const
    {
        pollfd ended{m_descriptor, POLLIN, 0};
        return m_descriptor < 0 || ::poll(&ended, 1, static_cast<int>(timeout.count())) == 1;
    }

private:
    const int m_descriptor;
};

struct StoreState {
    QByteArray dataDirectory;
    bool open = false;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("data_directory", self.dataDirectory);
        visit("open", self.open);
    }
};

} // namespace

ServiceCommands::ServiceCommands(const GlobalOptions &options, const Output &output)
    : m_options(options), m_access(options), m_output(output)
{
}

ExitCode ServiceCommands::run(const Command &command) const
{
    const QByteArray what = command.name + ' ' + command.service;
    const Result<QByteArray> token = readToken(m_access.dataDirectory());
    if (!m_access.file() && !token)
        return m_output.fail(
            {{ErrorCode::CannotConnect, "the store in " + m_access.dataDirectory().toUtf8() + " is not open"},
             what,
             "Open it with 'toystore up', or name another with --data."});
    if (!token)
        return m_output.fail({token.error(), what, anotherStore});
    const Result<ProcessView> view =
        sendNamed(m_access.supervisor(), command, *token, m_options.timeoutOr(commandTimeout));
    if (!view)
        return m_output.fail({view.error(), what, hintFor(view.error())});
    if (m_output.isForPrograms()) {
        m_output.object(*view);
    } else {
        const QByteArray more = view->pid != 0 ? "pid " + QByteArray::number(view->pid) : view->reason;
        m_output.line(view->service + " is " + view->state + " (" + more + ')');
    }
    return ExitCode::Ok;
}

ExitCode ServiceCommands::down() const
{
    const QByteArray directory = m_access.dataDirectory().toUtf8();
    const auto closed = [&](const QByteArray &text) {
        if (m_output.isForPrograms())
            m_output.object(StoreState{directory, false});
        else
            m_output.line(text);
        return ExitCode::Ok;
    };
    if (!m_access.file())
        return closed("The store in " + directory + " is not open.");
    const ProcessEnd supervisorEnd(m_access.file()->pid);
    if (supervisorEnd.within(0ms))
        return closed("The store in " + directory +
                      " is not open: its supervisor was killed, and its services with it.");
    const Result<QByteArray> token = readToken(m_access.dataDirectory());
    if (!token)
        return m_output.fail({token.error(), "close the store in " + directory, anotherStore});
    const Milliseconds timeout = m_options.timeoutOr(downTimeout);
    const Instant until = monotonicNow() + timeout;
    const Result<ProcessView> view = send<StopService>(m_access.supervisor(), "store", *token, timeout);
    if (!view)
        return m_output.fail({view.error(), "close the store in " + directory, hintFor(view.error())});
    // Only then are the directory and the ports free for the next 'up'.
    const auto left = std::chrono::ceil<Milliseconds>(until - monotonicNow());
    if (!supervisorEnd.within(std::max(left, Milliseconds(0))))
        return m_output.fail(
            {{ErrorCode::DeadlineExceeded, "the supervisor, pid " + QByteArray::number(m_access.file()->pid) +
                                               ", has closed it but does not end"},
             "close the store in " + directory,
             "--timeout gives it longer; in the end only 'kill -9' ends it, and loses nothing."});
    return closed("The store in " + directory + " is closed.");
}

} // namespace toystore
