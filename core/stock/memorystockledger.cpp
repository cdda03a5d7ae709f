// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/memorystockledger.h"

#include "protocol/orderchecksum.h"

#include <algorithm>

namespace toystore
{

namespace
{

StockState stateOf(const std::map<QByteArray, Product> &toys, const LedgerPosition &position)
{
    StockState state{{}, position.leadership()};
    for (const auto &[name, toy] : toys)
        state.products.append(toy);
    return state;
}

} // namespace

Result<StockState> MemoryStockLedger::load()
{
    return stateOf(m_toys, m_position);
}

Result<void> MemoryStockLedger::openStore(const QList<Toy> &toys, qint64 level, const QByteArray &at)
{
    std::map<QByteArray, Product> before = std::move(m_toys);
    m_toys.clear();
    for (const Toy &toy : toys) {
        const Product was = before[toy.name];
        book(MovementKind::Opened, toy.name, level - was.quantity, at);
        m_toys[toy.name] = Product{toy.name, toy.price, level, was.version + 1};
        before.erase(toy.name);
    }
    for (const auto &[name, withdrawn] : before)
        book(MovementKind::Opened, name, -withdrawn.quantity, at);
    return {};
}

Result<SellResults> MemoryStockLedger::sell(const std::vector<Sell> &calls, const QByteArray &at)
{
    Touched touched;
    SellResults results;
    for (const Sell &call : calls)
        results.answers.push_back(sellOne(call, at, touched));
    results.state = stateOf(touched, m_position);
    return results;
}

Result<Sell::Answer> MemoryStockLedger::sellOne(const Sell &call, const QByteArray &at, Touched &touched)
{
    if (const Result<void> checked = checkCall(call); !checked)
        return failure(checked.error());
    if (const Result<void> allowed = maySell(m_position, call); !allowed)
        return failure(allowed.error());
    m_position.lastCall = call.call;
    Sell::Answer answer;
    for (const SellEntry &entry : call.entries)
        answer.outcomes.append(sellEntry(entry, at, touched));
    return answer;
}

SellOutcome MemoryStockLedger::sellEntry(const SellEntry &entry, const QByteArray &at, Touched &touched)
{
    if (const auto sold = m_requests.constFind(entry.requestId); sold != m_requests.cend())
        return repeated(m_orders[static_cast<std::size_t>(*sold - 1)], entry);
    if (const auto rejected = m_rejected.constFind(entry.requestId); rejected != m_rejected.cend())
        return repeated(m_rejections.at(*rejected), entry);
    const auto toy = m_toys.find(entry.name);
    if (toy == m_toys.end() || entry.quantity < 1 || entry.quantity > toy->second.quantity) {
        reject(entry, at);
        return {std::nullopt, ErrorCode::OrderRejected};
    }
    toy->second.quantity -= entry.quantity;
    ++toy->second.version;
    touched[entry.name] = toy->second;
    const Order order{
        m_position.lastOrderNumber + 1, entry.name, entry.quantity, entry.requestId, m_position.epoch, at};
    bookSale(order);
    return {order, std::nullopt};
}

Result<Leadership::Answer> MemoryStockLedger::beginEpoch(const BeginEpoch &request)
{
    const Result<qint64> epoch = nextEpoch(m_position, request);
    if (!epoch)
        return failure(epoch.error());
    m_position.epoch = *epoch;
    m_position.leaderId = request.leaderId;
    m_position.lastCall = 0;
    return m_position.leadership();
}

Result<Leadership::Answer> MemoryStockLedger::importOrders(const ImportOrders &request)
{
    if (const Result<void> checked = checkImport(m_position, request); !checked)
        return failure(checked.error());
    if (const qint64 before = rowBefore(request);
        before > 0 && !continues(request, m_orders[static_cast<std::size_t>(before - 1)]))
        return failure(divergedAt(m_position, m_orders[static_cast<std::size_t>(before - 1)]));
    QHash<QByteArray, qint64> imported;
    for (const Order &order : request.orders) {
        const bool exists = order.number <= m_position.lastOrderNumber;
        const bool equal = exists && m_orders[static_cast<std::size_t>(order.number - 1)] == order;
        const bool idTaken = m_requests.contains(order.requestId) || m_rejected.contains(order.requestId) ||
                             imported.contains(order.requestId);
        if (exists ? !equal : idTaken)
            return failure(divergedAt(m_position, order));
        if (!exists)
            imported.insert(order.requestId, order.number);
    }
    for (const Order &order : request.orders) {
        if (order.number <= m_position.lastOrderNumber)
            continue;
        book(MovementKind::Rebuilt, order.name, order.quantity, order.at);
        bookSale(order);
        m_position.highestImportedEpoch = std::max(m_position.highestImportedEpoch, order.epoch);
    }
    return m_position.leadership();
}

Result<OrdersAfter::Answer> MemoryStockLedger::ordersAfter(const OrdersAfter &request)
{
    const Result<qint64> limit = pageLimit(request);
    if (!limit)
        return failure(limit.error());
    OrdersAfter::Answer page{{}, m_position.lastOrderNumber, false, m_position.epoch};
    if (request.after >= 1 && request.after <= m_position.lastOrderNumber)
        page.afterCrc = checksumText(orderChecksum(m_orders[static_cast<std::size_t>(request.after - 1)]));
    qsizetype bytes = 0;
    for (qint64 next = request.after; next < m_position.lastOrderNumber; ++next) {
        const Order &order = m_orders[static_cast<std::size_t>(next)];
        bytes += boundOfBytes(order);
        if (page.orders.size() == *limit || bytes > maxPageBytes) {
            page.more = true;
            break;
        }
        page.orders.append(order);
    }
    return page;
}

Result<StockState> MemoryStockLedger::restock(qint64 level, const QByteArray &at)
{
    Touched touched;
    for (auto &[name, toy] : m_toys) {
        if (toy.quantity > 0 || level < 1)
            continue;
        book(MovementKind::Restocked, name, level, at);
        toy.quantity = level;
        ++toy.version;
        touched[name] = toy;
    }
    return stateOf(touched, m_position);
}

Result<QList<StockMovement>> MemoryStockLedger::movementsAfter(qint64 sequence, qint64 limit)
{
    QList<StockMovement> page;
    for (qint64 next = sequence; next < m_position.lastMovement && page.size() < limit; ++next)
        page.append(m_movements[static_cast<std::size_t>(next)]);
    return page;
}

Result<QList<Rejection>> MemoryStockLedger::rejectionsAfter(qint64 sequence, qint64 limit)
{
    QList<Rejection> page;
    for (auto next = m_rejections.upper_bound(sequence); next != m_rejections.end() && page.size() < limit;
         ++next)
        page.append(next->second);
    return page;
}

void MemoryStockLedger::book(MovementKind kind, const QByteArray &toy, qint64 delta, const QByteArray &at)
{
    m_movements.push_back({++m_position.lastMovement, kind, toy, delta, 0, {}, 0, at});
}

void MemoryStockLedger::bookSale(const Order &order)
{
    m_movements.push_back({++m_position.lastMovement, MovementKind::Sold, order.name, -order.quantity,
                           order.number, order.requestId, order.epoch, order.at});
    m_orders.push_back(order);
    m_requests.insert(order.requestId, order.number);
    m_position.lastOrderNumber = order.number;
}

void MemoryStockLedger::reject(const SellEntry &entry, const QByteArray &at)
{
    const qint64 sequence = ++m_position.lastRejection;
    m_rejections.emplace(sequence, Rejection{sequence, entry.requestId, entry.name, entry.quantity, at});
    m_rejected.insert(entry.requestId, sequence);
    if (static_cast<qint64>(m_rejections.size()) > maxRejections) {
        m_rejected.remove(m_rejections.begin()->second.requestId);
        m_rejections.erase(m_rejections.begin());
    }
}

} // namespace toystore
