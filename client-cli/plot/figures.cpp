// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plot/figures.h"

#include <functional>
#include <map>

namespace toystore
{

namespace
{

// Both are seen on white as on black.
const QColor on(0x2b, 0x7d, 0xe9);
const QColor off(0xd9, 0x77, 0x06);
constexpr double beside = 0.005;

using Value = std::function<double(const ResultTable &, qsizetype row)>;

/// The values of a kind of request by probability, with the cache on or off: one a round.
std::map<double, QList<double>> byProbability(const ResultTable &results, const QByteArray &kind, bool cache,
                                              const Value &value)
{
    std::map<double, QList<double>> values;
    for (qsizetype row = 0; row < results.rows(); ++row) {
        if (results.text(row, "kind") == kind && (results.text(row, "cache") == "true") == cache)
            values[results.number(row, "probability")].append(value(results, row));
    }
    return values;
}

/// @p shift: to the right, so that the intervals of two series do not cover each other.
Series seriesOf(const QString &name, const QColor &colour, const std::map<double, QList<double>> &values,
                double shift = 0)
{
    Series series{name, colour, {}};
    for (const auto &[probability, measured] : values)
        series.points.append({probability + shift, estimate(measured)});
    return series;
}

Figure latency(const ResultTable &results, const QByteArray &kind, const QString &title, const QString &note)
{
    const Value median = [](const ResultTable &table, qsizetype row) {
        return table.number(row, "p50_us") / 1000;
    };
    return {
        QStringLiteral("latency-") + QString::fromLatin1(kind),
        title + note,
        QStringLiteral("The median latency, mean of all rounds, with its 95 % confidence interval."),
        QStringLiteral("probability of a purchase"),
        QStringLiteral("median latency, ms"),
        {seriesOf(QStringLiteral("cache on"), on, byProbability(results, kind, true, median), -beside),
         seriesOf(QStringLiteral("cache off"), off, byProbability(results, kind, false, median), beside)}};
}

/// How many times as long a query takes without the cache, round by round.
Figure gain(const ResultTable &results, const QString &note)
{
    const Value mean = [](const ResultTable &table, qsizetype row) { return table.number(row, "mean_us"); };
    const auto with = byProbability(results, "query", true, mean);
    std::map<double, QList<double>> ratios;
    for (const auto &[probability, without] : byProbability(results, "query", false, mean)) {
        const auto found = with.find(probability);
        const qsizetype rounds = found == with.end() ? 0 : std::min(without.size(), found->second.size());
        for (qsizetype i = 0; i < rounds; ++i)
            ratios[probability].append(without[i] / found->second[i]);
    }
    return {
        QStringLiteral("cache-gain"),
        QStringLiteral("What the cache gains") + note,
        QStringLiteral("The mean latency of a query without the cache, divided by that with it. Every sale"
                       " takes its toy out of the cache: the more is bought, the less there is to gain."),
        QStringLiteral("probability of a purchase"),
        QStringLiteral("times as long without"),
        {seriesOf(QStringLiteral("gain"), on, ratios)}};
}

Figure hitRatio(const ResultTable &results, const QString &note)
{
    const Value ratio = [](const ResultTable &table, qsizetype row) {
        const double hits = table.number(row, "cache_hits");
        const double all = hits + table.number(row, "cache_misses");
        return all > 0 ? 100 * hits / all : 0;
    };
    return {QStringLiteral("hit-ratio"),
            QStringLiteral("Queries that the cache answers") + note,
            QStringLiteral("Of all queries with the cache on."),
            QStringLiteral("probability of a purchase"),
            QStringLiteral("hits, %"),
            {seriesOf(QStringLiteral("hits"), on, byProbability(results, "query", true, ratio))}};
}

Figure failover(const ResultTable &failovers)
{
    Series waits{QStringLiteral("longest wait"), on, {}};
    int noticed = 0;
    for (qsizetype row = 0; row < failovers.rows(); ++row) {
        waits.points.append(
            Series::Point{failovers.number(row, "trial"), {failovers.number(row, "longest_wait_ms"), 0}});
        noticed += static_cast<int>(failovers.number(row, "clients_noticed"));
    }
    Figure figure{QStringLiteral("failover"),
                  QStringLiteral("The leader is killed"),
                  QStringLiteral("The longest wait of any client, each time that the leader was killed with"
                                 " kill -9 under load. Clients that met an error: %1.")
                      .arg(noticed),
                  QStringLiteral("trial"),
                  QStringLiteral("longest wait, ms"),
                  {waits}};
    figure.hasBars = true;
    return figure;
}

} // namespace

QList<Figure> figuresOf(const ResultTable &results, const ResultTable &failovers, qint64 delayMs)
{
    const QString note =
        delayMs > 0 ? QStringLiteral(", frontend and catalog %1 ms apart").arg(delayMs) : QString();
    return {latency(results, "query", QStringLiteral("Queries"), note),
            latency(results, "buy", QStringLiteral("Buys"), note), gain(results, note),
            hitRatio(results, note), failover(failovers)};
}

} // namespace toystore
