// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/ledgersuite.h"

#include <QTest>

using namespace toystore;

/// What a ledger sells, rejects and refuses.
class TestLedgerSelling : public LedgerSuite
{
    Q_OBJECT

private Q_SLOTS:
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
        openEmpty();
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
};

QTEST_GUILESS_MAIN(TestLedgerSelling)
#include "tst_ledgerselling.moc"
