// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/frontendsuite.h"
#include "support/plainsocket.h"
#include "support/processfigures.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

const QByteArray oneTux = "{\"name\":\"Tux\",\"quantity\":1}";
const QByteArray host = "Host: x\r\n";

QByteArray errorBody(int status, const QByteArray &message)
{
    return "{\"error\":{\"code\":" + QByteArray::number(status) + ",\"message\":\"" + message + "\"}}";
}

QByteArray postHead(const QByteArray &headers)
{
    return "POST /orders HTTP/1.1\r\n" + host + headers + "\r\n";
}

} // namespace

/// What the frontend answers to what is no good HTTP, over raw sockets; after each, it still sells.
class TestHttpRules : public FrontendSuite
{
    Q_OBJECT

private:
    [[nodiscard]] qint64 pid() const { return m_frontend->ask(FrontendStatus())->pid; }

private Q_SLOTS:
    void cleanup()
    {
        m_store->refuseBuys(std::nullopt);
        m_store->setStock("Tux", 100);
        QTRY_COMPARE_WITH_TIMEOUT(httpPost(port(), "/orders", oneTux).status, 200, 10'000);
        QVERIFY(m_frontend->isRunning());
        FrontendSuite::cleanup();
    }

    // The connection can't go on: nobody knows where the next request would begin.
    void whatIsNoRequestEndsItsConnection_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char *tag, const QByteArray &bytes, int status, const QByteArray &names) {
            QTest::newRow(tag) << bytes << status << names;
        };
        row("junk", "\x16\x03\x01", 400, "request line");
        row("request line", "GET /products/Tux\r\n", 400, "request line");
        row("header", "GET / HTTP/1.1\r\nno header\r\n", 400, "header");
        row("no host", "GET / HTTP/1.1\r\n\r\n", 400, "Host");
        row("two lengths", postHead("Content-Length: 27\r\nContent-Length: 27\r\n") + oneTux, 400,
            "Content-Length");
        row("length and chunks", postHead("Content-Length: 27\r\nTransfer-Encoding: chunked\r\n") + oneTux,
            400, "Content-Length");
        row("negative length", postHead("Content-Length: -1\r\n"), 400, "Content-Length");
        row("length as text", postHead("Content-Length: many\r\n"), 400, "Content-Length");
        row("key twice", postHead("Idempotency-Key: a\r\nIdempotency-Key: b\r\n"), 400, "Idempotency-Key");
        row("UTF-8", "GET /products/%ff HTTP/1.1\r\n" + host + "\r\n", 400, "path");
        row("escape", "GET /products/%f HTTP/1.1\r\n" + host + "\r\n", 400, "escape");
        row("coding", postHead("Transfer-Encoding: gzip\r\n"), 501, "Transfer-Encoding");
        row("expectation", postHead("Expect: nothing\r\n"), 417, "Expect");
        row("version", "GET / HTTP/3.0\r\n" + host + "\r\n", 505, "HTTP/3.0");
        row("endless head", "GET / HTTP/1.1\r\nA: " + QByteArray(20'000, 'a'), 431, "16384");
        row("65 headers", "GET / HTTP/1.1\r\n" + QByteArray("A: b\r\n").repeated(65), 431, "64");
        row("declared and never sent", postHead("Content-Length: 65537\r\n"), 413, "65536");
        row("9e18", postHead("Content-Length: 9000000000000000000\r\n"), 413, "65536");
        row("a long body", postHead("Content-Length: 300000000\r\n") + QByteArray(3'000'000, 'x'), 413,
            "65536");
        row("long chunks",
            postHead("Transfer-Encoding: chunked\r\n") + "ffff\r\n" + QByteArray(0xffff, 'x') + "\r\n2\r\n",
            413, "65536");
    }
    void whatIsNoRequestEndsItsConnection()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        QFETCH(QByteArray, names);
        RawHttp http(port());
        http.send(bytes);
        const RawHttp::Answer answer = http.read(2s);
        QCOMPARE(answer.status, status);
        QVERIFY(answer.body.startsWith("{\"error\":{\"code\":" + QByteArray::number(status)));
        QVERIFY2(answer.body.contains(names), answer.body.constData());
        QVERIFY(answer.head.contains("Content-Type: application/json\r\n"));
        QVERIFY(answer.head.contains("Connection: close\r\n"));
        QVERIFY(http.isClosed(4s));
        QCOMPARE(m_store->lastOrderNumber(), 0);
    }

    void whatARouteRefusesLeavesTheConnectionInStep()
    {
        RawHttp http(port());
        const QByteArray length = "Content-Length: " + QByteArray::number(oneTux.size()) + "\r\n";
        const auto status = [&http](const QByteArray &bytes) {
            http.send(bytes);
            return http.read().status;
        };
        QCOMPARE(status("PUT /orders HTTP/1.1\r\n" + host + length + "\r\n" + oneTux), 405);
        QCOMPARE(status("BREW /orders/1 HTTP/1.1\r\n" + host + "\r\n"), 405);
        QCOMPARE(status("DELETE /nothing HTTP/1.1\r\n" + host + "\r\n"), 404);
        QCOMPARE(status(postHead(length + "Content-Type: text/plain\r\n") + oneTux), 415);
        QCOMPARE(status(postHead(length + "Content-Type: application/json; charset=latin1\r\n") + oneTux),
                 415);
        QCOMPARE(status(postHead(length + "Content-Encoding: gzip\r\n") + oneTux), 415);
        QCOMPARE(status(postHead("Idempotency-Key: \xc3\xa4\r\n")), 400);
        QCOMPARE(m_store->lastOrderNumber(), 0);
        QCOMPARE(status(postHead(length + "Content-Type: Application/JSON; charset=\"UTF-8\"\r\n") + oneTux),
                 200);
        QCOMPARE(status(postHead(length) + oneTux), 200); // which type it is need not be said
    }

    void everyKnownPathNamesItsMethods_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("methods");
        for (const char *path : {"/products/Tux", "/orders/1", "/order/1"})
            QTest::newRow(path) << QByteArray(path) << QByteArray("GET, HEAD, OPTIONS");
        for (const char *path : {"/orders", "/order"})
            QTest::newRow(path) << QByteArray(path) << QByteArray("POST, OPTIONS");
    }
    void everyKnownPathNamesItsMethods()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, methods);
        for (const QByteArray &method :
             {QByteArray("DELETE"), QByteArray("PATCH"), QByteArray("TRACE"), QByteArray("LINK")}) {
            const auto answer = answerTo(method + " " + path + " HTTP/1.1\r\n" + host + "\r\n");
            QCOMPARE(answer.status, 405);
            QVERIFY(answer.head.contains("Allow: " + methods + "\r\n"));
            QCOMPARE(answer.body, errorBody(405, "this path knows only " + methods));
        }
        const auto options = answerTo("OPTIONS " + path + " HTTP/1.1\r\n" + host + "\r\n");
        QCOMPARE(options.status, 204);
        QVERIFY(options.head.contains("Allow: " + methods + "\r\n"));
        QVERIFY(!options.head.contains("Content-Length"));
    }

    void aRequestThatTakesTooLongIs408()
    {
        const Instant began = monotonicNow();
        std::vector<std::unique_ptr<RawHttp>> slow;
        for (const QByteArray &beginning :
             {QByteArray("G"), "GET / HTTP/1.1\r\n" + host, postHead("Content-Length: 27\r\n") + "{",
              postHead("Transfer-Encoding: chunked\r\n") + "1\r\n{", QByteArray("GET /")}) {
            slow.push_back(std::make_unique<RawHttp>(port()));
            slow.back()->send(beginning);
        }
        RawHttp idle(port());
        QTimer byteByByte;
        connect(&byteByByte, &QTimer::timeout, this, [&slow] { slow.back()->send("x"); });
        byteByByte.start(100);
        for (const auto &http : slow) {
            const RawHttp::Answer answer = http->read();
            QCOMPARE(answer.status, 408);
            QCOMPARE(answer.body, errorBody(408, "the request was not complete within 5 s"));
            QVERIFY(answer.head.contains("Connection: close\r\n"));
            const auto took = monotonicNow() - began;
            QVERIFY(took > 4900ms && took < 6000ms);
        }
        idle.get("/products/Tux"); // who has not begun is not late
        QCOMPARE(idle.read().status, 200);
    }

    void whoDoesNotLeaveAfterA408IsLeft()
    {
        const auto sessions = [this] { return m_frontend->ask(FrontendStatus())->sessions; };
        PlainSocket slow(port()); // which does not close when it hears that it should
        QVERIFY(slow.send("G"));
        QVERIFY(slow.read().startsWith("HTTP/1.1 408 "));
        QCOMPARE(sessions(), 1);                        // it may take its time to read that,
        QTRY_COMPARE_WITH_TIMEOUT(sessions(), 0, 4000); // but not for ever
    }

    void aBodyIsAskedFor()
    {
        RawHttp http(port());
        http.send(postHead("Expect: 100-continue\r\nContent-Length: 27\r\n"));
        const RawHttp::Answer goOn = http.read();
        QCOMPARE(goOn.status, 100);
        QCOMPARE(goOn.head, QByteArray("HTTP/1.1 100 Continue\r\n"));
        http.send("{\"name\":\"Tux\",\"quantity\":1}");
        QCOMPARE(http.read().body, QByteArray("{\"data\":{\"order_number\":1}}"));
    }

    void aBodyInChunksIsABody()
    {
        const auto answer =
            answerTo(postHead("Transfer-Encoding: chunked\r\n") +
                     "9\r\n{\"name\":\"\r\n12;x=y\r\nTux\",\"quantity\":1}\r\n0\r\nA: b\r\n\r\n");
        QCOMPARE(answer.body, QByteArray("{\"data\":{\"order_number\":1}}"));
    }

    void anOldClientIsServed()
    {
        RawHttp http(port());
        http.send("GET /products/Tux HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        RawHttp::Answer answer = http.read();
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.head.contains("Connection: keep-alive\r\n"));
        http.send("GET /products/Tux HTTP/1.0\r\n\r\n");
        answer = http.read();
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.head.contains("Connection: close\r\n"));
        QVERIFY(http.isClosed());
    }

    void aClientThatEndedItsHalfIsAnswered()
    {
        m_store->holdBuys(true);
        RawHttp http(port());
        http.send(postHead("Content-Length: 27\r\n") + oneTux);
        http.endOutput();
        QTRY_COMPARE(m_store->placed().size(), std::size_t(1));
        m_store->holdBuys(false);
        m_store->stopReplica(2);
        QTRY_COMPARE(m_store->placed().size(), std::size_t(2));
        QCOMPARE(http.read().body, QByteArray("{\"data\":{\"order_number\":1}}"));
        QVERIFY(http.isClosed());
        // And one that has not ended its request, too.
        RawHttp half(port());
        half.send("GET /products/Tux HTTP/1.1\r\n");
        half.endOutput();
        QCOMPARE(half.read().status, 400);
    }

    void anUpgradeIsAnsweredOnce()
    {
        RawHttp http(port());
        http.send("GET /products/Tux HTTP/1.1\r\n" + host +
                  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        QCOMPARE(http.read().status, 200);
        http.get("/orders/abc"); // nothing stands between the answers
        QCOMPARE(http.read().status, 404);
    }

    void pipelinedBuysAreMadeInTheirOrder()
    {
        RawHttp http(port());
        http.send(
            (postHead("Content-Length: 27\r\n") + oneTux + "GET /orders/abc HTTP/1.1\r\n" + host + "\r\n")
                .repeated(20));
        for (int number = 1; number <= 20; ++number) {
            QCOMPARE(http.read().body, "{\"data\":{\"order_number\":" + QByteArray::number(number) + "}}");
            QCOMPARE(http.read().status, 404);
        }
    }

    void afterConnectionCloseNothingIsRead()
    {
        RawHttp http(port());
        http.send("GET /products/Tux HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n" +
                  postHead("Content-Length: 27\r\n") + oneTux);
        QCOMPARE(http.read().status, 200);
        QCOMPARE(http.read().status, 0);
        QVERIFY(http.isClosed());
        QCOMPARE(m_store->lastOrderNumber(), 0);
    }

    void beyondTheCapAConnectionIsRefused()
    {
        restart(300); // of which 256 are the process's own
        std::vector<std::unique_ptr<RawHttp>> clients;
        for (int i = 0; i < 44; ++i) {
            clients.push_back(std::make_unique<RawHttp>(port()));
            clients.back()->get("/products/Tux");
            QCOMPARE(clients.back()->read().status, 200);
        }
        RawHttp refused(port());
        const RawHttp::Answer answer = refused.read();
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.head.contains("Retry-After: 1\r\n"));
        QVERIFY(answer.head.contains("Connection: close\r\n"));
        QCOMPARE(answer.body, errorBody(503, "there are 44 connections already"));
        QVERIFY(refused.isClosed());
        QCOMPARE(m_frontend->ask(FrontendStatus())->refusedSessions, 1);
        clients.front()->get("/products/Tux"); // who is in is served
        QCOMPARE(clients.front()->read().status, 200);
        clients.clear();
        QTRY_COMPARE(httpGet(port(), "/products/Tux").status, 200);
        QTRY_COMPARE(m_frontend->ask(FrontendStatus())->sessions, 0);
    }

    void tooMuchToDoIs503()
    {
        m_store->refuseBuys(ErrorCode::Overloaded);
        RawHttp http(port());
        http.post("/orders", oneTux);
        const RawHttp::Answer answer = http.read();
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.head.contains("Retry-After: 1\r\n"));
        QCOMPARE(answer.body, errorBody(503, "told to refuse"));
    }

    void aStoreThatClosesSaysSo()
    {
        m_store->holdQueries(true);
        RawHttp waiting(port());
        waiting.get("/products/Tux");
        RawHttp http(port());
        http.send("G");
        QTRY_COMPARE(m_store->productQueries(), 1);
        m_frontend->terminate();
        QTRY_VERIFY(!PlainSocket(port()).isConnected());
        http.send("ET /products/Tux HTTP/1.1\r\n" + host + "\r\n");
        const RawHttp::Answer answer = http.read();
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.head.contains("Retry-After: 1\r\n"));
        QCOMPARE(answer.body, errorBody(503, "the store is closing"));
        m_store->holdQueries(false);
        QCOMPARE(waiting.read().status, 200);
        QCOMPARE(m_frontend->exitCode(), 0);
        restart();
    }

    // A client that asks and does not read costs what the kernel holds for it, and one answer.
    void aSlowReaderCostsLittle()
    {
        QCOMPARE(httpGet(port(), "/products/Tux").status, 200);
        const auto serveOthers = [&] {
            for (int i = 0; i < 200; ++i)
                QCOMPARE(httpGet(port(), "/products/Whale").status, 200);
        };
        serveOthers(); // every session thread takes its first memory
        const qint64 before = ownMemoryOf(pid());
        constexpr int requests = 100'000;
        QTcpSocket slow;
        slow.setReadBufferSize(1024);
        slow.connectToHost(QStringLiteral("127.0.0.1"), port());
        QVERIFY(slow.waitForConnected());
        slow.setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 16 * 1024); // of the kernel
        slow.write(("GET /products/Tux HTTP/1.1\r\n" + host + "\r\n").repeated(requests));
        QTRY_VERIFY(slow.bytesAvailable() > 0);
        qint64 unsent = -1;
        while (std::exchange(unsent, slow.bytesToWrite()) != slow.bytesToWrite())
            serveOthers();
        const qint64 grown = ownMemoryOf(pid()) - before;
        QVERIFY2(!memoryIsExact || grown < 1024 * 1024, QByteArray::number(grown).constData());
        slow.setReadBufferSize(0);
        slow.setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 4 * 1024 * 1024);
        qsizetype answers = 0;
        QByteArray received;
        QTRY_VERIFY_WITH_TIMEOUT((received += slow.readAll(), answers += received.count("HTTP/1.1 200 "),
                                  received = received.right(12), answers == requests),
                                 20'000);
    }
};

QTEST_GUILESS_MAIN(TestHttpRules)
#include "tst_httprules.moc"
