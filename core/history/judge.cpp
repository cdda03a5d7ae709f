// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/judge.h"

#include "history/callchecks.h"
#include "history/ledgerchecks.h"
#include "history/stockchecks.h"

#include <algorithm>

namespace toystore
{

namespace
{

DecidedOrders decidedIn(const Evidence &evidence)
{
    if (evidence.ledger)
        return ordersOf(*evidence.ledger);
    const auto longest = std::max_element(
        evidence.logs.begin(), evidence.logs.end(),
        [](const LogCopy &left, const LogCopy &right) { return left.bytes.size() < right.bytes.size(); });
    return longest == evidence.logs.end() ? DecidedOrders({}) : ordersOf(*longest);
}

} // namespace

Findings judge(const Evidence &evidence)
{
    Findings findings;
    Verdict &verdict = findings.verdict;
    const DecidedOrders orders = decidedIn(evidence);
    findings.decidedOrders = static_cast<qint64>(orders.all().size());
    const QByteArray where = evidence.ledger ? "the ledger" : "the longest log";
    checkOrders(orders, where, verdict);
    for (const LogCopy &log : evidence.logs)
        findings.logs.push_back(readLog(log, orders, where, verdict));
    if (evidence.ledger) {
        checkLedger(*evidence.ledger, verdict);
        const qint64 last = orders.all().empty() ? 0 : orders.all().back().number;
        if (evidence.ledger->lastOrderNumber != last)
            verdict.violated(Invariant::I2, "the ledger's last order number is " +
                                                QByteArray::number(evidence.ledger->lastOrderNumber) +
                                                ", its last order " + QByteArray::number(last));
    } else {
        for (const Invariant invariant : {Invariant::I4, Invariant::I5, Invariant::I10})
            verdict.undecided(invariant, "there is no ledger");
    }
    if (!evidence.calls) {
        for (const Invariant invariant : {Invariant::I1, Invariant::I10, Invariant::I11, Invariant::I12})
            verdict.undecided(invariant, "no history of calls was given");
        return findings;
    }
    const CallIndex index(*evidence.calls, orders);
    checkCalls(index, findings.logs, verdict);
    checkNumbersFollowTime(index, verdict);
    if (evidence.ledger)
        checkStockFollowsTime(index, *evidence.ledger, verdict);
    return findings;
}

} // namespace toystore
