// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "benchmark/blockingsocket.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace
{

constexpr int listenBacklog = 1024;

[[noreturn]] void giveUp(const char *what)
{
    std::perror(what);
    std::exit(1);
}

sockaddr_in addressOf(quint16 port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

} // namespace

BlockingSocket::BlockingSocket(int descriptor) : m_descriptor(descriptor)
{
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

BlockingSocket::~BlockingSocket()
{
    ::close(m_descriptor);
}

int BlockingSocket::connected(quint16 port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = addressOf(port);
    if (::connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        giveUp("connect");
    return descriptor;
}

int BlockingSocket::listening(quint16 port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = addressOf(port);
    if (::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0 ||
        ::listen(descriptor, listenBacklog) != 0)
        giveUp("listen");
    return descriptor;
}

int BlockingSocket::accepted(int listener)
{
    const int descriptor = ::accept(listener, nullptr, nullptr);
    if (descriptor < 0)
        giveUp("accept");
    return descriptor;
}

void BlockingSocket::write(const QByteArray &bytes)
{
    for (qsizetype sent = 0; sent < bytes.size();) {
        const ssize_t taken = ::send(m_descriptor, bytes.constData() + sent,
                                     static_cast<std::size_t>(bytes.size() - sent), MSG_NOSIGNAL);
        if (taken <= 0)
            return; // whoever reads finds out
        sent += taken;
    }
}

std::optional<QByteArray> BlockingSocket::readUntil(const char *mark)
{
    while (true) {
        const qsizetype found = m_received.indexOf(mark);
        if (found >= 0)
            return take(found + static_cast<qsizetype>(qstrlen(mark)));
        if (!readMore())
            return std::nullopt;
    }
}

std::optional<QByteArray> BlockingSocket::read(qsizetype count)
{
    while (m_received.size() < count) {
        if (!readMore())
            return std::nullopt;
    }
    return take(count);
}

bool BlockingSocket::readMore()
{
    std::array<char, 16'384> bytes;
    const ssize_t got = ::recv(m_descriptor, bytes.data(), bytes.size(), 0);
    if (got <= 0)
        return false;
    m_received.append(bytes.data(), got);
    return true;
}

QByteArray BlockingSocket::take(qsizetype count)
{
    QByteArray taken = m_received.first(count);
    m_received.remove(0, count);
    return taken;
}
