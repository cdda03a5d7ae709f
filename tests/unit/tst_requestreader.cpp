// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "requestreader.h"

#include <QTest>
#include <QUrl>

using namespace toystore;

namespace
{

using Incomplete = RequestReader::Incomplete;
using ContinueWanted = RequestReader::ContinueWanted;
using Refusal = RequestReader::Refusal;

const QByteArray host = "Host: x\r\n";

QByteArray get(const QByteArray &target, const QByteArray &headers = host)
{
    return "GET " + target + " HTTP/1.1\r\n" + headers + "\r\n";
}

QByteArray post(const QByteArray &headers, const QByteArray &body)
{
    return "POST /orders HTTP/1.1\r\n" + host + headers + "\r\n" + body;
}

QByteArray length(qsizetype bytes)
{
    return "Content-Length: " + QByteArray::number(bytes) + "\r\n";
}

const QByteArray chunked = "Transfer-Encoding: chunked\r\n";

/// What comes of @p bytes, as text: requests in their canonical form and refusals.
QByteArrayList outcome(RequestReader &reader, const QByteArray &bytes)
{
    QByteArrayList result;
    reader.feed(bytes);
    while (true) {
        const RequestReader::Step step = reader.next();
        if (const auto *request = std::get_if<CheckedRequest>(&step))
            result += request->canonical();
        else if (std::holds_alternative<ContinueWanted>(step))
            result += "continue";
        else if (const auto *refusal = std::get_if<Refusal>(&step))
            return result << refusal->body;
        else
            return result;
    }
}

QByteArrayList outcome(const QByteArray &bytes)
{
    RequestReader reader;
    return outcome(reader, bytes);
}

QByteArray errorBody(int status, const QByteArray &message)
{
    return "{\"error\":{\"code\":" + QByteArray::number(status) + ",\"message\":\"" + message + "\"}}";
}

CheckedRequest only(const QByteArray &bytes)
{
    RequestReader reader;
    reader.feed(bytes);
    RequestReader::Step step = reader.next();
    const auto *request = std::get_if<CheckedRequest>(&step);
    return request != nullptr ? *request : CheckedRequest();
}

} // namespace

class TestRequestReader : public QObject
{
    Q_OBJECT

private:
    /// Declares the columns of a refusal, and adds rows.
    static auto refusals()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("message");
        return [](const char *tag, const QByteArray &bytes, int status, const QByteArray &message) {
            QTest::newRow(tag) << bytes << status << message;
        };
    }
    static void checkRefusal()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        QFETCH(QByteArray, message);
        RequestReader reader;
        QCOMPARE(outcome(reader, bytes), QByteArrayList{errorBody(status, message)});
        // It stays so.
        QCOMPARE(outcome(reader, get("/")), QByteArrayList{errorBody(status, message)});
    }

private Q_SLOTS:
    void aRequestBecomesItsCanonicalForm_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("canonical");
        const auto row = [](const char *tag, const QByteArray &bytes, const QByteArray &canonical) {
            QTest::newRow(tag) << bytes << canonical;
        };
        row("get", get("/products/Tux"), "GET /products/Tux HTTP/1.1\r\n\r\n");
        row("what means nothing to us is gone",
            get("/a", host + "Accept: */*\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nTE: x\r\n"),
            "GET /a HTTP/1.1\r\n\r\n");
        row("query", get("/a?b=c/d?"), "GET /a HTTP/1.1\r\n\r\n");
        row("another host", get("http://shop:80/a?b"), "GET /a HTTP/1.1\r\n\r\n");
        row("only a host", get("HTTPS://shop?b"), "GET / HTTP/1.1\r\n\r\n");
        row("no host of a path", get("//shop/a"), "GET /%2Fshop/a HTTP/1.1\r\n\r\n");
        row("lazy escapes", get("/a\"<>\\^`{|}[]b"),
            "GET /a%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5Db HTTP/1.1\r\n\r\n");
        row("escapes", get("/%C3%a4%2f%25"), "GET /%C3%a4%2f%25 HTTP/1.1\r\n\r\n");
        row("head", "HEAD / HTTP/1.1\r\nHost:\r\n\r\n", "HEAD / HTTP/1.1\r\n\r\n");
        row("all paths", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", "OPTIONS /* HTTP/1.1\r\n\r\n");
        row("unknown method", "BREW / HTTP/1.1\r\n" + host + "\r\n", "PATCH / HTTP/1.1\r\n\r\n");
        row("methods have a case", "get / HTTP/1.1\r\n" + host + "\r\n", "PATCH / HTTP/1.1\r\n\r\n");
        row("an empty line before", "\r\n" + get("/a"), "GET /a HTTP/1.1\r\n\r\n");
        row("HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", "GET /a HTTP/1.1\r\n\r\n");
        row("HTTP/1.2", "GET /a HTTP/1.2\r\n" + host + "\r\n", "GET /a HTTP/1.1\r\n\r\n");
        row("body", post(length(2) + "CONTENT-TYPE:\t a/b \r\nIdempotency-Key:k\r\n", "{}"),
            "POST /orders HTTP/1.1\r\nContent-Type: a/b\r\nIdempotency-Key: k\r\nContent-Length: "
            "2\r\n\r\n{}");
        row("no body", post({}, {}), "POST /orders HTTP/1.1\r\n\r\n");
        row("length 0", post(length(0), {}), "POST /orders HTTP/1.1\r\n\r\n");
        row("chunks",
            post(chunked, "1\r\n{\r\n00A;x=\"y\"\r\n0123456789\r\n1 \r\n}\r\n0\r\nDigest: x\r\n\r\n"),
            "POST /orders HTTP/1.1\r\nContent-Length: 12\r\n\r\n{0123456789}");
        row("Chunked", post("transfer-encoding:Chunked\r\n", "0\r\n\r\n"), "POST /orders HTTP/1.1\r\n\r\n");
        row("a body of what has none", "GET /a HTTP/1.1\r\n" + host + length(1) + "\r\nx",
            "GET /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
    }
    void aRequestBecomesItsCanonicalForm()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, canonical);
        QCOMPARE(outcome(bytes), QByteArrayList{canonical});
        QCOMPARE(outcome(bytes + bytes), (QByteArrayList{canonical, canonical}));
    }

    void whatIsNoRequestLineIsRefused_data()
    {
        const auto row = refusals();
        const QByteArray form = "the request line is not METHOD TARGET HTTP/1.1";
        const QByteArray version = "the request line does not end in a version like HTTP/1.1";
        row("TLS", QByteArray("\x16\x03\x01\x02\0", 5), 400, "the request line does not begin with a method");
        row("two empty lines", "\r\n\r", 400, "the request line does not begin with a method");
        row("one word", "hello\r\n", 400, form);
        row("no version", "GET /\r\n", 400, form);
        row("two spaces at the end", "GET /  HTTP/1.1\r\n", 400,
            "the request's target holds what must be percent-encoded");
        row("method", "G(T / HTTP/1.1\r\n", 400, "the request line's method is no token: 'G(T'");
        row("HTTP/1", "GET / HTTP/1\r\n", 400, version);
        row("http/1.1", "GET / http/1.1\r\n", 400, version);
        row("HTTP/2", "GET / HTTP/2.0\r\n", 505, "'HTTP/2.0': only HTTP/1.1 and HTTP/1.0 are spoken here");
        row("bare LF", "GET / HTTP/1.1\n", 400, "a line does not end in CR LF");
        row("bare CR", "GET /\r HTTP/1.1\r\n", 400,
            "the request's target holds what must be percent-encoded");
        row("raw UTF-8", get("/\xc3\xa4"), 400, "the request's target holds what must be percent-encoded");
        row("fragment", get("/a#b"), 400, "the request's target holds what must be percent-encoded");
        row("escape", get("/100%"), 400,
            "the request's target has a bad escape: '%' wants two hexadecimal digits");
        row("escape of a query", get("/?%zz"), 400,
            "the request's target has a bad escape: '%' wants two hexadecimal digits");
        row("UTF-8", get("/%ff"), 400, "the path is not valid percent-encoded UTF-8");
        row("no path", get("orders"), 400, "the request's target is no path: it does not begin with '/'");
        row("no such scheme", get("ftp://x/"), 400,
            "the request's target is no path: it does not begin with '/'");
        row("no host in front", get("http:///a"), 400,
            "the request's target is no path: it does not begin with '/'");
        row("star", get("*"), 400, "the request's target is no path: it does not begin with '/'");
    }
    void whatIsNoRequestLineIsRefused() { checkRefusal(); }

    void whatIsNoHeaderIsRefused_data()
    {
        const auto row = refusals();
        row("no host", get("/", {}), 400, "the header Host is missing");
        row("host twice", get("/", host + host), 400, "the header Host is given twice");
        row("space before a colon", get("/", "Host : x\r\n"), 400, "a header is not 'NAME: VALUE': 'Host '");
        row("folded line", get("/", host + " y\r\n"), 400, "a header is not 'NAME: VALUE': ' y'");
        row("no name", get("/", host + ": y\r\n"), 400, "a header is not 'NAME: VALUE': ''");
        row("NUL", get("/", host + QByteArray("A: \0\r\n", 6)), 400,
            "the header 'A' has a control character in its value");
        row("two lengths", post(length(1) + length(1), "x"), 400, "the header Content-Length is given twice");
        row("a list of lengths", post("Content-Length: 1, 1\r\n", "x"), 400,
            "Content-Length: must be a number of bytes, is '1, 1'");
        row("negative length", post(length(-1), {}), 400,
            "Content-Length: must be a number of bytes, is '-1'");
        row("signed length", post("Content-Length: +1\r\n", "x"), 400,
            "Content-Length: must be a number of bytes, is '+1'");
        row("no length", post("Content-Length: \r\n", "x"), 400,
            "Content-Length: must be a number of bytes, is ''");
        row("length and chunks", post(length(1) + chunked, {}), 400,
            "Content-Length and Transfer-Encoding: only one may be given");
        row("chunks and length", post(chunked + length(99999), {}), 400,
            "Content-Length and Transfer-Encoding: only one may be given");
        row("chunks twice", post(chunked + chunked, {}), 400, "the header Transfer-Encoding is given twice");
        row("coding", post("Transfer-Encoding: gzip, chunked\r\n", {}), 501,
            "Transfer-Encoding: only chunked is known, not 'gzip, chunked'");
        row("old chunks", "POST / HTTP/1.0\r\n" + chunked + "\r\n", 400,
            "Transfer-Encoding: is not known in HTTP/1.0");
        row("key twice", post("Idempotency-Key: a\r\nidempotency-key: a\r\n", {}), 400,
            "the header Idempotency-Key is given twice");
        row("expectation", post("Expect: miracles\r\n", {}), 417,
            "Expect: only 100-continue is known, not 'miracles'");
        row("a body too long", post(length(65537), {}), 413, "the body is longer than 65536 bytes");
        row("9e99", post("Content-Length: 9" + QByteArray(99, '0') + "\r\n", {}), 413,
            "the body is longer than 65536 bytes");
    }
    void whatIsNoHeaderIsRefused() { checkRefusal(); }

    void whatIsNoBodyIsRefused_data()
    {
        const auto row = refusals();
        row("chunk size", post(chunked, "x\r\n"), 400, "a chunk's size is no hexadecimal number: 'x'");
        row("negative chunk", post(chunked, "-1\r\n"), 400, "a chunk's size is no hexadecimal number: '-1'");
        row("0x", post(chunked, "0x1\r\n"), 400, "a chunk's size is no hexadecimal number: '0x1'");
        row("no chunk size", post(chunked, ";x\r\n"), 400, "a chunk's size is no hexadecimal number: ''");
        row("chunk end", post(chunked, "1\r\nab\r\n"), 400, "a chunk does not end where its size says");
        row("a chunk too long", post(chunked, "10001\r\n"), 413, "the body is longer than 65536 bytes");
        row("2^64", post(chunked, "10000000000000000\r\n"), 413, "the body is longer than 65536 bytes");
        row("chunks too long", post(chunked, "1\r\nx\r\n10000\r\n"), 413,
            "the body is longer than 65536 bytes");
        row("chunk extension", post(chunked, "1;" + QByteArray(300, 'x')), 400,
            "a chunk's size is longer than 256 bytes");
        row("trailer", post(chunked, "0\r\nno trailer\r\n"), 400, "a trailer is not 'NAME: VALUE': ''");
        row("long line", "GET /" + QByteArray(16384, 'x'), 431,
            "the request line and the headers are longer than 16384 bytes");
        row("long head", get("/", host + "A: " + QByteArray(10000, 'x') + "\r\nB: " + QByteArray(6400, 'x')),
            431, "the request line and the headers are longer than 16384 bytes");
        row("many headers", get("/", host + QByteArray("A: b\r\n").repeated(64)), 431,
            "there are more than 64 headers");
        row("many trailers", post(chunked, "0\r\n" + QByteArray("A: b\r\n").repeated(63)), 431,
            "there are more than 64 headers");
    }
    void whatIsNoBodyIsRefused() { checkRefusal(); }

    void limitsAreReached()
    {
        const QByteArray head = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
        QCOMPARE(outcome(head + QByteArray(16384 - head.size() - 4, 'x') + "\r\n\r\n"),
                 QByteArrayList{"GET / HTTP/1.1\r\n\r\n"});
        QCOMPARE(outcome(get("/", host + QByteArray("A: b\r\n").repeated(63))),
                 QByteArrayList{"GET / HTTP/1.1\r\n\r\n"});
        const QByteArray body(65536, 'x');
        QCOMPARE(only(post(length(65536), body)).body, body);
        QCOMPARE(only(post(chunked, "10000\r\n" + body + "\r\n0\r\n\r\n")).body, body);
    }

    void itDoesNotMatterHowTheBytesWereSplit()
    {
        const QByteArray bytes =
            get("/a") + post(chunked, "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n") + post(length(3), "123") + "BAD\r\n";
        const QByteArrayList whole = outcome(bytes);
        QCOMPARE(whole.size(), 4);
        for (qsizetype piece = 1; piece < bytes.size(); ++piece) {
            RequestReader reader;
            QByteArrayList result;
            for (qsizetype at = 0; at < bytes.size(); at += piece)
                result += outcome(reader, bytes.mid(at, piece));
            QCOMPARE(result.mid(0, 4), whole);
        }
    }

    void aBodyIsAskedForOnce()
    {
        RequestReader reader;
        const QByteArray expect = "Expect: 100-Continue\r\n";
        QCOMPARE(outcome(reader, post(expect + length(2), {})), QByteArrayList{"continue"});
        QCOMPARE(outcome(reader, {}), QByteArrayList());
        QCOMPARE(outcome(reader, "{}").size(), 1);
        QCOMPARE(outcome(reader, post(expect + chunked, {})), QByteArrayList{"continue"});
        QCOMPARE(outcome(reader, "0\r\n\r\n").size(), 1);
        // Not if it is there already, there is none, it is too long, or the client is of old.
        QCOMPARE(outcome(reader, post(expect + length(2), "{}")).size(), 1);
        QCOMPARE(outcome(reader, post(expect, {})).size(), 1);
        QCOMPARE(outcome(reader, "POST / HTTP/1.0\r\n" + expect + length(2) + "\r\n").size(), 0);
        QVERIFY(!outcome(post(expect + length(65537), {})).contains("continue"));
    }

    void itSaysWhatBecomesOfTheConnection()
    {
        const auto connection = [](const QByteArray &version, const QByteArray &headers) {
            return only("GET / " + version + "\r\n" + host + headers + "\r\n").connection;
        };
        QCOMPARE(connection("HTTP/1.1", {}), ConnectionHeader::None);
        QCOMPARE(connection("HTTP/1.1", "Connection: keep-alive\r\n"), ConnectionHeader::None);
        QCOMPARE(connection("HTTP/1.1", "Connection: te, CLOSE\r\n"), ConnectionHeader::Close);
        QCOMPARE(connection("HTTP/1.1", "Connection: te\r\nConnection: close\r\n"), ConnectionHeader::Close);
        QCOMPARE(connection("HTTP/1.0", {}), ConnectionHeader::Close);
        QCOMPARE(connection("HTTP/1.0", "Connection: Keep-Alive\r\n"), ConnectionHeader::KeepAlive);
        QCOMPARE(connection("HTTP/1.0", "Connection: keep-alive, close\r\n"), ConnectionHeader::Close);
    }

    void aRequestKeepsItsIdForTracing_data()
    {
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<QByteArray>("id");
        const auto row = [](const char *tag, const QByteArray &headers, const QByteArray &id) {
            QTest::newRow(tag) << headers << id;
        };
        row("none", {}, {});
        row("one", "X-Request-Id: a-1\r\n", "a-1");
        row("in capitals", "X-REQUEST-ID:  a-1 \r\n", "a-1");
        row("128 bytes", "X-Request-Id: " + QByteArray(128, 'x') + "\r\n", QByteArray(128, 'x'));
        row("129 bytes", "X-Request-Id: " + QByteArray(129, 'x') + "\r\n", {});
        row("a space", "X-Request-Id: a b\r\n", {});
        row("a tab", "X-Request-Id: a\tb\r\n", {});
        row("UTF-8", "X-Request-Id: \xc3\xa4\r\n", {});
        row("empty", "X-Request-Id:\r\n", {});
        row("twice", "X-Request-Id: a\r\nX-Request-Id: b\r\n", {});
    }
    void aRequestKeepsItsIdForTracing()
    {
        QFETCH(QByteArray, headers);
        QFETCH(QByteArray, id);
        RequestReader reader;
        reader.feed(get("/", host + headers) + get("/"));
        const RequestReader::Step step = reader.next();
        const auto *request = std::get_if<CheckedRequest>(&step);
        QVERIFY(request != nullptr);
        QCOMPARE(request->requestId, id);
        QVERIFY(!request->canonical().contains("Request-Id"));
        const RequestReader::Step after = reader.next();
        QVERIFY(std::get<CheckedRequest>(after).requestId.isEmpty()); // it was the first one's
    }

    void aRefusedRequestHasItsIdAsFarAsItCame()
    {
        RequestReader reader;
        reader.feed(get("/", host + "X-Request-Id: a-1\r\n" + host));
        QVERIFY(std::holds_alternative<RequestReader::Refusal>(reader.next()));
        QCOMPARE(reader.requestId(), QByteArray("a-1"));
    }

    void itKnowsWhetherARequestHasBegun()
    {
        RequestReader reader;
        QVERIFY(reader.isBetweenRequests());
        QCOMPARE(outcome(reader, "G").size(), 0);
        QVERIFY(!reader.isBetweenRequests());
        QCOMPARE(outcome(reader, get("/").mid(1)).size(), 1);
        QVERIFY(reader.isBetweenRequests());
        QCOMPARE(reader.bufferedBytes(), 0);
    }

    void QtReadsTheSamePath_data()
    {
        QTest::addColumn<QByteArray>("path");
        QByteArray all;
        for (int byte = 1; byte < 256; ++byte)
            all += '%' + QByteArray::number(byte, 16).rightJustified(2, '0');
        QTest::newRow("ASCII") << "/" + all.left(3 * 127);
        QTest::newRow("beyond") << QByteArray("/%C3%A4%E2%82%AC%F0%9F%A7%B8%EF%BF%BE%C2%80%F4%8F%BF%BF");
        QTest::newRow("raw") << QByteArray("/!\"$&'()*+,-./:;<=>@[\\]^_`{|}~");
        QTest::newRow("dots") << QByteArray("/products/../..//./%2e%2e/%2E");
        QTest::newRow("host") << QByteArray("//user@host:80/x");
        QTest::newRow("NUL") << QByteArray("/a%00b");
    }
    void QtReadsTheSamePath()
    {
        QFETCH(QByteArray, path);
        const QByteArray checked = only(get(path)).path;
        QVERIFY(!checked.isEmpty());
        const QUrl url(QString::fromUtf8(checked));
        QVERIFY(url.isValid());
        const auto read = decodePath(url.path(QUrl::FullyEncoded).toLatin1());
        QVERIFY(read.has_value());
        QCOMPARE(*read, *decodePath(path));
    }
};

QTEST_APPLESS_MAIN(TestRequestReader)
#include "tst_requestreader.moc"
