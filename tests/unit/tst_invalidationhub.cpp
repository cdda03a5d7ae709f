// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/invalidationhub.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

/// The hub's process started at 0; from 450 on it answers.
Instant at(int milliseconds)
{
    return Instant() + Milliseconds(milliseconds);
}

Product toy(const QByteArray &name, qint64 version)
{
    return {name, 1, 1, version};
}

using Ids = std::vector<qint64>;

} // namespace

class TestInvalidationHub : public QObject
{
    Q_OBJECT

private:
    /// A hub past its start, with one subscription of peer 1 made at 1000: its lease ends at 1450.
    struct Subscribed {
        InvalidationHub hub{at(0)};
        qint64 subscription = hub.subscribe(1, at(1000)).value();

        /// Changes Tux at @p ms and holds answer 1 about it; returns the push.
        qint64 sellTux(int ms, qint64 version = 2)
        {
            hub.changed({toy("Tux", version)}, at(ms));
            hub.hold(version, {"Tux"}, at(ms));
            const InvalidationHub::Effects effects = hub.takeEffects();
            return effects.pushes.empty() ? 0 : effects.pushes.back().id;
        }
    };

private Q_SLOTS:
    void nothingIsReleasedForALeaseAfterTheStart()
    {
        InvalidationHub hub(at(0));

        hub.hold(1, {"Tux"}, at(10));
        hub.hold(2, {}, at(449));

        QVERIFY(hub.takeEffects().released.empty());
        QCOMPARE(hub.nextDeadline(), at(450));
        hub.tick(at(449));
        QVERIFY(hub.takeEffects().released.empty());
        hub.tick(at(450));
        QCOMPARE(hub.takeEffects().released, (Ids{1, 2}));
        QVERIFY(!hub.nextDeadline());
    }

    void withoutSubscribersAnAnswerLeavesAtOnce()
    {
        InvalidationHub hub(at(0));

        hub.changed({toy("Tux", 2)}, at(450));
        hub.hold(1, {"Tux"}, at(450));

        const InvalidationHub::Effects effects = hub.takeEffects();
        QCOMPARE(effects.released, Ids{1});
        QVERIFY(effects.pushes.empty());
    }

    void aChangeIsPushedToEverySubscriber()
    {
        InvalidationHub hub(at(0));
        const qint64 first = hub.subscribe(1, at(1000)).value();
        const qint64 second = hub.subscribe(2, at(1000)).value();
        QVERIFY(first != second);

        hub.changed({toy("Tux", 7), toy("Fox", 3)}, at(1010));

        const auto pushes = hub.takeEffects().pushes;
        QCOMPARE(pushes.size(), 4U);
        QSet<qint64> ids;
        for (const InvalidationHub::Push &push : pushes) {
            ids.insert(push.id);
            QCOMPARE(push.message.subscription, push.peer == 1 ? first : second);
            QCOMPARE(push.message.version, push.message.name == "Tux" ? 7 : 3);
        }
        QCOMPARE(ids.size(), 4);
    }

    void anAnswerWaitsForEveryAcknowledgementOfItsToys()
    {
        InvalidationHub hub(at(0));
        QVERIFY(hub.subscribe(1, at(1000)) && hub.subscribe(2, at(1000)));
        hub.changed({toy("Tux", 2), toy("Fox", 2)}, at(1010));
        const auto pushes = hub.takeEffects().pushes;
        hub.hold(1, {"Tux"}, at(1010));

        for (const InvalidationHub::Push &push : pushes) {
            if (push.message.name == "Tux" && push.peer == 1)
                hub.acknowledged(1, push.id, at(1020));
        }
        QVERIFY(hub.takeEffects().released.empty());
        for (const InvalidationHub::Push &push : pushes) {
            if (push.message.name == "Tux" && push.peer == 2)
                hub.acknowledged(2, push.id, at(1030));
        }

        QCOMPARE(hub.takeEffects().released, Ids{1}); // Fox's pushes are none of its business
    }

    void aRepeatedAnswerWaitsForWhatIsStillPending()
    {
        Subscribed store;
        const qint64 push = store.sellTux(1010);

        store.hub.hold(77, {"Tux"}, at(1020)); // repeats old numbers, changed nothing
        store.hub.hold(78, {"Fox"}, at(1020));

        QCOMPARE(store.hub.takeEffects().released, Ids{78});
        store.hub.acknowledged(1, push, at(1030));
        QCOMPARE(store.hub.takeEffects().released, (Ids{2, 77}));
    }

    void laterChangesDoNotDelayAnEarlierAnswer()
    {
        Subscribed store;
        const qint64 first = store.sellTux(1010, 2);
        const qint64 second = store.sellTux(1020, 3);

        store.hub.acknowledged(1, first, at(1030));
        QCOMPARE(store.hub.takeEffects().released, Ids{2});
        store.hub.acknowledged(1, second, at(1040));
        QCOMPARE(store.hub.takeEffects().released, Ids{3});
    }

    void strangeAcknowledgementsReleaseNothing()
    {
        Subscribed store;
        const qint64 push = store.sellTux(1010);

        store.hub.acknowledged(2, push, at(1020)); // another peer's
        store.hub.acknowledged(1, push + 1, at(1020));
        store.hub.acknowledged(1, -1, at(1020));

        QVERIFY(store.hub.takeEffects().released.empty());
        QCOMPARE(store.hub.held(), 1);
    }

    void theLeasesEndReleasesAnAnswer()
    {
        Subscribed store;
        store.sellTux(1010);

        QCOMPARE(store.hub.nextDeadline(), at(1450));
        store.hub.tick(at(1449));
        QVERIFY(store.hub.takeEffects().released.empty());
        store.hub.tick(at(1450));

        const InvalidationHub::Effects effects = store.hub.takeEffects();
        QCOMPARE(effects.released, Ids{2});
        QCOMPARE(effects.ended.size(), 1U);
        QCOMPARE(effects.ended.front().subscription, store.subscription);
        QCOMPARE(store.hub.subscriptions(), 0);
    }

    void aRenewalCountsFromItsReceipt()
    {
        Subscribed store;

        QVERIFY(store.hub.renew(1, store.subscription, at(1100)));
        store.hub.tick(at(1549));
        QCOMPARE(store.hub.subscriptions(), 1);
        QVERIFY(store.hub.renew(1, store.subscription, at(1549)));
        store.hub.tick(at(1998));
        QCOMPARE(store.hub.subscriptions(), 1);
        store.hub.tick(at(1999));

        QCOMPARE(store.hub.subscriptions(), 0);
    }

    void aLeaseThatRanOutIsNotRenewed()
    {
        Subscribed store;

        QCOMPARE(store.hub.renew(1, store.subscription, at(1450)).error().code, ErrorCode::NotSubscribed);
        QCOMPARE(store.hub.subscriptions(), 0);
    }

    void onlyItsOwnerRenewsASubscription()
    {
        Subscribed store;

        QCOMPARE(store.hub.renew(2, store.subscription, at(1100)).error().code, ErrorCode::NotSubscribed);
        QCOMPARE(store.hub.renew(1, store.subscription + 1, at(1100)).error().code, ErrorCode::NotSubscribed);
    }

    void whoOwesAnAcknowledgementIsNotRenewed()
    {
        Subscribed store;
        const qint64 push = store.sellTux(1010);

        QVERIFY(store.hub.renew(1, store.subscription, at(1209))); // owes for 199 ms
        QCOMPARE(store.hub.renew(1, store.subscription, at(1210)).error().code, ErrorCode::NotSubscribed);
        QVERIFY(store.hub.takeEffects().released.empty());
        store.hub.tick(at(1658));
        QVERIFY(store.hub.takeEffects().released.empty());
        store.hub.tick(at(1659)); // 450 after the last one that counted
        QCOMPARE(store.hub.takeEffects().released, Ids{2});
        store.hub.acknowledged(1, push, at(1660)); // too late to matter
        QVERIFY(store.hub.takeEffects().released.empty());
    }

    void whoOwesARestocksAcknowledgementIsNotRenewedEither()
    {
        Subscribed store;
        store.hub.changed({toy("Tux", 2)}, at(1000)); // waits for nobody

        QCOMPARE(store.hub.renew(1, store.subscription, at(1200)).error().code, ErrorCode::NotSubscribed);
    }

    void aLostConnectionHoldsAnswersUntilItsLeaseIsOver()
    {
        Subscribed store;
        store.sellTux(1010, 2);
        store.hub.peerGone(1, at(1020));

        // What is sold from now on can't be pushed, but the cache behind it may live until 1450.
        store.hub.changed({toy("Fox", 9)}, at(1100));
        store.hub.hold(3, {"Fox"}, at(1100));

        const InvalidationHub::Effects effects = store.hub.takeEffects();
        QVERIFY(effects.pushes.empty() && effects.released.empty());
        QCOMPARE(store.hub.renew(1, store.subscription, at(1110)).error().code, ErrorCode::NotSubscribed);
        store.hub.tick(at(1449));
        QVERIFY(store.hub.takeEffects().released.empty());
        store.hub.tick(at(1450));
        QCOMPARE(store.hub.takeEffects().released, (Ids{2, 3}));
    }

    void subscribingAnewEndsTheEarlierSubscriptionAtOnce()
    {
        Subscribed store;
        store.sellTux(1010);

        const qint64 anew = store.hub.subscribe(1, at(1300)).value();

        const InvalidationHub::Effects effects = store.hub.takeEffects();
        QCOMPARE(effects.released, Ids{2}); // it has cleared its cache before it asked
        QCOMPARE(effects.ended.size(), 1U);
        QVERIFY(anew != store.subscription);
        QCOMPARE(store.hub.renew(1, store.subscription, at(1310)).error().code, ErrorCode::NotSubscribed);
        QVERIFY(store.hub.renew(1, anew, at(1310)));
        QVERIFY(store.sellTux(1320, 3) > 0);
    }

    void whoSubscribesAfterAChangeIsNotWaitedFor()
    {
        InvalidationHub hub(at(0));
        hub.changed({toy("Tux", 2)}, at(1000));
        QVERIFY(hub.subscribe(1, at(1001)));

        hub.hold(1, {"Tux"}, at(1002));

        QCOMPARE(hub.takeEffects().released, Ids{1});
    }

    void anAnswerWaitsForTheStartAndForItsToys()
    {
        InvalidationHub hub(at(0));
        QVERIFY(hub.subscribe(1, at(100)));
        hub.changed({toy("Tux", 2)}, at(110));
        const qint64 push = hub.takeEffects().pushes.at(0).id;
        hub.hold(1, {"Tux"}, at(110));

        hub.acknowledged(1, push, at(120));
        QVERIFY(hub.takeEffects().released.empty());
        QCOMPARE(hub.nextDeadline(), at(450));
        hub.tick(at(450));

        QCOMPARE(hub.takeEffects().released, Ids{1});
    }

    void subscriptionsAreBounded()
    {
        InvalidationHub hub(at(0), {2, 100});
        QVERIFY(hub.subscribe(1, at(1000)) && hub.subscribe(2, at(1000)));

        QCOMPARE(hub.subscribe(3, at(1010)).error().code, ErrorCode::Overloaded);
        QVERIFY(hub.subscribe(2, at(1020))); // takes its own place
        QVERIFY(hub.subscribe(3, at(1450))); // the first one's lease is over
    }

    void whoOwesTooMuchIsLeftToItsLeasesEnd()
    {
        InvalidationHub hub(at(0), {2, 3});
        const qint64 subscription = hub.subscribe(1, at(1000)).value();

        hub.changed({toy("A", 1), toy("B", 1), toy("C", 1), toy("D", 1)}, at(1010));
        hub.hold(1, {"D"}, at(1010));

        const InvalidationHub::Effects effects = hub.takeEffects();
        QCOMPARE(effects.pushes.size(), 3U);
        QVERIFY(effects.released.empty());
        for (const InvalidationHub::Push &push : effects.pushes)
            hub.acknowledged(1, push.id, at(1020));
        QVERIFY(hub.takeEffects().released.empty()); // it was never told about D
        QCOMPARE(hub.renew(1, subscription, at(1030)).error().code, ErrorCode::NotSubscribed);
        hub.tick(at(1450));
        QCOMPARE(hub.takeEffects().released, Ids{1});
    }
};

QTEST_GUILESS_MAIN(TestInvalidationHub)
#include "tst_invalidationhub.moc"
