// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcpeer.h"

#include <cerrno>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace toystore
{

void RpcAttention::ask(Item item)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_wake)
        return;
    m_items.push_back(item);
    if (m_items.size() == 1)
        m_wake();
}

std::vector<RpcAttention::Item> RpcAttention::takeAll()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_items, {});
}

void RpcAttention::shut()
{
    const std::scoped_lock lock(m_mutex);
    m_wake = nullptr;
    m_items.clear();
}

RpcPeer::RpcPeer(quint64 id, int descriptor, qsizetype unsentLimit, std::shared_ptr<RpcAttention> attention)
    : m_id(id), m_unsentLimit(unsentLimit), m_attention(std::move(attention)), m_descriptor(descriptor)
{
}

RpcPeer::~RpcPeer()
{
    close();
}

void RpcPeer::put(const QByteArray &line, bool answersRequest)
{
    const std::scoped_lock lock(m_mutex);
    if (answersRequest)
        --m_unanswered;
    if (m_descriptor < 0 || m_overflowed)
        return; // it went away before its answer
    m_unsent += line;
    if (m_unsent.size() > m_unsentLimit)
        m_overflowed = sendNow() == Sent::Some && m_unsent.size() > m_unsentLimit;
    // The last answer that its peer waits for is not kept for the loop's next turn: nothing joins it there.
    const bool joinsOthers = m_unanswered > 0 || m_loopSends || m_onlyLoopSends;
    if (m_overflowed || (!m_inRun && (joinsOthers || sendNow() != Sent::All)))
        askForFlush();
}

void RpcPeer::beginRun()
{
    const std::scoped_lock lock(m_mutex);
    m_inRun = true;
}

void RpcPeer::endRun()
{
    const std::scoped_lock lock(m_mutex);
    m_inRun = false;
    if (m_onlyLoopSends || (!m_loopSends && !m_unsent.isEmpty() && sendNow() != Sent::All))
        askForFlush();
}

RpcPeer::Sent RpcPeer::flush()
{
    const std::scoped_lock lock(m_mutex);
    if (m_overflowed)
        return Sent::Overflow;
    const Sent sent = sendNow();
    m_loopSends = sent == Sent::Some;
    return sent;
}

void RpcPeer::sendByLoop()
{
    const std::scoped_lock lock(m_mutex);
    m_onlyLoopSends = true;
}

void RpcPeer::close()
{
    const std::scoped_lock lock(m_mutex);
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
    m_unsent.clear();
}

qsizetype RpcPeer::unsentBytes() const
{
    const std::scoped_lock lock(m_mutex);
    return m_unsent.size();
}

qsizetype RpcPeer::untakenBytes() const
{
    const std::scoped_lock lock(m_mutex);
    int inKernel = 0;
    if (m_descriptor >= 0 && ::ioctl(m_descriptor, SIOCOUTQ, &inKernel) < 0)
        inKernel = 0; // the connection is broken: nothing waits any more
    return m_unsent.size() + inKernel;
}

// Under the lock, which keeps the lines in order: it never waits, for the socket does not block.
RpcPeer::Sent RpcPeer::sendNow()
{
    qsizetype sent = 0;
    while (sent < m_unsent.size()) {
        const auto taken =
            ::send(m_descriptor, m_unsent.constData() + sent,
                   static_cast<std::size_t>(m_unsent.size() - sent), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (taken < 0 && errno == EINTR)
            continue;
        if (taken < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
            m_unsent.clear();
            return Sent::Failed; // whoever reads from the socket learns that it is broken, too
        }
        if (taken < 0)
            break;
        sent += static_cast<qsizetype>(taken);
    }
    m_unsent.remove(0, sent);
    return m_unsent.isEmpty() ? Sent::All : Sent::Some;
}

void RpcPeer::askForFlush()
{
    if (!std::exchange(m_loopSends, true))
        m_attention->ask({m_id});
}

RpcReply::~RpcReply()
{
    if (!m_sent)
        sendLine(errorLine(m_id, Error{ErrorCode::Internal, "the service dropped this request"}));
}

void RpcReply::sendLine(const QByteArray &line)
{
    if (!m_sent.exchange(true))
        m_peer->put(line, true);
}

} // namespace toystore
