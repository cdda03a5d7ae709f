// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The checker of histories: forged ones, of which it must name the invariant, and true ones.

#include "history/decidedorders.h"
#include "history/historyfile.h"
#include "history/judge.h"
#include "support/pretendstore.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <functional>
#include <random>

using namespace toystore;

namespace
{

Span span(qint64 from, qint64 to)
{
    return {Nanoseconds(from), Nanoseconds(to)};
}

/// The invariants that are broken, as in "I1 I6".
QByteArray brokenIn(const Findings &findings)
{
    QByteArrayList names;
    for (const Invariant invariant : visibleInvariants) {
        if (findings.verdict.count(invariant) > 0)
            names.append(nameOf(invariant));
    }
    return names.join(' ');
}

QByteArray told(const Findings &findings)
{
    QByteArray text;
    for (const Violation &violation : findings.verdict.violations())
        text += nameOf(violation.invariant) + ": " + violation.what + '\n';
    return text;
}

/// A true history with something of everything, one call after the other. Call n takes from 10 n to 10 n + 5.
class Sample
{
public:
    Sample()
    {
        m_store.open("Tux", 100);
        m_store.open("Fox", 10);
        m_store.open("Owl", 10);
        m_store.buy("Tux", 1, "k1", next());    // 1: order 1
        m_store.buy("Fox", 2, "k2", next());    // 2: order 2
        m_store.query("Tux", next());           // 3: 99
        m_store.buy("Tux", 3, "k3", next());    // 4: order 3
        m_store.query("Tux", next());           // 5: 96
        m_store.lookUp(1, next());              // 6
        m_store.buy("Fox", 50, "r1", next());   // 7: rejected
        m_store.buy("Fox", 8, "k4", next());    // 8: order 4
        m_store.restock("Fox", 10);             //
        m_store.query("Fox", next());           // 9: 10
        m_store.beginEpoch();                   //
        m_store.buy("Fox", 1, "k5", next());    // 10: order 5
        m_store.lookUp(9, next());              // 11: not found
        m_store.query("Ghost", next());         // 12: not found
        m_store.buy("Tux", 1, "k1", next());    // 13: order 1 again
        m_store.buy("Tux", 7, "k1", next());    // 14: mismatch
        m_store.buy("Owl", 1, "", next());      // 15: order 6, without a key
        m_store.buy("Owl", 1, "k7", next());    // 16: order 7
        m_store.buy("Owl", 1, "k8", next());    // 17: order 8
        m_store.loseAnswer();                   //
        m_store.buy("Elk", 1, "r2", next());    // 18: rejected
        m_store.buy("Owl", 1, "other", next()); // 19: order 9, by somebody else
        m_store.forgetCall();                   //
        m_store.lookUp(9, next());              // 20
        m_evidence = m_store.evidence();
    }

    [[nodiscard]] const Evidence &evidence() const { return m_evidence; }

    // For forging.
    [[nodiscard]] Evidence &forge() { return m_evidence; }
    [[nodiscard]] Call &call(qint64 id)
    {
        return *std::find_if(m_evidence.calls->begin(), m_evidence.calls->end(),
                             [id](const Call &one) { return one.id == id; });
    }
    /// The row of an order, or by its sequence.
    [[nodiscard]] LedgerRow &sale(qint64 number)
    {
        return *std::find_if(m_evidence.ledger->rows.begin(), m_evidence.ledger->rows.end(),
                             [number](const LedgerRow &row) { return row.orderNumber == number; });
    }
    [[nodiscard]] LedgerRow &row(std::size_t sequence) { return m_evidence.ledger->rows[sequence - 1]; }
    [[nodiscard]] qint64 &stock(const QByteArray &toy)
    {
        return std::find_if(m_evidence.ledger->toys.begin(), m_evidence.ledger->toys.end(),
                            [&](const ToyStock &one) { return one.name == toy; })
            ->quantity;
    }
    void add(CallKind kind, CallOutcome outcome, const QByteArray &toy, qint64 quantity,
             const QByteArray &key, qint64 number)
    {
        const Span when = next();
        m_evidence.calls->push_back(
            {++m_lastForged, 1, kind, toy, quantity, key, number, when.from, when.to, outcome});
    }
    /// Makes the logs such as the ledger says.
    void copyLedgerToLogs()
    {
        for (LogCopy &log : m_evidence.logs)
            log.bytes = logBytes(ordersOf(*m_evidence.ledger).all());
    }
    void swapTimes(qint64 left, qint64 right)
    {
        std::swap(call(left).sent, call(right).sent);
        std::swap(call(left).answered, call(right).answered);
    }

private:
    [[nodiscard]] Span next()
    {
        m_time += 10;
        return span(m_time, m_time + 5);
    }

    PretendStore m_store;
    qint64 m_time = 0;
    qint64 m_lastForged = 100;
    Evidence m_evidence;
};

/// Replaces the only @p before by @p after, in a line whose checksum is made right again.
QByteArray withLine(const QByteArray &log, qint64 number, const std::function<void(Order &)> &change)
{
    std::vector<Order> orders = ordersOf(LogCopy{"", log, false}).all();
    change(orders[static_cast<std::size_t>(number) - 1]);
    return logBytes(orders);
}

using Forge = std::function<void(Sample &)>;

constexpr qint64 forged = 101; // the id of the first call that Sample::add() makes

struct Forgery {
    const char *name;
    const char *broken; ///< exactly these invariants
    qint64 proof;       ///< a call that must be among the proof; 0: none
    Forge forge;
};

std::vector<Forgery> forgedOrders()
{
    return {
        {"I1: acknowledged, not decided", "I1", forged,
         [](Sample &s) { s.add(CallKind::Buy, CallOutcome::Ok, "Tux", 1, "new", 99); }},
        {"I1: acknowledged with another quantity", "I1", 4, [](Sample &s) { s.call(4).quantity = 4; }},
        {"I1: acknowledged with another name", "I1", 16, [](Sample &s) { s.call(16).name = "Elk"; }},
        {"I1: looked up with another quantity", "I1", 6, [](Sample &s) { s.call(6).quantity = 2; }},
        {"I1: looked up, not decided", "I1", forged,
         [](Sample &s) { s.add(CallKind::LookUp, CallOutcome::Ok, "Tux", 1, {}, 50); }},
        {"I1: not found after it was acknowledged", "I1", 4,
         [](Sample &s) { s.add(CallKind::LookUp, CallOutcome::NotFound, {}, 0, {}, 3); }},
        {"I1: missing in a log that must have it", "I1", 16,
         [](Sample &s) {
             QByteArray &bytes = s.forge().logs[1].bytes;
             bytes.truncate(bytes.indexOf("{\"number\":7,"));
         }},
        {"I2: a gap", "I2", 0,
         [](Sample &s) {
             s.sale(9).orderNumber = 10;
             s.forge().ledger->lastOrderNumber = 10;
             s.call(20).number = 10;
             for (LogCopy &log : s.forge().logs)
                 log.bytes.truncate(log.bytes.indexOf("{\"number\":9,"));
         }},
        {"I2: the last number is another", "I2", 0,
         [](Sample &s) { s.forge().ledger->lastOrderNumber = 10; }},
        {"I2: two buys with one number", "I2", forged,
         [](Sample &s) { s.add(CallKind::Buy, CallOutcome::Ok, "Owl", 1, {}, 6); }},
        {"I2: the number of another's order", "I2", 16,
         [](Sample &s) {
             s.call(16).number = 9;
             s.call(17).sent = s.call(16).sent; // so that the numbers may be in this order
         }},
        {"I3: a request id sold twice", "I3", 0,
         [](Sample &s) {
             s.sale(9).requestId = "c-k2";
             s.copyLedgerToLogs();
         }},
        {"I3: a key with two numbers", "I2 I3", 13,
         [](Sample &s) {
             s.call(13).number = 3;
             s.call(13).quantity = 3;
         }},
        {"I3: another order for a used key", "I3", 14,
         [](Sample &s) {
             s.call(14).outcome = CallOutcome::Ok;
             s.call(14).number = 1;
         }},
        {"I3: a key's own order refused as another's", "I3", 14, [](Sample &s) { s.call(14).quantity = 1; }},
    };
}

std::vector<Forgery> forgedStores()
{
    return {
        {"I4: sold more than there was", "I4", 0,
         [](Sample &s) {
             s.row(2).delta = 9; // so that order 4 makes it -1
             s.stock("Fox") = 8;
             s.call(9).quantity = 9;
         }},
        {"I4: a negative stock", "I4 I5", 0, [](Sample &s) { s.stock("Owl") = -1; }},
        {"I5: a stock that its movements don't make", "I5", 0, [](Sample &s) { ++s.stock("Fox"); }},
        {"I5: a movement without its row", "I5", 0,
         [](Sample &s) {
             ++s.forge().ledger->lastMovement;
             s.forge().ledger->rows.push_back({14, LedgerRow::Kind::Restocked, "Elk", 5});
         }},
        {"I5: the last row is lost", "I5", 0, [](Sample &s) { ++s.forge().ledger->lastMovement; }},
        {"I5: rebuilt without its sale", "I5", 0,
         [](Sample &s) {
             ++s.forge().ledger->lastMovement;
             s.forge().ledger->rows.push_back({14, LedgerRow::Kind::Rebuilt, "Owl", 1});
             ++s.stock("Owl");
         }},
        {"I6: a changed byte", "I6", 0,
         [](Sample &s) {
             s.forge().logs[2].mustBeComplete = false;
             s.forge().logs[2].bytes.replace("\"epoch\":2", "\"epoch\":3");
         }},
        {"I6: a forged line with a good checksum", "I6", 0,
         [](Sample &s) {
             LogCopy &log = s.forge().logs[2];
             log.mustBeComplete = false;
             log.bytes = withLine(log.bytes, 9, [](Order &order) { order.quantity = 2; });
         }},
        {"I6: an order that the ledger lacks", "I6", 0,
         [](Sample &s) {
             std::vector<Order> orders = ordersOf(*s.forge().ledger).all();
             orders.push_back({10, "Tux", 1, "c-k10", 2, "2026-11-22T09:00:00.000Z"});
             s.forge().logs[0].bytes = logBytes(orders);
         }},
        {"I6: another format", "I6", 0,
         [](Sample &s) { s.forge().logs[1].bytes.replace("\"version\":1", "\"version\":9"); }},
        {"I9: rejected, then sold", "I9", forged,
         [](Sample &s) { s.add(CallKind::Buy, CallOutcome::Rejected, "Owl", 5000, "other", 0); }},
        {"I9: rejected by the ledger that sold it", "I9", 0,
         [](Sample &s) { s.forge().ledger->rejected.push_back("c-k5"); }},
        {"I9: decided in an old epoch", "I9", 0,
         [](Sample &s) {
             s.sale(9).epoch = 1;
             s.copyLedgerToLogs();
         }},
        {"I12: not found after it was found", "I12", 20,
         [](Sample &s) { s.add(CallKind::LookUp, CallOutcome::NotFound, {}, 0, {}, 9); }},
        {"I12: not found by somebody else", "I12", 6,
         [](Sample &s) {
             s.add(CallKind::LookUp, CallOutcome::NotFound, {}, 0, {}, 1);
             s.forge().calls->back().client = 99;
         }},
    };
}

std::vector<Forgery> forgedTimes()
{
    return {
        {"I10: a stale cache", "I10", 5, [](Sample &s) { s.call(5).quantity = 99; }},
        {"I10: a stock that never was", "I10", 3, [](Sample &s) { s.call(3).quantity = 98; }},
        {"I10: sold before it was ordered", "I10", 3, [](Sample &s) { s.call(3).quantity = 96; }},
        {"I10: not there, but it is", "I10", 3,
         [](Sample &s) {
             s.call(3).outcome = CallOutcome::NotFound;
             s.call(3).quantity = 0;
         }},
        {"I10: there, but it is not", "I10", 12, [](Sample &s) { s.call(12).outcome = CallOutcome::Ok; }},
        {"I10: rejected, but there was enough", "I10", 7, [](Sample &s) { s.call(7).quantity = 8; }},
        {"I10: back to before a restock", "I10", forged,
         [](Sample &s) { s.add(CallKind::Query, CallOutcome::Ok, "Fox", 0, {}, 0); }},
        {"I10: back to before an unanswered buy", "I10", forged + 1,
         [](Sample &s) {
             s.add(CallKind::Query, CallOutcome::Ok, "Owl", 6, {}, 0);
             s.add(CallKind::Query, CallOutcome::Ok, "Owl", 8, {}, 0);
         }},
        {"I11: two toys", "I11", 10, [](Sample &s) { s.swapTimes(10, 16); }},
        {"I11: one toy", "I11", 15, [](Sample &s) { s.swapTimes(15, 16); }},
        {"I11: an answer before an earlier number was sent", "I11", 17,
         [](Sample &s) {
             s.add(CallKind::Buy, CallOutcome::Ok, "Owl", 1, "other", 9);
             s.forge().calls->back().sent = s.call(12).sent;
             s.forge().calls->back().answered = s.call(13).answered;
         }},
    };
}

/// What a random shop does, each decision at a time of its own, each call some time around it.
class RandomStore
{
public:
    explicit RandomStore(quint32 seed, int calls, qint64 level = 5) : m_random(seed), m_level(level)
    {
        for (const QByteArray &toy : m_toys)
            m_store.open(toy, m_level);
        for (int i = 0; i < calls; ++i) {
            m_now += 10;
            act();
        }
    }

    [[nodiscard]] Evidence evidence()
    {
        return m_store.evidence(upTo(std::min<qint64>(m_store.lastNumber(), 3)));
    }

private:
    [[nodiscard]] qint64 upTo(qint64 most) { return static_cast<qint64>(m_random() % quint32(most + 1)); }
    [[nodiscard]] Span around() { return span(m_now - upTo(50), m_now + upTo(50)); }

    void act()
    {
        const QByteArray toy = m_toys.at(upTo(m_toys.size() - 1));
        switch (upTo(11)) {
        case 0:
        case 1:
        case 2:
            m_store.query(toy, around());
            break;
        case 3:
            m_store.query("Ghost", around());
            break;
        case 4:
            m_store.lookUp(upTo(m_store.lastNumber() + 3), around());
            break;
        case 5:
            openOrRestock(toy);
            break;
        case 6: // again, with the same order or another one
            m_store.buy(toy, 1 + upTo(1), "k" + QByteArray::number(upTo(m_keys)), around());
            break;
        default:
            buyAnew(toy);
        }
    }

    void openOrRestock(const QByteArray &toy)
    {
        if (m_store.stock(toy) == 0)
            m_store.restock(toy, m_level);
        else if (upTo(20) == 0)
            m_store.open(toy, m_level);
        if (upTo(10) == 0)
            m_store.beginEpoch();
    }

    void buyAnew(const QByteArray &toy)
    {
        const QByteArray number = QByteArray::number(++m_keys);
        const bool isSomebodyElses = upTo(5) == 0;
        // Nobody repeats a key of which the first sending is not in the history.
        const QByteArray key = isSomebodyElses ? "x" + number : upTo(3) == 0 ? QByteArray() : "k" + number;
        m_store.buy(toy, 1 + upTo(2), key, around());
        if (isSomebodyElses)
            m_store.forgetCall();
        else if (upTo(5) == 0)
            m_store.loseAnswer();
    }

    const QList<QByteArray> m_toys{"Tux", "Fox", "Rubber Duck"};
    std::mt19937 m_random;
    const qint64 m_level;
    PretendStore m_store;
    qint64 m_now = 1000;
    qint64 m_keys = 0;
};

} // namespace

class TestJudge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTrueHistoryIsAccepted()
    {
        const Findings findings = judge(Sample().evidence());

        QCOMPARE(told(findings), QByteArray());
        QVERIFY(findings.verdict.undecided().empty());
        QCOMPARE(findings.decidedOrders, 9);
        QCOMPARE(findings.logs.at(2).orders, 9);
    }

    void aForgeryIsNamed_data()
    {
        QTest::addColumn<Forge>("forge");
        QTest::addColumn<QByteArray>("broken");
        QTest::addColumn<qint64>("proof");
        for (const auto &forgeries : {forgedOrders(), forgedStores(), forgedTimes()}) {
            for (const Forgery &one : forgeries)
                QTest::newRow(one.name) << one.forge << QByteArray(one.broken) << one.proof;
        }
    }
    void aForgeryIsNamed()
    {
        QFETCH(Forge, forge);
        QFETCH(QByteArray, broken);
        QFETCH(qint64, proof);
        Sample sample;
        forge(sample);

        const Findings findings = judge(sample.evidence());

        QVERIFY2(brokenIn(findings) == broken, "broken: " + brokenIn(findings) + '\n' + told(findings));
        const auto &violations = findings.verdict.violations();
        QVERIFY2(proof == 0 ||
                     std::any_of(violations.begin(), violations.end(),
                                 [&](const Violation &violation) {
                                     return std::any_of(violation.calls.begin(), violation.calls.end(),
                                                        [&](const Call &call) { return call.id == proof; });
                                 }),
                 told(findings));
    }

    void everyVisibleInvariantHasTwoForgeries()
    {
        QHash<QByteArray, int> forgeries;
        for (const auto &list : {forgedOrders(), forgedStores(), forgedTimes()}) {
            for (const Forgery &one : list)
                ++forgeries[QByteArray(one.name).split(':').first()];
        }
        for (const Invariant invariant : visibleInvariants)
            QVERIFY2(forgeries.value(nameOf(invariant)) >= 2, nameOf(invariant));
    }

    void trueHistoriesAreAccepted()
    {
        for (quint32 seed = 0; seed < 10'000; ++seed) {
            const Findings findings = judge(RandomStore(seed, 40).evidence());
            QVERIFY2(findings.verdict.holds(), QByteArray::number(seed) + ":\n" + told(findings));
        }
    }

    void aBuyWithoutAnAnswerMayOrMayNotHaveHappened()
    {
        PretendStore store;
        store.open("Tux", 10);
        store.buy("Tux", 1, "done", span(10, 20));
        store.loseAnswer();
        store.query("Tux", span(30, 40));
        Evidence evidence = store.evidence();
        evidence.calls->push_back(
            {77, 1, CallKind::Buy, "Tux", 1, "lost", 0, Nanoseconds(10), {}, CallOutcome::Unknown});
        QVERIFY(judge(evidence).verdict.holds());
        evidence.calls->at(1).quantity = 10; // it may have been later, too
        QVERIFY(judge(evidence).verdict.holds());
        evidence.calls->at(1).quantity = 8;
        QCOMPARE(brokenIn(judge(evidence)), QByteArray("I10"));
    }

    void aKeyThatTheFrontendMadeIsTakenAsItIs()
    {
        PretendStore store;
        store.open("Tux", 10);
        const qint64 id = store.buy("Tux", 1, "", span(10, 20));
        Evidence evidence = store.evidence();
        // Its answer was lost on the way, then it was repeated under the key that the frontend had told.
        const QByteArray key = "f-" + QByteArray::number(id);
        evidence.calls->push_back(
            {77, 1, CallKind::Buy, "Tux", 1, key, 1, Nanoseconds(30), Nanoseconds(40), CallOutcome::Ok});
        QCOMPARE(told(judge(evidence)), QByteArray());
        evidence.calls->back().outcome = CallOutcome::Rejected;
        QCOMPARE(brokenIn(judge(evidence)), QByteArray("I9 I10"));
        evidence.calls->back().outcome = CallOutcome::Mismatch;
        QCOMPARE(brokenIn(judge(evidence)), QByteArray("I3"));
    }

    void aKeyIsFreeAfterWhatNoLedgerIsAskedFor()
    {
        PretendStore store;
        store.open("Tux", 10);
        store.buy("Tux", 1, "k", span(30, 40));
        Evidence evidence = store.evidence();
        evidence.calls->push_back({77, 1, CallKind::Buy, "Tux", 0, "k", 0, Nanoseconds(10), Nanoseconds(20),
                                   CallOutcome::Rejected});
        QCOMPARE(told(judge(evidence)), QByteArray());
        evidence.calls->back().quantity = 11;
        QCOMPARE(brokenIn(judge(evidence)), QByteArray("I9"));
    }

    void aTornLastLineOfALogIsNoViolation()
    {
        Sample sample;
        LogCopy &log = sample.forge().logs[2];
        log.mustBeComplete = false;
        log.bytes.chop(10);

        const Findings findings = judge(sample.evidence());

        QCOMPARE(told(findings), QByteArray());
        QVERIFY(findings.logs.at(2).isTorn);
        QCOMPARE(findings.logs.at(2).orders, 8);
    }

    void withoutALedgerTheLongestLogIsTheMeasure()
    {
        Sample sample;
        sample.forge().ledger.reset();

        const Findings good = judge(sample.evidence());
        sample.forge().logs[1].bytes.replace("Owl", "Elk");
        const Findings bad = judge(sample.evidence());

        QCOMPARE(told(good), QByteArray());
        QVERIFY(good.verdict.undecided().count(Invariant::I10) == 1);
        QCOMPARE(brokenIn(bad), QByteArray("I1 I6"));
    }

    void aRebuiltToyIsNotDecided()
    {
        Sample sample;
        LedgerCopy &ledger = *sample.forge().ledger;
        ledger.rows.insert(ledger.rows.begin() + 4, {0, LedgerRow::Kind::Rebuilt, "Fox", 2});
        qint64 sequence = 0;
        for (LedgerRow &row : ledger.rows)
            row.sequence = ++sequence;
        ledger.lastMovement = sequence;
        sample.stock("Fox") += 2;
        QCOMPARE(sample.row(6).orderNumber, 2);

        const Findings findings = judge(sample.evidence());

        QCOMPARE(told(findings), QByteArray());
        QVERIFY(findings.verdict.undecided().at(Invariant::I10).contains("'Fox'"));
    }

    void aHundredThousandCallsAreReadAndJudgedInTime()
    {
        Evidence evidence = RandomStore(1, 125'000, 100).evidence();
        QByteArray text = historyHeaderLine();
        for (const Call &call : *evidence.calls)
            text += callLine(call);
        QElapsedTimer timer;
        timer.start();

        Result<std::vector<Call>> calls = parseHistory(text);
        QVERIFY(calls && calls->size() > 100'000);
        const qint64 read = timer.elapsed();
        evidence.calls = *std::move(calls);
        const Findings findings = judge(evidence);

        qInfo("%zu calls, %lld orders: read in %lld ms, judged in %lld ms", evidence.calls->size(),
              findings.decidedOrders, read, timer.elapsed() - read);
        QVERIFY(findings.verdict.holds());
        QVERIFY(timer.elapsed() < 10'000);
    }
};

QTEST_GUILESS_MAIN(TestJudge)
#include "tst_judge.moc"
