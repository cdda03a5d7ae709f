// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/servicecommands.h"

#include "base/liveprocess.h"
#include "common/rpccall.h"
#include "common/waiting.h"
#include "protocol/eventmessages.h"
#include "protocol/supervisormessages.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

// Longer than a service may take to drain (5 s) and to begin to start.
constexpr Milliseconds commandTimeout = 20s;
constexpr Milliseconds longest = 24h; // as --timeout
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

/// As callAndWait(); without a @p limit (0) it waits as long as the supervisor says that a service starts.
template <typename Request>
Result<ProcessView> callPatiently(const Endpoint &supervisor, const Request &request, Milliseconds limit)
{
    Patience patience(limit, commandTimeout, monotonicNow());
    std::optional<Result<ProcessView>> answered;
    RpcClient client(supervisor);
    client.onPush<ProcessesPush>([&patience](const ProcessesPush &push, std::optional<qint64>) {
        patience.heard(push.processes, monotonicNow());
    });
    client.start();
    client.call(Subscribe{{}, {}, true}, longest,
                std::function<void(Result<Subscribe::Answer>)>([](const auto &) {}));
    client.call(request, longest, std::function<void(Result<ProcessView>)>([&answered](auto answer) {
                    answered = std::move(answer);
                }));
    if (!waitFor(patience, [&answered] { return answered.has_value(); }))
        return failure(ErrorCode::DeadlineExceeded,
                       "no answer within " + QByteArray::number(qint64{patience.span().count()}) + " ms");
    return *std::move(answered);
}

template <typename Request>
Result<ProcessView> sendStart(const Endpoint &supervisor, const ServiceCommands::Command &command,
                              const QByteArray &token, Milliseconds limit)
{
    Request request;
    request.service = command.service;
    request.token = token;
    if (command.repair)
        request.repair = true;
    if (command.rebuildFromAvailable)
        request.rebuildFromAvailable = true;
    return callPatiently(supervisor, request, limit);
}

Result<ProcessView> sendNamed(const Endpoint &supervisor, const ServiceCommands::Command &wanted,
                              const QByteArray &token, Milliseconds limit)
{
    const auto &[command, service, repair, rebuild] = wanted;
    const Milliseconds timeout = limit.count() > 0 ? limit : commandTimeout;
    if (command == StartService::method)
        return sendStart<StartService>(supervisor, wanted, token, limit);
    if (command == StopService::method)
        return send<StopService>(supervisor, service, token, timeout);
    if (command == KillService::method)
        return send<KillService>(supervisor, service, token, timeout);
    if (command == PauseService::method)
        return send<PauseService>(supervisor, service, token, timeout);
    if (command == ResumeService::method)
        return send<ResumeService>(supervisor, service, token, timeout);
    TOYSTORE_ENSURE(command == RestartService::method);
    return sendStart<RestartService>(supervisor, wanted, token, limit);
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
/// Where there are no such descriptors, as in some sandboxes, it asks for the pid now and then.
class ProcessEnd
{
public:
    explicit ProcessEnd(qint64 pid)
        : m_pid(pid), m_descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)))
    {
    }
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
        if (m_descriptor < 0)
            return waitFor(timeout, [this] { return !isAlive(m_pid); });
        pollfd ended{m_descriptor, POLLIN, 0};
        return ::poll(&ended, 1, static_cast<int>(timeout.count())) == 1;
    }

private:
    const qint64 m_pid;
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
    const Result<ProcessView> view = sendNamed(m_access.supervisor(), command, *token, m_options.timeout);
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
