// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/verifyreport.h"

#include "base/logging.h"
#include "common/output.h"
#include "history/historyfile.h"

namespace toystore
{

namespace
{

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

VerifyReport::Calls countsOf(const std::vector<Call> &calls)
{
    VerifyReport::Calls counts;
    for (const Call &call : calls) {
        counts.queries += call.kind == CallKind::Query ? 1 : 0;
        counts.lookUps += call.kind == CallKind::LookUp ? 1 : 0;
        if (call.kind != CallKind::Buy)
            continue;
        ++counts.buys;
        counts.acknowledged += call.outcome == CallOutcome::Ok ? 1 : 0;
        counts.rejected += call.outcome == CallOutcome::Rejected ? 1 : 0;
        counts.unknown += call.outcome == CallOutcome::Unknown ? 1 : 0;
    }
    return counts;
}

VerifyReport::Promise promiseReport(Invariant invariant, const Verdict &verdict)
{
    VerifyReport::Promise report{
        nameOf(invariant), promiseOf(invariant), "holds", verdict.count(invariant), {}};
    if (const auto found = verdict.undecided().find(invariant); found != verdict.undecided().end()) {
        report.verdict = "undecided";
        report.undecided = found->second;
    }
    if (report.violations > 0)
        report.verdict = "broken";
    return report;
}

QByteArray logText(const VerifyReport::Log &log)
{
    QByteArray text = number(log.orders) + " orders";
    if (log.behind > 0)
        text += ", " + number(log.behind) + " behind";
    if (log.torn)
        text += ", its last line has no end";
    return text;
}

QByteArray evidenceTable(const VerifyReport &report)
{
    Table table({{"EVIDENCE"}, {"WHAT IT HAS"}});
    if (report.calls) {
        const VerifyReport::Calls &calls = *report.calls;
        table.add({"history", number(calls.buys) + " buys (" + number(calls.acknowledged) + " sold, " +
                                  number(calls.rejected) + " rejected, " + number(calls.unknown) +
                                  " of unknown outcome), " + number(calls.queries) + " queries, " +
                                  number(calls.lookUps) + " look-ups"});
    }
    for (const VerifyReport::Log &log : report.logs)
        table.add({log.replica, logText(log)});
    if (report.ledger)
        table.add({"ledger", number(report.ledger->orders) + " orders, " + number(report.ledger->movements) +
                                 " movements of " + number(report.ledger->toys) + " toys"});
    return table.text();
}

QByteArray verdictTable(const VerifyReport &report)
{
    Table table({{"INVARIANT"}, {"VERDICT"}, {"PROMISE"}});
    for (const VerifyReport::Promise &one : report.invariants)
        table.add({one.invariant,
                   one.violations > 0 ? "BROKEN, " + number(one.violations) + "x" : one.verdict,
                   one.promise});
    return table.text();
}

QByteArray conclusion(const VerifyReport &report)
{
    QByteArrayList broken;
    QByteArrayList undecided;
    for (const VerifyReport::Promise &one : report.invariants) {
        if (one.violations > 0)
            broken.append(one.invariant);
        else if (one.undecided)
            undecided.append(one.invariant);
    }
    if (!broken.isEmpty())
        return "The store has broken " + broken.join(", ") + '.';
    if (!undecided.isEmpty())
        return "Nothing is broken; not decided: " + undecided.join(", ") + '.';
    return "The store keeps its promises.";
}

} // namespace

VerifyReport reportOf(const QByteArray &dataDirectory, bool isOpen, const Evidence &evidence,
                      const Findings &findings)
{
    VerifyReport report;
    report.holds = findings.verdict.holds();
    report.dataDirectory = dataDirectory;
    report.open = isOpen;
    if (evidence.calls)
        report.calls = countsOf(*evidence.calls);
    if (evidence.ledger)
        report.ledger = {findings.decidedOrders, static_cast<qint64>(evidence.ledger->rows.size()),
                         static_cast<qint64>(evidence.ledger->toys.size())};
    for (const LogReading &log : findings.logs)
        report.logs.append({log.replica, log.orders, std::max<qint64>(findings.decidedOrders - log.orders, 0),
                            log.mustBeComplete, log.isTorn});
    for (const Invariant invariant : visibleInvariants)
        report.invariants.append(promiseReport(invariant, findings.verdict));
    for (const Violation &violation : findings.verdict.violations()) {
        QList<qint64> calls;
        for (const Call &call : violation.calls)
            calls.append(call.id);
        report.violations.append({nameOf(violation.invariant), violation.what, calls});
    }
    return report;
}

QByteArray textOf(const VerifyReport &report, const Verdict &verdict)
{
    QByteArray text = "The store in " + printable(report.dataDirectory) +
                      (report.open ? " (open), as it was just now:\n\n" : " (closed):\n\n");
    text += evidenceTable(report) + "\n\n" + verdictTable(report) + "\n\n";
    for (const VerifyReport::Promise &one : report.invariants) {
        if (one.undecided)
            text += one.invariant + " is not decided: " + *one.undecided + ".\n";
    }
    for (const Violation &violation : verdict.violations()) {
        text += nameOf(violation.invariant) + " is broken: " + violation.what + ".\n";
        for (const Call &call : violation.calls)
            text += "    " + printable(callLine(call).trimmed()) + '\n';
    }
    return text + conclusion(report);
}

} // namespace toystore
