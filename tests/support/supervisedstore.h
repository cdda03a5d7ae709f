// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/liveprocess.h"
#include "net/rpcclient.h"
#include "protocol/eventmessages.h"
#include "protocol/supervisormessages.h"
#include "support/storeports.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace toystore
{

/// A real supervisor with stand-ins for its services (standinservice.cpp), on ports and in a directory of its
/// own, for one test.
class SupervisedStore
{
public:
    explicit SupervisedStore(const StorePorts &ports = StorePorts::find()) : m_ports(ports) {}
    ~SupervisedStore(); ///< kills what still runs

    /// Starts the supervisor. @p misbehaviours: services and what is wrong with them, as {"order-8092",
    /// "never-ready"}.
    void start(const QStringList &arguments = {}, const QHash<QByteArray, QByteArray> &misbehaviours = {});
    /// Whether it has printed that the store is open within 10 s.
    [[nodiscard]] bool isOpen();
    /// Its exit code once it ended; -1 after 20 s.
    [[nodiscard]] int exitCode();

    [[nodiscard]] QString dataDirectory() const { return m_directory.filePath(QStringLiteral("store")); }
    [[nodiscard]] const StorePorts &ports() const { return m_ports; }
    [[nodiscard]] qint64 supervisorPid() const { return m_process->processId(); }
    [[nodiscard]] QByteArray out() { return m_out += m_process->readAllStandardOutput(); }
    [[nodiscard]] QByteArray err() { return m_err += m_process->readAllStandardError(); }
    /// The lines that the stand-ins noted at their starts: name and arguments.
    [[nodiscard]] QByteArrayList journal() const;
    [[nodiscard]] QByteArray token() const;

    /// Sends a request and waits for its answer.
    template <typename R>
    [[nodiscard]] Result<typename R::Answer> call(const R &request)
    {
        std::optional<Result<typename R::Answer>> answered;
        client().call(
            request, Milliseconds(20'000),
            std::function<void(Result<typename R::Answer>)>([&](auto answer) { answered = answer; }));
        static_cast<void>(QTest::qWaitFor([&] { return answered.has_value(); }, 25'000));
        return *std::move(answered);
    }
    /// Sends a command with the token.
    template <typename R>
    [[nodiscard]] Result<ProcessView> command(const QByteArray &service)
    {
        R request;
        request.service = service;
        request.token = token();
        return call(request);
    }
    /// How the supervisor says that @p service is.
    [[nodiscard]] ProcessView view(const QByteArray &service);
    /// Every event since the start.
    [[nodiscard]] QList<EventFields> events();

private:
    [[nodiscard]] RpcClient &client();

    QTemporaryDir m_directory;
    const StorePorts m_ports;
    std::unique_ptr<QProcess> m_process;
    std::unique_ptr<RpcClient> m_client;
    QByteArray m_out;
    QByteArray m_err;
};

} // namespace toystore
