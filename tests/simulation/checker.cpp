// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/checker.h"

#include "orders/orderline.h"

#include <algorithm>

namespace toystore::simulation
{

namespace
{

QByteArray text(qint64 number)
{
    return QByteArray::number(number);
}

QByteArray payloadOf(const QByteArray &requestId, const QByteArray &name, qint64 quantity)
{
    return requestId + ' ' + name + ' ' + text(quantity);
}

QByteArray numberField(qint64 number)
{
    return "number=" + text(number);
}

} // namespace

Checker::Checker(Simulation &simulation) : m_simulation(simulation), m_log(logHeaderLine())
{
    m_ends.push_back(m_log.size());
}

void Checker::violate(const char *invariant, const QByteArray &text, const QList<QByteArray> &subjects)
{
    m_simulation.violate({invariant, text, subjects});
}

// The ledger.

void Checker::committed(StockLedger &ledger)
{
    constexpr qint64 all = 1'000'000;
    const Result<QList<StockMovement>> movements = ledger.movementsAfter(m_lastMovement, all);
    for (const StockMovement &movement : *movements)
        take(movement);
    if (!movements->isEmpty())
        compareStock(ledger);
}

void Checker::take(const StockMovement &movement)
{
    if (movement.sequence != m_lastMovement + 1)
        violate("I5", "movement " + text(movement.sequence) + " follows movement " + text(m_lastMovement));
    m_lastMovement = movement.sequence;
    Toy &toy = m_toys[movement.toy];
    toy.stock += movement.delta;
    if (toy.stock < 0)
        violate("I4", "the stock of " + movement.toy + " is " + text(toy.stock), {movement.toy});
    if (movement.kind == MovementKind::Sold)
        return takeSale(movement);
    m_importing = movement.kind == MovementKind::Rebuilt;
    if (!m_importing)
        ++toy.version;
}

void Checker::takeSale(const StockMovement &movement)
{
    const bool isImport = std::exchange(m_importing, false);
    const Order order{movement.orderNumber, movement.toy,   -movement.delta,
                      movement.requestId,   movement.epoch, movement.at};
    const QList<QByteArray> subjects{order.requestId, numberField(order.number)};
    if (order.number != m_ledgerLast + 1)
        violate("I2", "order " + text(order.number) + " is decided after order " + text(m_ledgerLast),
                subjects);
    m_ledgerLast = order.number;
    if (const qint64 before = m_sold.value(order.requestId); before != 0)
        violate("I3",
                "request " + order.requestId + " is sold as order " + text(before) + " and as order " +
                    text(order.number),
                subjects);
    m_sold.insert(order.requestId, order.number);
    if (!isImport) {
        m_versionOf[order.number] = ++m_toys[order.name].version;
        if (order.epoch != m_epoch)
            violate("I9",
                    "order " + text(order.number) + " is decided in epoch " + text(order.epoch) +
                        ", the ledger is at " + text(m_epoch),
                    subjects);
    }
    decide(order);
    const Sent sent = m_sent.value(order.requestId);
    if (!isImport && order.number <= sent.acknowledgedThen)
        violate("I11",
                "request " + order.requestId + " becomes order " + text(order.number) + ", but order " +
                    text(sent.acknowledgedThen) + " was acknowledged before it was first sent",
                subjects);
    if (!isImport && sent.generation == m_generation &&
        m_rejected.contains(payloadOf(order.requestId, order.name, order.quantity)))
        violate("I9",
                "request " + order.requestId + " becomes order " + text(order.number) +
                    " after it was answered 'rejected'",
                subjects);
}

/// The order takes its place among all that were decided. It may be there already: imported, or decided by
/// the ledger that was lost; then it must be the same, if anybody was told.
void Checker::decide(const Order &order)
{
    if (order.number < 1 || order.number > lastDecided() + 1)
        return; // I2 is broken, and said to be
    const QList<QByteArray> subjects{order.requestId, numberField(order.number)};
    if (order.number > 1 && order.epoch < m_orders[static_cast<std::size_t>(order.number - 2)].epoch)
        violate("I9",
                "order " + text(order.number) + " is of epoch " + text(order.epoch) +
                    ", the order before it of a later one",
                subjects);
    if (order.number <= lastDecided()) {
        const Order &before = m_orders[static_cast<std::size_t>(order.number - 1)];
        if (before == order)
            return;
        if (m_told.contains(order.number))
            violate("I1",
                    "order " + text(order.number) + " was request " + before.requestId +
                        " and somebody was told; now it is request " + order.requestId,
                    subjects + QList<QByteArray>{before.requestId});
        fork(order.number);
    }
    m_orders.push_back(order);
    m_log += orderLine(order);
    m_ends.push_back(m_log.size());
}

void Checker::fork(qint64 number)
{
    m_lostLog = m_log;
    m_orders.resize(static_cast<std::size_t>(number - 1));
    m_ends.resize(static_cast<std::size_t>(number));
    m_log.truncate(m_ends.back());
    for (SimReplica *const replica : m_replicas) {
        if (replica->disk().content().size() > m_log.size())
            m_forked.insert(replica->id());
    }
}

void Checker::compareStock(StockLedger &ledger)
{
    const Result<StockState> state = ledger.load();
    for (const Product &product : state->products) {
        const Toy &toy = m_toys[product.name];
        if (product.quantity != toy.stock)
            violate("I5",
                    "the ledger has " + text(product.quantity) + " of " + product.name +
                        ", its movements make " + text(toy.stock),
                    {product.name});
        if (product.version != toy.version)
            violate("I5",
                    product.name + " has version " + text(product.version) + " after " + text(toy.version) +
                        " changes",
                    {product.name});
    }
    if (state->leadership.lastOrderNumber != m_ledgerLast)
        violate("I2", "the ledger's last number is " + text(state->leadership.lastOrderNumber) +
                          ", its last sale's is " + text(m_ledgerLast));
}

void Checker::answered(const std::vector<Sell> &calls, const SellResults &results)
{
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (!results.answers[i])
            continue;
        const Sell &call = calls[i];
        const QByteArray what = "call " + text(call.call) + " of order-" + text(call.leaderId.value) +
                                " in epoch " + text(call.epoch);
        const auto epoch = m_epochs.find(m_epoch);
        if (epoch == m_epochs.end() || call.epoch != m_epoch || call.leaderId != epoch->second.leader)
            return violate("I9", what + " is decided in epoch " + text(m_epoch));
        if (call.call <= m_lastCall)
            return violate("I9", what + " is decided after call " + text(m_lastCall));
        m_lastCall = call.call;
    }
}

void Checker::epochBegan(const Leadership::Answer &leadership)
{
    if (leadership.epoch <= m_epoch)
        violate("I7", "epoch " + text(leadership.epoch) + " begins after epoch " + text(m_epoch));
    m_epoch = leadership.epoch;
    m_lastCall = 0;
    m_epochs[m_epoch] = {leadership.leaderId, std::max(leadership.lastOrderNumber, highestTold())};
    m_simulation.note({static_cast<quint64>(m_epoch)}, [&leadership] {
        return "   epoch " + text(leadership.epoch) + " begins after order " +
               text(leadership.lastOrderNumber) + ", order-" + text(leadership.leaderId.value) + " leads it";
    });
}

void Checker::ledgerLost()
{
    ++m_generation;
    m_lastMovement = 0;
    m_ledgerLast = 0;
    m_importing = false;
    m_epoch = 0;
    for (const auto &[epoch, begun] : m_epochs)
        m_lostLeaders.emplace(epoch, begun.leader);
    m_epochs.clear();
    m_toys.clear();
    m_versionOf.clear();
    m_sold.clear();
    m_rejected.clear();
}

// Replicas.

qint64 Checker::numberAt(qint64 bytes) const
{
    const auto end = std::upper_bound(m_ends.begin(), m_ends.end(), bytes);
    return std::max<qint64>(end - m_ends.begin() - 1, 0);
}

qint64 Checker::durableNumber(SimReplica &replica) const
{
    // A torn tail may be garbage.
    const QByteArrayView log = QByteArrayView(replica.disk().content()).first(replica.disk().flushedSize());
    const auto differs = std::mismatch(log.begin(), log.end(), m_log.begin(), m_log.end());
    return numberAt(differs.first - log.begin());
}

void Checker::watch(SimReplica &replica)
{
    m_replicas.push_back(&replica);
    replica.disk().setWritten(
        [this, &replica](qint64 offset, const QByteArray &bytes) { written(replica, offset, bytes); });
}

bool Checker::isForked(SimReplica &replica) const
{
    return m_forked.contains(replica.id()) && !m_log.startsWith(replica.disk().content());
}

void Checker::written(SimReplica &replica, qint64 offset, const QByteArray &bytes)
{
    if (isForked(replica) || m_log.mid(offset, bytes.size()) == bytes)
        return;
    if (m_lostLog.mid(offset, bytes.size()) == bytes) { // copied from one that does not know yet
        m_forked.insert(replica.id());
        return;
    }
    const qint64 number = numberAt(offset) + 1;
    violate("I6",
            replica.name() + " writes at byte " + text(offset) + " what is not order " + text(number) + ": " +
                bytes.left(200).trimmed(),
            {replica.name(), numberField(number)});
}

void Checker::saysReady(SimReplica &replica, qint64 epoch)
{
    const auto found = m_epochs.find(epoch);
    if (found == m_epochs.end())
        return; // of a lost ledger
    const Epoch &begun = found->second;
    if (begun.leader != replica.id() && m_lostLeaders.contains({epoch, replica.id()}))
        return; // it does not know yet that the ledger was lost
    if (begun.leader != replica.id())
        return violate("I7",
                       replica.name() + " says that it leads epoch " + text(epoch) + ", which is order-" +
                           text(begun.leader.value) + "'s",
                       {replica.name()});
    if (durableNumber(replica) < begun.before)
        violate("I8",
                replica.name() + " says that it leads epoch " + text(epoch) + " with orders up to " +
                    text(durableNumber(replica)) + " on disk, up to " + text(begun.before) +
                    " were decided before",
                {replica.name(), numberField(begun.before)});
}

// Clients.

void Checker::sent(const ShopBuy &buy)
{
    if (!m_sent.contains(buy.requestId))
        m_sent.insert(buy.requestId, {m_highestAcknowledged, m_generation});
}

void Checker::bought(const ShopBuy &buy, qint64 number)
{
    told(number, buy.name, buy.quantity);
    if (number < 1 || number > lastDecided())
        return; // said by told()
    const Order &order = m_orders[static_cast<std::size_t>(number - 1)];
    if (order.requestId != buy.requestId)
        violate("I2",
                "request " + buy.requestId + " is told that it is order " + text(number) +
                    ", which is request " + order.requestId,
                {buy.requestId, order.requestId});
    m_highestAcknowledged = std::max(m_highestAcknowledged, number);
    const auto version = m_versionOf.find(number);
    if (version != m_versionOf.end()) {
        Toy &toy = m_toys[buy.name];
        toy.acknowledged = std::max(toy.acknowledged, version->second);
    }
}

void Checker::told(qint64 number, const QByteArray &name, qint64 quantity)
{
    const QList<QByteArray> subjects{numberField(number)};
    if (number < 1 || number > lastDecided())
        return violate("I1",
                       "a client is told of order " + text(number) + ", the last one decided is " +
                           text(lastDecided()),
                       subjects);
    const Order &order = m_orders[static_cast<std::size_t>(number - 1)];
    if (order.name != name || order.quantity != quantity)
        violate("I1",
                "a client is told that order " + text(number) + " is " + text(quantity) + ' ' + name +
                    ", it is " + text(order.quantity) + ' ' + order.name,
                subjects);
    m_told.insert(number);
}

void Checker::rejected(const ShopBuy &buy)
{
    const qint64 number = m_sold.value(buy.requestId);
    if (number != 0 && number <= lastDecided()) {
        const Order &order = m_orders[static_cast<std::size_t>(number - 1)];
        if (order.name == buy.name && order.quantity == buy.quantity)
            violate("I9", "request " + buy.requestId + " is answered 'rejected' and is order " + text(number),
                    {buy.requestId});
    }
    m_rejected.insert(payloadOf(buy.requestId, buy.name, buy.quantity));
    m_simulation.statistics().count(Fault::BuyRejected);
}

Checker::Freshness Checker::freshness(const QByteArray &toy) const
{
    const auto found = m_toys.find(toy);
    return {m_generation, found == m_toys.end() ? 0 : found->second.acknowledged};
}

void Checker::queried(const QByteArray &toy, Freshness then, const Result<Product> &answer)
{
    if (!answer) {
        if (answer.error().code == ErrorCode::ProductNotFound)
            violate("I10", "a client is told that there is no " + toy, {toy});
        return;
    }
    const double oldest = priceIn(then.generation);
    if (then.version == 0 || answer->price > oldest ||
        (answer->price == oldest && answer->version >= then.version))
        return;
    violate("I10",
            "a query is shown version " + text(answer->version) + " of " + toy +
                ", a buy that made version " + text(then.version) +
                " was acknowledged before the query was sent",
            {toy});
}

void Checker::found(const OrderDetails::Answer &order)
{
    told(order.number, order.name, order.quantity);
}

void Checker::notFound(qint64 number, bool wasKnown)
{
    if (wasKnown)
        violate("I12", "order " + text(number) + " is 'not found', a client has been told of it before",
                {numberField(number)});
}

void Checker::audit(StockLedger &ledger)
{
    if (const Result<void> audited = auditLedger(ledger); !audited)
        violate(audited.error().message.left(2).constData(), audited.error().message);
    if (m_ledgerLast != lastDecided())
        violate("I1", "the ledger ends with order " + text(m_ledgerLast) + ", up to " + text(lastDecided()) +
                          " were decided");
    for (SimReplica *const replica : m_replicas) {
        if (replica->disk().content() == m_log)
            continue;
        const bool isPrefix = m_log.startsWith(replica->disk().content());
        violate("I6",
                "the log of " + replica->name() + " has " + text(replica->disk().content().size()) +
                    " bytes" + (isPrefix ? "" : ", which differ,") + " and ends with order " +
                    text(numberAt(replica->disk().content().size())) + " of " + text(lastDecided()) +
                    ", long after the last fault",
                {replica->name()});
    }
}

} // namespace toystore::simulation
