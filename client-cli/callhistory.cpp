// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "callhistory.h"

#include "history/historyfile.h"

namespace toystore
{

namespace
{

CallKind kindOf(RequestKind kind)
{
    switch (kind) {
    case RequestKind::Buy:
        return CallKind::Buy;
    case RequestKind::LookUp:
        return CallKind::LookUp;
    case RequestKind::Query:
        break;
    }
    return CallKind::Query;
}

CallOutcome outcomeOf(ShopAnswer::Outcome outcome)
{
    switch (outcome) {
    case ShopAnswer::Outcome::Ok:
        return CallOutcome::Ok;
    case ShopAnswer::Outcome::Rejected:
        return CallOutcome::Rejected;
    case ShopAnswer::Outcome::Mismatch:
        return CallOutcome::Mismatch;
    case ShopAnswer::Outcome::NotFound:
        return CallOutcome::NotFound;
    case ShopAnswer::Outcome::Unknown:
        break;
    }
    return CallOutcome::Unknown;
}

} // namespace

Result<void> CallHistory::open()
{
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        return failed();
    m_wrote = m_file.write(historyHeaderLine()) > 0;
    return m_wrote ? Result<void>() : failed();
}

Result<void> CallHistory::close()
{
    for (const auto &[client, call] : std::exchange(m_underWay, {}))
        m_recorder.gaveUp(call);
    write();
    const bool flushed = m_file.flush();
    m_file.close();
    return m_wrote && flushed ? Result<void>() : failed();
}

void CallHistory::sent(qint64 client, const ShopRequest &request, Instant now)
{
    Call call;
    call.client = client;
    call.kind = kindOf(request.kind);
    call.name = request.name;
    call.quantity = request.quantity;
    call.key = request.key;
    call.number = request.number;
    m_underWay[client] = m_recorder.sent(std::move(call), now);
}

void CallHistory::answered(qint64 client, const ShopAnswer &answer, Instant now)
{
    m_recorder.answered(m_underWay.at(client),
                        {outcomeOf(answer.outcome), answer.number, answer.name, answer.quantity}, now);
    m_underWay.erase(client);
    write();
}

void CallHistory::gaveUp(qint64 client)
{
    m_recorder.gaveUp(m_underWay.at(client));
    m_underWay.erase(client);
    write();
}

void CallHistory::write()
{
    for (const Call &call : m_recorder.takeSettled())
        m_wrote = m_file.write(callLine(call)) > 0 && m_wrote;
}

Result<void> CallHistory::failed() const
{
    return failure(ErrorCode::StorageFailed,
                   "can't write " + m_file.fileName().toUtf8() + ": " + m_file.errorString().toUtf8());
}

} // namespace toystore
