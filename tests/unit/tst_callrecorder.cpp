// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/callrecorder.h"

#include "history/historyfile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

using Outcome = ShopAnswer::Outcome;

Instant at(int nanoseconds)
{
    return Instant(std::chrono::nanoseconds(nanoseconds));
}

const ShopRequest buy{RequestKind::Buy, "Tux", 2, "k-1", 0};
const ShopRequest query{RequestKind::Query, "Tux", 0, {}, 0};
const ShopRequest lookUp{RequestKind::LookUp, {}, 0, {}, 7};

} // namespace

class TestCallRecorder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyAttemptBecomesACall()
    {
        CallRecorder recorder(100, 50);
        recorder.sent(1, buy, at(10));
        recorder.sent(2, query, at(20));
        QVERIFY(!recorder.isComplete());
        recorder.answered(2, {Outcome::Ok, 0, {}, 98}, at(25));
        recorder.answered(1, {}, at(30)); // a 500
        recorder.sent(1, buy, at(40));
        recorder.gaveUp(1);
        recorder.sent(1, buy, at(60));
        recorder.answered(1, {Outcome::Ok, 7, {}, 0}, at(70));
        recorder.sent(2, lookUp, at(80));
        recorder.answered(2, {Outcome::Ok, 0, "Tux", 2}, at(90));
        QVERIFY(recorder.isComplete());

        const std::vector<Call> expected{
            {101, 52, CallKind::Query, "Tux", 98, {}, 0, 20ns, 25ns, CallOutcome::Ok},
            {100, 51, CallKind::Buy, "Tux", 2, "k-1", 0, 10ns, 30ns, CallOutcome::Unknown},
            {102, 51, CallKind::Buy, "Tux", 2, "k-1", 0, 40ns, std::nullopt, CallOutcome::Unknown},
            {103, 51, CallKind::Buy, "Tux", 2, "k-1", 7, 60ns, 70ns, CallOutcome::Ok},
            {104, 52, CallKind::LookUp, "Tux", 2, {}, 7, 80ns, 90ns, CallOutcome::Ok},
        };
        QVERIFY(recorder.calls() == expected);
    }

    void refusalsKeepTheirMeaning()
    {
        CallRecorder recorder;
        for (const ShopRequest &request : {buy, query, lookUp}) {
            for (const Outcome outcome : {Outcome::Rejected, Outcome::Mismatch, Outcome::NotFound}) {
                recorder.sent(1, request, at(1));
                recorder.answered(1, {outcome, 0, {}, 0}, at(2));
                const CallOutcome recorded = recorder.calls().back().outcome;
                QVERIFY(recorded == (outcome == Outcome::Rejected   ? CallOutcome::Rejected
                                     : outcome == Outcome::Mismatch ? CallOutcome::Mismatch
                                                                    : CallOutcome::NotFound));
            }
        }
    }

    void itsFileReadsBack()
    {
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("calls.jsonl"));
        CallRecorder recorder;
        for (int i = 0; i < 20'000; ++i) { // more than is written at once
            recorder.sent(i % 3, i % 2 == 0 ? buy : lookUp, at(2 * i + 1));
            recorder.answered(i % 3, {Outcome::Ok, i + 1, "Tux", 1}, at(2 * i + 2));
        }
        QVERIFY(writeHistory(path, recorder.calls()));

        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const Result<std::vector<Call>> read = parseHistory(file.readAll());
        QVERIFY2(read, read ? "" : read.error().message.constData());
        QVERIFY(*read == recorder.calls());
    }

    void aFileThatCannotBeWrittenIsSaid()
    {
        const Result<void> written = writeHistory(QStringLiteral("/nowhere/calls.jsonl"), {});
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::StorageFailed);
        QVERIFY(written.error().message.startsWith("can't write /nowhere/calls.jsonl: "));
    }
};

QTEST_APPLESS_MAIN(TestCallRecorder)
#include "tst_callrecorder.moc"
