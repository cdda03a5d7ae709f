// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/recorder.h"

#include "base/error.h"

#include <utility>

namespace toystore
{

qint64 Recorder::sent(Call asked, Instant now)
{
    asked.id = m_nextId++;
    asked.sent = now.time_since_epoch();
    asked.answered.reset();
    asked.outcome = CallOutcome::Unknown;
    return m_underWay.emplace(asked.id, std::move(asked)).first->first;
}

void Recorder::answered(qint64 id, const Answer &answer, Instant now)
{
    Call call = take(id);
    call.answered = now.time_since_epoch();
    call.outcome = answer.outcome;
    if (answer.outcome == CallOutcome::Ok) {
        if (call.kind == CallKind::Buy)
            call.number = answer.number;
        else
            call.quantity = answer.quantity;
        if (call.kind == CallKind::LookUp)
            call.name = answer.name;
    }
    m_settled.push_back(std::move(call));
}

void Recorder::gaveUp(qint64 id)
{
    m_settled.push_back(take(id));
}

std::vector<Call> Recorder::takeSettled()
{
    return std::exchange(m_settled, {});
}

Call Recorder::take(qint64 id)
{
    auto found = m_underWay.extract(id);
    TOYSTORE_ENSURE(!found.empty());
    return std::move(found.mapped());
}

} // namespace toystore
