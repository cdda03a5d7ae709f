// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "faults/linkfaults.h"

#include <algorithm>

namespace toystore
{

namespace
{

constexpr qint64 mostDelayMs = 60'000;

const QByteArrayList &kinds()
{
    static const QByteArrayList all{"delay", "loss", "silent", "cut"};
    return all;
}

bool goes(const Fault &fault, Direction direction)
{
    const QByteArray way = fault.direction.value_or("both");
    return way == "both" || (way == "forward") == (direction == Direction::Forward);
}

Result<void> checkDelay(const Fault &fault)
{
    if (!fault.delayMs)
        return failure(ErrorCode::InvalidField, "delay_ms: is missing: how long is the delay?");
    for (const auto &[name, value] :
         {std::pair("delay_ms", *fault.delayMs), std::pair("jitter_ms", fault.jitterMs.value_or(0))}) {
        if (value < 0 || value > mostDelayMs)
            return failure(ErrorCode::OutOfRange,
                           QByteArray(name) + ": must be from 0 to " + QByteArray::number(mostDelayMs));
    }
    return {};
}

Result<void> checkLoss(const Fault &fault)
{
    if (!fault.lossPercent)
        return failure(ErrorCode::InvalidField, "loss_percent: is missing: how many of a hundred messages?");
    if (!(*fault.lossPercent >= 0 && *fault.lossPercent <= 100))
        return failure(ErrorCode::OutOfRange, "loss_percent: must be from 0 to 100");
    return {};
}

QByteArray ms(qint64 value)
{
    return QByteArray::number(value) + " ms";
}

} // namespace

Result<void> LinkFaults::checkKind(const QByteArray &kind)
{
    if (kinds().contains(kind))
        return {};
    return failure(ErrorCode::InvalidField,
                   "kind: '" + kind + "' is no kind of fault: there are " + kinds().join(", "));
}

Result<void> LinkFaults::check(const Fault &fault)
{
    if (Result<void> known = checkKind(fault.kind); !known)
        return known;
    const QByteArray way = fault.direction.value_or("both");
    if (way != "both" && way != "forward" && way != "backward")
        return failure(ErrorCode::InvalidField,
                       "direction: '" + way + "' is none of both, forward and backward");
    if (fault.kind == "cut" && way != "both")
        return failure(ErrorCode::InvalidField,
                       "direction: a connection is cut as a whole; one direction of it can be silent");
    if (fault.kind != "delay" && (fault.delayMs || fault.jitterMs))
        return failure(ErrorCode::InvalidField,
                       QByteArray(fault.delayMs ? "delay_ms" : "jitter_ms") + ": only a delay has one");
    if (fault.kind != "loss" && fault.lossPercent)
        return failure(ErrorCode::InvalidField, "loss_percent: only a loss has one");
    if (fault.kind == "delay")
        return checkDelay(fault);
    return fault.kind == "loss" ? checkLoss(fault) : Result<void>();
}

void LinkFaults::set(const Fault &fault)
{
    clear(fault.kind);
    m_faults.append(fault);
}

void LinkFaults::clear(const std::optional<QByteArray> &kind)
{
    m_faults.removeIf([&](const Fault &fault) { return !kind || fault.kind == *kind; });
}

bool LinkFaults::isCut() const
{
    return std::any_of(m_faults.begin(), m_faults.end(), [](const Fault &one) { return one.kind == "cut"; });
}

LaneRules LinkFaults::rules(Direction direction) const
{
    LaneRules rules;
    for (const Fault &fault : m_faults) {
        if (!goes(fault, direction))
            continue;
        rules.silent = rules.silent || fault.kind == "silent";
        if (fault.kind == "loss")
            rules.loss = fault.lossPercent.value_or(0) / 100;
        if (fault.kind == "delay") {
            rules.delay = Milliseconds(fault.delayMs.value_or(0));
            rules.jitter = Milliseconds(fault.jitterMs.value_or(0));
        }
    }
    return rules;
}

QByteArray textOf(const Fault &fault)
{
    QByteArray text = fault.kind;
    if (fault.delayMs)
        text += ' ' + ms(*fault.delayMs);
    if (fault.jitterMs.value_or(0) > 0)
        text += " + up to " + ms(*fault.jitterMs);
    if (fault.lossPercent)
        text += ' ' + QByteArray::number(*fault.lossPercent) + " %";
    if (fault.direction.value_or("both") != "both")
        text += ", " + *fault.direction;
    return text;
}

} // namespace toystore
