// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/catalogmessages.h"
#include "protocol/envelope.h"
#include "protocol/lineframer.h"
#include "protocol/ordermessages.h"
#include "protocol/places.h"

#include <QTest>

using namespace toystore;

namespace
{

Result<std::optional<QByteArray>> line(const char *text)
{
    return std::optional(QByteArray(text));
}

} // namespace

/// What is around the messages: the envelope, the lines, and the places that they are sent to.
class TestEnvelope : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTextIsClippedBetweenCharacters()
    {
        QCOMPARE(clipText("abc", 3), "abc");
        QCOMPARE(clipText("abc", 2), "ab");
        QCOMPARE(clipText("a\u2603", 3), "a");
        QCOMPARE(clipText("a\u2603", 4), "a\u2603");
        QCOMPARE(clipText("\U0001f9f8", 3), "");
        QVERIFY(clipText(QByteArray(10, '\xff'), 10).isValidUtf8());
        QVERIFY(clipText(QByteArray(10, '\xff'), 10).size() <= 10);
    }

    void aRequestIsReadWithOrWithoutItsId()
    {
        const auto with = parseLine(R"({"id":7,"method_name":"health_check"})");
        QVERIFY(with);
        QCOMPARE(with->type, Incoming::Type::Request);
        QCOMPARE(with->id, 7);
        QCOMPARE(with->method, "health_check");
        const auto bare = parseLine(R"({"method_name":"update_leader","leader_id":"8093"})");
        QVERIFY(bare);
        QVERIFY(!bare->id);
        QCOMPARE(decodeFields<UpdateLeader>(bare->body.root())->leaderId.value, 8093);
    }

    void anAnswerIsReadWithItsErrorAndWhatIsCurrent()
    {
        const auto success = parseLine(R"({"id":7,"status":"Success","order_number":3})");
        QVERIFY(success && success->type == Incoming::Type::Answer && !success->error);
        QCOMPARE(decodeFields<PlaceOrder::Answer>(success->body.root())->orderNumber, 3);
        const auto refused = parseLine(
            R"({"id":8,"status":"Error","code":"stale_epoch","message":"m","epoch":4,"leader_id":8093,)"
            R"("last_order_number":192})");
        QVERIFY(refused);
        QCOMPARE(refused->error, (Error{ErrorCode::StaleEpoch, "m", {4, 8093, 192}}));
        const auto newer = parseLine(R"({"id":9,"status":"Error","code":"a_code_of_tomorrow"})");
        QVERIFY(newer);
        QCOMPARE(newer->error, (Error{ErrorCode::Internal, ""}));
    }

    void aBadLineKeepsTheIdIfThereIsOne_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("hasId");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char *text, bool hasId, const char *message) {
            QTest::newRow(text) << QByteArray(text) << hasId << QByteArray(message);
        };
        row(R"({"id":7})", true, "method_name: is missing");
        row(R"({})", false, "method_name: is missing");
        row(R"({"id":"7","method_name":"x"})", false, "id: must be an integer, is a string");
        row(R"({"id":null,"method_name":"x"})", false, "id: must be an integer, is null");
        row(R"({"id":7.0,"method_name":"x"})", false,
            "id: must be an integer, is a number with fraction or exponent");
        row(R"({"id":7,"method_name":5})", true, "method_name: must be a string, is an integer");
        row(R"({"id":7,"status":true})", true, "status: must be a string, is true or false");
        row(R"({"id":7,"status":"Error"})", true, "code: is missing");
        row(R"({"id":7,"status":"Error","code":"behind","epoch":"4"})", true,
            "epoch: must be an integer, is a string");
    }

    void aBadLineKeepsTheIdIfThereIsOne()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, hasId);
        QFETCH(QByteArray, message);
        const auto incoming = parseLine(text);
        QVERIFY(!incoming);
        QCOMPARE(incoming.error().id, hasId ? std::optional<qint64>(7) : std::nullopt);
        QCOMPARE(incoming.error().error.message, message);
        QCOMPARE(incoming.error().error.code, ErrorCode::InvalidField);
    }

    void theMethodNameHasALimit()
    {
        const auto ofBytes = [](int bytes) {
            return parseLine("{\"method_name\":\"" + QByteArray(bytes, 'x') + "\"}");
        };
        QVERIFY(ofBytes(64));
        QVERIFY(!ofBytes(65));
    }

    void linesAreWrittenAsDocumented()
    {
        QCOMPARE(requestLine(7, HealthCheck()), "{\"id\":7,\"method_name\":\"health_check\"}\n");
        QCOMPARE(requestLine(std::nullopt, Renew{3}), "{\"method_name\":\"renew\",\"subscription\":3}\n");
        QCOMPARE(answerLine(7, PlaceOrder::Answer{192}),
                 "{\"id\":7,\"status\":\"Success\",\"order_number\":192}\n");
        QCOMPARE(answerLine(std::nullopt, Empty()), "{\"status\":\"Success\"}\n");
        QCOMPARE(errorLine(8, {ErrorCode::StaleEpoch, "epoch 3 is over", {4, 8093, {}}}),
                 "{\"id\":8,\"status\":\"Error\",\"code\":\"stale_epoch\",\"message\":\"epoch 3 is over\","
                 "\"epoch\":4,\"leader_id\":8093}\n");
    }

    void everyErrorCanBeReadByTheOtherSide_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("quotes and controls") << QByteArray("\"a\"\\\n\x1b");
        QTest::newRow("long") << QByteArray(5000, 'x');
        QTest::newRow("long, cut within a character") << QByteArray("x\U0001f9f8").repeated(1000);
        QTest::newRow("long and no UTF-8") << QByteArray(5000, '\xff');
    }

    void everyErrorCanBeReadByTheOtherSide()
    {
        QFETCH(QByteArray, message);
        const QByteArray text = errorLine(1, {ErrorCode::Internal, message});
        QCOMPARE(text.count('\n'), 1);
        const auto incoming = parseLine(text.chopped(1));
        QVERIFY2(incoming, incoming ? "" : incoming.error().error.message.constData());
        QVERIFY(incoming->error->message.size() <= 1024);
        QVERIFY(incoming->error->message.startsWith(QString::fromUtf8(message.left(4)).toUtf8().left(1)));
    }

    void linesAreFoundHoweverTheBytesAreSplit()
    {
        const QByteArray stream = "one\ntwo\r\n\n\r\nthr\ree\nrest";
        const QByteArrayList expected{"one", "two", "thr\ree"};
        for (qsizetype first = 0; first <= stream.size(); ++first) {
            for (qsizetype second = first; second <= stream.size(); ++second) {
                LineFramer framer;
                QByteArrayList lines;
                for (const QByteArray &part :
                     {stream.left(first), stream.mid(first, second - first), stream.mid(second)}) {
                    framer.feed(part);
                    for (auto next = framer.next(); next && *next; next = framer.next())
                        lines.append(**next);
                }
                QCOMPARE(lines, expected);
            }
        }
    }

    void aLineMayBeAsLongAsTheLimit()
    {
        LineFramer framer(4);
        framer.feed("abcd\nabcde");
        QCOMPARE(framer.next(), line("abcd"));
        const auto tooLong = framer.next();
        QVERIFY(!tooLong);
        QCOMPARE(tooLong.error().code, ErrorCode::MessageTooLarge);
        QCOMPARE(tooLong.error().message, "a line is longer than 4 bytes");
        QVERIFY(!framer.next()); // and the stream stays out of step

        LineFramer ended(4);
        ended.feed("abcde\n");
        QVERIFY(!ended.next());

        LineFramer byteByByte(4);
        for (int i = 0; i < 4; ++i) {
            byteByByte.feed("x");
            QCOMPARE(byteByByte.next(), (Result<std::optional<QByteArray>>(std::nullopt)));
        }
        byteByByte.feed("x");
        QVERIFY(!byteByByte.next());
    }

    void theFramerForgetsWhatWasTaken()
    {
        LineFramer framer(10);
        for (int i = 0; i < 100'000; ++i) {
            framer.feed("123456\n12");
            QCOMPARE(framer.next(), line(i == 0 ? "123456" : "12123456"));
        }
    }

    void placesAreReadInAllTheirForms()
    {
        const auto places = parsePlaces(QStringLiteral("8091, store2:8092 ,7@10.0.0.3:8093,9@8094"));
        QVERIFY(places);
        const QString local = QStringLiteral("127.0.0.1");
        const QList<ReplicaPlace> expected{{{8091}, {local, 8091}},
                                           {{8092}, {QStringLiteral("store2"), 8092}},
                                           {{7}, {QStringLiteral("10.0.0.3"), 8093}},
                                           {{9}, {local, 8094}}};
        QCOMPARE(*places, expected);
        QCOMPARE(parseEndpoint(QStringLiteral("8084")), (Endpoint{local, 8084}));
        QCOMPARE(places->at(1).endpoint.toByteArray(), "store2:8092");
    }

    void badPlacesAreNamed_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char *text, const char *names) {
            QTest::newRow(text) << QString::fromLatin1(text) << QByteArray(names);
        };
        row("", "''");
        row("8091,", "''");
        row("8091,,8092", "''");
        row("0", "'0'");
        row("65536", "'65536'");
        row("-1", "'-1'");
        row("80x", "'80x'");
        row("host:", "'host:'");
        row(":8091", "':8091'");
        row("x@8091", "'x@8091'");
        row("0@8091", "'0@8091'");
        row("-7@8091", "'-7@8091'");
        row("@8091", "'@8091'");
        row("8091,8091", "8091 is given twice");
        row("1@a:80,1@b:80", "1 is given twice");
        row("1@a:80,2@a:80", "a:80");
        row("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "more than 16");
    }

    void badPlacesAreNamed()
    {
        QFETCH(QString, text);
        QFETCH(QByteArray, names);
        const auto places = parsePlaces(text);
        QVERIFY(!places);
        QCOMPARE(places.error().code, ErrorCode::InvalidField);
        QVERIFY2(places.error().message.contains(names), places.error().message.constData());
    }
};

QTEST_GUILESS_MAIN(TestEnvelope)
#include "tst_envelope.moc"
