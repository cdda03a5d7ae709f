// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/supervisedstore.h"

#include "protocol/storefiles.h"

#include <csignal>

namespace toystore
{

SupervisedStore::~SupervisedStore()
{
    if (m_process && m_process->state() != QProcess::NotRunning) {
        m_process->kill(); // its children die with it
        m_process->waitForFinished(5000);
    }
}

void SupervisedStore::start(const QStringList &arguments, const QHash<QByteArray, QByteArray> &misbehaviours)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("STANDIN_JOURNAL"), m_directory.filePath(QStringLiteral("journal")));
    for (auto it = misbehaviours.begin(); it != misbehaviours.end(); ++it)
        environment.insert(QStringLiteral("STANDIN_") +
                               QString::fromUtf8(QByteArray(it.key()).replace('-', '_').toUpper()),
                           QString::fromUtf8(it.value()));
    m_client.reset();
    m_out.clear();
    m_err.clear();
    m_process = std::make_unique<QProcess>();
    m_process->setProcessEnvironment(environment);
    m_process->start(QStringLiteral(TOYSTORE_SUPERVISOR),
                     QStringList{QStringLiteral("--data"), dataDirectory(), QStringLiteral("--programs"),
                                 QStringLiteral(TOYSTORE_STANDINS)} +
                         m_ports.arguments() + arguments);
}

bool SupervisedStore::isOpen()
{
    return QTest::qWaitFor([this] { return out().contains("Close it with"); }, 10'000);
}

int SupervisedStore::exitCode()
{
    if (!QTest::qWaitFor([this] { return m_process->state() == QProcess::NotRunning; }, 20'000))
        return -1;
    return m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode()
                                                           : 128 + m_process->exitCode();
}

QByteArrayList SupervisedStore::journal() const
{
    QFile file(m_directory.filePath(QStringLiteral("journal")));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().trimmed().split('\n');
}

QByteArray SupervisedStore::token() const
{
    return readToken(dataDirectory()).value_or(QByteArray());
}

ProcessView SupervisedStore::view(const QByteArray &service)
{
    const Result<Processes::Answer> answer = call(Processes());
    if (answer) {
        for (const ProcessView &process : answer->processes) {
            if (process.service == service)
                return process;
        }
    }
    return {};
}

QList<EventFields> SupervisedStore::events()
{
    QList<EventFields> all;
    std::optional<qint64> last;
    RpcClient client({QStringLiteral("127.0.0.1"), m_ports.supervisor});
    client.onPush<Events>([&](const Events &pushed, std::optional<qint64>) {
        all += pushed.events;
        last = pushed.cursor;
    });
    client.start();
    client.call(Subscribe{0}, Milliseconds(5000),
                std::function<void(Result<Subscribe::Answer>)>([](const auto &) {}));
    static_cast<void>(QTest::qWaitFor([&] { return last.has_value(); }, 5000));
    return all;
}

RpcClient &SupervisedStore::client()
{
    if (!m_client) {
        m_client = std::make_unique<RpcClient>(Endpoint{QStringLiteral("127.0.0.1"), m_ports.supervisor});
        m_client->start();
    }
    if (!m_client->isConnected())
        static_cast<void>(QTest::qWaitFor([this] { return m_client->isConnected(); }, 5000));
    return *m_client;
}

} // namespace toystore
