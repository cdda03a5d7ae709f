// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/callrecorder.h"

#include "base/error.h"
#include "history/historyfile.h"

#include <QSaveFile>

#include <iterator>
#include <utility>

namespace toystore
{

namespace
{

constexpr qsizetype writtenAtOnce = 1'048'576;

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

void CallRecorder::sent(qint64 client, const ShopRequest &request, Instant now)
{
    Call call;
    call.client = m_firstClient + client;
    call.kind = kindOf(request.kind);
    call.name = request.name;
    call.quantity = request.quantity;
    call.key = request.key;
    call.number = request.number;
    const bool isNew = m_underWay.emplace(client, m_recorder.sent(std::move(call), now)).second;
    TOYSTORE_ENSURE(isNew);
}

void CallRecorder::answered(qint64 client, const ShopAnswer &answer, Instant now)
{
    m_recorder.answered(takeCall(client),
                        {outcomeOf(answer.outcome), answer.number, answer.name, answer.quantity}, now);
    keepSettled();
}

void CallRecorder::gaveUp(qint64 client)
{
    m_recorder.gaveUp(takeCall(client));
    keepSettled();
}

qint64 CallRecorder::takeCall(qint64 client)
{
    const auto call = m_underWay.extract(client);
    TOYSTORE_ENSURE(!call.empty());
    return call.mapped();
}

void CallRecorder::keepSettled()
{
    std::vector<Call> settled = m_recorder.takeSettled();
    m_calls.insert(m_calls.end(), std::make_move_iterator(settled.begin()),
                   std::make_move_iterator(settled.end()));
}

Result<void> writeHistory(const QString &path, const std::vector<Call> &calls)
{
    QSaveFile file(path);
    bool isWritten = file.open(QIODevice::WriteOnly);
    QByteArray lines = historyHeaderLine();
    for (std::size_t i = 0; i < calls.size() && isWritten; ++i) {
        lines += callLine(calls[i]);
        if (lines.size() > writtenAtOnce)
            isWritten = file.write(std::exchange(lines, {})) >= 0;
    }
    if (!isWritten || file.write(lines) < 0 || !file.flush() || !file.commit())
        return failure(ErrorCode::StorageFailed,
                       "can't write " + path.toUtf8() + ": " + file.errorString().toUtf8());
    return {};
}

} // namespace toystore
