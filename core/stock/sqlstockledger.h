// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "stock/ledgerrules.h"
#include "stock/sqlconnection.h"
#include "stock/stockledger.h"

#include <QHash>

#include <set>
#include <variant>

namespace toystore
{

/// The ledger in a SQL database: SQLite by default, one that speaks PostgreSQL's protocol where one machine
/// is outgrown. The SQL is what both share. Every transaction that changes something begins with an UPDATE of
/// the one leadership row, which holds off all others until it ends, and takes stock with
/// `WHERE quantity >= ?`: READ COMMITTED suffices. What was decided before for the request ids of a call is
/// asked with one statement for the sales and one for the rejections, however many they are.
class SqlStockLedger final : public StockLedger
{
public:
    /// Opens the ledger at @p url (see SqlConnection::open), making an empty one if there is none. Errors: as
    /// there, and storage_failed for what is no ledger or has a newer format version; nothing is changed
    /// then. A ledger of an older format is brought up to date.
    [[nodiscard]] static Result<std::unique_ptr<SqlStockLedger>> open(const QUrl &url);
    ~SqlStockLedger() override;

    Result<StockState> load() override;
    Result<void> openStore(const QList<Toy> &toys, qint64 level, const QByteArray &at) override;
    Result<SellResults> sell(const std::vector<Sell> &calls, const QByteArray &at) override;
    Result<Leadership::Answer> beginEpoch(const BeginEpoch &request) override;
    Result<Leadership::Answer> importOrders(const ImportOrders &request) override;
    Result<OrdersAfter::Answer> ordersAfter(const OrdersAfter &request) override;
    Result<StockState> restock(qint64 level, const QByteArray &at) override;
    Result<QList<StockMovement>> movementsAfter(qint64 sequence, qint64 limit) override;
    Result<QList<Rejection>> rejectionsAfter(qint64 sequence, qint64 limit) override;

private:
    struct Statements;
    using Decisions = QHash<QByteArray, std::variant<Order, Rejection>>; // by request id
    /// The toys a transaction sold, and where the ledger will stand after it.
    struct Selling {
        LedgerPosition position;
        std::set<QByteArray> toys;
        QByteArray at;
        bool rejected = false;
    };

    explicit SqlStockLedger(std::unique_ptr<SqlConnection> connection);

    [[nodiscard]] LedgerPosition position();
    [[nodiscard]] LedgerPosition lockedPosition();
    void keepPosition(const LedgerPosition &position);
    [[nodiscard]] QList<Product> products();
    [[nodiscard]] QList<Product> soldOut();
    [[nodiscard]] QList<Product> products(const std::set<QByteArray> &names);
    [[nodiscard]] std::optional<Order> orderAt(qint64 number);
    /// What was decided for these request ids, those for which something was.
    [[nodiscard]] Decisions decisionsOn(const QList<QByteArray> &requestIds);
    [[nodiscard]] Result<Sell::Answer> sellOne(const Sell &call, Selling &selling);
    [[nodiscard]] SellOutcome sellEntry(const SellEntry &entry, Selling &selling, Decisions &decisions);
    void importOrder(const Order &order, LedgerPosition &position, Decisions &decisions);
    void book(LedgerPosition &position, MovementKind kind, const QByteArray &toy, qint64 delta,
              const QByteArray &at);
    void bookSale(LedgerPosition &position, const Order &order);
    void bookRejection(const Rejection &rejection);

    std::unique_ptr<SqlConnection> m_connection;
    std::unique_ptr<Statements> m_statements; // go before their connection
};

} // namespace toystore
