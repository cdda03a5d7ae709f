// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "serviceprocess.h"

#include "base/logging.h"
#include "protocol/announcement.h"

#include <QDir>
#include <QProcessEnvironment>

#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <unistd.h>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds drainDeadline = 5s;
constexpr Milliseconds mostExtension = 1h; // of a start, by one message
constexpr Milliseconds pauseDeadline = 1s;
constexpr Milliseconds pausePoll = 1ms;
constexpr qsizetype maxReasonBytes = 1000; // ProcessView carries 1024
constexpr qsizetype maxStatusBytes = 800;

// In the child, between fork and exec.
void prepareChild(pid_t supervisor)
{
    // If the supervisor died before this call, nobody will ever send the signal.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != supervisor)
        ::_exit(127);
    // A terminal's Ctrl-C reaches the supervisor alone, which closes the store in order.
    ::setpgid(0, 0);
}

QByteArray signalName(int number)
{
    const char *name = ::sigabbrev_np(number);
    return name != nullptr ? QByteArray("SIG") + name : "signal " + QByteArray::number(number);
}

// Whether every thread of the process is stopped (state T in /proc/PID/task/TID/stat).
bool isStopped(qint64 pid)
{
    const QDir tasks(QStringLiteral("/proc/%1/task").arg(pid));
    for (const QString &task : tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile file(tasks.filePath(task) + QStringLiteral("/stat"));
        if (!file.open(QIODevice::ReadOnly))
            continue; // this thread ended
        const QByteArray stat = file.readAll();
        const qsizetype state = stat.lastIndexOf(')') + 2; // the name before it may hold anything
        if (state >= stat.size() || stat[state] != 'T')
            return false;
    }
    return true;
}

Milliseconds since(Instant begin)
{
    return std::chrono::duration_cast<Milliseconds>(monotonicNow() - begin);
}

} // namespace

ServiceProcess::ServiceProcess(ServiceDefinition definition, Milliseconds readyWithin, QObject *parent)
    : QObject(parent), m_definition(std::move(definition)), m_readyWithin(readyWithin),
      m_log(m_definition.logFile), m_sinceMs(wallClockMs())
{
    m_readyTimer.setSingleShot(true);
    m_readyTimer.setTimerType(Qt::PreciseTimer);
    m_drainTimer.setSingleShot(true);
    m_pauseTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_readyTimer, &QTimer::timeout, this, [this] { onReadyTimeout(); });
    connect(&m_drainTimer, &QTimer::timeout, this, [this] {
        m_endReason = "did not end within 5 s of SIGTERM and was killed";
        signal(SIGKILL);
    });
    connect(&m_pauseTimer, &QTimer::timeout, this, [this] { confirmPause(); });
}

ServiceProcess::~ServiceProcess()
{
    if (m_process)
        m_process->disconnect(this);
}

QByteArray ServiceProcess::stateName() const
{
    switch (m_state) {
    case State::Starting:
        return "starting";
    case State::Ready:
        return "ready";
    case State::Paused:
        return "paused";
    case State::Draining:
        return "draining";
    case State::Stopped:
        return "stopped";
    case State::Killed:
        return "killed";
    case State::Failed:
        return "failed";
    }
    return "failed";
}

ProcessView ServiceProcess::view() const
{
    return {name(),
            stateName(),
            m_definition.ports.first().port,
            pid(),
            m_sinceMs,
            std::max<qint64>(m_starts - 1, 0),
            m_reason,
            m_definition.ports.size() > 1 ? std::optional<qint64>(m_definition.ports.last().port)
                                          : std::nullopt};
}

bool ServiceProcess::mayHave(const StartWishes &wishes) const
{
    return m_definition.isReplica || replicaArguments(wishes).isEmpty();
}

tl::unexpected<Error> ServiceProcess::wrongState(const QByteArray &wish) const
{
    return failure(ErrorCode::WrongState, name() + " is " + stateName() + ": " + wish);
}

Result<void> ServiceProcess::start(const StartWishes &wishes)
{
    if (!mayHave(wishes))
        return failure(ErrorCode::InvalidField,
                       name() + " is no order replica: " + replicaArguments(wishes).first().toUtf8() +
                           " is not for it");
    if (isRunning())
        return wrongState("only a service that is down can be started");
    if (const Result<void> prepared = prepare(); !prepared) {
        ended(State::Failed, prepared.error().message);
        return prepared;
    }
    launch(wishes);
    return {};
}

Result<void> ServiceProcess::prepare()
{
    if (!QDir().mkpath(m_definition.dataDirectory))
        return failure(ErrorCode::StorageFailed,
                       "can't make the directory " + m_definition.dataDirectory.toUtf8());
    Result<std::unique_ptr<NotifySocket>> notify =
        NotifySocket::create([this](const QList<QByteArray> &lines) { onNotified(lines); });
    if (!notify)
        return failure(notify.error());
    m_notify = *std::move(notify);
    m_log.beginStart();
    return {};
}

void ServiceProcess::launch(const StartWishes &wishes)
{
    m_process = std::make_unique<QProcess>();
    m_process->setProgram(m_definition.program);
    m_process->setArguments(m_definition.arguments +
                            (m_wasReady ? m_definition.resumeArguments : m_definition.openingArguments) +
                            replicaArguments(wishes));
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NOTIFY_SOCKET"), QString::fromUtf8(m_notify->name()));
    environment.insert(QStringLiteral("QT_NO_GLIB"), QStringLiteral("1"));
    m_process->setProcessEnvironment(environment);
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->setStandardOutputFile(QProcess::nullDevice());
    if (m_log.path().isEmpty())
        m_process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    else
        m_process->setStandardErrorFile(m_log.path(), QIODevice::Append);
    m_process->setChildProcessModifier([supervisor = ::getpid()] { prepareChild(supervisor); });
    connect(m_process.get(), &QProcess::finished, this,
            [this](int code, QProcess::ExitStatus status) { onFinished(code, status); });
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) // no finished() will come
            ended(State::Failed,
                  "can't run " + m_definition.program.toUtf8() + ": " + m_process->errorString().toUtf8());
    });
    ++m_starts;
    m_startedAt = monotonicNow();
    m_readySince.reset();
    m_endReason.clear();
    m_status.clear();
    m_readyBy = m_startedAt + m_readyWithin;
    m_readyTimer.start(m_readyWithin);
    m_process->start();
    if (!m_process)
        return; // it failed already
    m_notify->listenTo(m_process->processId());
    setState(State::Starting);
}

Result<void> ServiceProcess::stop()
{
    if (m_state != State::Starting && m_state != State::Ready && m_state != State::Paused)
        return wrongState("only a service that runs can be stopped");
    beginDraining();
    signal(SIGTERM);
    signal(SIGCONT); // a paused one could not hear the first
    return {};
}

Result<void> ServiceProcess::kill()
{
    if (!isRunning())
        return wrongState("only a service that runs can be killed");
    m_askedToEnd = monotonicNow();
    m_signalled = true;
    m_pauseTimer.stop();
    signal(SIGKILL);
    return {};
}

Result<void> ServiceProcess::pause()
{
    if (m_state != State::Ready || m_signalled)
        return wrongState("only a service that is ready can be paused");
    m_signalled = true;
    signal(SIGSTOP);
    m_pauseUntil = monotonicNow() + pauseDeadline;
    m_pauseTimer.start(pausePoll);
    return {};
}

Result<void> ServiceProcess::resume()
{
    if (m_state != State::Paused)
        return wrongState("only a paused service can be resumed");
    signal(SIGCONT);
    setState(State::Ready);
    return {};
}

void ServiceProcess::stayDown()
{
    if (!isRunning() && m_state != State::Stopped)
        setState(State::Stopped, m_reason);
}

void ServiceProcess::whenSettled(std::function<void()> then)
{
    m_waiting.push_back(std::move(then));
    settle();
}

void ServiceProcess::setState(State state, const QByteArray &reason)
{
    const State before = std::exchange(m_state, state);
    m_reason = reason.left(maxReasonBytes);
    m_sinceMs = wallClockMs();
    Q_EMIT stateChanged(before);
    settle();
}

void ServiceProcess::settle()
{
    if (m_signalled || m_state == State::Starting || m_state == State::Draining)
        return;
    for (const std::function<void()> &then : std::exchange(m_waiting, {}))
        then();
}

void ServiceProcess::signal(int number) const
{
    // QProcess reaps the child on this thread, so until it says so the pid is still this child's.
    if (m_process && m_process->processId() > 0)
        ::kill(static_cast<pid_t>(m_process->processId()), number);
}

void ServiceProcess::onNotified(const QList<QByteArray> &lines)
{
    constexpr QByteArrayView statusMark = "STATUS=";
    constexpr QByteArrayView extensionMark = "EXTEND_TIMEOUT_USEC=";
    for (const QByteArray &line : lines) {
        if (line.startsWith(statusMark))
            m_status = printable(line.sliced(statusMark.size()).left(maxStatusBytes));
        else if (line.startsWith(extensionMark))
            extendStart(std::chrono::microseconds(line.sliced(extensionMark.size()).toLongLong()));
    }
    if (lines.contains("READY=1") && m_state == State::Starting) {
        m_readyTimer.stop();
        m_wasReady = true;
        m_readySince = monotonicNow();
        m_readyAfter = since(m_startedAt);
        setState(State::Ready);
    } else if (lines.contains("STOPPING=1") && (m_state == State::Starting || m_state == State::Ready)) {
        beginDraining(); // somebody else sent it a SIGTERM
    }
}

/// As systemd does: the start may take @p more from now on, and never less than it might before.
void ServiceProcess::extendStart(std::chrono::microseconds more)
{
    const auto left =
        std::chrono::ceil<Milliseconds>(std::min<std::chrono::microseconds>(more, mostExtension));
    const Instant until = monotonicNow() + left;
    if (m_state != State::Starting || until <= m_readyBy)
        return;
    m_readyBy = until;
    m_readyTimer.start(left);
}

void ServiceProcess::onReadyTimeout()
{
    const auto allowed = std::chrono::duration_cast<Milliseconds>(m_readyBy - m_startedAt);
    m_endReason = "was not ready within " + QByteArray::number(qint64(allowed.count())) + " ms";
    if (!m_status.isEmpty())
        m_endReason += ": it " + m_status;
    signal(SIGKILL);
}

void ServiceProcess::beginDraining()
{
    m_askedToEnd = monotonicNow();
    m_signalled = false;
    m_pauseTimer.stop();
    m_readyTimer.stop();
    m_drainTimer.start(drainDeadline);
    setState(State::Draining);
}

void ServiceProcess::confirmPause()
{
    const bool stopped = isStopped(pid());
    if (!stopped && monotonicNow() < m_pauseUntil)
        return;
    m_pauseTimer.stop();
    m_signalled = false;
    if (stopped)
        setState(State::Paused);
    else
        settle();
}

void ServiceProcess::onFinished(int code, QProcess::ExitStatus status)
{
    m_notify->readAll();                                // what it said last may say why
    const bool crashed = status == QProcess::CrashExit; // then the code is the signal's number
    const bool neverReady = m_state == State::Starting;
    if (m_state == State::Draining) {
        const bool asAsked = crashed ? code == SIGTERM : code == 0;
        if (!m_endReason.isEmpty())
            ended(State::Stopped, m_endReason);
        else if (crashed && code == SIGKILL)
            ended(State::Killed, "SIGKILL while it drained");
        else
            ended(State::Stopped, asAsked   ? QByteArray("SIGTERM")
                                  : crashed ? signalName(code)
                                            : "exit code " + QByteArray::number(code));
    } else if (!m_endReason.isEmpty()) {
        ended(State::Failed, withItsWords(m_endReason));
    } else if (crashed && code == SIGKILL) {
        ended(State::Killed, "SIGKILL");
    } else if (crashed) {
        ended(State::Failed, withItsWords("crashed with " + signalName(code)));
    } else if (code != 0 || neverReady) {
        ended(State::Failed, withItsWords("ended with exit code " + QByteArray::number(code) +
                                          (neverReady ? " before it was ready" : "")));
    } else {
        ended(State::Stopped, "exit code 0");
    }
}

void ServiceProcess::ended(State state, const QByteArray &reason)
{
    m_readyTimer.stop();
    m_drainTimer.stop();
    m_pauseTimer.stop();
    m_signalled = false;
    m_endedAfter = since(m_askedToEnd);
    m_notify.reset();
    if (m_process) // it is still on the stack: it emitted the signal that brought us here
        m_process.release()->deleteLater();
    setState(state, reason);
}

QByteArray ServiceProcess::withItsWords(const QByteArray &reason) const
{
    const QByteArray tail = m_log.tail();
    if (!tail.isEmpty())
        return QByteArray(reason).append(logFollows).append(tail);
    // There is no log where it goes to a terminal, nor on a full disk.
    return m_status.isEmpty() ? reason : reason + ": " + m_status;
}

} // namespace toystore
