// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/shopmessages.h"
#include "simulation/simledger.h"
#include "simulation/simreplica.h"

#include <QHash>
#include <QSet>

#include <map>
#include <set>
#include <vector>

namespace toystore::simulation
{

/// Holds I1 to I12 against what really happens. It sees what no process does: each row of the ledger when it
/// is committed, each byte of a log when it is written, what leaders say, and what clients were told and
/// when. I13 is the seed's own: a matter of time. The first violation ends the simulation.
///
/// A lost ledger begins a new generation. What clients were told must survive it; what was decided and not
/// told to anybody may be decided anew. Rejections, stock and versions begin anew with it.
class Checker final : public LedgerWitness, public ReplicaWitness
{
public:
    explicit Checker(Simulation &simulation);

    // The ledger.
    void committed(StockLedger &ledger) override;
    void answered(const std::vector<Sell> &calls, const SellResults &results) override;
    void epochBegan(const Leadership::Answer &leadership) override;
    void ledgerLost() override;

    // Replicas.
    /// @p replica must outlive the checker's use.
    void watch(SimReplica &replica);
    void written(SimReplica &replica, qint64 offset, const QByteArray &bytes);
    void saysReady(SimReplica &replica, qint64 epoch) override;
    void promises(qint64 number) override { m_promised = std::max(m_promised, number); }

    // Clients. What is known when a request is sent comes back with its answer.
    void sent(const ShopBuy &buy);
    void bought(const ShopBuy &buy, qint64 number);
    void rejected(const ShopBuy &buy);
    struct Freshness {
        int generation = 0;
        qint64 version = 0;
    };
    [[nodiscard]] Freshness freshness(const QByteArray &toy) const;
    void queried(const QByteArray &toy, Freshness then, const Result<Product> &answer);
    [[nodiscard]] bool isKnown(qint64 number) const { return m_told.contains(number); }
    void found(const OrderDetails::Answer &order);
    void notFound(qint64 number, bool wasKnown);

    /// The whole ledger once more, and whether all logs are complete copies of its orders.
    void audit(StockLedger &ledger);

    /// The highest number that anybody was told of.
    [[nodiscard]] qint64 highestTold() const { return m_told.empty() ? 0 : *m_told.rbegin(); }
    /// The highest number that a replica has answered with: it must survive every loss.
    [[nodiscard]] qint64 promised() const { return m_promised; }
    [[nodiscard]] qint64 lastInLedger() const { return m_ledgerLast; }
    [[nodiscard]] qint64 lastDecided() const { return static_cast<qint64>(m_orders.size()); }
    /// The ledger has every order that anybody may have been told of.
    [[nodiscard]] bool ledgerIsWhole() const { return m_ledgerLast >= m_promised; }
    /// The orders that @p replica would still have after a crash right now.
    [[nodiscard]] qint64 durableNumber(SimReplica &replica) const;
    /// It has an order that only a lost ledger had decided.
    [[nodiscard]] bool isForked(SimReplica &replica) const;

    /// The price says which ledger a product is of: a lost one's toys cost something else.
    [[nodiscard]] static double priceIn(int generation) { return 1000.0 + generation; }
    [[nodiscard]] int generation() const { return m_generation; }

private:
    struct Toy {
        qint64 stock = 0;
        qint64 version = 0;
        qint64 acknowledged = 0; // the version of the latest buy that its client knows of
    };

    void take(const StockMovement &movement);
    void takeSale(const StockMovement &movement);
    void decide(const Order &order);
    void fork(qint64 number);
    void compareStock(StockLedger &ledger);
    void told(qint64 number, const QByteArray &name, qint64 quantity);
    void violate(const char *invariant, const QByteArray &text, const QList<QByteArray> &subjects = {});
    [[nodiscard]] qint64 numberAt(qint64 bytes) const;

    Simulation &m_simulation;
    int m_generation = 0;

    // This generation's ledger.
    qint64 m_lastMovement = 0;
    qint64 m_ledgerLast = 0;
    bool m_importing = false; // the next sale is an imported one
    qint64 m_epoch = 0;
    qint64 m_lastCall = 0; // of this epoch, decided
    std::map<QByteArray, Toy> m_toys;
    std::map<qint64, qint64> m_versionOf; // number -> the toy's version after it
    QHash<QByteArray, qint64> m_sold;     // request id -> number
    struct Epoch {
        ReplicaId leader;
        qint64 before = 0; // the last order decided before it
    };
    std::map<qint64, Epoch> m_epochs;
    std::set<std::pair<qint64, ReplicaId>> m_lostLeaders; // by the ledgers before

    // All that was decided and not lost.
    std::vector<Order> m_orders;
    QByteArray m_log; // the bytes of a complete log
    std::vector<qint64> m_ends;
    QSet<ReplicaId> m_forked; // had orders that were decided differently by the next ledger
    QByteArray m_lostLog;     // the complete log as it was before the last such decision
    std::vector<SimReplica *> m_replicas;

    // What clients know.
    std::set<qint64> m_told; // numbers
    qint64 m_promised = 0;
    qint64 m_highestAcknowledged = 0;
    struct Sent {
        qint64 acknowledgedThen = 0; // the highest number acknowledged when it was first sent
        int generation = 0;
    };
    QHash<QByteArray, Sent> m_sent;
    QSet<QByteArray> m_rejected; // request id, toy and quantity
};

} // namespace toystore::simulation
