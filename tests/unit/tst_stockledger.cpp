// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/envelope.h"
#include "protocol/orderchecksum.h"
#include "stock/memorystockledger.h"
#include "stock/sqlstockledger.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace toystore;

namespace
{

const QByteArray now = "2026-11-22T09:00:00.000Z";
const QByteArray later = "2026-11-22T10:00:00.000Z";

constexpr ReplicaId leader{8093};

} // namespace

/// One suite for every StockLedger: each test runs for the row of initTestCase_data() it is given.
class TestStockLedger : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<StockLedger> m_ledger;

    [[nodiscard]] bool isSql() const
    {
        QFETCH_GLOBAL(QByteArray, kind);
        return kind == "sql";
    }
    [[nodiscard]] QString path() const { return m_directory->filePath(QStringLiteral("ledger.sqlite")); }
    [[nodiscard]] Result<std::unique_ptr<SqlStockLedger>> openFile() const
    {
        QUrl url;
        url.setScheme(QStringLiteral("sqlite"));
        url.setPath(path());
        return SqlStockLedger::open(url);
    }
    void open()
    {
        if (!isSql()) {
            m_ledger = std::make_unique<MemoryStockLedger>();
            return;
        }
        auto opened = openFile();
        QVERIFY2(opened, opened ? "" : opened.error().message.constData());
        m_ledger = *std::move(opened);
    }
    /// As after a crash. The ledger in memory is its own disk.
    void reopen()
    {
        if (!isSql())
            return;
        m_ledger.reset();
        open();
    }

    [[nodiscard]] Product product(const QByteArray &name)
    {
        const Result<StockState> state = m_ledger->load();
        for (const Product &one : state.value().products) {
            if (one.name == name)
                return one;
        }
        return {};
    }
    [[nodiscard]] Leadership::Answer leadership() { return m_ledger->load().value().leadership; }
    [[nodiscard]] QList<StockMovement> movements() { return m_ledger->movementsAfter(0, 10'000).value(); }
    [[nodiscard]] QList<Order> orders() { return m_ledger->ordersAfter({0, {}}).value().orders; }
    [[nodiscard]] Result<Sell::Answer> sell(const Sell &call)
    {
        return m_ledger->sell({call}, now).value().answers.at(0);
    }
    [[nodiscard]] static Sell call(qint64 number, qint64 after, QList<SellEntry> entries, qint64 epoch = 1)
    {
        return {epoch, leader, number, after, std::move(entries)};
    }
    [[nodiscard]] static ErrorCode codeOf(const SellOutcome &outcome)
    {
        return outcome.code.value_or(ErrorCode::Internal);
    }

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::newRow("sql") << QByteArray("sql");
        QTest::newRow("memory") << QByteArray("memory");
    }

    /// A store with Tux and Fox, 10 of each, in epoch 1 of replica 8093.
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        open();
        QVERIFY(m_ledger->openStore({{"Tux", 19.9}, {"Fox", 5}}, 10, now));
        QVERIFY(m_ledger->beginEpoch({0, leader, 0}));
    }
    /// Whatever a test did, the invariants hold.
    void cleanup()
    {
        if (m_ledger) {
            const Result<void> audited = auditLedger(*m_ledger);
            QVERIFY2(audited, audited ? "" : audited.error().message.constData());
        }
        m_ledger.reset();
        m_directory.reset();
    }

    void aNewLedgerIsEmpty()
    {
        m_ledger.reset();
        m_directory = std::make_unique<QTemporaryDir>();
        open();

        const Result<StockState> state = m_ledger->load();

        QVERIFY(state);
        QVERIFY(state->products.isEmpty());
        QCOMPARE(state->leadership, Leadership::Answer());
        QVERIFY(movements().isEmpty());
    }

    void openingSetsEveryToyToTheLevelAndKeepsOrders()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}})));

        QVERIFY(m_ledger->openStore({{"Tux", 21}, {"Fox", 5}, {"Käthe the Bear", 54.9}}, 7, later));

        QCOMPARE(product("Tux"), (Product{"Tux", 21, 7, 3}));
        QCOMPARE(product("Fox"), (Product{"Fox", 5, 7, 2}));
        QCOMPARE(product("Käthe the Bear"), (Product{"Käthe the Bear", 54.9, 7, 1}));
        QCOMPARE(leadership(), (Leadership::Answer{1, leader, 1}));
        QCOMPARE(orders(), (QList<Order>{{1, "Tux", 4, "a", 1, now}}));
        const StockMovement last = movements().last();
        QCOMPARE(last.kind, MovementKind::Opened);
        QCOMPARE(last.toy, QByteArray("Käthe the Bear"));
        QCOMPARE(last.delta, 7);
        QCOMPARE(last.at, later);
    }

    void openingWithdrawsToysThatAreNoLongerListed()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}})));

        QVERIFY(m_ledger->openStore({{"Fox", 5}}, 7, later));

        QCOMPARE(m_ledger->load()->products.size(), 1);
        QCOMPARE(orders().size(), 1);
        QCOMPARE(codeOf(sell(call(2, 1, {{"b", "Tux", 1}}))->outcomes[0]), ErrorCode::OrderRejected);
    }

    void sellNumbersOrdersFromOne_I2()
    {
        const Result<SellResults> sold =
            m_ledger->sell({call(1, 0, {{"a", "Tux", 3}, {"b", "Fox", 1}, {"c", "Tux", 2}})}, now);

        QVERIFY(sold);
        QCOMPARE(sold->answers.at(0)->outcomes, (QList<SellOutcome>{{Order{1, "Tux", 3, "a", 1, now}, {}},
                                                                    {Order{2, "Fox", 1, "b", 1, now}, {}},
                                                                    {Order{3, "Tux", 2, "c", 1, now}, {}}}));
        QCOMPARE(sold->state.leadership, (Leadership::Answer{1, leader, 3}));
        QCOMPARE(sold->state.products, (QList<Product>{{"Fox", 5, 9, 2}, {"Tux", 19.9, 5, 3}}));
        QCOMPARE(product("Tux"), (Product{"Tux", 19.9, 5, 3}));
        QCOMPARE(orders().size(), 3);
    }

    void aRejectedEntryUsesNoNumberAndStopsNoOther_I4()
    {
        const Result<Sell::Answer> sold = sell(call(1, 0,
                                                    {{"a", "Tux", 11},
                                                     {"b", "Nobody", 1},
                                                     {"c", "Tux", 0},
                                                     {"d", "Tux", -1},
                                                     {"e", "Tux", 10},
                                                     {"f", "Tux", 1},
                                                     {"g", "Tux", std::numeric_limits<qint64>::max()},
                                                     {"h", "Tux", std::numeric_limits<qint64>::min()},
                                                     {"i", "Fox", 1}}));

        QVERIFY(sold);
        QCOMPARE(sold->outcomes.size(), 9);
        for (const int rejected : {0, 1, 2, 3, 5, 6, 7}) {
            QCOMPARE(codeOf(sold->outcomes[rejected]), ErrorCode::OrderRejected);
            QVERIFY(!sold->outcomes[rejected].order);
        }
        QCOMPARE(sold->outcomes[4].order->number, 1);
        QCOMPARE(sold->outcomes[8].order->number, 2);
        QCOMPARE(product("Tux").quantity, 0);
        QCOMPARE(product("Fox").quantity, 9);
    }

    void aRequestIdSellsOnce_I3()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 3}})));

        // In the same call, a later call and a later epoch; with the time and epoch of its decision.
        const auto again =
            m_ledger->sell({call(2, 1, {{"a", "Tux", 3}, {"b", "Fox", 1}, {"b", "Fox", 1}})}, later);
        QVERIFY(m_ledger->beginEpoch({1, ReplicaId{8092}, 0}));
        const auto inNextEpoch = m_ledger->sell({{2, ReplicaId{8092}, 1, 2, {{"a", "Tux", 3}}}}, later);

        const Order first{1, "Tux", 3, "a", 1, now};
        QVERIFY(again && again->answers.at(0));
        QVERIFY(inNextEpoch && inNextEpoch->answers.at(0));
        QCOMPARE(again->answers.at(0)->outcomes[0].order, first);
        QCOMPARE(again->answers.at(0)->outcomes[1].order->number, 2);
        QCOMPARE(again->answers.at(0)->outcomes[2].order->number, 2);
        QCOMPARE(inNextEpoch->answers.at(0)->outcomes[0].order, first);
        QVERIFY(inNextEpoch->state.products.isEmpty());
        QCOMPARE(product("Tux").quantity, 7);
        QCOMPARE(product("Fox").quantity, 9);
    }

    void aSoldRequestIdWithAnotherPayloadIsAMismatch()
    {
        const Result<Sell::Answer> sold = sell(call(
            1, 0, {{"a", "Tux", 3}, {"a", "Tux", 2}, {"a", "Fox", 3}, {"a", "Nobody", 3}, {"a", "Tux", 0}}));

        for (int i = 1; i < 5; ++i)
            QCOMPARE(codeOf(sold->outcomes[i]), ErrorCode::RequestMismatch);
        QCOMPARE(orders().size(), 1);
    }

    void aRejectedRequestIdKeepsItsAnswer_I9()
    {
        const SellEntry tooMany{"a", "Tux", 11};
        const Result<Sell::Answer> first = sell(call(1, 0, {tooMany, tooMany, {"b", "Nobody", 1}}));
        for (const SellOutcome &outcome : first->outcomes)
            QCOMPARE(codeOf(outcome), ErrorCode::OrderRejected);

        // Now there is enough, and the toy exists: late copies come in this epoch and in a later one.
        QVERIFY(m_ledger->openStore({{"Tux", 19.9}, {"Fox", 5}, {"Nobody", 1}}, 20, later));
        const Result<Sell::Answer> inTheEpoch = sell(call(2, 0, {tooMany, {"b", "Nobody", 1}}));
        QVERIFY(m_ledger->beginEpoch({1, leader, 0}));
        reopen();
        const Result<Sell::Answer> inTheNext = sell(call(1, 0, {tooMany, {"b", "Nobody", 1}}, 2));

        for (const auto &late : {inTheEpoch, inTheNext}) {
            for (const SellOutcome &outcome : late->outcomes)
                QCOMPARE(codeOf(outcome), ErrorCode::OrderRejected);
        }
        QVERIFY(orders().isEmpty());
        QCOMPARE(product("Tux").quantity, 20);
        QCOMPARE(m_ledger->rejectionsAfter(0, 10).value(),
                 (QList<Rejection>{{1, "a", "Tux", 11, now}, {2, "b", "Nobody", 1, now}}));
        QCOMPARE(m_ledger->rejectionsAfter(1, 10)->size(), 1);
        QCOMPARE(m_ledger->rejectionsAfter(0, 1)->size(), 1);
    }

    void aRejectedRequestIdWithAnotherPayloadIsAMismatch()
    {
        const Result<Sell::Answer> sold =
            sell(call(1, 0, {{"a", "Tux", 11}, {"a", "Tux", 10}, {"a", "Fox", 11}}));
        const Result<Sell::Answer> again = sell(call(2, 0, {{"a", "Tux", 10}}));

        QCOMPARE(codeOf(sold->outcomes[0]), ErrorCode::OrderRejected);
        QCOMPARE(codeOf(sold->outcomes[1]), ErrorCode::RequestMismatch);
        QCOMPARE(codeOf(sold->outcomes[2]), ErrorCode::RequestMismatch);
        QCOMPARE(codeOf(again->outcomes[0]), ErrorCode::RequestMismatch);
        QVERIFY(orders().isEmpty());
        QCOMPARE(m_ledger->rejectionsAfter(0, 10)->size(), 1);
    }

    void aMismatchIsNoRejection()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 3}})));

        QCOMPARE(codeOf(sell(call(2, 1, {{"a", "Tux", 11}}))->outcomes[0]), ErrorCode::RequestMismatch);

        QVERIFY(m_ledger->rejectionsAfter(0, 10)->isEmpty());
        QCOMPARE(sell(call(3, 1, {{"a", "Tux", 3}}))->outcomes[0].order->number, 1);
    }

    void onlyTheNewestRejectionsAreKept()
    {
        constexpr qint64 calls = StockLedger::maxRejections / maxPageOrders;
        const auto id = [](qint64 number) { return "r" + QByteArray::number(number); };
        std::vector<Sell> rejected;
        for (qint64 i = 0; i < calls; ++i) {
            rejected.push_back(call(i + 1, 0, {}));
            for (qint64 j = 0; j < maxPageOrders; ++j)
                rejected.back().entries.append({id(i * maxPageOrders + j), "Tux", 11});
        }
        QVERIFY(m_ledger->sell(rejected, now));
        QCOMPARE(m_ledger->rejectionsAfter(0, 1)->first().requestId, id(0));

        QVERIFY(m_ledger->sell(
            {call(calls + 1, 0, {{"x", "Tux", 11}}), call(calls + 2, 0, {{"y", "Tux", 11}})}, now));

        QCOMPARE(m_ledger->rejectionsAfter(0, 1)->first().requestId, id(2));
        QVERIFY(m_ledger->openStore({{"Tux", 19.9}}, 20, later));
        const Result<Sell::Answer> sold = sell(call(calls + 3, 0, {{id(2), "Tux", 11}, {id(1), "Tux", 11}}));
        QCOMPARE(codeOf(sold->outcomes[0]), ErrorCode::OrderRejected);
        QCOMPARE(sold->outcomes[1].order->number, 1); // forgotten, so a buy like any other
    }

    void anotherEpochOrLeaderDecidesNothing_I9()
    {
        const QList<SellEntry> entries{{"a", "Tux", 1}};
        QVERIFY(m_ledger->beginEpoch({1, leader, 0}));

        const Sell old{1, leader, 1, 0, entries};
        const Sell future{3, leader, 1, 0, entries};
        const Sell other{2, ReplicaId{8092}, 1, 0, entries};
        // Stale before all else: also with a bad call number and a gap.
        const Sell oldAndBehind{1, leader, 0, 7, entries};

        for (const Sell &stale : {old, future, other, oldAndBehind}) {
            const Result<Sell::Answer> sold = sell(stale);
            QVERIFY(!sold);
            QCOMPARE(sold.error().code, ErrorCode::StaleEpoch);
            QCOMPARE(sold.error().current, (Current{2, leader.value, {}}));
        }
        QVERIFY(orders().isEmpty());
        QCOMPARE(product("Tux").quantity, 10);
        QVERIFY(sell(call(1, 0, entries, 2)));
    }

    void nobodySellsBeforeThereIsAnEpoch()
    {
        m_ledger.reset();
        m_directory = std::make_unique<QTemporaryDir>();
        open();
        QVERIFY(m_ledger->openStore({{"Tux", 1}}, 10, now));

        const Result<Sell::Answer> sold = sell({0, ReplicaId{0}, 1, 0, {{"a", "Tux", 1}}});

        QCOMPARE(sold.error().code, ErrorCode::StaleEpoch);
        QVERIFY(orders().isEmpty());
    }

    void aCallNumberDecidesOnce_I9()
    {
        const Sell first = call(1, 0, {{"a", "Tux", 11}}); // rejected, and answered so
        QVERIFY(sell(first));
        QVERIFY(m_ledger->openStore({{"Tux", 19.9}, {"Fox", 5}}, 20, now));

        for (const Sell &late : {first, call(0, 0, {{"b", "Tux", 1}}), call(-1, 0, {{"b", "Tux", 1}})}) {
            const Result<Sell::Answer> sold = sell(late);
            QVERIFY(!sold);
            QCOMPARE(sold.error().code, ErrorCode::StaleCall);
        }
        reopen();
        QCOMPARE(sell(first).error().code, ErrorCode::StaleCall);

        QVERIFY(orders().isEmpty());
        QVERIFY(sell(call(7, 0, {{"b", "Tux", 11}}))); // call numbers may skip
        QCOMPARE(sell(call(6, 1, {})).error().code, ErrorCode::StaleCall);
        QVERIFY(m_ledger->beginEpoch({1, leader, 0}));
        QVERIFY(sell(call(1, 1, {}, 2))); // a new epoch counts anew
    }

    void staleCallIsSaidBeforeBehind()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 1}})));

        QCOMPARE(sell(call(1, 0, {{"b", "Tux", 1}})).error().code, ErrorCode::StaleCall);
    }

    void aLeaderThatMissedOrdersIsBehind()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 1}, {"b", "Tux", 1}})));

        const Result<Sell::Answer> behind = sell(call(2, 1, {{"c", "Tux", 1}}));
        const Result<Sell::Answer> ahead = sell(call(2, 3, {{"c", "Tux", 1}}));

        QCOMPARE(behind.error().code, ErrorCode::Behind);
        QCOMPARE(ahead.error().code, ErrorCode::LedgerBehind);
        for (const auto &refused : {behind, ahead})
            QCOMPARE(refused.error().current, (Current{{}, {}, 2}));
        QCOMPARE(orders().size(), 2);
        // It decided nothing, so that the same call may come again.
        QVERIFY(sell(call(2, 2, {{"c", "Tux", 1}})));
    }

    void callsOfOneTransactionSeeThoseBefore()
    {
        const Result<SellResults> sold =
            m_ledger->sell({call(1, 0, {{"a", "Tux", 8}}),
                            call(1, 1, {{"b", "Tux", 1}}),
                            call(2, 0, {{"b", "Tux", 1}}),
                            {9, leader, 3, 1, {{"b", "Tux", 1}}},
                            call(2, 1, {{"c", "Tux", 3}, {"a", "Tux", 8}, {"d", "Fox", 1}})},
                           now);

        QVERIFY(sold);
        QCOMPARE(sold->answers.size(), 5U);
        QCOMPARE(sold->answers[0]->outcomes[0].order->number, 1);
        QCOMPARE(sold->answers[1].error().code, ErrorCode::StaleCall);
        QCOMPARE(sold->answers[2].error().code, ErrorCode::Behind);
        QCOMPARE(sold->answers[3].error().code, ErrorCode::StaleEpoch);
        QCOMPARE(codeOf(sold->answers[4]->outcomes[0]), ErrorCode::OrderRejected);
        QCOMPARE(sold->answers[4]->outcomes[1].order->number, 1);
        QCOMPARE(sold->answers[4]->outcomes[2].order->number, 2);
        QCOMPARE(sold->state.leadership.lastOrderNumber, 2);
    }

    void aCallIsBounded()
    {
        QList<SellEntry> entries;
        for (int i = 0; i < 1001; ++i)
            entries.append({"r" + QByteArray::number(i), "Tux", 1});

        QCOMPARE(sell(call(1, 0, entries)).error().code, ErrorCode::OutOfRange);
        entries.removeLast();
        QVERIFY(sell(call(1, 0, entries)));
        QCOMPARE(orders().size(), 10);
        for (const QByteArray &bad :
             {QByteArray(), QByteArray(131, 'x'), QByteArray("a b"), QByteArray("a\0b", 3), QByteArray("ä")})
            QCOMPARE(sell(call(2, 10, {{bad, "Fox", 1}})).error().code, ErrorCode::InvalidField);
    }

    void strangeNamesAreUnknownToys()
    {
        const Result<Sell::Answer> sold = sell(call(1, 0,
                                                    {{"a", "", 1},
                                                     {"b", "tux", 1},
                                                     {"c", QByteArray("Tux\0", 4), 1},
                                                     {"d", "Tux'; DROP TABLE toy; --", 1},
                                                     {"e", QByteArray(256, 'x'), 1}}));

        for (const SellOutcome &outcome : sold->outcomes)
            QCOMPARE(codeOf(outcome), ErrorCode::OrderRejected);
        QCOMPARE(product("Tux").quantity, 10);
        // Kept as they are: the same again is no mismatch.
        const Result<Sell::Answer> again = sell(call(
            2, 0, {{"a", "", 1}, {"c", QByteArray("Tux\0", 4), 1}, {"d", "Tux'; DROP TABLE toy; --", 1}}));
        for (const SellOutcome &outcome : again->outcomes)
            QCOMPARE(codeOf(outcome), ErrorCode::OrderRejected);
    }

    void beginEpochIsACompareAndSet_I7()
    {
        const Result<Leadership::Answer> begun = m_ledger->beginEpoch({1, ReplicaId{8092}, 0});
        const Result<Leadership::Answer> lost = m_ledger->beginEpoch({1, ReplicaId{8091}, 0});

        QCOMPARE(begun.value(), (Leadership::Answer{2, ReplicaId{8092}, 0}));
        QCOMPARE(lost.error().code, ErrorCode::StaleEpoch);
        QCOMPARE(lost.error().current, (Current{2, 8092, {}}));
        QCOMPARE(leadership(), (Leadership::Answer{2, ReplicaId{8092}, 0}));
    }

    void beginEpochGoesAboveWhatWasSeen()
    {
        QCOMPARE(m_ledger->beginEpoch({1, leader, 40})->epoch, 41);
        QCOMPARE(m_ledger->beginEpoch({41, leader, 5})->epoch, 42);
        QVERIFY(m_ledger->importOrders({42, leader, {{1, "Tux", 1, "a", 77, now}}}));
        QCOMPARE(m_ledger->beginEpoch({42, leader, 60})->epoch, 78);
        QCOMPARE(m_ledger->beginEpoch({78, leader, -1}).error().code, ErrorCode::OutOfRange);
        QCOMPARE(m_ledger->beginEpoch({78, leader, std::numeric_limits<qint64>::max()}).error().code,
                 ErrorCode::OutOfRange);
        QCOMPARE(m_ledger->beginEpoch({78, ReplicaId{0}, 0}).error().code, ErrorCode::OutOfRange);
        QCOMPARE(leadership().epoch, 78);
    }

    void ordersAfterPages()
    {
        QVERIFY(m_ledger->openStore({{"Tux", 1}}, 5000, now));
        for (int page = 0; page < 3; ++page) {
            QList<SellEntry> entries;
            for (int i = 0; i < 1000; ++i)
                entries.append({"r" + QByteArray::number(1000 * page + i), "Tux", 1});
            QVERIFY(sell(call(page + 1, 1000 * page, entries)));
        }

        const Result<OrdersAfter::Answer> first = m_ledger->ordersAfter({0, {}});
        const Result<OrdersAfter::Answer> wished = m_ledger->ordersAfter({1500, 7});
        const Result<OrdersAfter::Answer> last = m_ledger->ordersAfter({2999, {}});
        const Result<OrdersAfter::Answer> none = m_ledger->ordersAfter({4000, {}});

        QCOMPARE(first->orders.size(), 1000);
        QCOMPARE(first->orders.last().number, 1000);
        QVERIFY(first->more);
        QCOMPARE(first->lastOrderNumber, 3000);
        QCOMPARE(wished->orders.size(), 7);
        QCOMPARE(wished->orders.first().number, 1501);
        QVERIFY(wished->more);
        QCOMPARE(last->orders, (QList<Order>{{3000, "Tux", 1, "r2999", 1, now}}));
        QVERIFY(!last->more);
        QVERIFY(none->orders.isEmpty() && !none->more);
        QCOMPARE(none->lastOrderNumber, 3000);
        QCOMPARE(m_ledger->ordersAfter({-1, {}}).error().code, ErrorCode::OutOfRange);
        QCOMPARE(m_ledger->ordersAfter({0, 0}).error().code, ErrorCode::OutOfRange);
    }

    void aPageNamesTheEpoch()
    {
        QCOMPARE(m_ledger->ordersAfter({0, {}})->epoch, m_ledger->load()->leadership.epoch);
        const qint64 before = m_ledger->load()->leadership.epoch;
        QVERIFY(m_ledger->beginEpoch({before, ReplicaId{8092}, before + 4}));
        QCOMPARE(m_ledger->ordersAfter({0, {}})->epoch, before + 5);
    }

    void aPageStaysUnderItsBytes()
    {
        const QByteArray name(256, '"'); // each takes two bytes in a message
        QVERIFY(m_ledger->openStore({{name, 1}}, 5000, now));
        QList<SellEntry> entries;
        for (int i = 0; i < 1000; ++i)
            entries.append({QByteArray(126, '"') + QByteArray::number(1000 + i), name, 1});
        QVERIFY(sell(call(1, 0, entries)));

        const Result<OrdersAfter::Answer> page = m_ledger->ordersAfter({0, {}});

        QVERIFY(page->more);
        QVERIFY(page->orders.size() > 100);
        const qsizetype bytes = answerLine(1, *page).size();
        QVERIFY2(bytes < maxPageBytes, QByteArray::number(bytes).constData());
    }

    void restockRefillsOnlyWhatIsSoldOut()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 10}, {"b", "Fox", 9}})));

        const Result<StockState> restocked = m_ledger->restock(100, later);
        const qsizetype booked = movements().size();
        const Result<StockState> again = m_ledger->restock(100, later);

        QCOMPARE(restocked->products, (QList<Product>{{"Tux", 19.9, 100, 3}}));
        QCOMPARE(restocked->leadership, leadership());
        QCOMPARE(product("Tux"), (Product{"Tux", 19.9, 100, 3}));
        QCOMPARE(product("Fox").quantity, 1);
        QVERIFY(again->products.isEmpty());
        QCOMPARE(movements().size(), booked);
        const StockMovement last = movements().last();
        QCOMPARE(last, (StockMovement{last.sequence, MovementKind::Restocked, "Tux", 100, 0, {}, 0, later}));
    }

    void everyChangeOfStockIsOneMovement_I5()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}, {"b", "Fox", 10}, {"c", "Fox", 1}})));
        QVERIFY(m_ledger->restock(6, later));

        QCOMPARE(movements(), (QList<StockMovement>{
                                  {1, MovementKind::Opened, "Tux", 10, 0, {}, 0, now},
                                  {2, MovementKind::Opened, "Fox", 10, 0, {}, 0, now},
                                  {3, MovementKind::Sold, "Tux", -4, 1, "a", 1, now},
                                  {4, MovementKind::Sold, "Fox", -10, 2, "b", 1, now},
                                  {5, MovementKind::Restocked, "Fox", 6, 0, {}, 0, later},
                              }));
    }

    void importKeepsOrdersAndStock()
    {
        const QList<Order> lost{{1, "Tux", 30, "x", 4, later}, {2, "Withdrawn", 1, "y", 5, later}};

        const Result<Leadership::Answer> imported = m_ledger->importOrders({1, leader, lost});

        QCOMPARE(imported->lastOrderNumber, 2);
        QCOMPARE(orders(), lost);
        QCOMPARE(product("Tux"), (Product{"Tux", 19.9, 10, 1}));
        QCOMPARE(m_ledger->load()->products.size(), 2); // what nobody knows is not offered
        QCOMPARE(movements().mid(2, 2),
                 (QList<StockMovement>{{3, MovementKind::Rebuilt, "Tux", 30, 0, {}, 0, later},
                                       {4, MovementKind::Sold, "Tux", -30, 1, "x", 4, later}}));
        // An imported request id is sold, for ever.
        QVERIFY(sell(call(1, 2, {{"x", "Tux", 30}, {"z", "Tux", 1}})));
        QCOMPARE(orders().last().number, 3);
    }

    void importIsRepeatable()
    {
        const QList<Order> lost{{1, "Tux", 3, "x", 1, later}, {2, "Fox", 1, "y", 1, later}};
        QVERIFY(m_ledger->importOrders({1, leader, {lost[0]}}));

        QVERIFY(m_ledger->importOrders({1, leader, lost})); // overlaps
        QVERIFY(m_ledger->importOrders({1, leader, lost}));
        QVERIFY(m_ledger->importOrders({1, leader, {}}));

        QCOMPARE(orders(), lost);
        QCOMPARE(movements().size(), 6);
    }

    void aPageSaysWhichRowItFollows()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 1}, {"b", "Tux", 1}})));
        const QByteArray crc = checksumText(orderChecksum(orders().last()));

        QCOMPARE(m_ledger->ordersAfter({2, {}})->afterCrc, crc);
        QVERIFY(m_ledger->ordersAfter({1, {}})->afterCrc.has_value());
        QVERIFY(m_ledger->ordersAfter({1, {}})->afterCrc != crc);
        QVERIFY(!m_ledger->ordersAfter({0, {}})->afterCrc);
        QVERIFY(!m_ledger->ordersAfter({3, {}})->afterCrc);
    }

    void importRefusesAPageBehindAnotherRow()
    {
        const Order first{1, "Tux", 3, "x", 1, later};
        const Order second{2, "Fox", 1, "y", 1, later};
        Order other = first;
        other.quantity = 2;
        QVERIFY(m_ledger->importOrders({1, leader, {first}}));

        const auto refused =
            m_ledger->importOrders({1, leader, {second}, checksumText(orderChecksum(other))});
        QCOMPARE(refused.error().code, ErrorCode::Diverged);
        QCOMPARE(orders(), QList<Order>{first});

        QVERIFY(m_ledger->importOrders({1, leader, {second}, checksumText(orderChecksum(first))}));
        QCOMPARE(orders(), (QList<Order>{first, second}));
    }

    void importRefusesWhatContradicts()
    {
        const Order first{1, "Tux", 3, "x", 1, later};
        QVERIFY(m_ledger->importOrders({1, leader, {first}}));
        const auto codeOfImport = [this](const QList<Order> &list) {
            const auto imported = m_ledger->importOrders({1, leader, list});
            return imported ? ErrorCode::Internal : imported.error().code;
        };
        Order other = first;
        other.quantity = 2;
        Order otherTime = first;
        otherTime.at = now;

        QCOMPARE(codeOfImport({other}), ErrorCode::Diverged);
        QCOMPARE(codeOfImport({otherTime}), ErrorCode::Diverged);
        QCOMPARE(codeOfImport({{2, "Fox", 1, "x", 1, now}}), ErrorCode::Diverged);
        QCOMPARE(codeOfImport({{2, "Fox", 1, "y", 1, now}, {3, "Fox", 1, "y", 1, now}}), ErrorCode::Diverged);
        QCOMPARE(codeOfImport({{3, "Fox", 1, "y", 1, now}}), ErrorCode::Behind);
        QCOMPARE(codeOfImport({first, {3, "Fox", 1, "y", 1, now}}), ErrorCode::InvalidField);
        QCOMPARE(codeOfImport({{0, "Fox", 1, "y", 1, now}}), ErrorCode::InvalidField);
        QCOMPARE(codeOfImport({{2, "", 1, "y", 1, now}}), ErrorCode::InvalidField);
        QCOMPARE(codeOfImport({{2, "Fox", 0, "y", 1, now}}), ErrorCode::InvalidField);
        QCOMPARE(codeOfImport({{2, "Fox", 1, "y", 0, now}}), ErrorCode::InvalidField);
        QCOMPARE(codeOfImport({{2, "Fox", 1, "", 1, now}}), ErrorCode::InvalidField);
        QVERIFY(sell(call(1, 1, {{"rejected", "Fox", 11}})));
        QCOMPARE(codeOfImport({{2, "Fox", 11, "rejected", 1, now}}), ErrorCode::Diverged);
        QCOMPARE(m_ledger->importOrders({2, leader, {}}).error().code, ErrorCode::StaleEpoch);
        QCOMPARE(m_ledger->importOrders({1, ReplicaId{1}, {}}).error().code, ErrorCode::StaleEpoch);

        // A refused page books nothing, not even its good beginning.
        QCOMPARE(orders(), QList<Order>{first});
        QCOMPARE(movements().size(), 4);
    }

    void everythingIsThereAfterReopening()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}})));
        const QList<StockMovement> before = movements();

        reopen();

        QCOMPARE(movements(), before);
        QCOMPARE(product("Tux"), (Product{"Tux", 19.9, 6, 2}));
        QCOMPARE(leadership(), (Leadership::Answer{1, leader, 1}));
        QVERIFY(sell(call(2, 1, {{"b", "Tux", 1}})));
        QCOMPARE(orders().last(), (Order{2, "Tux", 1, "b", 1, now}));
    }

    void theAuditFindsWhatIsBroken()
    {
        if (!isSql())
            QSKIP("only a file can be tampered with");
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}, {"b", "Tux", 1}})));
        const std::vector<std::pair<const char *, const char *>> tamperings = {
            {"UPDATE toy SET quantity = quantity + 1", "I5"},
            {"UPDATE movement SET delta = -11 WHERE order_number = 1", "I4"},
            {"UPDATE movement SET order_number = 3 WHERE order_number = 2", "I2"},
            {"DELETE FROM movement WHERE order_number = 2", "I"},
            {"INSERT INTO rejection VALUES (1, 'a', 'Tux', 4, 'then')", "I9"},
        };
        for (const auto &[tampering, invariant] : tamperings) {
            const auto database = [&] { return QSqlDatabase::database(QStringLiteral("tamper")); };
            QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("tamper"))
                .setDatabaseName(path());
            QVERIFY(database().open() && database().transaction());
            QVERIFY(QSqlQuery(database()).exec(QLatin1String(tampering)));
            QVERIFY(database().commit());
            const Result<void> audited = auditLedger(*m_ledger);
            QVERIFY(!audited);
            QVERIFY2(audited.error().message.startsWith(invariant), audited.error().message.constData());
            database().close();
            QSqlDatabase::removeDatabase(QStringLiteral("tamper"));
            cleanupTampered();
        }
    }

    void anUnknownFormatIsRefusedAndLeftAlone()
    {
        if (!isSql())
            QSKIP("only a file has a format");
        m_ledger.reset();
        {
            auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("format"));
            database.setDatabaseName(path());
            QVERIFY(database.open());
            QVERIFY(QSqlQuery(database).exec(QStringLiteral("UPDATE ledger_format SET version = 3")));
            database.close();
        }
        QSqlDatabase::removeDatabase(QStringLiteral("format"));

        const auto opened = openFile();

        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::StorageFailed);
        QVERIFY2(opened.error().message.contains("format version 3"), opened.error().message.constData());
        QVERIFY(!openFile()); // still
    }

    void aLedgerOfTheFirstFormatIsBroughtUpToDate()
    {
        if (!isSql())
            QSKIP("only a file has a format");
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}})));
        m_ledger.reset();
        {
            auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("old"));
            database.setDatabaseName(path());
            QVERIFY(database.open());
            for (const char *statement :
                 {"DROP TABLE rejection", "ALTER TABLE leadership DROP COLUMN last_rejection",
                  "UPDATE ledger_format SET version = 1"})
                QVERIFY2(QSqlQuery(database).exec(QLatin1String(statement)), statement);
            database.close();
        }
        QSqlDatabase::removeDatabase(QStringLiteral("old"));

        for (int time = 0; time < 2; ++time) { // and stays so
            m_ledger.reset();
            open();
            QCOMPARE(orders(), (QList<Order>{{1, "Tux", 4, "a", 1, now}}));
            QCOMPARE(leadership(), (Leadership::Answer{1, leader, 1}));
            const Result<Sell::Answer> sold = sell(call(2 + time, 1, {{"b", "Tux", 11}}));
            QCOMPARE(codeOf(sold->outcomes[0]), ErrorCode::OrderRejected);
            QCOMPARE(m_ledger->rejectionsAfter(0, 10)->size(), 1);
        }
    }

    void whatIsNoLedgerIsRefusedAndLeftAlone()
    {
        if (!isSql())
            QSKIP("only a file can be something else");
        m_ledger.reset();
        m_directory = std::make_unique<QTemporaryDir>();
        const QByteArray letter = QByteArray("Dear Santa, ").repeated(1000);
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(letter) == letter.size());
        file.close();

        const auto opened = openFile();

        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::StorageFailed);
        QVERIFY2(opened.error().message.contains(path().toUtf8()), opened.error().message.constData());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), letter);
    }

    void aSecondOpenIsRefusedByName()
    {
        if (!isSql())
            QSKIP("only a file can be opened twice");

        const auto second = openFile();

        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::AlreadyInUse);
        QVERIFY2(second.error().message.contains(path().toUtf8()), second.error().message.constData());
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 1}})));
    }

    void aFullDiskChangesNothing()
    {
        if (!isSql())
            QSKIP("memory has no disk to fill");
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 1}})));
        // A limit on the size of files is what a test can have of a full disk without being root.
        ::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        rlimit full = before;
        full.rlim_cur = 4096;
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &full), 0);

        const Result<SellResults> sold = m_ledger->sell({call(2, 1, {{"b", "Tux", 2}})}, now);
        const Result<Leadership::Answer> begun = m_ledger->beginEpoch({1, ReplicaId{8092}, 0});
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);

        QCOMPARE(sold.error().code, ErrorCode::StorageFull);
        QCOMPARE(begun.error().code, ErrorCode::StorageFull);
        QCOMPARE(leadership(), (Leadership::Answer{1, leader, 1}));
        QCOMPARE(product("Tux").quantity, 9);
        QVERIFY(sell(call(2, 1, {{"b", "Tux", 2}}))); // usable, and the call not used up
        reopen();
        QCOMPARE(orders().size(), 2);
    }

private:
    /// Starts over from the store that theAuditFindsWhatIsBroken() tampers with.
    void cleanupTampered()
    {
        m_ledger.reset();
        init();
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}, {"b", "Tux", 1}})));
    }
};

QTEST_GUILESS_MAIN(TestStockLedger)
#include "tst_stockledger.moc"
