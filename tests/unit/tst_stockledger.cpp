// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/envelope.h"
#include "protocol/orderchecksum.h"
#include "support/ledgersuite.h"

#include <QTest>

using namespace toystore;

/// A ledger's epochs, its stock, and the orders that it hands out and takes over.
class TestStockLedger : public LedgerSuite
{
    Q_OBJECT

private Q_SLOTS:
    void aNewLedgerIsEmpty()
    {
        openEmpty();

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
};

QTEST_GUILESS_MAIN(TestStockLedger)
#include "tst_stockledger.moc"
