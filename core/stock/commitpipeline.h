// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "stock/stockledger.h"
#include "stock/stockview.h"

#include <QSet>

#include <functional>
#include <vector>

namespace toystore
{

/// Those who are told of what was committed, and the answers that wait for them. Production: connections and
/// an InvalidationHub; the simulator adds faults.
class CommitAudience
{
public:
    using Respond = std::function<void(Result<Sell::Answer>)>;

    virtual ~CommitAudience() = default;

    /// Queries show @p toys as they are now: takes the list of subscribers and pushes to them. Never called
    /// without toys.
    virtual void changed(const QList<Product> &toys) = 0;

    /// Calls @p respond with @p answer when no cache can show one of @p toys from before it any more.
    virtual void hold(Sell::Answer answer, const QSet<QByteArray> &toys, Respond respond) = 0;
};

/// The catalog's changes, each in the order that the cache protocol rests on (I10): the ledger commits, then
/// queries show it, then the subscribers are told, then who asked is answered. Whoever subscribes before the
/// list of subscribers is taken can only have asked for what is new; one who subscribed earlier is pushed to.
///
/// Pure, but for the ledger it is given. One call at a time, on the ledger's thread; meanwhile queries read
/// the view and the audience serves its subscribers. An exception thrown by ledger, audience or a response
/// passes through: the remaining steps are left out, as if the process had ended there.
class CommitPipeline
{
public:
    using Respond = CommitAudience::Respond;

    struct PendingSell {
        Sell call;
        Respond respond; ///< called once, with the answer or why nothing was decided
    };
    /// How a store begins its day.
    struct Opening {
        QList<Toy> toys;
        qint64 stock = 0;    ///< of each toy
        bool resume = false; ///< keep what there is, if the store was ever opened
    };

    /// All must outlive the pipeline.
    CommitPipeline(StockLedger &ledger, StockView &view, CommitAudience &audience, EventRing &events);

    /// Shows what the ledger has, opening the store first if that is wanted. Before requests come, so nobody
    /// is told. @p at here and below: the time now, see StockLedger. Errors: storage_full, storage_failed.
    [[nodiscard]] Result<void> open(const Opening &opening, const QByteArray &at);

    /// Decides all of @p sells in one transaction. What was decided is held by the audience, also when it
    /// only repeats an earlier answer; a refusal leaves at once.
    void sell(std::vector<PendingSell> sells, const QByteArray &at);

    // These return what the caller is answered then. Errors: see StockLedger.
    [[nodiscard]] Result<BeginEpoch::Answer> beginEpoch(const BeginEpoch &request);
    [[nodiscard]] Result<ImportOrders::Answer> importOrders(const ImportOrders &request);
    [[nodiscard]] Result<OrdersAfter::Answer> ordersAfter(const OrdersAfter &request);
    [[nodiscard]] Result<StockAudit::Answer> auditStock(const StockAudit &request);

    /// Brings sold-out toys to @p level. Waits for nobody; a failure is noted, the next restock tries again.
    void restock(qint64 level, const QByteArray &at);

private:
    void show(const StockState &change);
    void tellSold(const SellResults &results);
    void noteStorage(const std::optional<Error> &error);

    StockLedger &m_ledger;
    StockView &m_view;
    CommitAudience &m_audience;
    EventRing &m_events;
    bool m_storageFails = false;
};

} // namespace toystore
