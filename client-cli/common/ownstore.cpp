// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/ownstore.h"

#include "common/rpccall.h"
#include "common/waiting.h"

#include <QDir>
#include <QRandomGenerator>
#include <QTcpServer>
#include <QThread>

#include <csignal>
#include <vector>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

// Below the ports that the kernel gives to clients.
constexpr int firstPort = 10'000;
constexpr int lastPort = 32'000;
constexpr int replicas = 3;
constexpr int firstReplica = 8091; // its id; its port is any
constexpr Milliseconds readyTimeout = 30s;
constexpr Milliseconds closeTimeout = 15s;
constexpr Milliseconds askTimeout = 1s;
constexpr Milliseconds pollEvery = 10ms;

bool isReady(const ProcessView &process)
{
    return process.state == "ready";
}

/// Nobody starts it again: it will never be ready.
bool hasFailed(const ProcessView &process)
{
    return process.state == "failed" || process.state == "killed";
}

/// Ports that are free now, each another: held until this is gone.
class FreePorts
{
public:
    [[nodiscard]] QString next()
    {
        while (true) {
            auto server = std::make_unique<QTcpServer>();
            const auto port = static_cast<quint16>(QRandomGenerator::global()->bounded(firstPort, lastPort));
            if (!server->listen(QHostAddress::Any, port))
                continue;
            m_held.push_back(std::move(server));
            return QString::number(port);
        }
    }

private:
    std::vector<std::unique_ptr<QTcpServer>> m_held;
};

QStringList portArguments()
{
    FreePorts ports;
    QStringList arguments;
    for (const char *name :
         {"--http-port", "--admin-port", "--supervisor-port", "--catalog-port", "--fault-port"})
        arguments << QLatin1String(name) << ports.next();
    QStringList places;
    for (int i = 0; i < replicas; ++i)
        places << QStringLiteral("%1@127.0.0.1:%2").arg(firstReplica + i).arg(ports.next());
    return arguments << QStringLiteral("--replicas") << places.join(QLatin1Char(','));
}

} // namespace

OwnStore::OwnStore() : m_directory(QDir::tempPath() + QStringLiteral("/toystore-own-XXXXXX")) {}

OwnStore::~OwnStore()
{
    close();
}

Result<std::unique_ptr<OwnStore>> OwnStore::open(const QStringList &arguments,
                                                 const std::function<bool()> &isInterrupted)
{
    std::unique_ptr<OwnStore> store(new OwnStore);
    if (!store->m_directory.isValid())
        return failure(ErrorCode::StorageFailed,
                       "can't make a temporary directory: " + store->m_directory.errorString().toUtf8());
    if (const Result<void> started = store->start(arguments); !started)
        return failure(started.error());
    if (const Result<void> ready = store->awaitReady(isInterrupted); !ready)
        return failure(ready.error());
    return store;
}

Result<void> OwnStore::start(const QStringList &arguments)
{
    Result<SupervisorProgram> supervisor = SupervisorProgram::startInBackground(
        SupervisorProgram::path(),
        QStringList{QStringLiteral("--data"), dataDirectory()} + portArguments() + arguments,
        logDirectory(dataDirectory()) + QStringLiteral("/supervisor.log"), SupervisorProgram::Lifetime::Ours);
    if (!supervisor)
        return failure(supervisor.error());
    m_supervisor = *std::move(supervisor);
    return {};
}

Result<void> OwnStore::awaitReady(const std::function<bool()> &isInterrupted)
{
    const Instant until = monotonicNow() + readyTimeout;
    while (monotonicNow() < until && !m_supervisor->exitCode()) {
        const QList<ProcessView> processes = this->processes();
        if (!processes.isEmpty() && std::all_of(processes.begin(), processes.end(), isReady))
            return {};
        if (const auto failed = std::find_if(processes.begin(), processes.end(), hasFailed);
            failed != processes.end())
            return failure(ErrorCode::WrongState,
                           failed->service + " is " + failed->state + ": " + failed->reason);
        if (waitFor(pollEvery, isInterrupted))
            return failure(ErrorCode::WrongState, "interrupted");
    }
    return failure(ErrorCode::WrongState, "its services are not ready: " + m_supervisor->said());
}

QList<ProcessView> OwnStore::processes() const
{
    const Result<StoreFile> file = readStoreFile(dataDirectory());
    if (!file)
        return {};
    const Endpoint supervisor{QStringLiteral("127.0.0.1"), static_cast<quint16>(file->supervisorPort)};
    return callAndWait(supervisor, Processes(), askTimeout).value_or(Processes::Answer()).processes;
}

void OwnStore::close()
{
    if (!m_supervisor || m_supervisor->exitCode())
        return;
    ::kill(m_supervisor->pid(), SIGTERM);
    const Instant until = monotonicNow() + closeTimeout;
    while (!m_supervisor->exitCode()) {
        QThread::msleep(static_cast<unsigned long>(pollEvery.count()));
        if (monotonicNow() > until)
            ::kill(m_supervisor->pid(), SIGKILL); // its services die with it
    }
}

} // namespace toystore
