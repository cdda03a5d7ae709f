// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/storeports.h"

#include <QRandomGenerator>
#include <QTcpServer>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace toystore
{

namespace
{

constexpr int firstPort = 10'000;
constexpr int lastPort = 32'000;

/// The port of the same number in UDP, which no service uses: the kernel gives it to one process at a time
/// and takes it back however that ends. Nothing if somebody has it.
std::shared_ptr<const void> hold(quint16 port)
{
    const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        ::close(descriptor);
        return nullptr;
    }
    return {&firstPort, [descriptor](const void *) { ::close(descriptor); }};
}

bool isListenedOn(quint16 port)
{
    return !QTcpServer().listen(QHostAddress::Any, port);
}

} // namespace

FreePort::FreePort()
{
    while (!m_hold) {
        m_number = static_cast<quint16>(QRandomGenerator::global()->bounded(firstPort, lastPort));
        m_hold = hold(m_number);
        if (m_hold && isListenedOn(m_number))
            m_hold.reset();
    }
}

StorePorts StorePorts::find()
{
    StorePorts ports;
    for (quint16 *port : {&ports.http, &ports.admin, &ports.supervisor, &ports.catalog, &ports.faultProxy,
                          &ports.replicas[0], &ports.replicas[1], &ports.replicas[2]})
        *port = ports.held.emplace_back().number();
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

} // namespace toystore
