// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "election/failoverwatch.h"

#include <QTest>

using namespace toystore;

namespace
{

constexpr ReplicaId r2{8092};
constexpr ReplicaId r3{8093};

} // namespace

class TestFailoverWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFailoverIsTimedFromTheLastGoodAnswerToTheNext()
    {
        FailoverWatch watch;
        watch.leaderReady(r3, 1, 10);
        watch.answered(100);
        watch.answered(103);

        watch.attemptFailed(105);
        watch.attemptFailed(105);
        watch.leaderLost(r3, 106);
        watch.leaderReady(r2, 2, 127);
        watch.resent();
        watch.resent();
        QVERIFY(!watch.last()->isOver);
        watch.answered(130);

        FailoverView expected;
        expected.lostLeader = 8093;
        expected.newLeader = 8092;
        expected.epoch = 2;
        expected.lastGoodMs = 103;
        expected.firstFailureMs = 105;
        expected.detectedMs = 106;
        expected.newLeaderMs = 127;
        expected.firstSuccessMs = 130;
        expected.resent = 2;
        expected.isOver = true;
        QCOMPARE(watch.last(), expected);
        QCOMPARE(watch.totals().count, 1);
        QCOMPARE(watch.totals().time, Milliseconds(21));

        watch.leaderLost(r2, 200);
        QCOMPARE(watch.totals().count, 1); // nobody leads yet
        watch.leaderReady(r3, 3, 230);
        QCOMPARE(watch.totals().count, 2);
        QCOMPARE(watch.totals().time, Milliseconds(51));
    }

    void theFirstLeaderIsNoFailover()
    {
        FailoverWatch watch;
        watch.leaderReady(r3, 1, 10);
        watch.answered(11);
        QCOMPARE(watch.last(), std::nullopt);
        QCOMPARE(watch.totals().count, 0);
    }

    void aFailureThatWasNoneOfTheLeadersIsForgotten()
    {
        FailoverWatch watch;
        watch.attemptFailed(50); // the catalog was away
        watch.answered(60);
        watch.leaderLost(r3, 100);
        QCOMPARE(watch.last()->firstFailureMs, std::nullopt);
        QCOMPARE(watch.last()->lastGoodMs, 60);
        watch.attemptFailed(110); // one that waited for the leader
        QCOMPARE(watch.last()->firstFailureMs, 110);
    }

    void buysGivenUpAreCounted()
    {
        FailoverWatch watch;
        watch.answered(10);
        watch.failed(20);
        watch.leaderLost(r3, 30);
        watch.failed(40);
        QCOMPARE(watch.last()->failed, 2);
        QCOMPARE(watch.last()->firstFailureMs, 20);
    }

    void aLateAnswerOfTheOldLeaderEndsNothing()
    {
        FailoverWatch watch;
        watch.answered(10);
        watch.leaderLost(r3, 30);
        watch.answered(31);
        QVERIFY(!watch.last()->isOver);
        QCOMPARE(watch.last()->firstSuccessMs, std::nullopt);
    }

    void anotherLossWithoutALeaderInBetweenIsTheSame()
    {
        FailoverWatch watch;
        watch.leaderLost(r3, 30);
        watch.leaderLost(r2, 40); // it was to lead, and went before it could
        QCOMPARE(watch.last()->detectedMs, 30);
        QCOMPARE(watch.last()->lostLeader, 8093);
    }

    void theNextFailoverTakesItsPlace()
    {
        FailoverWatch watch;
        watch.leaderLost(r3, 30);
        watch.leaderReady(r2, 2, 50); // and nobody buys
        watch.leaderLost(r2, 100);
        QCOMPARE(watch.last()->lostLeader, 8092);
        QCOMPARE(watch.last()->detectedMs, 100);
        QCOMPARE(watch.last()->newLeaderMs, std::nullopt);
    }
};

QTEST_GUILESS_MAIN(TestFailoverWatch)
#include "tst_failoverwatch.moc"
