// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/buyqueue.h"

#include "orders/orderline.h"

namespace toystore
{

Result<void> BuyQueue::add(Token token, const PlaceOrder &buy)
{
    const SellEntry entry{buy.requestId, buy.name, buy.quantity};
    const auto known = m_buys.find(buy.requestId);
    if (known != m_buys.end()) {
        if (known->second.entry != entry)
            return failure(ErrorCode::RequestMismatch, "the request id is already used for another buy");
        known->second.tokens.push_back(token);
        return {};
    }
    if (m_buys.size() >= maxWaiting) {
        return failure(ErrorCode::Overloaded, "more than " + QByteArray::number(qulonglong(maxWaiting)) +
                                                  " buys wait for the ledger");
    }
    m_buys.emplace(buy.requestId, Buy{entry, {token}});
    m_order.push_back(buy.requestId);
    return {};
}

const QList<SellEntry> &BuyQueue::nextBatch()
{
    if (!m_batch.isEmpty())
        return m_batch;
    qsizetype bytes = 0;
    while (!m_order.empty() && m_batch.size() < maxPageOrders) {
        const SellEntry &entry = m_buys.at(m_order.front()).entry;
        bytes += orderLineBound(entry.name, entry.requestId);
        if (bytes > maxPageBytes)
            break;
        m_batch.append(entry);
        m_order.pop_front();
    }
    return m_batch;
}

std::vector<Token> BuyQueue::settle(qsizetype index)
{
    auto settled = m_buys.extract(m_batch.at(index).requestId);
    TOYSTORE_ENSURE(!settled.empty());
    return std::move(settled.mapped().tokens);
}

void BuyQueue::batchDone()
{
    m_batch.clear();
}

std::vector<Token> BuyQueue::giveUp()
{
    std::vector<Token> tokens;
    for (const auto &[id, buy] : m_buys)
        tokens.insert(tokens.end(), buy.tokens.begin(), buy.tokens.end());
    m_buys.clear();
    m_order.clear();
    m_batch.clear();
    return tokens;
}

} // namespace toystore
