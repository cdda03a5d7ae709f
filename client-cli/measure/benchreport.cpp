// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "measure/benchreport.h"

#include "common/output.h"

namespace toystore
{

namespace
{

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

qint64 inUs(LoadFigures::Duration duration)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

/// As "0.314" or "12.3": about three digits that count.
QByteArray msText(qint64 microseconds)
{
    const double ms = static_cast<double>(microseconds) / 1000;
    return QByteArray::number(ms, 'f', ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

QByteArray msText(const std::optional<qint64> &microseconds)
{
    return microseconds ? msText(*microseconds) : QByteArray("-");
}

QByteArray perSecond(double rate)
{
    return QByteArray::number(rate, 'f', rate < 10 ? 1 : 0) + "/s";
}

BenchReport::Kind kindReport(RequestKind kind, const LoadFigures &figures)
{
    const LatencyHistogram &latency = figures.latencyOf(kind);
    const double seconds = std::chrono::duration<double>(figures.span).count();
    BenchReport::Kind report{nameOf(kind).toByteArray(), static_cast<qint64>(latency.count()),
                             seconds > 0 ? static_cast<double>(latency.count()) / seconds : 0};
    if (latency.count() == 0)
        return report;
    report.meanUs = inUs(latency.mean());
    report.p50Us = inUs(latency.quantile(0.5));
    report.p90Us = inUs(latency.quantile(0.9));
    report.p99Us = inUs(latency.quantile(0.99));
    report.p999Us = inUs(latency.quantile(0.999));
    report.maxUs = inUs(latency.max());
    return report;
}

QByteArray kindTable(const QList<BenchReport::Kind> &kinds)
{
    using Align = Table::Align;
    Table table({{"REQUEST"},
                 {"ANSWERED", Align::Right},
                 {"RATE", Align::Right},
                 {"MEAN ms", Align::Right},
                 {"P50", Align::Right},
                 {"P90", Align::Right},
                 {"P99", Align::Right},
                 {"P99.9", Align::Right},
                 {"MAX", Align::Right}});
    for (const BenchReport::Kind &kind : kinds)
        table.add({QByteArray(kind.kind).replace('_', '-'), number(kind.answered),
                   perSecond(kind.answersPerSecond), msText(kind.meanUs), msText(kind.p50Us),
                   msText(kind.p90Us), msText(kind.p99Us), msText(kind.p999Us), msText(kind.maxUs)});
    return table.text();
}

QByteArray errorText(const BenchReport &report)
{
    if (report.errors.isEmpty())
        return "0";
    QByteArrayList errors;
    for (const BenchReport::Failed &one : report.errors)
        errors.append(QByteArray(one.error).replace('_', ' ') + ' ' + number(one.times) + 'x');
    return errors.join(", ") + "; " + number(report.recovered) +
           " buys were answered when they were repeated, " + number(report.unanswered) +
           " requests were given up";
}

QByteArray cacheText(const BenchReport::Cache &cache)
{
    const qint64 all = cache.hits + cache.misses;
    return number(cache.hits) + " hits of " + number(all) + " queries" +
           (all > 0 ? " (" + number(100 * cache.hits / all) + " %)" : QByteArray());
}

} // namespace

BenchReport benchReport(const LoadPlan &plan, const LoadFigures &figures)
{
    BenchReport report;
    report.shop = plan.shop.toByteArray();
    report.loop = plan.rate ? "open" : "closed";
    report.clients = plan.clients;
    report.rate = plan.rate;
    report.probability = plan.mix.purchase;
    report.seed = static_cast<qint64>(plan.mix.seed);
    report.durationMs = inUs(figures.span) / 1000;
    report.answered = figures.answered();
    report.answersPerSecond = figures.throughput();
    report.orders = figures.acknowledged();
    report.rejected = figures.rejected;
    report.mismatched = figures.mismatched;
    report.notFound = figures.notFound;
    for (const RequestKind kind : {RequestKind::Query, RequestKind::Buy, RequestKind::LookUp})
        report.kinds.append(kindReport(kind, figures));
    for (std::size_t i = 0; i < loadErrors; ++i) {
        if (figures.errors[i] > 0)
            report.errors.append({nameOf(static_cast<LoadError>(i)).toByteArray(), figures.errors[i]});
    }
    report.clientsNoticed = figures.noticedBy.size();
    report.repeats = figures.repeats;
    report.recovered = figures.recovered;
    report.unanswered = figures.unanswered;
    report.longestWaitMs = inUs(figures.longestWait) / 1000;
    return report;
}

QByteArray textOf(const BenchReport &report)
{
    QByteArray text = report.loop + " loop, ";
    if (report.rate)
        text += QByteArray::number(*report.rate) + " requests/s wanted, ";
    text += number(report.clients) + " clients, probability of a purchase " +
            QByteArray::number(report.probability) + ", seed " + number(report.seed) + ", " +
            QByteArray::number(static_cast<double>(report.durationMs) / 1000, 'f', 1) + " s" +
            (report.interrupted ? " (ended early)" : "") + "\n\n" + kindTable(report.kinds);
    text += "\n\nthroughput            " + perSecond(report.answersPerSecond) + ", " +
            number(report.answered) + " answers; " + number(report.orders) + " orders, " +
            number(report.rejected) + " rejected";
    if (report.mismatched + report.notFound > 0)
        text += ", " + number(report.mismatched) + " refused for their key, " + number(report.notFound) +
                " not found";
    text += "\nerrors                " + errorText(report);
    text += "\nclients that noticed  " + number(report.clientsNoticed) + " of " + number(report.clients);
    text += "\nlongest wait          " + number(report.longestWaitMs) + " ms";
    if (report.cache)
        text += "\ncache                 " + cacheText(*report.cache);
    for (const BenchReport::Limit &limit : report.limits)
        text += '\n' + (QByteArray(limit.limit).replace('_', ' ') + "  ").leftJustified(22) +
                QByteArray::number(limit.measured, 'g', 4) + ", wanted " + QByteArray::number(limit.wanted) +
                (limit.holds ? ": holds" : ": FAILED");
    return text;
}

QByteArray liveLine(const LoadFigures &second, Milliseconds since)
{
    QByteArray text = number((since.count() + 500) / 1000).rightJustified(5) + " s  " +
                      perSecond(second.throughput()).rightJustified(9);
    for (const RequestKind kind : {RequestKind::Query, RequestKind::Buy, RequestKind::LookUp}) {
        const LatencyHistogram &latency = second.latencyOf(kind);
        if (latency.count() > 0)
            text += "   " + nameOf(kind).toByteArray().replace('_', '-') + " p50 " +
                    msText(inUs(latency.quantile(0.5))) + ", p99 " + msText(inUs(latency.quantile(0.99))) +
                    " ms";
    }
    return text + "   errors " + number(second.allErrors());
}

} // namespace toystore
