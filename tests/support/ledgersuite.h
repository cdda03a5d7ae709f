// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "stock/sqlstockledger.h"
#include "stock/stockledger.h"

#include <QObject>
#include <QTemporaryDir>

#include <memory>

namespace toystore
{

/// What the tests of every StockLedger share: each runs for every kind of ledger, on a store with Tux and
/// Fox, 10 of each, in epoch 1 of replica 8093; and whatever it did, the invariants hold afterwards.
class LedgerSuite : public QObject
{
    Q_OBJECT

protected:
    inline static const QByteArray now = "2026-11-22T09:00:00.000Z";
    inline static const QByteArray later = "2026-11-22T10:00:00.000Z";
    static constexpr ReplicaId leader{8093};

    [[nodiscard]] static bool isSql();
    [[nodiscard]] QString path() const { return m_directory->filePath(QStringLiteral("ledger.sqlite")); }
    [[nodiscard]] Result<std::unique_ptr<SqlStockLedger>> openFile() const;
    void open();
    /// As after a crash. The ledger in memory is its own disk.
    void reopen();
    /// A new ledger, of which nobody has opened a store.
    void openEmpty();
    /// A new ledger, with the store that every test begins with.
    void openStocked();

    [[nodiscard]] Product product(const QByteArray &name);
    [[nodiscard]] Leadership::Answer leadership() { return m_ledger->load().value().leadership; }
    [[nodiscard]] QList<StockMovement> movements() { return m_ledger->movementsAfter(0, 10'000).value(); }
    [[nodiscard]] QList<Order> orders() { return m_ledger->ordersAfter({0, {}}).value().orders; }
    [[nodiscard]] Result<Sell::Answer> sell(const Sell &call);
    [[nodiscard]] static Sell call(qint64 number, qint64 after, QList<SellEntry> entries, qint64 epoch = 1);
    [[nodiscard]] static ErrorCode codeOf(const SellOutcome &outcome);

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<StockLedger> m_ledger;

private Q_SLOTS:
    void initTestCase_data();
    void init() { openStocked(); }
    void cleanup();
};

} // namespace toystore
