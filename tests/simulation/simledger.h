// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/process.h"
#include "stock/memorystockledger.h"

#include <memory>

namespace toystore::simulation
{

/// Told of what the ledger decides, the moment it is durable: nobody else knows yet.
class LedgerWitness
{
public:
    virtual ~LedgerWitness() = default;
    virtual void committed(StockLedger &ledger) = 0;
    /// Each of @p calls was decided or refused; before committed().
    virtual void answered(const std::vector<Sell> &calls, const SellResults &results) = 0;
    virtual void epochBegan(const Leadership::Answer &leadership) = 0;
    /// Everything is forgotten.
    virtual void ledgerLost() = 0;
};

/// The catalog's database: a MemoryStockLedger that outlives its catalog, with a boundary before and after
/// each commit, and storage that fails or is full.
class SimLedger final : public StockLedger
{
public:
    SimLedger(Process &catalog, LedgerWitness &witness)
        : m_catalog(catalog), m_witness(witness), m_ledger(std::make_unique<MemoryStockLedger>())
    {
    }

    Result<StockState> load() override { return m_ledger->load(); }
    Result<void> openStore(const QList<Toy> &toys, qint64 level, const QByteArray &at) override;
    Result<SellResults> sell(const std::vector<Sell> &calls, const QByteArray &at) override;
    Result<Leadership::Answer> beginEpoch(const BeginEpoch &request) override;
    Result<Leadership::Answer> importOrders(const ImportOrders &request) override;
    Result<OrdersAfter::Answer> ordersAfter(const OrdersAfter &request) override;
    Result<StockState> restock(qint64 level, const QByteArray &at) override;
    Result<QList<StockMovement>> movementsAfter(qint64 sequence, qint64 limit) override
    {
        return m_ledger->movementsAfter(sequence, limit);
    }
    Result<QList<Rejection>> rejectionsAfter(qint64 sequence, qint64 limit) override
    {
        return m_ledger->rejectionsAfter(sequence, limit);
    }

    // Faults.
    void setFull(bool full) { m_full = full; }
    void failNext() { m_failNext = true; }
    void heal() { m_full = m_failNext = false; }
    void lose(); ///< while the catalog is down

    /// What is durable, past all faults.
    [[nodiscard]] StockLedger &durable() { return *m_ledger; }

private:
    [[nodiscard]] Result<void> mayWrite();
    template <typename Work>
    auto commit(Boundary before, Boundary after, Work work) -> decltype(work());

    Process &m_catalog;
    LedgerWitness &m_witness;
    std::unique_ptr<MemoryStockLedger> m_ledger;
    bool m_full = false;
    bool m_failNext = false;
};

} // namespace toystore::simulation
