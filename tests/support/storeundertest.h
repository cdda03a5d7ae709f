// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/ordermessages.h"
#include "protocol/supervisormessages.h"
#include "support/ask.h"
#include "support/storeports.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace toystore
{

/// A whole store of real processes on free ports and in a temporary directory, opened by the supervisor.
/// Closed, and its directory removed, when this goes.
class StoreUnderTest
{
public:
    /// @p arguments: more for the supervisor.
    explicit StoreUnderTest(QStringList arguments = {});
    ~StoreUnderTest();

    /// Starts the supervisor and waits until every service is ready. Also after close() or killAll(), on the
    /// same data.
    [[nodiscard]] bool open();
    /// SIGTERM, and waits for the end; whether it ended with exit code 0.
    bool close();
    /// kill -9 of the supervisor and so, at once, of every service.
    void killAll();

    /// Gives the supervisor a command and waits for its answer.
    template <typename Command>
    Result<ProcessView> command(const QByteArray &service)
    {
        Command message;
        message.service = service;
        message.token = token();
        return ask(supervisorPort(), message, Milliseconds(20'000));
    }

    /// Who the frontend says leads; none: nobody.
    [[nodiscard]] ReplicaId leader() const;
    [[nodiscard]] bool waitForLeader() const;
    /// Whether all replicas' logs are byte for byte the same, within @p patience; so their files after that.
    [[nodiscard]] bool waitForEqualLogs(Milliseconds patience) const;
    [[nodiscard]] QByteArray logOf(qint64 replica) const;
    [[nodiscard]] QByteArray waitForState(const QByteArray &service, const QByteArray &state) const;

    [[nodiscard]] QString path(const QString &below) const { return m_directory.filePath(below); }
    [[nodiscard]] quint16 httpPort() const { return m_ports.http; }
    [[nodiscard]] quint16 adminPort() const { return m_ports.admin; }
    [[nodiscard]] quint16 supervisorPort() const { return m_ports.supervisor; }
    [[nodiscard]] quint16 catalogPort() const { return m_ports.catalog; }
    /// The replicas' ids, ascending.
    [[nodiscard]] static QList<qint64> replicas() { return {8091, 8092, 8093}; }
    [[nodiscard]] quint16 portOf(qint64 replica) const { return m_ports.replicas[replica - 8091]; }
    [[nodiscard]] qint64 supervisorPid() const { return m_supervisor ? m_supervisor->processId() : 0; }
    [[nodiscard]] static QByteArray nameOf(qint64 replica) { return "order-" + QByteArray::number(replica); }
    [[nodiscard]] QByteArray token() const;

private:
    QTemporaryDir m_directory;
    const StorePorts m_ports = StorePorts::find();
    QStringList m_arguments;
    std::unique_ptr<QProcess> m_supervisor;
};

} // namespace toystore
