// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/stockledger.h"

#include <QHash>
#include <QSet>

namespace toystore
{

namespace
{

constexpr qint64 rowsAtOnce = 10'000;

/// Follows the movements in their order, then the rejections in theirs.
class Auditor
{
public:
    [[nodiscard]] Result<void> take(const StockMovement &movement);
    [[nodiscard]] Result<void> take(const Rejection &rejection);
    [[nodiscard]] Result<void> compareWith(const StockState &state) const;
    [[nodiscard]] qint64 lastMovement() const { return m_lastMovement; }
    [[nodiscard]] qint64 lastRejection() const { return m_lastRejection; }

private:
    QHash<QByteArray, qint64> m_stock;
    QSet<QByteArray> m_requestIds; // decided so far
    qint64 m_lastMovement = 0;
    qint64 m_lastRejection = 0;
    qint64 m_rejections = 0;
    qint64 m_lastOrder = 0;
};

tl::unexpected<Error> broken(const QByteArray &what)
{
    return failure(ErrorCode::Diverged, what);
}

Result<void> Auditor::take(const StockMovement &movement)
{
    const QByteArray place =
        "movement " + QByteArray::number(movement.sequence) + " of '" + movement.toy + '\'';
    if (movement.sequence != ++m_lastMovement)
        return broken("I5: " + place + " comes after " + QByteArray::number(m_lastMovement - 1));
    qint64 &stock = m_stock[movement.toy];
    stock += movement.delta;
    if (stock < 0)
        return broken("I4: " + place + " makes the stock " + QByteArray::number(stock));
    if (movement.kind != MovementKind::Sold)
        return {};
    if (movement.orderNumber != ++m_lastOrder)
        return broken("I2: " + place + " has order number " + QByteArray::number(movement.orderNumber) +
                      " instead of " + QByteArray::number(m_lastOrder));
    if (m_requestIds.contains(movement.requestId))
        return broken("I3: " + place + " repeats the request id " + movement.requestId);
    m_requestIds.insert(movement.requestId);
    return {};
}

Result<void> Auditor::take(const Rejection &rejection)
{
    const QByteArray place = "rejection " + QByteArray::number(rejection.sequence);
    if (rejection.sequence <= m_lastRejection)
        return broken("I9: " + place + " comes after " + QByteArray::number(m_lastRejection));
    m_lastRejection = rejection.sequence;
    if (++m_rejections > StockLedger::maxRejections)
        return broken("I9: more than " + QByteArray::number(StockLedger::maxRejections) +
                      " rejections are kept");
    if (m_requestIds.contains(rejection.requestId))
        return broken("I9: " + place + " is of the request id " + rejection.requestId +
                      ", which sold or was rejected before");
    m_requestIds.insert(rejection.requestId);
    return {};
}

Result<void> Auditor::compareWith(const StockState &state) const
{
    if (state.leadership.lastOrderNumber != m_lastOrder)
        return broken("I2: the last number is " + QByteArray::number(state.leadership.lastOrderNumber) +
                      ", the last sale's " + QByteArray::number(m_lastOrder));
    QHash<QByteArray, qint64> left = m_stock;
    for (const Product &product : state.products) {
        if (left.take(product.name) != product.quantity)
            return broken("I5: the stock of '" + product.name + "' is " +
                          QByteArray::number(product.quantity) + ", its movements make " +
                          QByteArray::number(m_stock.value(product.name)));
    }
    for (auto toy = left.cbegin(); toy != left.cend(); ++toy) {
        if (toy.value() != 0)
            return broken("I5: '" + toy.key() + "' is not offered, its movements make " +
                          QByteArray::number(toy.value()));
    }
    return {};
}

} // namespace

Result<void> auditLedger(StockLedger &ledger)
{
    Auditor auditor;
    const auto takeAll = [&](const auto &nextPage) -> Result<void> {
        while (true) {
            const auto page = nextPage();
            if (!page)
                return failure(page.error());
            for (const auto &row : *page) {
                if (Result<void> taken = auditor.take(row); !taken)
                    return taken;
            }
            if (page->size() < rowsAtOnce)
                return {};
        }
    };
    Result<void> taken = takeAll([&] { return ledger.movementsAfter(auditor.lastMovement(), rowsAtOnce); });
    if (taken)
        taken = takeAll([&] { return ledger.rejectionsAfter(auditor.lastRejection(), rowsAtOnce); });
    if (!taken)
        return taken;
    const Result<StockState> state = ledger.load();
    return state ? auditor.compareWith(*state) : failure(state.error());
}

} // namespace toystore
