// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What clients saw of a toy, decided by StockTimeline and by trying every order there is.

#include "history/stocktimeline.h"

#include <QTest>

#include <random>

using namespace toystore;

namespace
{

using Step = StockTimeline::Step;
using Reading = StockTimeline::Reading;
using Seen = StockTimeline::Reading::Seen;

constexpr Nanoseconds at(qint64 time)
{
    return Nanoseconds(time);
}

constexpr Span span(qint64 from, qint64 to)
{
    return {at(from), at(to)};
}

/// Whether there is a linearization: tries them all, taking next each of the calls and movements that none of
/// the rest precedes.
class BruteForce
{
public:
    BruteForce(const std::vector<Step> &steps, const std::vector<Reading> &readings)
        : m_steps(steps), m_readings(readings), m_taken(readings.size())
    {
    }

    [[nodiscard]] bool isLinearizable()
    {
        if (m_step == m_steps.size() && std::count(m_taken.begin(), m_taken.end(), true) == ssize(m_taken))
            return true;
        if (m_step < m_steps.size() && mayComeNext(m_steps[m_step].span)) {
            ++m_step;
            const bool found = isLinearizable();
            --m_step;
            if (found)
                return true;
        }
        for (std::size_t i = 0; i < m_readings.size(); ++i) {
            if (m_taken[i] || !agrees(m_readings[i]) || !mayComeNext(m_readings[i].span))
                continue;
            m_taken[i] = true;
            const bool found = isLinearizable();
            m_taken[i] = false;
            if (found)
                return true;
        }
        return false;
    }

private:
    [[nodiscard]] bool mayComeNext(const Span &next) const
    {
        for (std::size_t i = m_step; i < m_steps.size(); ++i) {
            if (m_steps[i].span.precedes(next))
                return false;
        }
        for (std::size_t i = 0; i < m_readings.size(); ++i) {
            if (!m_taken[i] && m_readings[i].span.precedes(next))
                return false;
        }
        return true;
    }

    [[nodiscard]] bool agrees(const Reading &reading) const
    {
        const qint64 stock = m_step == 0 ? 0 : m_steps[m_step - 1].stock;
        bool opened = false;
        bool offered = false;
        for (std::size_t i = 0; i < m_step; ++i) {
            opened = opened || m_steps[i].isOpening;
            offered = m_steps[i].stock > 0 || (offered && !m_steps[i].isOpening);
        }
        switch (reading.seen) {
        case Seen::Exactly:
            return opened && stock == reading.quantity;
        case Seen::Fewer:
            return stock < reading.quantity;
        case Seen::NotThere:
            return !offered;
        }
        return false;
    }

    const std::vector<Step> &m_steps;
    const std::vector<Reading> &m_readings;
    std::size_t m_step = 0;
    std::vector<bool> m_taken;
};

/// A toy's small history; nothing says that it can have been.
class AnyHistory
{
public:
    explicit AnyHistory(quint32 seed) : m_random(seed)
    {
        const qint64 count = upTo(5);
        qint64 stock = 0;
        for (qint64 i = 0; i < count; ++i) {
            const bool isOpening = i == 0 ? upTo(9) > 0 : upTo(5) == 0;
            stock = isOpening ? upTo(3) : std::max<qint64>(stock - 1 + upTo(1) * upTo(3), 0);
            // Most in order, some not at all.
            steps.push_back({upTo(3) == 0   ? Span()
                             : upTo(5) == 0 ? anySpan()
                                            : spanAround(10 + 15 * i),
                             stock, isOpening});
        }
        for (qint64 left = upTo(5); left > 0; --left)
            readings.push_back({upTo(1) == 0 ? anySpan() : spanAround(upTo(100)),
                                static_cast<Seen>(std::max<qint64>(upTo(6) - 4, 0)), upTo(3)});
    }

    std::vector<Step> steps;
    std::vector<Reading> readings;

private:
    [[nodiscard]] qint64 upTo(qint64 most) { return static_cast<qint64>(m_random() % quint32(most + 1)); }
    [[nodiscard]] Span anySpan()
    {
        const qint64 from = upTo(80);
        return span(from, from + upTo(40));
    }
    [[nodiscard]] Span spanAround(qint64 time) { return span(time - upTo(15), time + upTo(15)); }

    std::mt19937 m_random;
};

} // namespace

class TestStockTimeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theVerdictIsThatOfTryingEveryOrder()
    {
        int good = 0;
        int bad = 0;
        for (quint32 seed = 0; seed < 40'000; ++seed) {
            const AnyHistory history(seed);
            std::vector<Span> spans;
            for (const Step &step : history.steps)
                spans.push_back(step.span);

            const bool found =
                StockTimeline(history.steps).misfits(history.readings).empty() && outOfOrder(spans).empty();

            const bool expected = BruteForce(history.steps, history.readings).isLinearizable();
            QVERIFY2(found == expected, QByteArray::number(seed).constData());
            ++(expected ? good : bad);
        }
        QVERIFY2(good > 8000 && bad > 8000, QByteArray::number(good).constData());
    }

    void aStaleReadingIsExplainedByTheStepThatWasOver()
    {
        const StockTimeline timeline({{Span(), 100, true}, {span(10, 20), 99, false}, {Span(), 98, false}});

        const auto misfits = timeline.misfits({{span(21, 30), Seen::Exactly, 100}});

        QCOMPARE(misfits.size(), std::size_t{1});
        QCOMPARE(misfits[0].firstState, std::size_t{2});
        QCOMPARE(misfits[0].lastState, std::size_t{3});
        QCOMPARE(misfits[0].step, std::optional<std::size_t>(1));
        QVERIFY(misfits[0].chain.empty());
    }

    void equalTimesSayNothing()
    {
        const StockTimeline timeline({{Span(), 100, true}, {span(10, 20), 99, false}});

        QVERIFY(timeline.misfits({{span(20, 30), Seen::Exactly, 100}}).empty());
        QVERIFY(timeline.misfits({{span(5, 10), Seen::Exactly, 99}}).empty());
        QCOMPARE(timeline.misfits({{span(5, 9), Seen::Exactly, 99}}).size(), std::size_t{1});
    }

    void readingsThatGoBackAreExplainedByEachOther()
    {
        // The buy is never answered: it may happen at any time, but only once.
        const StockTimeline timeline({{Span(), 100, true}, {{at(10), Nanoseconds::max()}, 99, false}});

        const auto misfits = timeline.misfits({{span(11, 12), Seen::Exactly, 99},
                                               {span(13, 14), Seen::Exactly, 99},
                                               {span(15, 16), Seen::Exactly, 100}});

        QCOMPARE(misfits.size(), std::size_t{1});
        QCOMPARE(misfits[0].reading, std::size_t{2});
        QCOMPARE(misfits[0].chain, std::vector<std::size_t>{0});
        QVERIFY(!misfits[0].step);
    }
};

QTEST_GUILESS_MAIN(TestStockTimeline)
#include "tst_stocktimeline.moc"
