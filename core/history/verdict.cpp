// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/verdict.h"

#include "base/error.h"

namespace toystore
{

QByteArray nameOf(Invariant invariant)
{
    return 'I' + QByteArray::number(static_cast<int>(invariant));
}

QByteArray promiseOf(Invariant invariant)
{
    switch (invariant) {
    case Invariant::I1:
        return "an acknowledged order keeps its number, name and quantity";
    case Invariant::I2:
        return "order numbers are dense and start at 1, two buys never share one";
    case Invariant::I3:
        return "one request id sells at most once";
    case Invariant::I4:
        return "stock never goes below zero";
    case Invariant::I5:
        return "stock is the sum of its movements";
    case Invariant::I6:
        return "every log is a prefix of the decided orders, byte for byte";
    case Invariant::I9:
        return "nothing is decided in an old epoch, nor for a buy that was answered 'rejected'";
    case Invariant::I10:
        return "queries and buys of a toy are linearizable: no stale cache";
    case Invariant::I11:
        return "a buy acknowledged before another was first sent has the smaller number";
    case Invariant::I12:
        return "an order once found is never answered 'not found' later";
    }
    abortWith(__FILE__, __LINE__, "an invariant without a promise");
}

void Verdict::violated(Invariant invariant, QByteArray what, std::vector<Call> calls)
{
    if (++m_counts[invariant] <= keptOfEach)
        m_violations.push_back({invariant, std::move(what), std::move(calls)});
}

void Verdict::undecided(Invariant invariant, QByteArray why)
{
    m_undecided.emplace(invariant, std::move(why));
}

qint64 Verdict::count(Invariant invariant) const
{
    const auto found = m_counts.find(invariant);
    return found == m_counts.end() ? 0 : found->second;
}

} // namespace toystore
