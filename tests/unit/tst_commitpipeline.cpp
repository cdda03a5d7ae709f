// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/commitpipeline.h"
#include "stock/invalidationhub.h"
#include "stock/memorystockledger.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

const QByteArray today = "2026-11-22T09:00:00.000Z";
constexpr ReplicaId leader{8093};
/// The hub's process started long before: it answers.
constexpr Instant now{1000s};

using Steps = QList<QByteArray>;

/// Where the process ends, in tests of a crash.
struct Crash {
};

/// The ledger in memory that lets a test act right after it committed, and that can fail.
class WatchedLedger final : public StockLedger
{
public:
    MemoryStockLedger memory;
    std::function<void()> committed = [] {};
    std::optional<Error> fails;
    std::vector<std::size_t> transactions; ///< how many sell calls each had

    Result<StockState> load() override { return memory.load(); }
    Result<void> openStore(const QList<Toy> &toys, qint64 level, const QByteArray &at) override
    {
        return memory.openStore(toys, level, at);
    }
    Result<SellResults> sell(const std::vector<Sell> &calls, const QByteArray &at) override
    {
        transactions.push_back(calls.size());
        return afterCommit(fails ? failure(*fails) : memory.sell(calls, at));
    }
    Result<Leadership::Answer> beginEpoch(const BeginEpoch &request) override
    {
        return afterCommit(memory.beginEpoch(request));
    }
    Result<Leadership::Answer> importOrders(const ImportOrders &request) override
    {
        return afterCommit(memory.importOrders(request));
    }
    Result<OrdersAfter::Answer> ordersAfter(const OrdersAfter &request) override
    {
        return memory.ordersAfter(request);
    }
    Result<StockState> restock(qint64 level, const QByteArray &at) override
    {
        return afterCommit(fails ? failure(*fails) : memory.restock(level, at));
    }
    Result<QList<StockMovement>> movementsAfter(qint64 sequence, qint64 limit) override
    {
        return memory.movementsAfter(sequence, limit);
    }
    Result<QList<Rejection>> rejectionsAfter(qint64 sequence, qint64 limit) override
    {
        return memory.rejectionsAfter(sequence, limit);
    }

private:
    template <typename T>
    T afterCommit(T result)
    {
        committed();
        return result;
    }
};

/// An audience with a real hub, that lets a test act just before the list of subscribers is taken.
class HubAudience final : public CommitAudience
{
public:
    InvalidationHub hub{now - 1000s};
    std::function<void(const QList<Product> &)> beforeTold = [](const QList<Product> &) {};
    std::function<void()> beforeHeld = [] {};
    std::vector<InvalidationHub::Push> pushes;

    void changed(const QList<Product> &toys) override
    {
        beforeTold(toys);
        hub.changed(toys, now);
        perform();
    }
    void hold(Sell::Answer answer, const QSet<QByteArray> &toys, Respond respond) override
    {
        beforeHeld();
        m_held.emplace(++m_lastHeld, std::pair(std::move(answer), std::move(respond)));
        hub.hold(m_lastHeld, toys, now);
        perform();
    }
    void acknowledgeAll()
    {
        for (const InvalidationHub::Push &push : pushes)
            hub.acknowledged(push.peer, push.id, now);
        perform();
    }

private:
    void perform()
    {
        InvalidationHub::Effects effects = hub.takeEffects();
        pushes.insert(pushes.end(), effects.pushes.begin(), effects.pushes.end());
        for (const qint64 released : effects.released) {
            auto held = m_held.extract(released);
            held.mapped().second(std::move(held.mapped().first));
        }
    }

    std::map<qint64, std::pair<Sell::Answer, Respond>> m_held;
    qint64 m_lastHeld = 0;
};

} // namespace

class TestCommitPipeline : public QObject
{
    Q_OBJECT

private:
    /// A catalog with 10 of Tux and 10 of Fox, in epoch 1 of replica 8093.
    struct Catalog {
        WatchedLedger ledger;
        StockView view;
        HubAudience audience;
        EventRing events;
        CommitPipeline pipeline{ledger, view, audience, events};
        std::map<QByteArray, Result<Sell::Answer>> answers; ///< by the first entry's request id
        qint64 lastCall = 0;

        Catalog()
        {
            TOYSTORE_ENSURE(ledger.memory.openStore({{"Tux", 19.9}, {"Fox", 5}}, 10, today));
            TOYSTORE_ENSURE(ledger.memory.beginEpoch({0, leader, 0}));
            TOYSTORE_ENSURE(pipeline.open({{}, 0, true}, today));
        }

        /// A sell call as the leader's next one, in the transaction with those given beside it.
        CommitPipeline::PendingSell pending(QList<SellEntry> entries, qint64 after, qint64 epoch = 1)
        {
            const QByteArray id = entries.first().requestId;
            return {{epoch, leader, ++lastCall, after, std::move(entries)},
                    [this, id](Result<Sell::Answer> answer) {
                        TOYSTORE_ENSURE(!answers.contains(id)); // answered once
                        answers.emplace(id, std::move(answer));
                    }};
        }
        void sell(QList<SellEntry> entries, qint64 after = 0)
        {
            std::vector<CommitPipeline::PendingSell> sells;
            sells.push_back(pending(std::move(entries), after));
            pipeline.sell(std::move(sells), today);
        }
        [[nodiscard]] qint64 shown(const QByteArray &toy) const { return view.product(toy)->quantity; }
        [[nodiscard]] QList<QByteArray> kinds() const
        {
            QList<QByteArray> result;
            for (const Event &event : events.after(0, 1000).events)
                result.append(event.kind);
            return result;
        }
    };

private Q_SLOTS:
    void aSaleIsCommittedShownToldAndAnswered_I10()
    {
        Catalog catalog;
        Steps steps;
        const auto note = [&](const QByteArray &step) {
            steps.append(step + ", shows " + QByteArray::number(catalog.shown("Tux")) +
                         (catalog.answers.empty() ? "" : ", answered"));
        };
        catalog.ledger.committed = [&] { note("committed"); };
        catalog.audience.beforeTold = [&](const QList<Product> &toys) { note("tells " + toys[0].name); };
        catalog.audience.beforeHeld = [&] { note("holds"); };

        catalog.sell({{"a", "Tux", 3}});
        note("done");

        QCOMPARE(steps, (Steps{"committed, shows 10", "tells Tux, shows 7", "holds, shows 7",
                               "done, shows 7, answered"}));
    }

    void whoeverSubscribesDuringASaleReadsItOrIsTold_I10_data()
    {
        QTest::addColumn<QByteArray>("step");
        QTest::addColumn<qint64>("reads");
        QTest::newRow("before") << QByteArray("before") << qint64(10);
        QTest::newRow("committed") << QByteArray("committed") << qint64(10);
        QTest::newRow("shown") << QByteArray("shown") << qint64(7);
        QTest::newRow("told") << QByteArray("told") << qint64(7);
    }
    void whoeverSubscribesDuringASaleReadsItOrIsTold_I10()
    {
        QFETCH(QByteArray, step);
        QFETCH(qint64, reads);
        Catalog catalog;
        qint64 read = 0;
        // Subscribes and then asks, as a frontend does that fills its cache.
        const auto subscribe = [&](const QByteArray &at) {
            if (at != step)
                return;
            QVERIFY(catalog.audience.hub.subscribe(1, now));
            read = catalog.shown("Tux");
        };
        catalog.ledger.committed = [&] { subscribe("committed"); };
        catalog.audience.beforeTold = [&](const QList<Product> &) { subscribe("shown"); };
        catalog.audience.beforeHeld = [&] { subscribe("told"); };

        subscribe("before");
        catalog.sell({{"a", "Tux", 3}});

        QCOMPARE(read, reads);
        const bool isStale = read == 10;
        if (isStale) {
            QCOMPARE(catalog.audience.pushes.size(), 1U);
            QCOMPARE(catalog.audience.pushes[0].message.version, catalog.view.product("Tux")->version);
            QVERIFY(catalog.answers.empty()); // not before its cache has dropped what it read
        }
        catalog.audience.acknowledgeAll();
        QCOMPARE(catalog.answers.at("a")->outcomes[0].order->number, 1);
    }

    void whatWaitsIsOneTransaction()
    {
        Catalog catalog;
        std::vector<CommitPipeline::PendingSell> sells;
        sells.push_back(catalog.pending({{"a", "Tux", 1}, {"b", "Fox", 1}}, 0));
        sells.push_back(catalog.pending({{"c", "Tux", 1}}, 2));
        int told = 0;
        catalog.audience.beforeTold = [&](const QList<Product> &toys) {
            ++told;
            QCOMPARE(toys.size(), 2); // each once, with its newest version
        };

        catalog.pipeline.sell(std::move(sells), today);

        QCOMPARE(catalog.ledger.transactions, std::vector<std::size_t>{2});
        QCOMPARE(told, 1);
        QCOMPARE(catalog.answers.at("a")->outcomes.size(), 2);
        QCOMPARE(catalog.answers.at("c")->outcomes[0].order->number, 3);
    }

    void aRefusalLeavesAtOnceWhatWasDecidedIsHeld()
    {
        Catalog catalog;
        QVERIFY(catalog.audience.hub.subscribe(1, now));
        std::vector<CommitPipeline::PendingSell> sells;
        sells.push_back(catalog.pending({{"sold", "Tux", 1}}, 0));
        sells.push_back(catalog.pending({{"old", "Tux", 1}}, 1, 7));
        sells.push_back(catalog.pending({{"rejected", "Nobody", 1}}, 1));

        catalog.pipeline.sell(std::move(sells), today);

        QCOMPARE(catalog.answers.at("old").error().code, ErrorCode::StaleEpoch);
        QCOMPARE(catalog.answers.at("rejected")->outcomes[0].code, ErrorCode::OrderRejected);
        QVERIFY(!catalog.answers.contains("sold"));
        catalog.audience.acknowledgeAll();
        QVERIFY(catalog.answers.at("sold")->outcomes[0].order.has_value());
    }

    void aRepeatedAnswerIsHeldToo()
    {
        Catalog catalog;
        QVERIFY(catalog.audience.hub.subscribe(1, now));
        catalog.sell({{"a", "Tux", 3}});
        QVERIFY(catalog.answers.empty());

        // The next leader asks for the same buy, while the push about it is still unacknowledged.
        QVERIFY(catalog.pipeline.beginEpoch({1, ReplicaId{8092}, 0}));
        std::optional<Result<Sell::Answer>> again;
        std::vector<CommitPipeline::PendingSell> sells;
        sells.push_back({{2, ReplicaId{8092}, 1, 1, {{"a", "Tux", 3}}},
                         [&](Result<Sell::Answer> answer) { again = std::move(answer); }});
        catalog.pipeline.sell(std::move(sells), today);

        QVERIFY(!again);
        QCOMPARE(catalog.audience.pushes.size(), 1U); // nothing changed this time
        catalog.audience.acknowledgeAll();
        QCOMPARE((*again)->outcomes[0].order, catalog.answers.at("a")->outcomes[0].order);
    }

    void aRejectionWaitsForTheCachesThatStillShowEnough_I10()
    {
        Catalog catalog;
        QVERIFY(catalog.audience.hub.subscribe(1, now));
        catalog.sell({{"last", "Tux", 10}});

        // The next leader is told that none is left, while a cache still shows ten.
        QVERIFY(catalog.pipeline.beginEpoch({1, ReplicaId{8092}, 0}));
        std::optional<Result<Sell::Answer>> rejected;
        std::vector<CommitPipeline::PendingSell> sells;
        sells.push_back({{2, ReplicaId{8092}, 1, 1, {{"late", "Tux", 1}}},
                         [&](Result<Sell::Answer> answer) { rejected = std::move(answer); }});
        catalog.pipeline.sell(std::move(sells), today);

        QVERIFY(!rejected);
        catalog.audience.acknowledgeAll();
        QCOMPARE((*rejected)->outcomes[0].code, ErrorCode::OrderRejected);
    }

    void aLedgerThatCannotWriteRefusesAllAndShowsNothing()
    {
        Catalog catalog;
        catalog.ledger.fails = Error{ErrorCode::StorageFull, "no room to write"};
        std::vector<CommitPipeline::PendingSell> sells;
        sells.push_back(catalog.pending({{"a", "Tux", 1}}, 0));
        sells.push_back(catalog.pending({{"b", "Fox", 1}}, 0));

        catalog.pipeline.sell(std::move(sells), today);
        catalog.sell({{"c", "Tux", 1}});

        for (const QByteArray id : {"a", "b", "c"})
            QCOMPARE(catalog.answers.at(id).error(), *catalog.ledger.fails);
        QCOMPARE(catalog.shown("Tux"), 10);
        catalog.ledger.fails.reset();
        catalog.sell({{"d", "Tux", 1}});
        QCOMPARE(catalog.answers.at("d")->outcomes[0].order->number, 1);
        // Said once when it begins and once when it is over.
        QCOMPARE(catalog.kinds(), (Steps{"storage_failed", "storage_recovered", "sold"}));
    }

    void movementsSumUpToTheStock_I5()
    {
        Catalog catalog;
        catalog.sell({{"a", "Tux", 3}, {"b", "Fox", 1}});
        catalog.sell({{"c", "Tux", 2}}, 2);

        const Result<StockAudit::Answer> all = catalog.pipeline.auditStock({0});
        QVERIFY(all);
        QCOMPARE(all->upTo, 5); // two openings, three sales
        QVERIFY(!all->more && !all->moreStock);
        QHash<QByteArray, qint64> sums;
        for (const StockSum &sum : all->sums)
            sums.insert(sum.name, sum.delta);
        QCOMPARE(sums, (QHash<QByteArray, qint64>{{"Tux", 5}, {"Fox", 9}}));
        QCOMPARE(all->stock.size(), 2);
        for (const Product &toy : all->stock)
            QCOMPARE(toy.quantity, sums.value(toy.name));
        const Result<StockAudit::Answer> rest = catalog.pipeline.auditStock({4});
        QCOMPARE(rest->sums.size(), 1);
        QCOMPARE(rest->sums[0].delta, -2);
        QCOMPARE(rest->sums[0].movements, 1);
        QVERIFY(catalog.pipeline.auditStock({5})->sums.isEmpty());
        QCOMPARE(catalog.pipeline.auditStock({5, "Fox"})->stock.size(), 1); // those after Fox
    }

    void aLongLedgerIsSummedUpInPages()
    {
        Catalog catalog;
        TOYSTORE_ENSURE(catalog.ledger.memory.openStore({{"Tux", 1}}, 20'000, today));
        TOYSTORE_ENSURE(catalog.pipeline.open({{}, 0, true}, today));
        for (int call = 0; call < 12; ++call) {
            QList<SellEntry> entries;
            for (int i = 0; i < 1000; ++i)
                entries.append({"r-" + QByteArray::number(call) + '-' + QByteArray::number(i), "Tux", 1});
            catalog.sell(entries, call * 1000);
        }

        qint64 sum = 0;
        qint64 movements = 0;
        int pages = 0;
        StockAudit::Answer page;
        do {
            page = *catalog.pipeline.auditStock({page.upTo});
            ++pages;
            for (const StockSum &one : page.sums) {
                sum += one.name == "Tux" ? one.delta : 0;
                movements += one.movements;
            }
            QCOMPARE(page.stock.isEmpty(), page.more);
        } while (page.more);
        QCOMPARE(sum, 8000);
        QCOMPARE(page.stock[0].quantity, 8000);
        QCOMPARE(movements, page.upTo);
        QVERIFY(pages > 2);
    }

    void salesAreToldOneByOneOrTogether()
    {
        Catalog catalog;
        QList<SellEntry> entries{{"rejected", "Nobody", 1}};
        for (int i = 0; i < 9; ++i)
            entries.append({"a" + QByteArray::number(i), "Tux", 1});

        catalog.sell(entries);
        catalog.sell({{"b", "Tux", 1}}, 9);

        const QList<Event> events = catalog.events.after(0, 10).events;
        QCOMPARE(catalog.kinds(), (Steps{"rejected", "sold", "sold"}));
        QCOMPARE(events[0].count, 1);
        QCOMPARE(events[1].count, 9);
        QCOMPARE(events[1].orderNumber, 9);
        QCOMPARE(events[2].requestId, QByteArray("b"));
        QCOMPARE(events[2].orderNumber, 10);
    }

    void anEpochIsShownBeforeItsCallerHearsOfIt()
    {
        Catalog catalog;
        bool told = false;
        catalog.audience.beforeTold = [&](const QList<Product> &) { told = true; };

        const auto begun = catalog.pipeline.beginEpoch({1, ReplicaId{8092}, 0});
        const auto lost = catalog.pipeline.beginEpoch({1, ReplicaId{8091}, 0});

        QCOMPARE(begun.value(), (Leadership::Answer{2, ReplicaId{8092}, 0}));
        QCOMPARE(lost.error().code, ErrorCode::StaleEpoch);
        QCOMPARE(catalog.view.leadership(), *begun);
        QVERIFY(!told); // no toy changed
        QCOMPARE(catalog.kinds(), Steps{"epoch_began"});
    }

    void anImportIsShownAndChangesNoStock()
    {
        Catalog catalog;

        const auto imported = catalog.pipeline.importOrders({1, leader, {{1, "Tux", 4, "lost", 1, today}}});
        const auto gap = catalog.pipeline.importOrders({1, leader, {{3, "Tux", 4, "gap", 1, today}}});

        QCOMPARE(imported->lastOrderNumber, 1);
        QCOMPARE(gap.error().code, ErrorCode::Behind);
        QCOMPARE(catalog.view.leadership().lastOrderNumber, 1);
        QCOMPARE(catalog.shown("Tux"), 10);
        QCOMPARE(catalog.pipeline.ordersAfter({0, {}})->orders.size(), 1);
        QCOMPARE(catalog.kinds(), Steps{"imported"});
    }

    void aRestockIsShownThenTold()
    {
        Catalog catalog;
        catalog.sell({{"a", "Fox", 10}});
        QVERIFY(catalog.audience.hub.subscribe(1, now));
        QList<Product> told;
        catalog.audience.beforeTold = [&](const QList<Product> &toys) {
            told = toys;
            QCOMPARE(catalog.shown("Fox"), 50);
        };

        catalog.pipeline.restock(50, today);
        catalog.pipeline.restock(50, today); // nothing is sold out: nobody is told

        QCOMPARE(told, QList<Product>{catalog.view.product("Fox").value()});
        QCOMPARE(catalog.audience.pushes.size(), 1U);
        QCOMPARE(catalog.kinds(), (Steps{"sold", "restocked"}));
    }

    void aRestockThatFailsIsNotedAndTriedAgain()
    {
        Catalog catalog;
        catalog.sell({{"a", "Fox", 10}});
        catalog.ledger.fails = Error{ErrorCode::StorageFull, "no room to write"};

        catalog.pipeline.restock(50, today);
        catalog.ledger.fails.reset();
        catalog.pipeline.restock(50, today);

        QCOMPARE(catalog.shown("Fox"), 50);
        QCOMPARE(catalog.kinds(), (Steps{"sold", "storage_failed", "storage_recovered", "restocked"}));
    }

    void openingResumesOrBeginsAnew()
    {
        Catalog catalog;
        catalog.sell({{"a", "Tux", 3}});
        const QList<Toy> toys{{"Tux", 19.9}, {"Bear", 54.9}};

        QVERIFY(catalog.pipeline.open({toys, 100, true}, today));
        QCOMPARE(catalog.shown("Tux"), 7);
        QVERIFY(!catalog.view.product("Bear"));

        QVERIFY(catalog.pipeline.open({toys, 100, false}, today));
        QCOMPARE(catalog.shown("Tux"), 100);
        QCOMPARE(catalog.shown("Bear"), 100);
        QVERIFY(!catalog.view.product("Fox")); // withdrawn
        QCOMPARE(catalog.view.leadership(), (Leadership::Answer{1, leader, 1}));
        QCOMPARE(catalog.kinds(), (Steps{"sold", "opened"}));
    }

    void aStoreThatWasNeverOpenedIsOpenedEvenToResume()
    {
        MemoryStockLedger ledger;
        StockView view;
        HubAudience audience;
        EventRing events;
        CommitPipeline pipeline(ledger, view, audience, events);

        QVERIFY(pipeline.open({{{"Tux", 19.9}}, 100, true}, today));

        QCOMPARE(view.product("Tux")->quantity, 100);
    }

    void aCrashBetweenTwoStepsLosesNothingThatWasCommitted_data()
    {
        QTest::addColumn<QByteArray>("step");
        for (const char *step : {"committed", "shown", "told"})
            QTest::newRow(step) << QByteArray(step);
    }
    void aCrashBetweenTwoStepsLosesNothingThatWasCommitted()
    {
        QFETCH(QByteArray, step);
        Catalog catalog;
        const auto crash = [&](const QByteArray &at) {
            if (at == step)
                throw Crash();
        };
        catalog.ledger.committed = [&] { crash("committed"); };
        catalog.audience.beforeTold = [&](const QList<Product> &) { crash("shown"); };
        catalog.audience.beforeHeld = [&] { crash("told"); };

        QVERIFY_EXCEPTION_THROWN(catalog.sell({{"a", "Tux", 3}}), Crash);

        QVERIFY(catalog.answers.empty());
        // The next process finds what the ledger has, and repeats it to who asks again.
        StockView view;
        HubAudience audience;
        CommitPipeline next(catalog.ledger.memory, view, audience, catalog.events);
        QVERIFY(next.open({{}, 0, true}, today));
        QCOMPARE(view.product("Tux")->quantity, 7);
        std::vector<CommitPipeline::PendingSell> sells;
        sells.push_back(catalog.pending({{"a", "Tux", 3}}, 1));
        next.sell(std::move(sells), today);
        QCOMPARE(catalog.answers.at("a")->outcomes[0].order->number, 1);
    }
};

QTEST_GUILESS_MAIN(TestCommitPipeline)
#include "tst_commitpipeline.moc"
