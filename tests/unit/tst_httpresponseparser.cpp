// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/httpresponseparser.h"

#include <QTest>

#include <algorithm>

using namespace toystore;

namespace
{

using State = HttpResponseParser::State;

/// Feeds @p bytes in pieces of @p size.
State feedAll(HttpResponseParser &parser, const QByteArray &bytes, qsizetype size)
{
    State state = State::Incomplete;
    for (qsizetype at = 0; at < bytes.size() && state != State::Malformed; at += size)
        state = parser.feed(QByteArrayView(bytes).sliced(at, std::min(size, bytes.size() - at)));
    return state;
}

QByteArray chunk(const QByteArray &data)
{
    return QByteArray::number(data.size(), 16) + "\r\n" + data + "\r\n";
}

} // namespace

class TestHttpResponseParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerIsReadHoweverItIsCut_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("keepsAlive");
        const QByteArray chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        QTest::newRow("length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody") << 200
                                << QByteArray("body") << true;
        QTest::newRow("names in any case, spaces")
            << QByteArray("HTTP/1.1 404 Not Found\r\nX: y\r\ncontent-LENGTH:\t 4  \r\n\r\nbody") << 404
            << QByteArray("body") << true;
        QTest::newRow("empty body") << QByteArray("HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n") << 500
                                    << QByteArray() << true;
        QTest::newRow("no reason") << QByteArray("HTTP/1.1 503\r\nContent-Length: 1\r\n\r\nx") << 503
                                   << QByteArray("x") << true;
        QTest::newRow("the same length twice")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx") << 200
            << QByteArray("x") << true;
        QTest::newRow("204 has no body")
            << QByteArray("HTTP/1.1 204 No Content\r\n\r\n") << 204 << QByteArray() << true;
        QTest::newRow("304 has none, whatever its length says")
            << QByteArray("HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n") << 304 << QByteArray()
            << true;
        QTest::newRow("close") << QByteArray(
                                      "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\nx")
                               << 200 << QByteArray("x") << false;
        QTest::newRow("HTTP/1.0 closes")
            << QByteArray("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx") << 200 << QByteArray("x") << false;
        QTest::newRow("after an interim answer")
            << QByteArray("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nContent-Length: 7\r\n\r\n"
                          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
            << 200 << QByteArray("x") << true;
        QTest::newRow("chunked") << chunked + chunk("{\"a\":") + chunk("1}") + "0\r\n\r\n"
                                 << 200 << QByteArray("{\"a\":1}") << true;
        QTest::newRow("chunked and empty") << chunked + "0\r\n\r\n" << 200 << QByteArray() << true;
        QTest::newRow("chunks with line ends, extensions, trailers")
            << chunked + "4;a=b\r\n\r\n\r\n\r\n" + "00A\r\n0123456789\r\n" + "0;last\r\nX: y\r\nZ: 1\r\n\r\n"
            << 200 << QByteArray("\r\n\r\n0123456789") << true;
    }

    void anAnswerIsReadHoweverItIsCut()
    {
        QFETCH(const QByteArray, bytes);
        HttpResponseParser parser;
        for (qsizetype size = bytes.size(); size > 0; --size) {
            parser.begin();
            QVERIFY(feedAll(parser, bytes, size) == State::Complete);
            QTEST(parser.response().status, "status");
            QTEST(parser.response().body.toByteArray(), "body");
            QTEST(parser.keepsAlive(), "keepsAlive");
            QVERIFY(parser.response().head.startsWith("HTTP/1."));
            QVERIFY(parser.response().head.endsWith("\r\n"));
            // Cut off before its last byte, it is no answer; a byte more is none either.
            parser.begin();
            QVERIFY(feedAll(parser, bytes.chopped(1), size) == State::Incomplete);
            QVERIFY(parser.end() == State::Malformed);
            parser.begin();
            QVERIFY(feedAll(parser, bytes + 'x', size) == State::Malformed);
        }
    }

    void withoutALengthTheConnectionsEndIsTheAnswers()
    {
        HttpResponseParser parser;
        parser.begin();
        QVERIFY(feedAll(parser, "HTTP/1.1 200 OK\r\nX: y\r\n\r\nall of it", 3) == State::Incomplete);
        QVERIFY(parser.end() == State::Complete);
        QCOMPARE(parser.response().body.toByteArray(), "all of it");
        QVERIFY(!parser.keepsAlive());
    }

    void whatIsNoAnswerIsMalformed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const QByteArray status = "HTTP/1.1 200 OK\r\n";
        const QByteArray chunked = status + "Transfer-Encoding: chunked\r\n\r\n";
        const auto row = [](const char *name, const QByteArray &bytes) { QTest::newRow(name) << bytes; };
        row("JSON", "{\"data\":{\"name\":\"Tux\"}}\r\n\r\n");
        row("another version", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n");
        row("no status", "HTTP/1.1  OK\r\nContent-Length: 0\r\n\r\n");
        row("a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n");
        row("a negative status", "HTTP/1.1 -20 OK\r\nContent-Length: 0\r\n\r\n");
        row("another protocol", "HTTP/1.1 101 Switching Protocols\r\n\r\n");
        row("no colon", status + "Content-Length 0\r\n\r\n");
        row("a space in a name", status + "Content-Length : 0\r\n\r\n");
        row("a folded line", status + "X: y\r\n Content-Length: 0\r\n\r\n");
        row("two lengths", status + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx");
        row("a negative length", status + "Content-Length: -1\r\n\r\n");
        row("a length that is none", status + "Content-Length: 1x\r\n\r\nx");
        row("an empty length", status + "Content-Length: \r\n\r\n");
        row("a length beyond all limits", status + "Content-Length: 9000000000000000000\r\n\r\n");
        row("length and chunks", status + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
        row("another coding", status + "Transfer-Encoding: gzip, chunked\r\n\r\n");
        row("a chunk of no size", chunked + "\r\nx\r\n");
        row("a chunk's size that is none", chunked + "0x1\r\nx\r\n");
        row("a negative chunk", chunked + "-1\r\nx\r\n");
        row("a chunk longer than it says", chunked + "1\r\nxy\r\n0\r\n\r\n");
        row("a chunk beyond all limits", chunked + "FFFFFFFFFFFFFFF\r\n");
        row("a chunk's line without end", chunked + "1;" + QByteArray(2000, 'x'));
        row("a head without end", status + "X: " + QByteArray(HttpResponseParser::maxHeadBytes, 'x'));
        row("trailers without end", chunked + "0\r\nX: " + QByteArray(HttpResponseParser::maxHeadBytes, 'x'));
        row("a body without end", status + "\r\n" + QByteArray(HttpResponseParser::maxBodyBytes + 1, 'x'));
        row("chunks without end",
            chunked + chunk(QByteArray(HttpResponseParser::maxBodyBytes, 'x')) + chunk("x"));
    }

    void whatIsNoAnswerIsMalformed()
    {
        QFETCH(const QByteArray, bytes);
        HttpResponseParser parser;
        for (const qsizetype size : {bytes.size(), qsizetype(1000), qsizetype(7)}) {
            parser.begin();
            QVERIFY(feedAll(parser, bytes, size) == State::Malformed);
            QVERIFY(parser.feed("x") == State::Malformed); // it stays so
        }
    }

    void theLongestAnswersAreRead()
    {
        const QByteArray body(HttpResponseParser::maxBodyBytes, 'x');
        HttpResponseParser parser;
        parser.begin();
        QVERIFY(feedAll(parser,
                        "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" +
                            body,
                        5000) == State::Complete);
        QCOMPARE(parser.response().body.size(), body.size());
        parser.begin();
        QVERIFY(feedAll(parser,
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body) + "0\r\n\r\n",
                        5000) == State::Complete);
        QCOMPARE(parser.response().body.size(), body.size());
    }
};

QTEST_APPLESS_MAIN(TestHttpResponseParser)
#include "tst_httpresponseparser.moc"
