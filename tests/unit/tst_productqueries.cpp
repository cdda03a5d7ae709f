// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cache/productqueries.h"

#include <QTest>

#include <map>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

Product tux(qint64 version = 1)
{
    return {"Tux", 19.9, 100, version};
}

Error error(ErrorCode code)
{
    return {code, "said the catalog"};
}

/// Drives the queries by hand and keeps the effects not yet looked at.
class Bench
{
public:
    Instant now{1000s};
    ProductQueries queries{100, true};
    std::map<ProductQueries::QueryId, Result<Product>> settled;
    ProductQueries::Effects effects;

    /// Connected and subscribed, as subscription 1, at this moment.
    void subscribe(qint64 subscription = 1)
    {
        if (taken<ProductQueries::Subscribe>().empty())
            queries.connected(now);
        queries.subscribed(SubscribeInvalidations::Answer{subscription}, now);
        collect();
        effects.clear();
    }
    /// The product if it is a hit.
    std::optional<Product> hit(const QByteArray &name)
    {
        const std::optional<Product> product = queries.query(name, ++m_lastQuery, now);
        collect();
        return product;
    }
    ProductQueries::QueryId ask(const QByteArray &name)
    {
        TOYSTORE_ENSURE(!hit(name));
        return m_lastQuery;
    }
    void answer(const ProductQueries::Fetch &fetch, const Result<Product> &product)
    {
        queries.fetched(fetch.fetch, product, now);
        collect();
    }
    void tick(Milliseconds later = ProductQueries::renewInterval)
    {
        now += later;
        queries.tick(now);
        collect();
    }
    /// Ticks for @p time; every renewal is answered at once.
    void pass(Milliseconds time)
    {
        for (const Instant until = now + time; now < until;) {
            tick();
            for (const auto &renewal : taken<ProductQueries::SendRenew>())
                queries.renewed(renewal, {}, now);
        }
    }
    void collect()
    {
        for (const ProductQueries::Effect &effect : queries.takeEffects()) {
            if (const auto *done = std::get_if<ProductQueries::Settled>(&effect))
                TOYSTORE_ENSURE(settled.emplace(done->query, done->answer).second); // each once
            else
                effects.push_back(effect);
        }
    }
    /// Takes the effects of type T out of those noted.
    template <typename T>
    std::vector<T> taken()
    {
        collect();
        std::vector<T> result;
        std::erase_if(effects, [&](const ProductQueries::Effect &effect) {
            const auto *found = std::get_if<T>(&effect);
            if (found != nullptr)
                result.push_back(*found);
            return found != nullptr;
        });
        return result;
    }
    ProductQueries::Fetch theFetch()
    {
        const auto fetches = taken<ProductQueries::Fetch>();
        TOYSTORE_ENSURE(fetches.size() == 1);
        return fetches[0];
    }
    [[nodiscard]] QList<QByteArray> eventKinds()
    {
        QList<QByteArray> kinds;
        for (const Event &event : taken<Event>())
            kinds.append(event.kind);
        return kinds;
    }
    [[nodiscard]] ErrorCode codeOf(ProductQueries::QueryId id) const
    {
        const auto found = settled.find(id);
        return found == settled.end() || found->second ? ErrorCode::Internal : found->second.error().code;
    }

private:
    ProductQueries::QueryId m_lastQuery = 0;
};

using Kinds = QList<QByteArray>;

} // namespace

class TestProductQueries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Queries.

    void aMissIsFetchedAndTheNextQueryIsAHit()
    {
        Bench bench;
        bench.subscribe();

        const auto id = bench.ask("Tux");
        const auto fetch = bench.theFetch();
        bench.answer(fetch, tux());

        QCOMPARE(fetch.name, QByteArray("Tux"));
        QCOMPARE(fetch.deadline, bench.now + 5s);
        QCOMPARE(bench.settled.at(id).value(), tux());
        QCOMPARE(bench.hit("Tux"), tux());
        QVERIFY(bench.effects.empty()); // a hit leaves nothing to do
        QCOMPARE(bench.queries.count(), 0U);
    }

    void queriesThatMissTogetherShareAFetch()
    {
        Bench bench;
        bench.subscribe();

        const auto first = bench.ask("Tux");
        const auto second = bench.ask("Tux");
        bench.answer(bench.theFetch(), tux());

        QCOMPARE(bench.settled.at(first).value(), tux());
        QCOMPARE(bench.settled.at(second).value(), tux());
    }

    void anAnswerTooOldForAQueryIsAskedForAgainWithItsOwnDeadline_I10()
    {
        Bench bench;
        bench.subscribe();
        bench.ask("Tux");
        const auto fetch = bench.theFetch();
        bench.queries.invalidated({1, "Tux", 5}, 7, bench.now);
        bench.now += 50ms;
        const auto late = bench.ask("Tux");

        bench.answer(fetch, tux(4));

        QVERIFY(!bench.settled.contains(late));
        const auto again = bench.theFetch();
        QCOMPARE(again.deadline, bench.now + 5s);
        bench.answer(again, tux(5));
        QCOMPARE(bench.settled.at(late).value(), tux(5));
    }

    void notFoundIsFinalAndNotKept()
    {
        Bench bench;
        bench.subscribe();

        const auto id = bench.ask("Nobody");
        bench.answer(bench.theFetch(), failure(error(ErrorCode::ProductNotFound)));

        QCOMPARE(bench.codeOf(id), ErrorCode::ProductNotFound);
        QVERIFY(!bench.hit("Nobody"));
    }

    void withoutACatalogQueriesWaitAndAreAskedAgainWhenItIsBack_data()
    {
        QTest::addColumn<int>("code");
        for (const ErrorCode code :
             {ErrorCode::CannotConnect, ErrorCode::ConnectionLost, ErrorCode::CatalogUnavailable})
            QTest::newRow(wireName(code).constData()) << static_cast<int>(code);
    }
    void withoutACatalogQueriesWaitAndAreAskedAgainWhenItIsBack()
    {
        QFETCH(int, code);
        Bench bench;
        const auto id = bench.ask("Tux");
        const auto fetch = bench.theFetch();

        bench.answer(fetch, failure(error(static_cast<ErrorCode>(code))));
        bench.pass(1s);
        QVERIFY(bench.settled.empty());
        bench.queries.connected(bench.now);

        const auto again = bench.theFetch();
        QCOMPARE(again.deadline, fetch.deadline); // it does not get more time
        bench.answer(again, tux());
        QCOMPARE(bench.settled.at(id).value(), tux());
    }

    void aQueryThatWaitedFiveSecondsIsGivenUp()
    {
        Bench bench;
        const auto id = bench.ask("Tux");
        bench.answer(bench.theFetch(), failure(error(ErrorCode::CannotConnect)));

        bench.pass(4900ms);
        QVERIFY(bench.settled.empty());
        bench.pass(100ms);

        QCOMPARE(bench.codeOf(id), ErrorCode::CatalogUnavailable);
        bench.queries.connected(bench.now);
        QVERIFY(bench.taken<ProductQueries::Fetch>().empty());
        QCOMPARE(bench.queries.count(), 0U);
    }

    void aFetchThatRanOutOfTimeMeansNoCatalog()
    {
        Bench bench;
        bench.subscribe();
        const auto id = bench.ask("Tux");

        bench.answer(bench.theFetch(), failure(error(ErrorCode::DeadlineExceeded)));

        QCOMPARE(bench.codeOf(id), ErrorCode::CatalogUnavailable);
    }

    void tooManyWaitingQueriesAreRefused()
    {
        Bench bench;
        for (std::size_t i = 0; i < ProductCache::maxWaiters; ++i)
            bench.ask(QByteArray::number(qulonglong(i)));

        const auto id = bench.ask("one more");

        QCOMPARE(bench.codeOf(id), ErrorCode::Overloaded);
        QCOMPARE(bench.queries.count(), ProductCache::maxWaiters);
    }

    // The subscription.

    void aConnectionIsSubscribedAndTheLeaseRenewedEvery100Ms()
    {
        Bench bench;

        bench.queries.connected(bench.now);
        QCOMPARE(bench.taken<ProductQueries::CatalogReached>().size(), 1U);
        QCOMPARE(bench.taken<ProductQueries::Subscribe>().size(), 1U);
        bench.tick(); // one request is out already
        QVERIFY(bench.taken<ProductQueries::Subscribe>().empty());
        bench.queries.subscribed(SubscribeInvalidations::Answer{4}, bench.now);
        QCOMPARE(bench.eventKinds(), Kinds{"subscribed"});
        bench.tick();

        const auto renewals = bench.taken<ProductQueries::SendRenew>();
        QCOMPARE(renewals.size(), 1U);
        QCOMPARE(renewals[0].subscription, 4);
        QCOMPARE(renewals[0].sentAt, bench.now);
        QVERIFY(bench.effects.empty());
    }

    void aSubscriptionIsWorthItsLeaseFromWhenItWasAskedFor()
    {
        Bench bench;
        bench.queries.connected(bench.now);
        bench.now += 399ms;
        bench.queries.subscribed(SubscribeInvalidations::Answer{1}, bench.now);
        QVERIFY(bench.queries.cacheState(bench.now).subscribed);

        bench.now += 1ms;

        QVERIFY(!bench.queries.cacheState(bench.now).subscribed);
    }

    void aRenewalIsWorthItsLeaseFromWhenItWasSent()
    {
        Bench bench;
        bench.subscribe();
        const Instant start = bench.now;
        bench.tick();
        const auto renewal = bench.taken<ProductQueries::SendRenew>().at(0);
        bench.now = start + 390ms;
        bench.queries.renewed(renewal, {}, bench.now);

        QVERIFY(bench.queries.cacheState(start + 499ms).subscribed);
        QVERIFY(!bench.queries.cacheState(start + 500ms).subscribed);
    }

    void aSilentCatalogIsLostWhenItsLeaseIsOver()
    {
        Bench bench;
        bench.subscribe();
        bench.ask("Tux");
        bench.answer(bench.theFetch(), tux());

        for (int i = 0; i < 3; ++i)
            bench.tick();
        QVERIFY(bench.hit("Tux"));
        QVERIFY(bench.taken<ProductQueries::CatalogLost>().empty());
        bench.tick();

        QVERIFY(!bench.hit("Tux"));
        QCOMPARE(bench.taken<ProductQueries::CatalogLost>().size(), 1U);
        QCOMPARE(bench.taken<ProductQueries::Subscribe>().size(), 1U);
        QCOMPARE(bench.eventKinds(), Kinds{"lease_lost"});
        bench.queries.subscribed(SubscribeInvalidations::Answer{2}, bench.now);
        QCOMPARE(bench.taken<ProductQueries::CatalogReached>().size(), 1U);
    }

    void aSubscriptionThatTheCatalogEndedIsMadeAnewAtOnce()
    {
        Bench bench;
        bench.subscribe();
        bench.ask("Tux");
        bench.answer(bench.theFetch(), tux());
        bench.tick();

        bench.queries.renewed(bench.taken<ProductQueries::SendRenew>().at(0),
                              failure(error(ErrorCode::NotSubscribed)), bench.now);

        QVERIFY(!bench.hit("Tux"));
        QCOMPARE(bench.taken<ProductQueries::Subscribe>().size(), 1U);
        QCOMPARE(bench.eventKinds(), Kinds{"lease_lost"});
        QVERIFY(bench.taken<ProductQueries::CatalogLost>().empty()); // it answers
    }

    void aRefusedRenewalOfAnEarlierSubscriptionSaysNothing()
    {
        Bench bench;
        bench.subscribe(1);
        bench.tick();
        const auto renewal = bench.taken<ProductQueries::SendRenew>().at(0);
        bench.queries.disconnected(bench.now);
        bench.subscribe(2);

        bench.queries.renewed(renewal, failure(error(ErrorCode::NotSubscribed)), bench.now);

        QVERIFY(bench.queries.cacheState(bench.now).subscribed);
        QVERIFY(bench.taken<ProductQueries::Subscribe>().empty());
    }

    void aRenewalThatFailsOtherwiseLeavesTheLeaseAsItIs()
    {
        Bench bench;
        bench.subscribe();
        bench.tick();

        bench.queries.renewed(bench.taken<ProductQueries::SendRenew>().at(0),
                              failure(error(ErrorCode::DeadlineExceeded)), bench.now);

        QVERIFY(bench.queries.cacheState(bench.now).subscribed);
        QVERIFY(bench.effects.empty());
    }

    void aSubscriptionThatFailsIsTriedAgainByTheNextTick()
    {
        Bench bench;
        bench.queries.connected(bench.now);
        QCOMPARE(bench.taken<ProductQueries::Subscribe>().size(), 1U);

        bench.queries.subscribed(failure(error(ErrorCode::Overloaded)), bench.now);
        QVERIFY(bench.taken<ProductQueries::Subscribe>().empty());
        bench.tick();

        QCOMPARE(bench.taken<ProductQueries::Subscribe>().size(), 1U);
    }

    void aLostConnectionEmptiesTheCache()
    {
        Bench bench;
        bench.subscribe();
        bench.ask("Tux");
        bench.answer(bench.theFetch(), tux());

        bench.queries.disconnected(bench.now);

        QVERIFY(!bench.hit("Tux"));
        QCOMPARE(bench.taken<ProductQueries::CatalogLost>().size(), 1U);
        QCOMPARE(bench.eventKinds(), Kinds{"lease_lost"});
        bench.pass(1s);
        QVERIFY(bench.taken<ProductQueries::Subscribe>().empty()); // nobody to ask
        bench.queries.connected(bench.now);
        QCOMPARE(bench.taken<ProductQueries::Subscribe>().size(), 1U);
    }

    // Invalidations.

    void anInvalidationIsAcknowledgedWhenTheEntryIsGone_I10()
    {
        Bench bench;
        bench.subscribe();
        bench.ask("Tux");
        bench.answer(bench.theFetch(), tux(1));

        bench.queries.invalidated({1, "Tux", 2}, 7, bench.now);

        const auto acknowledged = bench.taken<ProductQueries::Acknowledge>();
        QCOMPARE(acknowledged.size(), 1U);
        QCOMPARE(acknowledged[0].push, 7);
        QVERIFY(!bench.hit("Tux"));
    }

    void anInvalidationOfAnotherSubscriptionIsAcknowledgedAndChangesNothing()
    {
        Bench bench;
        bench.subscribe(2);
        bench.ask("Tux");
        bench.answer(bench.theFetch(), tux(1));

        bench.queries.invalidated({1, "Tux", 2}, 7, bench.now);

        QCOMPARE(bench.taken<ProductQueries::Acknowledge>().size(), 1U);
        QVERIFY(bench.hit("Tux"));
    }

    void anInvalidationWithoutAnIdWantsNoAcknowledgement()
    {
        Bench bench;
        bench.subscribe();

        bench.queries.invalidated({1, "Tux", 2}, {}, bench.now);

        bench.collect();
        QVERIFY(bench.effects.empty());
    }

    void invalidatedEntriesAreReportedTogether()
    {
        Bench bench;
        bench.subscribe();
        for (const QByteArray name : {"Tux", "Fox"}) {
            bench.ask(name);
            bench.answer(bench.theFetch(), Product{name, 1, 1, 1});
            bench.queries.invalidated({1, name, 2}, 7, bench.now);
        }

        bench.pass(200ms);

        const auto events = bench.taken<Event>();
        QCOMPARE(events.size(), 1U);
        QCOMPARE(events[0].kind, QByteArray("cache_invalidated"));
        QCOMPARE(events[0].subject, QByteArray("Fox"));
        QCOMPARE(events[0].count, 2);
    }

    void theCacheCanBeSwitchedOff()
    {
        Bench bench;
        bench.subscribe();
        bench.ask("Tux");
        bench.answer(bench.theFetch(), tux());
        QCOMPARE(bench.queries.cacheContents(10, bench.now).size(), 1U);

        bench.queries.setCache(false, 7);

        QVERIFY(!bench.hit("Tux"));
        QVERIFY(!bench.queries.cacheState(bench.now).enabled);
        QCOMPARE(bench.queries.cacheState(bench.now).capacity, 7);
        QCOMPARE(bench.queries.cacheState(bench.now).statistics.hits, 0);
    }
};

QTEST_GUILESS_MAIN(TestProductQueries)
#include "tst_productqueries.moc"
