// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cache/productcache.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr Instant start{1000s};

Product tux(qint64 version, qint64 quantity = 100)
{
    return {"Tux", 19.9, quantity, version};
}

/// A cache with a living lease until start + 400 ms.
ProductCache subscribedCache(qint64 capacity = 100)
{
    ProductCache cache(capacity, true);
    cache.subscribed(1, start, start);
    return cache;
}

ProductCache::FetchId startedFetch(const ProductCache::Lookup &lookup)
{
    const auto *started = std::get_if<ProductCache::StartFetch>(&lookup);
    return started != nullptr ? started->fetch : 0;
}

bool isJoined(const ProductCache::Lookup &lookup)
{
    return std::holds_alternative<ProductCache::Joined>(lookup);
}

/// The version a query of @p name hits, or nothing; an eventual fetch is answered with `not found`.
std::optional<qint64> hitVersion(ProductCache &cache, const QByteArray &name, Instant now)
{
    const ProductCache::Lookup lookup = cache.lookup(name, 999, now);
    if (const auto *hit = std::get_if<ProductCache::Hit>(&lookup))
        return hit->product.version;
    if (const auto fetch = startedFetch(lookup); fetch != 0)
        static_cast<void>(cache.fetched(fetch, failure(ErrorCode::ProductNotFound, ""), now));
    return std::nullopt;
}

void fillWith(ProductCache &cache, const Product &product, Instant now)
{
    const auto fetch = startedFetch(cache.lookup(product.name, 1, now));
    QVERIFY(fetch != 0);
    static_cast<void>(cache.fetched(fetch, product, now));
}

using Waiters = std::vector<ProductCache::WaiterId>;

} // namespace

class TestProductCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aQueryFillsAndTheNextOneHits()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 7, start));
        const auto result = cache.fetched(fetch, tux(3), start + 1ms);
        QCOMPARE(result.answered, Waiters{7});
        QVERIFY(result.again.empty());
        QCOMPARE(hitVersion(cache, "Tux", start + 2ms), 3);
        QCOMPARE(cache.statistics().hits, 1);
        QCOMPARE(cache.statistics().misses, 1);
    }

    void contentsTellVersionAgeAndHits()
    {
        ProductCache cache = subscribedCache();
        fillWith(cache, tux(3), start);
        QCOMPARE(hitVersion(cache, "Tux", start + 5ms), 3);
        const auto contents = cache.contents(10, start + 9ms);
        QCOMPARE(contents.size(), std::size_t(1));
        QCOMPARE(contents[0].product, tux(3));
        QCOMPARE(contents[0].age, 9ms);
        QCOMPARE(contents[0].hits, 1);
    }

    void anInvalidationRemovesTheEntry()
    {
        ProductCache cache = subscribedCache();
        fillWith(cache, tux(3), start);
        QVERIFY(cache.invalidated(1, "Tux", 4, start));
        QCOMPARE(hitVersion(cache, "Tux", start), std::nullopt);
        QCOMPARE(cache.statistics().invalidations, 1);
    }

    void anInvalidationThatTheEntryAlreadyShowsLeavesIt()
    {
        ProductCache cache = subscribedCache();
        fillWith(cache, tux(4), start);
        QVERIFY(!cache.invalidated(1, "Tux", 4, start));
        QCOMPARE(hitVersion(cache, "Tux", start), 4);
    }

    void aFillBelowTheFloorDoesNotEnter()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 7, start));
        cache.invalidated(1, "Tux", 4, start + 1ms);
        const auto result = cache.fetched(fetch, tux(3), start + 2ms);
        QCOMPARE(result.answered, Waiters{7}); // it asked before the change was acknowledged
        QCOMPARE(hitVersion(cache, "Tux", start + 2ms), std::nullopt);
    }

    void aFillAtTheFloorEnters()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 7, start));
        cache.invalidated(1, "Tux", 4, start + 1ms);
        static_cast<void>(cache.fetched(fetch, tux(4), start + 2ms));
        QCOMPARE(hitVersion(cache, "Tux", start + 2ms), 4);
    }

    void aFetchRaisesTheFloorForOlderFetches()
    {
        ProductCache cache = subscribedCache();
        const auto shared = startedFetch(cache.lookup("Tux", 1, start));
        QVERIFY(isJoined(cache.lookup("Tux", 2, start)));
        QVERIFY(cache.invalidated(1, "Tux", 5, start) == false);
        QVERIFY(isJoined(cache.lookup("Tux", 3, start)));
        // Two waiters, floors 0 and 5: the second asks for itself, in parallel to a newer shared fetch.
        const auto result = cache.fetched(shared, tux(4), start);
        QCOMPARE(result.again.size(), std::size_t(1));
        const auto newer = startedFetch(cache.lookup("Tux", 4, start));
        static_cast<void>(cache.fetched(newer, tux(6), start));
        static_cast<void>(cache.fetched(result.again[0].fetch, tux(5), start));
        QCOMPARE(hitVersion(cache, "Tux", start), 6);
    }

    void queriesThatMissTogetherShareOneFetch()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 1, start));
        QVERIFY(isJoined(cache.lookup("Tux", 2, start)));
        QVERIFY(isJoined(cache.lookup("Tux", 3, start)));
        QCOMPARE(cache.fetched(fetch, tux(3), start).answered, (Waiters{1, 2, 3}));
    }

    void aSharedAnswerBelowTheFloorOfAQuerysArrivalIsFetchedAgainOnce()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 1, start));
        QVERIFY(isJoined(cache.lookup("Tux", 2, start)));
        cache.invalidated(1, "Tux", 4, start);
        QVERIFY(isJoined(cache.lookup("Tux", 3, start))); // arrives after the change was acknowledged
        const auto result = cache.fetched(fetch, tux(3), start);
        QCOMPARE(result.answered, (Waiters{1, 2}));
        QCOMPARE(result.again.size(), std::size_t(1));
        QCOMPARE(result.again[0].waiter, ProductCache::WaiterId(3));
        // Its own answer it takes whatever comes.
        cache.invalidated(1, "Tux", 9, start);
        QCOMPARE(cache.fetched(result.again[0].fetch, tux(8), start).answered, Waiters{3});
    }

    void aSharedFetchThatFailedIsFetchedAgainByThoseWhoJoined()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 1, start));
        QVERIFY(isJoined(cache.lookup("Tux", 2, start)));
        const auto result = cache.fetched(fetch, failure(ErrorCode::DeadlineExceeded, ""), start);
        QCOMPARE(result.answered, Waiters{1});
        QCOMPARE(result.again.size(), std::size_t(1));
    }

    void noAnswerIsSharedAcrossSubscriptions()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 1, start));
        QVERIFY(isJoined(cache.lookup("Tux", 2, start)));
        cache.subscribed(2, start, start);
        QVERIFY(startedFetch(cache.lookup("Tux", 3, start)) != 0); // does not join the old fetch
        const auto result = cache.fetched(fetch, tux(3), start);
        QCOMPARE(result.answered, Waiters{1});
        QCOMPARE(result.again.size(), std::size_t(1));
    }

    void aFillAcrossSubscriptionsDoesNotEnter()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 1, start));
        cache.unsubscribed();
        cache.subscribed(2, start, start);
        static_cast<void>(cache.fetched(fetch, tux(3), start));
        QCOMPARE(hitVersion(cache, "Tux", start), std::nullopt);
    }

    void aFillWhoseQueryWasSentWithoutSubscriptionDoesNotEnter()
    {
        ProductCache cache(10, true);
        const auto fetch = startedFetch(cache.lookup("Tux", 1, start));
        cache.subscribed(1, start, start);
        static_cast<void>(cache.fetched(fetch, tux(3), start));
        QCOMPARE(hitVersion(cache, "Tux", start), std::nullopt);
    }

    void theLeaseIsReadAtEveryHit()
    {
        ProductCache cache = subscribedCache();
        fillWith(cache, tux(3), start);
        QCOMPARE(hitVersion(cache, "Tux", start + 399ms), 3);
        QCOMPARE(hitVersion(cache, "Tux", start + 400ms), std::nullopt);
        QCOMPARE(cache.subscription(start + 400ms), std::nullopt);
        QCOMPARE(cache.size(), 0);
    }

    void aRenewalCountsFromWhenItWasSent()
    {
        ProductCache cache = subscribedCache();
        fillWith(cache, tux(3), start);
        cache.renewed(1, start + 100ms, start + 390ms);
        QCOMPARE(hitVersion(cache, "Tux", start + 499ms), 3);
        QCOMPARE(hitVersion(cache, "Tux", start + 500ms), std::nullopt);
    }

    void anOlderRenewalDoesNotShortenTheLease()
    {
        ProductCache cache = subscribedCache();
        cache.renewed(1, start + 200ms, start + 210ms);
        cache.renewed(1, start + 100ms, start + 220ms);
        QCOMPARE(cache.subscription(start + 599ms), 1);
    }

    void aLateHeartbeatRevivesNothing()
    {
        ProductCache cache = subscribedCache();
        fillWith(cache, tux(3), start);
        cache.renewed(1, start + 300ms, start + 450ms); // the lease ended at 400 ms
        QCOMPARE(cache.subscription(start + 450ms), std::nullopt);
        QCOMPARE(hitVersion(cache, "Tux", start + 450ms), std::nullopt);
    }

    void aSubscriptionAnsweredTooLateIsNoSubscription()
    {
        ProductCache cache(10, true);
        cache.subscribed(1, start, start + 400ms);
        QCOMPARE(cache.subscription(start + 400ms), std::nullopt);
    }

    void aFillAfterTheLeaseDoesNotEnter()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 1, start));
        static_cast<void>(cache.fetched(fetch, tux(3), start + 400ms));
        cache.subscribed(2, start + 400ms, start + 401ms);
        QCOMPARE(hitVersion(cache, "Tux", start + 402ms), std::nullopt);
    }

    void withoutSubscriptionNothingIsKeptOrShared()
    {
        ProductCache cache(10, true);
        const auto first = startedFetch(cache.lookup("Tux", 1, start));
        const auto second = startedFetch(cache.lookup("Tux", 2, start));
        QVERIFY(first != 0 && second != 0 && first != second);
        QCOMPARE(cache.fetched(first, tux(3), start).answered, Waiters{1});
        QCOMPARE(cache.fetched(second, tux(3), start).answered, Waiters{2});
        QCOMPARE(cache.size(), 0);
    }

    void resubscribingEmptiesTheCache()
    {
        ProductCache cache = subscribedCache();
        fillWith(cache, tux(3), start);
        cache.subscribed(2, start, start);
        QCOMPARE(hitVersion(cache, "Tux", start), std::nullopt);
    }

    void anInvalidationOfAnotherSubscriptionChangesNothing()
    {
        ProductCache cache = subscribedCache();
        fillWith(cache, tux(3), start);
        QVERIFY(!cache.invalidated(2, "Tux", 4, start));
        QCOMPARE(hitVersion(cache, "Tux", start), 3);
    }

    void unknownNamesAreNeverCached()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Nix", 1, start));
        QVERIFY(isJoined(cache.lookup("Nix", 2, start)));
        const auto result = cache.fetched(fetch, failure(ErrorCode::ProductNotFound, ""), start);
        QCOMPARE(result.answered, (Waiters{1, 2}));
        QVERIFY(startedFetch(cache.lookup("Nix", 3, start)) != 0);
        QCOMPARE(cache.size(), 0);
    }

    void theLeastRecentlyUsedGoesFirst()
    {
        ProductCache cache = subscribedCache(2);
        fillWith(cache, {"A", 1, 1, 1}, start);
        fillWith(cache, {"B", 1, 1, 1}, start);
        QCOMPARE(hitVersion(cache, "A", start), 1);
        fillWith(cache, {"C", 1, 1, 1}, start);
        QCOMPARE(cache.statistics().evictions, 1);
        QCOMPARE(hitVersion(cache, "B", start), std::nullopt);
        QCOMPARE(hitVersion(cache, "A", start), 1);
        QCOMPARE(hitVersion(cache, "C", start), 1);
    }

    void aSmallerCapacityKeepsTheMostRecent()
    {
        ProductCache cache = subscribedCache(3);
        for (const char *name : {"A", "B", "C"})
            fillWith(cache, {name, 1, 1, 1}, start);
        cache.setCapacity(1);
        QCOMPARE(cache.size(), 1);
        QCOMPARE(hitVersion(cache, "C", start), 1);
    }

    void switchedOffItIsPassedByAndStartsEmptyAgain()
    {
        ProductCache cache = subscribedCache();
        fillWith(cache, tux(3), start);
        cache.setEnabled(false);
        const auto whileOff = startedFetch(cache.lookup("Tux", 1, start));
        QVERIFY(whileOff != 0);
        QVERIFY(startedFetch(cache.lookup("Tux", 2, start)) != 0);
        cache.setEnabled(true);
        static_cast<void>(cache.fetched(whileOff, tux(3), start));
        QCOMPARE(cache.size(), 0);
        QCOMPARE(hitVersion(cache, "Tux", start), std::nullopt);
    }

    void waitersAreBounded()
    {
        ProductCache cache = subscribedCache();
        const auto fetch = startedFetch(cache.lookup("Tux", 0, start));
        for (std::size_t i = 1; i < ProductCache::maxWaiters; ++i)
            QVERIFY(isJoined(cache.lookup("Tux", i, start)));
        QVERIFY(std::holds_alternative<ProductCache::Full>(cache.lookup("Tux", 0, start)));
        QCOMPARE(cache.fetched(fetch, tux(1), start).answered.size(), ProductCache::maxWaiters);
        QCOMPARE(hitVersion(cache, "Nix", start), std::nullopt);
        QVERIFY(startedFetch(cache.lookup("Nix", 1, start)) != 0);
    }
};

QTEST_GUILESS_MAIN(TestProductCache)
#include "tst_productcache.moc"
