// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simledger.h"

namespace toystore::simulation
{

template <typename Work>
auto SimLedger::commit(Boundary before, Boundary after, Work work) -> decltype(work())
{
    m_catalog.passes(before);
    if (const Result<void> allowed = mayWrite(); !allowed)
        return failure(allowed.error());
    auto result = work();
    m_witness.committed(*m_ledger);
    m_catalog.passes(after);
    return result;
}

Result<void> SimLedger::openStore(const QList<Toy> &toys, qint64 level, const QByteArray &at)
{
    return commit(Boundary::CatalogBeforeOpening, Boundary::CatalogAfterOpening,
                  [&] { return m_ledger->openStore(toys, level, at); });
}

Result<SellResults> SimLedger::sell(const std::vector<Sell> &calls, const QByteArray &at)
{
    return commit(Boundary::CatalogBeforeCommit, Boundary::CatalogAfterCommit, [&] {
        Result<SellResults> results = m_ledger->sell(calls, at);
        if (results)
            m_witness.answered(calls, *results);
        return results;
    });
}

Result<Leadership::Answer> SimLedger::beginEpoch(const BeginEpoch &request)
{
    return commit(Boundary::CatalogBeforeEpoch, Boundary::CatalogAfterEpoch, [&] {
        const Result<Leadership::Answer> begun = m_ledger->beginEpoch(request);
        if (begun)
            m_witness.epochBegan(*begun);
        return begun;
    });
}

Result<Leadership::Answer> SimLedger::importOrders(const ImportOrders &request)
{
    return commit(Boundary::CatalogBeforeImport, Boundary::CatalogAfterImport,
                  [&] { return m_ledger->importOrders(request); });
}

Result<OrdersAfter::Answer> SimLedger::ordersAfter(const OrdersAfter &request)
{
    if (std::exchange(m_failNext, false)) {
        m_catalog.simulation().statistics().count(Fault::LedgerError);
        return failure(ErrorCode::StorageFailed, "the ledger can't be read");
    }
    return m_ledger->ordersAfter(request);
}

Result<StockState> SimLedger::restock(qint64 level, const QByteArray &at)
{
    return commit(Boundary::CatalogBeforeRestock, Boundary::CatalogAfterRestock, [&] {
        const Result<StockState> restocked = m_ledger->restock(level, at);
        if (restocked && !restocked->products.isEmpty())
            m_catalog.simulation().statistics().count(Fault::Restocked);
        return restocked;
    });
}

Result<void> SimLedger::mayWrite()
{
    Statistics &statistics = m_catalog.simulation().statistics();
    if (std::exchange(m_failNext, false)) {
        statistics.count(Fault::LedgerError);
        return failure(ErrorCode::StorageFailed, "the ledger can't be written");
    }
    if (m_full) {
        statistics.count(Fault::LedgerFull);
        return failure(ErrorCode::StorageFull, "the ledger's disk is full");
    }
    return {};
}

void SimLedger::lose()
{
    m_ledger = std::make_unique<MemoryStockLedger>();
    m_witness.ledgerLost();
}

} // namespace toystore::simulation
