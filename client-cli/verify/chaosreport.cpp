// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/chaosreport.h"

#include "common/output.h"

#include <QMap>

namespace toystore
{

namespace
{

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

/// One row a kind of fault, with its targets.
QByteArray faultTable(const ChaosReport &report)
{
    struct Row {
        qint64 times = 0;
        QByteArrayList targets = {};
    };
    QMap<QByteArray, Row> rows;
    for (const ChaosReport::Done &done : report.faults) {
        Row &row = rows[done.fault];
        row.times += done.times;
        row.targets.append(done.times == 1 ? done.target : done.target + " x" + number(done.times));
    }
    Table table({{"FAULT"}, {"TIMES", Table::Align::Right}, {"WHERE"}});
    for (auto row = rows.cbegin(); row != rows.cend(); ++row)
        table.add({row.key(), number(row->times), row->targets.join(", ")});
    return table.text();
}

QByteArray noticedText(const ChaosReport &report)
{
    if (report.noticed.isEmpty())
        return "0 of " + number(report.clients);
    QByteArrayList errors;
    for (const ChaosReport::Noticed &one : report.noticed)
        errors.append(QByteArray(one.error).replace('_', ' ') + ' ' + number(one.times) + 'x');
    return number(report.clientsNoticed) + " of " + number(report.clients) + ": " + errors.join(", ");
}

QByteArray ordersText(const VerifyReport::Calls &calls)
{
    return number(calls.acknowledged) + " acknowledged, " + number(calls.rejected) + " rejected, " +
           number(calls.unknown) + " attempts of unknown outcome; " + number(calls.queries) + " queries, " +
           number(calls.lookUps) + " look-ups";
}

QByteArray verdictText(const ChaosReport &report)
{
    if (!report.verdict)
        return "none";
    QByteArrayList broken;
    QByteArrayList kept;
    for (const VerifyReport::Promise &one : report.verdict->invariants) {
        if (one.violations > 0)
            broken.append(one.invariant + ' ' + number(one.violations) + 'x');
        else if (!one.undecided)
            kept.append(one.invariant);
    }
    if (!broken.isEmpty())
        return "BROKEN: " + broken.join(", ");
    return "the store keeps its promises (" + kept.join(", ") + ')';
}

} // namespace

QByteArray textOf(const ChaosReport &report, const QByteArray &again)
{
    const ChaosReport::Links &links = report.links;
    QByteArray text = report.faults.isEmpty() ? QByteArray("No fault was done.") : faultTable(report);
    if (report.refused > 0)
        text += "\nnot done: " + number(report.refused) + ", where there was nobody to do it to";
    text += "\n\nclients that noticed  " + noticedText(report);
    text += "\nlongest wait          " + number(report.longestWaitMs) + " ms";
    text += "\nsold again            " + (report.soldAgainAfterMs
                                              ? number(*report.soldAgainAfterMs) + " ms after all was healed"
                                              : QByteArray("no"));
    text += "\nthroughput            " + QByteArray::number(report.answersPerSecond, 'f', 0) +
            " answers/s, " + QByteArray::number(report.ordersPerSecond, 'f', 0) + " orders/s";
    if (report.verdict && report.verdict->calls)
        text += "\norders                " + ordersText(*report.verdict->calls);
    text += "\nlinks                 " + number(links.messages) + " messages: " + number(links.delayed) +
            " delayed, " + number(links.dropped) + " dropped, " + number(links.held) + " held; " +
            number(links.cut) + " connections cut";
    text += "\nverdict               " + verdictText(report) + '\n';
    if (report.problem)
        text += '\n' + *report.problem + '\n';
    if (report.verdict) {
        for (const VerifyReport::Broken &one : report.verdict->violations)
            text += '\n' + one.invariant + " is broken: " + one.what;
        text += report.verdict->violations.isEmpty() ? "" : "\n";
    }
    if (report.evidence)
        text += "\nThe evidence is kept in " + *report.evidence +
                ": every call in calls.jsonl, the ledger and the logs in " + report.dataDirectory +
                ".\nJudge it again with: toystore verify --data " + report.dataDirectory + " --history " +
                *report.evidence + "/calls.jsonl\n";
    return text + "\nThe same faults again: " + again;
}

} // namespace toystore
