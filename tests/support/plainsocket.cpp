// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/plainsocket.h"

#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace toystore
{

PlainSocket::PlainSocket(quint16 port) : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    const timeval patience{10, 0}; // more than the 5 s after which a service closes what is not complete
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        reset();
}

PlainSocket::~PlainSocket()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

bool PlainSocket::send(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const auto sent =
            ::send(m_descriptor, bytes.data(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes = bytes.sliced(sent);
    }
    return true;
}

void PlainSocket::endOutput()
{
    ::shutdown(m_descriptor, SHUT_WR);
}

QByteArray PlainSocket::read()
{
    std::array<char, 16 * 1024> bytes;
    const auto received = ::recv(m_descriptor, bytes.data(), bytes.size(), 0);
    return received > 0 ? QByteArray(bytes.data(), received) : QByteArray();
}

QByteArray PlainSocket::readToEnd()
{
    QByteArray all;
    for (QByteArray bytes = read(); !bytes.isEmpty(); bytes = read())
        all += bytes;
    return all;
}

void PlainSocket::reset()
{
    const linger atOnce{1, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    ::close(std::exchange(m_descriptor, -1));
}

} // namespace toystore
