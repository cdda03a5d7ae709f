// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/verifycommand.h"

#include "base/logging.h"
#include "history/historyfile.h"
#include "history/judge.h"
#include "operate/statuscommand.h"
#include "verify/ledgerreader.h"
#include "verify/storelogs.h"
#include "verify/verifyreport.h"

#include <QFile>
#include <QSet>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds supervisorTimeout = 2s;

Result<std::vector<Call>> readHistory(const QString &path)
{
    const Result<QByteArray> text = readFile(path);
    if (!text)
        return failure(text.error());
    Result<std::vector<Call>> calls = parseHistory(*text);
    if (!calls)
        return failure(ErrorCode::MalformedMessage,
                       "can't read the history " + path.toUtf8() + ": " + calls.error().message);
    return calls;
}

qint64 highestAcknowledged(const std::optional<std::vector<Call>> &calls)
{
    qint64 highest = 0;
    if (calls) {
        for (const Call &call : *calls) {
            if (call.kind == CallKind::Buy && call.outcome == CallOutcome::Ok)
                highest = std::max(highest, call.number);
        }
    }
    return highest;
}

/// The replicas that lead or follow right now, as in "order-8091"; nothing if the store is not open.
std::optional<QSet<QByteArray>> liveReplicas(const StoreAccess &access)
{
    if (!access.file())
        return std::nullopt;
    const Result<StoreStatus> status = askForStatus(access, supervisorTimeout);
    if (!status || status->dataDirectory != access.dataDirectory().toUtf8())
        return std::nullopt;
    QSet<QByteArray> live;
    for (const OrderStatus::Answer &replica : status->orders) {
        if (replica.role == "leader" || replica.role == "follower")
            live.insert("order-" + QByteArray::number(replica.id.value));
    }
    return live;
}

Result<Evidence> gather(const QString &dataDirectory, const VerifyOptions &verify,
                        const QSet<QByteArray> &live)
{
    const Result<QUrl> ledgerUrl = readLedgerUrl(dataDirectory);
    if (!ledgerUrl)
        return failure(ledgerUrl.error());
    // One that is elsewhere must be there: the logs alone would be judged as if it were lost.
    const bool hasLedger = QFile::exists(ledgerUrlPath(dataDirectory)) || QFile::exists(ledgerUrl->path());
    const QStringList replicas = replicasIn(dataDirectory);
    if (!hasLedger && replicas.isEmpty())
        return failure(ErrorCode::StorageFailed,
                       "there is no store in " + dataDirectory.toUtf8() + ": neither a ledger nor a log");
    Evidence evidence;
    if (!verify.history.isEmpty()) {
        Result<std::vector<Call>> calls = readHistory(verify.history);
        if (!calls)
            return failure(calls.error());
        evidence.calls = *std::move(calls);
    }
    const qint64 acknowledged = highestAcknowledged(evidence.calls);
    for (const QString &replica : replicas) {
        Result<LogCopy> log = readLogOf(dataDirectory, replica,
                                        verify.allLogs || live.contains(replica.toUtf8()), acknowledged);
        if (!log)
            return failure(log.error());
        evidence.logs.push_back(*std::move(log));
    }
    if (hasLedger) {
        Result<LedgerCopy> ledger = readLedger(*ledgerUrl);
        if (!ledger)
            return failure(ledger.error());
        evidence.ledger = *std::move(ledger);
    }
    return evidence;
}

} // namespace

Result<Verification> verification(const GlobalOptions &options, const VerifyOptions &verify)
{
    const StoreAccess access(options);
    const std::optional<QSet<QByteArray>> live = liveReplicas(access);
    const Result<Evidence> evidence =
        gather(access.dataDirectory(), verify, live.value_or(QSet<QByteArray>()));
    if (!evidence)
        return failure(evidence.error());
    Findings findings = judge(*evidence);
    VerifyReport report = reportOf(access.dataDirectory().toUtf8(), live.has_value(), *evidence, findings);
    return Verification{std::move(findings), std::move(report)};
}

ExitCode verifyStore(const GlobalOptions &options, const VerifyOptions &verify, const Output &output)
{
    const Result<Verification> verified = verification(options, verify);
    if (!verified)
        return output.fail({verified.error(), "verify the store",
                            "--data names another store, --history the recorded calls."});
    const Verdict &verdict = verified->findings.verdict;
    if (output.isForPrograms())
        output.object(verified->report, verified->report.invariants);
    else
        output.line(textOf(verified->report, verdict));
    return verdict.holds() ? ExitCode::Ok : ExitCode::InvariantBroken;
}

} // namespace toystore
