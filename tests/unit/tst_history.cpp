// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The record of calls and answers: the file's format, and the recorder.

#include "history/historyfile.h"
#include "history/recorder.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

/// Single quotes for double ones; moc can't read raw strings.
QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

Call buy(qint64 id)
{
    Call call;
    call.id = id;
    call.client = 7;
    call.kind = CallKind::Buy;
    call.name = "Tux";
    call.quantity = 2;
    call.key = "k";
    call.number = 192;
    call.sent = 5ns;
    call.answered = 9ns;
    call.outcome = CallOutcome::Ok;
    return call;
}

Instant at(qint64 time)
{
    return Instant(Nanoseconds(time));
}

} // namespace

class TestHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAreExactlyAsSpecified()
    {
        QCOMPARE(historyHeaderLine(), json("{'format':'toystore-history','version':1}\n"));
        QCOMPARE(callLine(buy(1)), json("{'id':1,'client':7,'kind':'buy','name':'Tux','quantity':2,'key':'k',"
                                        "'order_number':192,'sent_ns':5,'answered_ns':9,'outcome':'ok'}\n"));
        Call lost = buy(2);
        lost.outcome = CallOutcome::Unknown;
        lost.answered.reset();
        QCOMPARE(callLine(lost), json("{'id':2,'client':7,'kind':'buy','name':'Tux','quantity':2,'key':'k',"
                                      "'sent_ns':5,'outcome':'unknown'}\n"));
    }

    void whatIsWrittenIsRead()
    {
        std::vector<Call> calls;
        const auto add = [&](CallKind kind, CallOutcome outcome) {
            Call call = buy(static_cast<qint64>(calls.size()) + 1);
            call.kind = kind;
            call.outcome = outcome;
            const bool ok = outcome == CallOutcome::Ok;
            if (kind != CallKind::Buy)
                call.key.clear();
            if (kind == CallKind::LookUp && !ok)
                call.name.clear();
            if (kind != CallKind::Buy && !ok)
                call.quantity = 0;
            if (kind != CallKind::LookUp && (!ok || kind == CallKind::Query))
                call.number = 0;
            calls.push_back(call);
        };
        for (const CallOutcome outcome :
             {CallOutcome::Ok, CallOutcome::Rejected, CallOutcome::Mismatch, CallOutcome::Unknown})
            add(CallKind::Buy, outcome);
        for (const CallKind kind : {CallKind::Query, CallKind::LookUp}) {
            for (const CallOutcome outcome : {CallOutcome::Ok, CallOutcome::NotFound, CallOutcome::Unknown})
                add(kind, outcome);
        }
        QByteArray text = historyHeaderLine();
        for (const Call &call : calls)
            text += callLine(call);

        const Result<std::vector<Call>> read = parseHistory(text);

        QVERIFY2(read, read ? "" : read.error().message.constData());
        QVERIFY(*read == calls);
    }

    void aBadLineIsNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("says");
        const QByteArray head = historyHeaderLine();
        const auto row = [](const char *name, const QByteArray &text, const char *says) {
            QTest::newRow(name) << text << QByteArray(says);
        };
        const auto call = [&](const char *name, const char *line, const char *says) {
            row(name, head + callLine(buy(1)) + json(line) + '\n', says);
        };
        row("empty", "", "line 1: is missing");
        row("another format", json("{'format':'toystore-order-log','version':1}\n"),
            "line 1: does not say that this is a history");
        row("a later version", json("{'format':'toystore-history','version':2}\n"),
            "line 1: the history has format version 2, this program reads version 1");
        row("torn", head + callLine(buy(1)).chopped(1), "line 2: is not complete");
        row("twice", head + callLine(buy(1)) + callLine(buy(1)), "line 3: id: another call has it, too");
        call("no JSON", "{", "line 3: no JSON");
        call("no id", "{'client':1}", "line 3: id: is missing");
        call("no integer", "{'id':2,'client':1.5}", "line 3: client: must be an integer");
        call("a field twice", "{'id':2,'id':3}", "line 3: ");
        call("kind", "{'id':2,'client':1,'kind':'sale','sent_ns':1,'outcome':'ok'}",
             "line 3: kind: must be one of buy, query, look_up");
        call("outcome", "{'id':2,'client':1,'kind':'buy','sent_ns':1,'outcome':'fine'}",
             "line 3: outcome: must be one of ok, rejected, mismatch, not_found, unknown");
        call("another kind's outcome", "{'id':2,'client':1,'kind':'query','sent_ns':1,'outcome':'rejected'}",
             "line 3: outcome: a query can't end as rejected");
        call("no key",
             "{'id':2,'client':1,'kind':'buy','name':'T','quantity':1,'sent_ns':1,'outcome':'unknown'}",
             "line 3: key: is missing");
        call("no number",
             "{'id':2,'client':1,'kind':'buy','name':'T','quantity':1,'key':'','sent_ns':1,'answered_ns':1,"
             "'outcome':'ok'}",
             "line 3: order_number: is missing");
        call("a number too many",
             "{'id':2,'client':1,'kind':'query','name':'T','quantity':1,'order_number':1,'sent_ns':1,"
             "'answered_ns':1,'outcome':'ok'}",
             "line 3: order_number: has no place in such a call");
        call("no time", "{'id':2,'client':1,'kind':'query','name':'T','sent_ns':1,'outcome':'not_found'}",
             "line 3: answered_ns: is missing");
        call("negative time",
             "{'id':2,'client':1,'kind':'query','name':'T','sent_ns':-1,'outcome':'unknown'}",
             "line 3: sent_ns: is below 0");
        call(
            "answered first",
            "{'id':2,'client':1,'kind':'query','name':'T','sent_ns':2,'answered_ns':1,'outcome':'not_found'}",
            "line 3: answered_ns: is before sent_ns");
    }
    void aBadLineIsNamed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, says);

        const Result<std::vector<Call>> read = parseHistory(text);

        QVERIFY(!read);
        QVERIFY2(read.error().message.startsWith(says), read.error().message.constData());
    }

    void theRecorderKeepsWhatWasAskedAndToldWithTheirTimes()
    {
        Recorder recorder;
        Call asked;
        asked.client = 7;
        asked.kind = CallKind::Buy;
        asked.name = "Tux";
        asked.quantity = 2;
        asked.key = "k";
        Call question;
        question.kind = CallKind::LookUp;
        question.number = 3;

        const qint64 first = recorder.sent(asked, at(5));
        const qint64 second = recorder.sent(question, at(6));
        recorder.answered(second, {CallOutcome::Ok, 0, "Fox", 1}, at(8));
        recorder.answered(first, {CallOutcome::Ok, 192}, at(9));
        const std::vector<Call> settled = recorder.takeSettled();

        QCOMPARE(settled.size(), std::size_t{2});
        QCOMPARE(callLine(settled[0]),
                 json("{'id':2,'client':0,'kind':'look_up','name':'Fox','quantity':1,'order_number':3,"
                      "'sent_ns':6,'answered_ns':8,'outcome':'ok'}\n"));
        QCOMPARE(callLine(settled[1]), callLine(buy(1)));
        QVERIFY(recorder.takeSettled().empty());
        QCOMPARE(recorder.underWay(), std::size_t{0});
    }

    void aCallThatIsGivenUpIsUnknown()
    {
        Recorder recorder(100);
        Call asked;
        asked.name = "Tux";
        const qint64 id = recorder.sent(asked, at(5));
        QCOMPARE(id, 100);
        QCOMPARE(recorder.underWay(), std::size_t{1});

        recorder.gaveUp(id);

        QCOMPARE(callLine(recorder.takeSettled().at(0)),
                 json("{'id':100,'client':0,'kind':'query','name':'Tux','sent_ns':5,'outcome':'unknown'}\n"));
    }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
