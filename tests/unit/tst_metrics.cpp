// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "metrics/latencyhistogram.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <random>
#include <vector>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

using Duration = LatencyHistogram::Duration;
using Draw = std::function<double(std::mt19937_64 &)>;

/// By nearest rank.
Duration exactQuantile(const std::vector<Duration> &sorted, double q)
{
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

std::vector<Duration> sample(const Draw &draw, std::size_t count, quint64 seed)
{
    std::mt19937_64 random(seed);
    std::vector<Duration> durations;
    for (std::size_t i = 0; i < count; ++i)
        durations.emplace_back(static_cast<qint64>(draw(random)));
    return durations;
}

LatencyHistogram histogramOf(const std::vector<Duration> &durations)
{
    LatencyHistogram histogram;
    for (const Duration duration : durations)
        histogram.record(duration);
    return histogram;
}

constexpr double shares[] = {0,   0.0001, 0.01, 0.1,   0.25,   0.5,     0.75,
                             0.9, 0.95,   0.99, 0.999, 0.9999, 0.99999, 1};

} // namespace

class TestMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aQuantileIsWithinItsErrorOfTheExactOne_data()
    {
        QTest::addColumn<Draw>("draw");
        const auto row = [](const char *name, const Draw &draw) { QTest::newRow(name) << draw; };
        row("constant", [](auto &) { return 1'234'567.0; });
        row("a few nanoseconds", std::uniform_int_distribution<>(0, 300));
        row("uniform to 1 ms", std::uniform_real_distribution<>(0, 1e6));
        row("uniform to 10 s", std::uniform_real_distribution<>(0, 1e10));
        row("exponential of 200 us", std::exponential_distribution<>(1 / 2e5));
        row("log-normal about 300 us", std::lognormal_distribution<>(std::log(3e5), 1));
        row("log-normal, widely spread", std::lognormal_distribution<>(std::log(1e6), 2.2));
        row("heavy tail", [](auto &random) {
            return std::min(1e5 / std::pow(std::uniform_real_distribution<>(1e-9, 1)(random), 1.2), 2e12);
        });
        row("two peaks", [](auto &random) {
            const bool stalled = std::bernoulli_distribution(0.003)(random);
            return stalled ? std::normal_distribution<>(3e8, 1e6)(random)
                           : std::normal_distribution<>(2e5, 2e4)(random);
        });
        row("powers of two and their neighbours", [](auto &random) {
            const int bits = std::uniform_int_distribution<>(1, 40)(random);
            return std::ldexp(1.0, bits) + std::uniform_int_distribution<>(-1, 1)(random);
        });
    }

    void aQuantileIsWithinItsErrorOfTheExactOne()
    {
        QFETCH(const Draw, draw);
        for (const std::size_t count :
             {std::size_t{1}, std::size_t{2}, std::size_t{1000}, std::size_t{200'000}}) {
            std::vector<Duration> durations = sample(draw, count, 17 + count);

            const LatencyHistogram histogram = histogramOf(durations);

            std::sort(durations.begin(), durations.end());
            QCOMPARE(histogram.count(), count);
            QCOMPARE(histogram.min().count(), durations.front().count());
            QCOMPARE(histogram.max().count(), durations.back().count());
            for (const double q : shares) {
                const Duration exact = exactQuantile(durations, q);
                const auto error = static_cast<double>(std::abs((histogram.quantile(q) - exact).count()));
                const double allowed =
                    LatencyHistogram::maxRelativeError * static_cast<double>(exact.count());
                QVERIFY2(error <= allowed, qPrintable(QStringLiteral("q %1 of %2: %3 instead of %4 ns")
                                                          .arg(q)
                                                          .arg(count)
                                                          .arg(histogram.quantile(q).count())
                                                          .arg(exact.count())));
            }
        }
    }

    void theErrorIsNearlyUsedUp()
    {
        // Otherwise the bound would say nothing about the buckets.
        double worst = 0;
        for (qint64 value = 1 << 20; value < 1 << 21; value += 64) {
            LatencyHistogram histogram;
            histogram.record(Duration(0));
            histogram.record(Duration(value));
            histogram.record(2 * Duration(value));
            const auto error =
                static_cast<double>(std::abs((histogram.quantile(0.5) - Duration(value)).count()));
            worst = std::max(worst, error / static_cast<double>(value));
        }
        QVERIFY(worst > 0.9 * LatencyHistogram::maxRelativeError);
        QVERIFY(worst <= LatencyHistogram::maxRelativeError);
    }

    void meanIsExact()
    {
        LatencyHistogram histogram;
        for (const Duration duration : {Duration(1), Duration(999'999'937), Duration(62)})
            histogram.record(duration);
        QCOMPARE(histogram.mean().count(), 333'333'333);
    }

    void mergingIsAsRecordingAllInOne()
    {
        const std::vector<Duration> some = sample(std::exponential_distribution<>(1 / 2e5), 5000, 1);
        const std::vector<Duration> others = sample(std::lognormal_distribution<>(15, 2), 7000, 2);
        std::vector<Duration> all = some;
        all.insert(all.end(), others.begin(), others.end());

        LatencyHistogram merged = histogramOf(some);
        merged.merge(histogramOf(others));
        merged.merge(LatencyHistogram());

        QVERIFY(merged == histogramOf(all));
        LatencyHistogram intoNothing;
        intoNothing.merge(histogramOf(some));
        QVERIFY(intoNothing == histogramOf(some));
    }

    void anEmptyOneIsAllZero()
    {
        const LatencyHistogram histogram;
        QCOMPARE(histogram.count(), 0u);
        for (const Duration nothing :
             {histogram.min(), histogram.max(), histogram.mean(), histogram.quantile(0.5)})
            QCOMPARE(nothing.count(), 0);
    }

    void whatIsOutOfRangeIsCountedAtItsEdge()
    {
        LatencyHistogram histogram;
        histogram.record(-5ms);
        histogram.record(24h);
        QCOMPARE(histogram.count(), 2u);
        QCOMPARE(histogram.min().count(), 0);
        QCOMPARE(histogram.max().count(), LatencyHistogram::longest.count());
    }
};

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
