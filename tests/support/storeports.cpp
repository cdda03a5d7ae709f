// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/storeports.h"

#include <QRandomGenerator>
#include <QTcpServer>

#include <memory>
#include <vector>

namespace toystore
{

namespace
{

constexpr int firstPort = 10'000;
constexpr int lastPort = 32'000;

// Listens until @p held is gone, so that no port is found twice.
quint16 findOne(std::vector<std::unique_ptr<QTcpServer>> &held)
{
    while (true) {
        auto server = std::make_unique<QTcpServer>();
        const auto port = static_cast<quint16>(QRandomGenerator::global()->bounded(firstPort, lastPort));
        if (server->listen(QHostAddress::Any, port)) {
            held.push_back(std::move(server));
            return port;
        }
    }
}

} // namespace

StorePorts StorePorts::find()
{
    std::vector<std::unique_ptr<QTcpServer>> held;
    StorePorts ports;
    for (quint16 *port : {&ports.http, &ports.admin, &ports.supervisor, &ports.catalog, &ports.faultProxy,
                          &ports.replicas[0], &ports.replicas[1], &ports.replicas[2]})
        *port = findOne(held);
    return ports;
}

QStringList StorePorts::arguments() const
{
    const auto option = [](const char *name, quint16 port) {
        return QStringLiteral("--%1=%2").arg(QLatin1String(name)).arg(port);
    };
    return {option("http-port", http),
            option("admin-port", admin),
            option("supervisor-port", supervisor),
            option("catalog-port", catalog),
            option("fault-port", faultProxy),
            QStringLiteral("--replicas=8091@127.0.0.1:%1,8092@127.0.0.1:%2,8093@127.0.0.1:%3")
                .arg(replicas[0])
                .arg(replicas[1])
                .arg(replicas[2])};
}

quint16 freePort()
{
    std::vector<std::unique_ptr<QTcpServer>> held;
    return findOne(held);
}

} // namespace toystore
