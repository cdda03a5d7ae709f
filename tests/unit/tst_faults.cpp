// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "faults/chaosplan.h"
#include "faults/linkfaults.h"
#include "faults/links.h"

#include <QSet>
#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

const Instant start = Instant() + 1h;

QList<ReplicaPlace> threeReplicas()
{
    return parsePlaces(QStringLiteral("8091,8092,8093")).value();
}

QList<Link> threeReplicasLinks()
{
    return linksOf(threeReplicas(), {QStringLiteral("127.0.0.1"), 8084});
}

QByteArray numberedLines(int count)
{
    QByteArray text;
    for (int i = 0; i < count; ++i)
        text += "{\"id\":" + QByteArray::number(i) + "}\n";
    return text;
}

/// Feeds @p text in pieces of @p size and takes what comes.
QByteArray through(Lane &lane, const QByteArray &text, qsizetype size)
{
    QByteArray out;
    for (qsizetype at = 0; at < text.size(); at += size) {
        lane.feed(text.mid(at, size), start);
        out += lane.take(start);
    }
    return out;
}

LaneRules delayOf(Milliseconds delay, Milliseconds jitter = 0ms)
{
    return {delay, jitter, 0, false};
}

LaneRules lossOf(double probability)
{
    return {0ms, 0ms, probability, false};
}

std::vector<ChaosKind> everyKind()
{
    return {std::begin(allChaosKinds), std::end(allChaosKinds)};
}

ChaosOptions chaosOf(quint64 seed, std::vector<ChaosKind> kinds = everyKind())
{
    return {10s, seed, std::move(kinds), {{8091}, {8092}, {8093}}};
}

constexpr LaneRules silence{0ms, 0ms, 0, true};

Fault delayFault(qint64 ms)
{
    return {"delay", {}, ms, {}, {}};
}

} // namespace

class TestFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // A lane.

    void withoutRulesEverythingPassesAtOnce()
    {
        Traffic traffic;
        Lane lane({}, 1, traffic);
        const QByteArray text = numberedLines(1000) + "half a line";
        QCOMPARE(through(lane, text, 7), text);
        QVERIFY(!lane.nextDue());
        QCOMPARE(traffic, (Traffic{1000, text.size(), 0, 0, 0}));
    }

    void aDelayedMessageIsDueThatMuchLater()
    {
        Traffic traffic;
        Lane lane(delayOf(50ms), 1, traffic);
        lane.feed("a\nb\n", start);
        lane.feed("c\n", start + 10ms);
        QCOMPARE(lane.take(start + 49ms), QByteArray());
        QCOMPARE(lane.nextDue(), std::optional(start + 50ms));
        QCOMPARE(lane.take(start + 50ms), QByteArray("a\nb\n"));
        QCOMPARE(lane.nextDue(), std::optional(start + 60ms));
        QCOMPARE(lane.take(start + 60ms), QByteArray("c\n"));
        QCOMPARE(traffic.delayed, 3);
    }

    void jitterNeverChangesTheOrder()
    {
        Traffic traffic;
        Lane lane(delayOf(5ms, 20ms), 7, traffic);
        const QByteArray text = numberedLines(200);
        lane.feed(text, start);
        QByteArray out;
        QSet<qint64> waits;
        while (const std::optional<Instant> due = lane.nextDue()) {
            QVERIFY(*due >= start + 5ms && *due <= start + 25ms);
            waits.insert(std::chrono::duration_cast<Milliseconds>(*due - start).count());
            out += lane.take(*due);
        }
        QCOMPARE(out, text);
        QVERIFY(waits.size() > 2);
    }

    void messagesAreLostAsAWhole()
    {
        const QByteArray text = numberedLines(10'000);
        for (const qsizetype pieces : {1, 3, 1000, 1'000'000}) {
            Traffic traffic;
            Lane lane(lossOf(0.05), 42, traffic);
            const QByteArrayList passed = through(lane, text, pieces).split('\n');
            const QByteArrayList sent = text.split('\n');
            QCOMPARE(passed.size(), sent.size() - traffic.dropped);
            qsizetype at = 0;
            for (const QByteArray &line : passed) {
                at = sent.indexOf(line, at);
                QVERIFY2(at >= 0, line);
            }
            QVERIFY2(traffic.dropped > 400 && traffic.dropped < 600, QByteArray::number(traffic.dropped));
            QCOMPARE(traffic.messages, 10'000);
        }
    }

    void theSameSeedLosesTheSameMessages()
    {
        const QByteArray text = numberedLines(1000);
        const auto passed = [&text](quint64 seed, qsizetype pieces) {
            Traffic traffic;
            Lane lane(lossOf(0.5), seed, traffic);
            return through(lane, text, pieces);
        };
        QCOMPARE(passed(1, 10), passed(1, 999));
        QVERIFY(passed(1, 10) != passed(2, 10));
    }

    void aLineThatHasBegunKeepsItsLot()
    {
        Traffic traffic;
        Lane lane({}, 1, traffic);
        lane.feed("beg", start);
        lane.setRules(lossOf(1), start);
        lane.feed("un\nlost\nlo", start);
        lane.setRules({}, start);
        lane.feed("st too\nkept\n", start);
        QCOMPARE(lane.take(start), QByteArray("begun\nkept\n"));
        QCOMPARE(traffic.dropped, 2);
    }

    void aLossThatIsOverLeavesABrokenConnection()
    {
        Traffic traffic;
        Lane lane({}, 1, traffic);
        lane.feed("kept\n", start);
        lane.setRules(lossOf(1), start);
        lane.setRules({}, start);
        QVERIFY(!lane.isBroken()); // it lost nothing
        lane.setRules(lossOf(1), start);
        lane.feed("lost\n", start);
        QVERIFY(!lane.isBroken()); // it may lose more
        lane.setRules(lossOf(0.5), start);
        QVERIFY(!lane.isBroken());
        lane.setRules(silence, start);
        QVERIFY(lane.isBroken());
    }

    void silenceHoldsEverythingAndLosesNothing()
    {
        Traffic traffic;
        Lane lane(silence, 1, traffic);
        lane.feed("a\nb\n", start);
        QCOMPARE(lane.take(start + 1h), QByteArray());
        QVERIFY(!lane.nextDue());
        lane.setRules({}, start + 1h);
        QCOMPARE(lane.take(start + 1h), QByteArray("a\nb\n"));
        QCOMPARE(traffic.held, 2);
    }

    void aLaneHoldsNoMoreThanItsCapacity()
    {
        Traffic traffic;
        Lane lane(delayOf(1h), 1, traffic);
        QCOMPARE(lane.room(), Lane::capacity);
        lane.feed(QByteArray(Lane::capacity - 1, 'x'), start);
        QCOMPARE(lane.room(), 1);
        lane.feed("\n", start);
        QCOMPARE(lane.room(), 0);
        QCOMPARE(lane.take(start + 1h).size(), Lane::capacity);
        QCOMPARE(lane.room(), Lane::capacity);
    }

    void aShorterDelayHoldsForWhatWaitsAlready()
    {
        Traffic traffic;
        Lane lane(delayOf(1min), 1, traffic);
        lane.feed("late\n", start);
        lane.setRules({}, start + 1s);
        QCOMPARE(lane.take(start + 1s), QByteArray("late\n"));
        lane.feed("next\n", start + 1s);
        QCOMPARE(lane.take(start + 1s), QByteArray("next\n"));
    }

    void theEndComesBehindEverythingElse()
    {
        Traffic traffic;
        Lane lane(delayOf(50ms), 1, traffic);
        lane.feed("last words\n", start);
        lane.end(start + 20ms);
        QCOMPARE(lane.take(start + 50ms), QByteArray("last words\n"));
        QVERIFY(!lane.isOver(start + 69ms));
        QCOMPARE(lane.nextDue(), std::optional(start + 70ms));
        QVERIFY(lane.isOver(start + 70ms));
    }

    void theEndDoesNotPassASilentLane()
    {
        Traffic traffic;
        Lane lane(silence, 1, traffic);
        lane.end(start);
        QVERIFY(!lane.isOver(start + 1h));
        lane.setRules({}, start + 1h);
        QVERIFY(lane.isOver(start + 1h));
    }

    // A link's faults.

    void thereIsOneFaultOfAKind()
    {
        LinkFaults faults;
        faults.set(delayFault(50));
        faults.set({"silent", "backward", {}, {}, {}});
        faults.set(delayFault(10));
        QCOMPARE(faults.list().size(), 2);
        QCOMPARE(faults.rules(Direction::Forward), delayOf(10ms));
        QCOMPARE(faults.rules(Direction::Backward), (LaneRules{10ms, 0ms, 0, true}));
        faults.clear("delay");
        QCOMPARE(faults.rules(Direction::Forward), LaneRules());
        QVERIFY(!faults.isCut());
        faults.set({"cut", {}, {}, {}, {}});
        QVERIFY(faults.isCut());
        faults.clear(std::nullopt);
        QVERIFY(faults.list().isEmpty());
    }

    void whatIsNoFaultIsRefused_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::addColumn<QByteArray>("field");
        const auto row = [](const char *name, const Fault &fault, const char *field) {
            QTest::newRow(name) << fault << QByteArray(field);
        };
        row("unknown kind", {"earthquake", {}, {}, {}, {}}, "kind: ");
        row("unknown direction", {"silent", "upward", {}, {}, {}}, "direction: ");
        row("half a cut", {"cut", "forward", {}, {}, {}}, "direction: ");
        row("no length", {"delay", {}, {}, {}, {}}, "delay_ms: ");
        row("negative", {"delay", {}, -1, {}, {}}, "delay_ms: ");
        row("too long", {"delay", {}, 60'001, {}, {}}, "delay_ms: ");
        row("long jitter", {"delay", {}, 1, 60'001, {}}, "jitter_ms: ");
        row("a loss's delay", {"loss", {}, 5, {}, 5.0}, "delay_ms: ");
        row("a cut's jitter", {"cut", {}, {}, 5, {}}, "jitter_ms: ");
        row("a delay's loss", {"delay", {}, 5, {}, 5.0}, "loss_percent: ");
        row("no percentage", {"loss", {}, {}, {}, {}}, "loss_percent: ");
        row("over all", {"loss", {}, {}, {}, 100.5}, "loss_percent: ");
        row("no number", {"loss", {}, {}, {}, qQNaN()}, "loss_percent: ");
    }
    void whatIsNoFaultIsRefused()
    {
        QFETCH(Fault, fault);
        QFETCH(QByteArray, field);
        const Result<void> checked = LinkFaults::check(fault);
        QVERIFY(!checked);
        QVERIFY2(checked.error().message.startsWith(field), checked.error().message);
    }

    void whatIsAFaultIsTaken()
    {
        QVERIFY(LinkFaults::check(delayFault(0)));
        QVERIFY(LinkFaults::check({"delay", "backward", 60'000, 60'000, {}}));
        QVERIFY(LinkFaults::check({"loss", "both", {}, {}, 100.0}));
        QVERIFY(LinkFaults::check({"silent", "forward", {}, {}, {}}));
        QVERIFY(LinkFaults::check({"cut", {}, {}, {}, {}}));
    }

    void faultsAreToldToPeople()
    {
        QCOMPARE(textOf({"delay", "forward", 50, 10, {}}), QByteArray("delay 50 ms + up to 10 ms, forward"));
        QCOMPARE(textOf({"loss", "both", {}, {}, 2.5}), QByteArray("loss 2.5 %"));
        QCOMPARE(textOf({"cut", {}, {}, {}, {}}), QByteArray("cut"));
    }

    // The links.

    void everyWayBetweenServicesIsALinkWithAPlaceOfItsOwn()
    {
        const QList<Link> links = threeReplicasLinks();
        QCOMPARE(links.size(), 13);
        QSet<QByteArray> places;
        for (const Link &link : links) {
            places.insert(link.listen.toByteArray());
            QCOMPARE(link.listen.port, link.target.port);
            QVERIFY(link.listen.host != QStringLiteral("127.0.0.1"));
        }
        QCOMPARE(places.size(), 13);
    }

    void aServiceIsGivenTheOthersWhereTheProxyListensForIt()
    {
        const QList<Link> links = threeReplicasLinks();
        QCOMPARE(placeOf("catalog", "frontend", links).toByteArray(), QByteArray("127.0.0.2:8084"));
        const QList<ReplicaPlace> seen = placesFor("order-8092", threeReplicas(), links);
        QCOMPARE(seen.size(), 3);
        QCOMPARE(seen[0].endpoint.toByteArray(), QByteArray("127.0.0.4:8091"));
        QCOMPARE(seen[1].endpoint.toByteArray(), QByteArray("127.0.0.1:8092"));
        QCOMPARE(seen[2].id, ReplicaId{8093});
    }

    void linksAreFoundByWhatAPersonCallsThem()
    {
        const QList<Link> links = threeReplicasLinks();
        QCOMPARE(findLinks(links, "all", "all")->size(), 13);
        QCOMPARE(findLinks(links, "frontend", "all")->size(), 4);
        QCOMPARE(findLinks(links, "8091", "catalog")->size(), 1);
        QCOMPARE(findLinks(links, "all", "order-8092")->size(), 3);
        const Result<QList<qsizetype>> none = findLinks(links, "catalog", "frontend");
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::UnknownService);
    }

    // Plans of chaos.

    void theSameSeedIsTheSamePlan()
    {
        QVERIFY(planChaos(chaosOf(7)) == planChaos(chaosOf(7)));
        QVERIFY(planChaos(chaosOf(7)) != planChaos(chaosOf(8)));
    }

    // Else a seed that somebody noted means another plan tomorrow, or on another machine.
    void aSeedMeansWhatItMeantYesterday()
    {
        const std::vector<ChaosStep> plan = planChaos(chaosOf(1));
        QByteArrayList told;
        for (std::size_t i = 0; i < 4; ++i)
            told.append(QByteArray::number(plan.at(i).begin.count()) + '-' +
                        QByteArray::number(plan.at(i).end.count()) + ' ' + textOf(plan.at(i)));
        QCOMPARE(told.join('\n'), QByteArray("612-1374 kill catalog\n"
                                             "617-869 silent, backward on order-8091 -> catalog\n"
                                             "1861-2314 pause order-8093\n"
                                             "1862-2561 pause leader"));
    }

    void everyStepIsOneThatCanBeTaken()
    {
        const QList<Link> links = threeReplicasLinks();
        const auto named = [](const QByteArray &name) {
            return name == "leader" ? QByteArray("8092") : name;
        };
        for (quint64 seed = 0; seed < 500; ++seed) {
            const std::vector<ChaosStep> plan = planChaos(chaosOf(seed));
            QVERIFY(plan.size() >= 3);
            Milliseconds before{0};
            for (const ChaosStep &step : plan) {
                QVERIFY(step.begin >= before && step.end >= step.begin && step.end <= 10s);
                before = step.begin;
                QCOMPARE(step.service.isEmpty(),
                         step.kind == ChaosKind::Cut || step.kind == ChaosKind::Delay);
                if (!step.service.isEmpty())
                    continue;
                QVERIFY(LinkFaults::check(step.fault));
                // Whoever leads: a replica has no link to itself, as when the leader is the one meant.
                if (step.from != "leader" && step.to != "leader")
                    QVERIFY2(findLinks(links, named(step.from), named(step.to)), textOf(step));
            }
        }
    }

    void everyKindAndTargetComesUp()
    {
        QSet<QByteArray> seen;
        for (quint64 seed = 0; seed < 50; ++seed) {
            for (const ChaosStep &step : planChaos(chaosOf(seed))) {
                seen.insert(nameOf(step.kind));
                seen.insert(step.service);
                seen.insert(step.fault.kind);
            }
        }
        for (const char *one : {"kill", "pause", "restart", "cut", "delay", "loss", "silent", "leader",
                                "frontend", "catalog", "order-8091", "order-8092", "order-8093"})
            QVERIFY2(seen.contains(one), one);
    }

    void onlyWhatWasAskedForIsPlanned()
    {
        for (const ChaosKind kind : allChaosKinds) {
            for (const ChaosStep &step : planChaos(chaosOf(3, {kind})))
                QCOMPARE(step.kind, kind);
            QCOMPARE(chaosKindFromName(nameOf(kind)), std::optional(kind));
        }
        QCOMPARE(chaosKindFromName("flood"), std::nullopt);
    }

    void severalFaultsAreThereAtOnce()
    {
        bool overlap = false;
        const std::vector<ChaosStep> plan = planChaos(chaosOf(5));
        for (std::size_t i = 1; i < plan.size(); ++i)
            overlap = overlap || plan[i].begin < plan[i - 1].end;
        QVERIFY(overlap);
    }
};

QTEST_APPLESS_MAIN(TestFaults)
#include "tst_faults.moc"
