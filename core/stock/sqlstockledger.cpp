// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/sqlstockledger.h"

#include "protocol/orderchecksum.h"

#include <QFileInfo>

#include <algorithm>
#include <array>
#include <bit>
#include <map>

namespace toystore
{

namespace
{

constexpr qint64 formatVersion = 2;

// Format 1. A new ledger is made like this, too, and then brought up to date as an old one is.
constexpr std::array schema = {
    "CREATE TABLE ledger_format (version BIGINT NOT NULL)",
    "CREATE TABLE leadership (epoch BIGINT NOT NULL, leader_id BIGINT NOT NULL, last_call BIGINT NOT NULL,"
    " last_order_number BIGINT NOT NULL, highest_imported_epoch BIGINT NOT NULL,"
    " last_movement BIGINT NOT NULL)",
    "CREATE TABLE toy (name TEXT PRIMARY KEY, price DOUBLE PRECISION NOT NULL,"
    " quantity BIGINT NOT NULL CHECK (quantity >= 0), version BIGINT NOT NULL)",
    // The toy is no foreign key: orders outlive what is offered.
    "CREATE TABLE movement (sequence BIGINT PRIMARY KEY, kind TEXT NOT NULL, toy TEXT NOT NULL,"
    " delta BIGINT NOT NULL, order_number BIGINT UNIQUE, request_id TEXT UNIQUE, epoch BIGINT,"
    " moved_at TEXT NOT NULL)",
    "INSERT INTO leadership VALUES (0, 0, 0, 0, 0, 0)",
    "INSERT INTO ledger_format VALUES (1)",
};

/// What makes format 2 of format 1.
constexpr std::array rejectionsAdded = {
    "ALTER TABLE leadership ADD COLUMN last_rejection BIGINT NOT NULL DEFAULT 0",
    "CREATE TABLE rejection (sequence BIGINT PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, toy TEXT NOT NULL,"
    " quantity BIGINT NOT NULL, rejected_at TEXT NOT NULL)",
    "UPDATE ledger_format SET version = 2",
};

constexpr std::array kindNames = {"opened", "sold", "restocked", "rebuilt"};

QByteArray nameOf(MovementKind kind)
{
    return kindNames[static_cast<std::size_t>(kind)];
}

MovementKind kindOf(const QByteArray &name)
{
    const auto found =
        std::find_if(kindNames.begin(), kindNames.end(), [&](const char *one) { return name == one; });
    if (found == kindNames.end())
        throw SqlFailure{
            {ErrorCode::StorageFailed, "the ledger has a movement of unknown kind '" + name + '\''}};
    return static_cast<MovementKind>(found - kindNames.begin());
}

/// A rule's refusal ends the transaction.
template <typename T>
T orRollBack(Result<T> result)
{
    if (!result)
        throw SqlFailure{result.error()};
    if constexpr (!std::is_void_v<T>)
        return *std::move(result);
}

template <std::size_t N>
void execute(SqlConnection &connection, const std::array<const char *, N> &statements)
{
    for (const char *statement : statements)
        connection.run(statement);
}

/// The format of the ledger in a database that is not empty; throws where it is none that is known.
qint64 knownFormatOf(SqlConnection &connection)
{
    if (!connection.database().tables().contains(QLatin1String("ledger_format")))
        throw SqlFailure{{ErrorCode::StorageFailed,
                          "it is the database of something else; nothing was changed. Give the store a data"
                          " directory of its own"}};
    qint64 version = 0;
    SqlStatement(connection.database(), "SELECT version FROM ledger_format")
        .forEach([&](const SqlStatement &row) {
            version = row.integer(0);
            return true;
        });
    if (version >= 1 && version <= formatVersion)
        return version;
    const QByteArray found = QByteArray::number(version);
    throw SqlFailure{{ErrorCode::StorageFailed,
                      "the ledger has format version " + found + ", this program knows version " +
                          QByteArray::number(formatVersion) +
                          "; nothing was changed. Open it with a Toystore that knows version " + found}};
}

/// Refuses a file that is no ledger of a known format before anything touches it: to open a database for
/// writing may change it already.
Result<void> checkWhatIsThere(const QUrl &url)
{
    if (url.scheme() != QLatin1String("sqlite") || QFileInfo(url.path()).size() == 0)
        return {};
    const Result<std::unique_ptr<SqlConnection>> look = SqlConnection::openToLook(url);
    if (!look)
        return failure(look.error());
    return (*look)->transaction([&] {
        bool isEmpty = true;
        // Not QSqlDatabase::tables(), which shows a damaged database as an empty one.
        SqlStatement((*look)->database(), "SELECT name FROM sqlite_master LIMIT 1")
            .forEach([&](const SqlStatement &) { return isEmpty = false; });
        if (!isEmpty)
            static_cast<void>(knownFormatOf(**look));
    });
}

Product productFrom(const SqlStatement &row)
{
    return {row.text(0), row.real(1), row.integer(2), row.integer(3)};
}

Order orderFrom(const SqlStatement &row)
{
    return {row.integer(0), row.text(1), -row.integer(2), row.text(3), row.integer(4), row.text(5)};
}

Rejection rejectionFrom(const SqlStatement &row)
{
    return {row.integer(0), row.text(1), row.text(2), row.integer(3), row.text(4)};
}

/// One text, prepared for lists of ids of several lengths.
class ListStatement
{
public:
    /// @p text lacks the list at its end.
    ListStatement(const QSqlDatabase &on, QByteArray text) : m_on(on), m_text(std::move(text)) {}

    /// Queries with @p ids, at least one, as the list.
    template <typename Take>
    void forEach(Take take, const QList<QByteArray> &ids)
    {
        const auto count = std::bit_ceil(static_cast<std::size_t>(ids.size()));
        auto found = m_prepared.find(count);
        if (found == m_prepared.end()) {
            const QByteArray text = m_text + " (?" + QByteArray(",?").repeated(qsizetype(count) - 1) + ')';
            found = m_prepared.try_emplace(count, m_on, text.constData()).first;
        }
        found->second.forEachOf(take, ids, qsizetype(count));
    }

private:
    const QSqlDatabase &m_on;
    const QByteArray m_text;
    std::map<std::size_t, SqlStatement> m_prepared; // by the list's length, a power of two
};

} // namespace

/// Prepared once, kept as long as the connection.
struct SqlStockLedger::Statements {
    explicit Statements(const QSqlDatabase &db) : on(db) {}

    const QSqlDatabase &on;
    SqlStatement lock{on, "UPDATE leadership SET last_call = last_call"};
    SqlStatement beginCall{on, "UPDATE leadership SET last_call = ? WHERE epoch = ? AND epoch > 0"
                               " AND leader_id = ? AND last_call < ? AND last_order_number = ?"};
    SqlStatement position{on, "SELECT epoch, leader_id, last_call, last_order_number, highest_imported_epoch,"
                              " last_movement, last_rejection FROM leadership"};
    SqlStatement keepPosition{on, "UPDATE leadership SET epoch = ?, leader_id = ?, last_call = ?,"
                                  " last_order_number = ?, highest_imported_epoch = ?, last_movement = ?,"
                                  " last_rejection = ?"};
    SqlStatement products{on, "SELECT name, price, quantity, version FROM toy"};
    SqlStatement product{on, "SELECT name, price, quantity, version FROM toy WHERE name = ?"};
    SqlStatement soldOut{on, "SELECT name, price, quantity, version FROM toy WHERE quantity = 0"};
    SqlStatement addToy{on, "INSERT INTO toy (price, quantity, version, name) VALUES (?, ?, ?, ?)"};
    SqlStatement setToy{on, "UPDATE toy SET price = ?, quantity = ?, version = ? WHERE name = ?"};
    SqlStatement withdrawToy{on, "DELETE FROM toy WHERE name = ?"};
    SqlStatement takeStock{on, "UPDATE toy SET quantity = quantity - ?, version = version + 1"
                               " WHERE name = ? AND quantity >= ?"};
    SqlStatement bookSale{on,
                          "INSERT INTO movement (sequence, kind, toy, delta, order_number, request_id, epoch,"
                          " moved_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
    SqlStatement book{on, "INSERT INTO movement (sequence, kind, toy, delta, moved_at)"
                          " VALUES (?, ?, ?, ?, ?)"};
    SqlStatement bookRejection{on, "INSERT INTO rejection (sequence, request_id, toy, quantity, rejected_at)"
                                   " VALUES (?, ?, ?, ?, ?)"};
    SqlStatement forgetRejections{on, "DELETE FROM rejection WHERE sequence <= ?"};
    ListStatement ordersByRequest{
        on, "SELECT order_number, toy, delta, request_id, epoch, moved_at FROM movement WHERE request_id IN"};
    ListStatement rejectionsByRequest{
        on, "SELECT sequence, request_id, toy, quantity, rejected_at FROM rejection WHERE request_id IN"};
    SqlStatement orderByNumber{
        on,
        "SELECT order_number, toy, delta, request_id, epoch, moved_at FROM movement WHERE order_number = ?"};
    SqlStatement ordersAfter{
        on,
        "SELECT order_number, toy, delta, request_id, epoch, moved_at FROM movement WHERE order_number > ?"
        " AND order_number <= ? ORDER BY order_number LIMIT ?"};
    SqlStatement movements{on, "SELECT sequence, kind, toy, delta, order_number, request_id, epoch, moved_at"
                               " FROM movement WHERE sequence > ? ORDER BY sequence LIMIT ?"};
    SqlStatement rejections{on, "SELECT sequence, request_id, toy, quantity, rejected_at FROM rejection"
                                " WHERE sequence > ? ORDER BY sequence LIMIT ?"};
};

Result<std::unique_ptr<SqlStockLedger>> SqlStockLedger::open(const QUrl &url)
{
    const auto refused = [&url](const Error &error) {
        return failure(error.code, "can't use the ledger at " + url.toEncoded(QUrl::RemovePassword) + ": " +
                                       error.message);
    };
    if (const Result<void> known = checkWhatIsThere(url); !known)
        return refused(known.error());
    Result<std::unique_ptr<SqlConnection>> opened = SqlConnection::open(url);
    if (!opened)
        return failure(opened.error());
    std::unique_ptr<SqlConnection> connection = *std::move(opened);
    const Result<void> ready = connection->transaction([&] {
        if (connection->database().tables().isEmpty())
            execute(*connection, schema);
        if (knownFormatOf(*connection) < 2)
            execute(*connection, rejectionsAdded);
    });
    if (!ready)
        return refused(ready.error());
    std::unique_ptr<SqlStockLedger> ledger(new SqlStockLedger(std::move(connection)));
    try {
        ledger->m_statements = std::make_unique<Statements>(ledger->m_connection->database());
    } catch (const SqlFailure &failed) {
        return failure(failed.error);
    }
    return ledger;
}

SqlStockLedger::SqlStockLedger(std::unique_ptr<SqlConnection> connection)
    : m_connection(std::move(connection))
{
}

SqlStockLedger::~SqlStockLedger() = default;

Result<StockState> SqlStockLedger::load()
{
    return m_connection->transaction([&] { return StockState{products(), position().leadership()}; });
}

Result<void> SqlStockLedger::openStore(const QList<Toy> &toys, qint64 level, const QByteArray &at)
{
    return m_connection->transaction([&] {
        LedgerPosition position = lockedPosition();
        std::map<QByteArray, Product> before;
        for (const Product &product : products())
            before[product.name] = product;
        for (const Toy &toy : toys) {
            const auto known = before.find(toy.name);
            const Product was = known == before.end() ? Product() : known->second;
            SqlStatement &set = known == before.end() ? m_statements->addToy : m_statements->setToy;
            book(position, MovementKind::Opened, toy.name, level - was.quantity, at);
            set.change(toy.price, level, was.version + 1, toy.name);
            before.erase(toy.name);
        }
        for (const auto &[name, withdrawn] : before) {
            book(position, MovementKind::Opened, name, -withdrawn.quantity, at);
            m_statements->withdrawToy.change(name);
        }
        keepPosition(position);
    });
}

Result<SellResults> SqlStockLedger::sell(const std::vector<Sell> &calls, const QByteArray &at)
{
    return m_connection->transaction([&] {
        Selling selling{{}, {}, at, false};
        SellResults results;
        for (const Sell &call : calls)
            results.answers.push_back(sellOne(call, selling));
        if (selling.rejected)
            m_statements->forgetRejections.change(selling.position.lastRejection - maxRejections);
        results.state = {products(selling.toys), position().leadership()};
        return results;
    });
}

Result<Sell::Answer> SqlStockLedger::sellOne(const Sell &call, Selling &selling)
{
    if (const Result<void> checked = checkCall(call); !checked)
        return failure(checked.error());
    const qint64 begun =
        m_statements->beginCall.change(call.call, call.epoch, call.leaderId.value, call.call, call.after);
    selling.position = position();
    if (begun == 0) {
        const Result<void> allowed = maySell(selling.position, call);
        if (allowed) // only where another process writes the same ledger
            throw SqlFailure{{ErrorCode::StorageFailed, "the ledger changed in the middle of a transaction"}};
        return failure(allowed.error());
    }
    Sell::Answer answer;
    answer.outcomes.reserve(call.entries.size());
    QList<QByteArray> requestIds;
    requestIds.reserve(call.entries.size());
    for (const SellEntry &entry : call.entries)
        requestIds.append(entry.requestId);
    Decisions decisions = decisionsOn(requestIds);
    for (const SellEntry &entry : call.entries)
        answer.outcomes.append(sellEntry(entry, selling, decisions));
    keepPosition(selling.position);
    return answer;
}

SellOutcome SqlStockLedger::sellEntry(const SellEntry &entry, Selling &selling, Decisions &decisions)
{
    if (const auto known = decisions.constFind(entry.requestId); known != decisions.cend())
        return std::visit([&](const auto &decided) { return repeated(decided, entry); }, *known);
    if (entry.quantity < 1 ||
        m_statements->takeStock.change(entry.quantity, entry.name, entry.quantity) == 0) {
        const Rejection rejection{++selling.position.lastRejection, entry.requestId, entry.name,
                                  entry.quantity, selling.at};
        bookRejection(rejection);
        decisions.insert(entry.requestId, rejection);
        selling.rejected = true;
        return {std::nullopt, ErrorCode::OrderRejected};
    }
    selling.toys.insert(entry.name);
    const Order order{selling.position.lastOrderNumber + 1,
                      entry.name,
                      entry.quantity,
                      entry.requestId,
                      selling.position.epoch,
                      selling.at};
    bookSale(selling.position, order);
    decisions.insert(entry.requestId, order);
    return {order, std::nullopt};
}

Result<Leadership::Answer> SqlStockLedger::beginEpoch(const BeginEpoch &request)
{
    return m_connection->transaction([&] {
        LedgerPosition position = lockedPosition();
        position.epoch = orRollBack(nextEpoch(position, request));
        position.leaderId = request.leaderId;
        position.lastCall = 0;
        keepPosition(position);
        return position.leadership();
    });
}

Result<Leadership::Answer> SqlStockLedger::importOrders(const ImportOrders &request)
{
    return m_connection->transaction([&] {
        LedgerPosition position = lockedPosition();
        orRollBack(checkImport(position, request));
        if (const auto before = orderAt(rowBefore(request)); before && !continues(request, *before))
            throw SqlFailure{divergedAt(position, *before)};
        QList<QByteArray> requestIds;
        for (const Order &order : request.orders)
            requestIds.append(order.requestId);
        Decisions decisions = decisionsOn(requestIds);
        for (const Order &order : request.orders)
            importOrder(order, position, decisions);
        keepPosition(position);
        return position.leadership();
    });
}

void SqlStockLedger::importOrder(const Order &order, LedgerPosition &position, Decisions &decisions)
{
    if (order.number > position.lastOrderNumber) {
        if (decisions.contains(order.requestId))
            throw SqlFailure{divergedAt(position, order)};
        // First the stock that had left with the lost ledger, so that it is at no time negative.
        book(position, MovementKind::Rebuilt, order.name, order.quantity, order.at);
        bookSale(position, order);
        decisions.insert(order.requestId, order);
        position.highestImportedEpoch = std::max(position.highestImportedEpoch, order.epoch);
        return;
    }
    if (orderAt(order.number) != order)
        throw SqlFailure{divergedAt(position, order)};
}

Result<OrdersAfter::Answer> SqlStockLedger::ordersAfter(const OrdersAfter &request)
{
    return m_connection->transaction([&] {
        const qint64 limit = orRollBack(pageLimit(request));
        const LedgerPosition now = position();
        OrdersAfter::Answer page{{}, now.lastOrderNumber, false, now.epoch};
        if (const auto before = orderAt(request.after))
            page.afterCrc = checksumText(orderChecksum(*before));
        qsizetype bytes = 0;
        m_statements->ordersAfter.forEach(
            [&](const SqlStatement &row) {
                Order order = orderFrom(row);
                bytes += boundOfBytes(order);
                page.more = page.orders.size() == limit || bytes > maxPageBytes;
                if (!page.more)
                    page.orders.append(std::move(order));
                return !page.more;
            },
            request.after, page.lastOrderNumber, limit + 1);
        return page;
    });
}

Result<StockState> SqlStockLedger::restock(qint64 level, const QByteArray &at)
{
    return m_connection->transaction([&] {
        // Most of the time there is nothing to write, so look before taking the lock, and again under it.
        if (level < 1 || soldOut().isEmpty())
            return StockState{{}, position().leadership()};
        LedgerPosition position = lockedPosition();
        QList<Product> toys = soldOut();
        for (Product &toy : toys) {
            book(position, MovementKind::Restocked, toy.name, level, at);
            toy.quantity = level;
            ++toy.version;
            m_statements->setToy.change(toy.price, toy.quantity, toy.version, toy.name);
        }
        keepPosition(position);
        return StockState{toys, position.leadership()};
    });
}

Result<QList<StockMovement>> SqlStockLedger::movementsAfter(qint64 sequence, qint64 limit)
{
    return m_connection->transaction([&] {
        QList<StockMovement> page;
        m_statements->movements.forEach(
            [&](const SqlStatement &row) {
                page.append({row.integer(0), kindOf(row.text(1)), row.text(2), row.integer(3), row.integer(4),
                             row.text(5), row.integer(6), row.text(7)});
                return true;
            },
            sequence, limit);
        return page;
    });
}

Result<QList<Rejection>> SqlStockLedger::rejectionsAfter(qint64 sequence, qint64 limit)
{
    return m_connection->transaction([&] {
        QList<Rejection> page;
        m_statements->rejections.forEach(
            [&](const SqlStatement &row) {
                page.append(rejectionFrom(row));
                return true;
            },
            sequence, limit);
        return page;
    });
}

LedgerPosition SqlStockLedger::position()
{
    LedgerPosition position;
    m_statements->position.forEach([&](const SqlStatement &row) {
        position = {row.integer(0), ReplicaId{row.integer(1)},
                    row.integer(2), row.integer(3),
                    row.integer(4), row.integer(5),
                    row.integer(6)};
        return true;
    });
    return position;
}

LedgerPosition SqlStockLedger::lockedPosition()
{
    m_statements->lock.change();
    return position();
}

void SqlStockLedger::keepPosition(const LedgerPosition &position)
{
    m_statements->keepPosition.change(position.epoch, position.leaderId.value, position.lastCall,
                                      position.lastOrderNumber, position.highestImportedEpoch,
                                      position.lastMovement, position.lastRejection);
}

QList<Product> SqlStockLedger::products()
{
    QList<Product> products;
    m_statements->products.forEach([&](const SqlStatement &row) {
        products.append(productFrom(row));
        return true;
    });
    return products;
}

QList<Product> SqlStockLedger::soldOut()
{
    QList<Product> products;
    m_statements->soldOut.forEach([&](const SqlStatement &row) {
        products.append(productFrom(row));
        return true;
    });
    return products;
}

QList<Product> SqlStockLedger::products(const std::set<QByteArray> &names)
{
    QList<Product> products;
    for (const QByteArray &toy : names) {
        m_statements->product.forEach(
            [&](const SqlStatement &row) {
                products.append(productFrom(row));
                return true;
            },
            toy);
    }
    return products;
}

SqlStockLedger::Decisions SqlStockLedger::decisionsOn(const QList<QByteArray> &requestIds)
{
    Decisions decisions;
    if (requestIds.isEmpty())
        return decisions;
    m_statements->ordersByRequest.forEach(
        [&](const SqlStatement &row) {
            const Order order = orderFrom(row);
            decisions.insert(order.requestId, order);
            return true;
        },
        requestIds);
    m_statements->rejectionsByRequest.forEach(
        [&](const SqlStatement &row) {
            const Rejection rejection = rejectionFrom(row);
            decisions.insert(rejection.requestId, rejection);
            return true;
        },
        requestIds);
    return decisions;
}

std::optional<Order> SqlStockLedger::orderAt(qint64 number)
{
    std::optional<Order> order;
    m_statements->orderByNumber.forEach(
        [&](const SqlStatement &row) {
            order = orderFrom(row);
            return false;
        },
        number);
    return order;
}

void SqlStockLedger::book(LedgerPosition &position, MovementKind kind, const QByteArray &toy, qint64 delta,
                          const QByteArray &at)
{
    m_statements->book.change(++position.lastMovement, nameOf(kind), toy, delta, at);
}

void SqlStockLedger::bookSale(LedgerPosition &position, const Order &order)
{
    position.lastOrderNumber = order.number;
    m_statements->bookSale.change(++position.lastMovement, nameOf(MovementKind::Sold), order.name,
                                  -order.quantity, order.number, order.requestId, order.epoch, order.at);
}

void SqlStockLedger::bookRejection(const Rejection &rejection)
{
    m_statements->bookRejection.change(rejection.sequence, rejection.requestId, rejection.name,
                                       rejection.quantity, rejection.at);
}

} // namespace toystore
