// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcpeer.h"

namespace toystore
{

void RpcOutbox::put(Item item)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_wake)
        return;
    m_items.push_back(std::move(item));
    if (m_items.size() == 1)
        m_wake();
}

std::vector<RpcOutbox::Item> RpcOutbox::takeAll()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_items, {});
}

void RpcOutbox::shut()
{
    const std::scoped_lock lock(m_mutex);
    m_wake = nullptr;
    m_items.clear();
}

RpcReply::~RpcReply()
{
    if (!m_sent)
        sendLine(errorLine(m_id, Error{ErrorCode::Internal, "the service dropped this request"}));
}

void RpcReply::sendLine(QByteArray line)
{
    if (!m_sent.exchange(true))
        m_outbox->put({m_peer->id(), std::move(line), true});
}

} // namespace toystore
