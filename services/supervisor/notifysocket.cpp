// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "notifysocket.h"

#include <QLoggingCategory>
#include <QSocketNotifier>

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

Q_LOGGING_CATEGORY(lcNotify, "toystore.supervisor.notify")

namespace toystore
{

namespace
{

constexpr std::size_t maxMessageBytes = 4096;

tl::unexpected<Error> systemFailure(const char *what)
{
    return failure(ErrorCode::Internal, QByteArray(what) + ": " + std::strerror(errno));
}

// The pid that the kernel vouches for; 0 if it does not say.
qint64 senderOf(msghdr &message)
{
    for (cmsghdr *part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_CREDENTIALS) {
            ucred credentials{};
            std::memcpy(&credentials, CMSG_DATA(part), sizeof credentials);
            return credentials.pid;
        }
    }
    return 0;
}

} // namespace

Result<std::unique_ptr<NotifySocket>>
NotifySocket::create(std::function<void(const QList<QByteArray> &)> heard)
{
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return systemFailure("can't make a notification socket");
    // Bound without a name, the kernel gives it a free abstract one (unix(7), autobind).
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const int on = 1;
    socklen_t length = sizeof address;
    if (::bind(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof(sa_family_t)) != 0 ||
        ::setsockopt(descriptor, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
        ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &length) != 0) {
        auto failed = systemFailure("can't set up a notification socket");
        ::close(descriptor);
        return failed;
    }
    const auto nameLength = static_cast<qsizetype>(length - offsetof(sockaddr_un, sun_path)) - 1;
    QByteArray name = '@' + QByteArray(address.sun_path + 1, nameLength);
    return std::unique_ptr<NotifySocket>(new NotifySocket(descriptor, std::move(name), std::move(heard)));
}

NotifySocket::NotifySocket(int descriptor, QByteArray name,
                           std::function<void(const QList<QByteArray> &)> heard)
    : m_descriptor(descriptor), m_name(std::move(name)), m_heard(std::move(heard)),
      m_notifier(new QSocketNotifier(descriptor, QSocketNotifier::Read, this))
{
    connect(m_notifier, &QSocketNotifier::activated, this, [this] { read(); });
}

NotifySocket::~NotifySocket()
{
    m_notifier->setEnabled(false);
    ::close(m_descriptor);
}

void NotifySocket::readAll()
{
    while (read()) {
    }
}

bool NotifySocket::read()
{
    std::array<char, maxMessageBytes> text{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> control{};
    iovec part{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t length = ::recvmsg(m_descriptor, &message, MSG_CMSG_CLOEXEC);
    if (length < 0)
        return false; // the notifier tells when there is something
    if (const qint64 sender = senderOf(message); sender != m_pid || m_pid == 0) {
        qCWarning(lcNotify, "process %lld spoke in the name of process %lld; it is not believed",
                  static_cast<long long>(sender), static_cast<long long>(m_pid));
        return true;
    }
    m_heard(QByteArray(text.data(), length).split('\n'));
    return true;
}

} // namespace toystore
