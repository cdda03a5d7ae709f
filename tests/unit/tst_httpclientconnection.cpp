// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/httpclientconnection.h"
#include "support/scriptedserver.h"

#include <QTest>

#include <memory>
#include <vector>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr QByteArrayView query = "GET /products/Tux HTTP/1.1\r\nHost: x\r\n\r\n";

/// A connection, and what came of its requests.
class Client
{
public:
    explicit Client(quint16 port, const QString &host = QStringLiteral("127.0.0.1"))
        : m_connection({host, port}, [this](const HttpClientConnection::Outcome &outcome) { take(outcome); })
    {
    }

    /// The body of the answer, or a word for why there is none, within 5 s.
    QByteArray ask(QByteArrayView bytes = query, Milliseconds deadline = 4s)
    {
        send(bytes, deadline);
        if (!QTest::qWaitFor([this] { return !m_outcomes.empty(); }, 5000))
            return "nothing";
        return m_outcomes.back();
    }
    void send(QByteArrayView bytes = query, Milliseconds deadline = 4s)
    {
        m_outcomes.clear();
        m_connection.request(bytes, monotonicNow() + deadline);
    }
    [[nodiscard]] const QByteArrayList &outcomes() const { return m_outcomes; }
    [[nodiscard]] HttpClientConnection &connection() { return m_connection; }

private:
    void take(const HttpClientConnection::Outcome &outcome)
    {
        static constexpr const char *words[] = {"refused", "lost", "timed out", "malformed"};
        m_outcomes.append(outcome ? outcome->body.toByteArray()
                                  : QByteArray(words[static_cast<int>(outcome.error())]));
    }

    QByteArrayList m_outcomes;
    HttpClientConnection m_connection;
};

/// A server that says the same bytes to every request, and then closes if @p close.
ScriptedServer::Script always(const QByteArray &bytes, bool close = false)
{
    return [=](const ScriptedServer::Request &request) {
        request.socket->write(bytes);
        if (close)
            request.socket->disconnectFromHost();
    };
}

} // namespace

class TestHttpClientConnection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requestsShareAConnection()
    {
        ScriptedServer server(always(httpAnswer(200, "yes")));
        Client client(server.serverPort());
        for (int i = 0; i < 5; ++i)
            QCOMPARE(client.ask(), "yes");
        QCOMPARE(server.connections(), 1);
        QCOMPARE(server.requests(), 5);
    }

    void requestsArriveAsTheyWereGiven()
    {
        QByteArray head;
        QByteArray body;
        ScriptedServer server([&](const ScriptedServer::Request &request) {
            head = request.head;
            body = request.body;
            request.socket->write(httpAnswer(200, "yes"));
        });
        Client client(server.serverPort());
        const QByteArray large(3'000'000, 'b'); // more than the kernel takes at once
        const QByteArray bytes = "POST /orders HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n" + large;
        QCOMPARE(client.ask(bytes), "yes");
        QCOMPARE(head, "POST /orders HTTP/1.1\r\nContent-Length: 3000000\r\n");
        QVERIFY(body == large);
        QCOMPARE(client.ask(), "yes");
    }

    void aSlowAnswerIsRead()
    {
        const QByteArray answer = httpAnswer(200, "slowly");
        ScriptedServer server([&](const ScriptedServer::Request &request) {
            for (qsizetype i = 0; i < answer.size(); ++i)
                QTimer::singleShot(Milliseconds(i), request.socket, [=, socket = request.socket] {
                    socket->write(answer.mid(i, 1));
                    socket->flush();
                });
        });
        Client client(server.serverPort());
        QCOMPARE(client.ask(), "slowly");
    }

    void afterAnAnswerThatClosesTheNextRequestConnectsAnew()
    {
        ScriptedServer server(always(httpAnswer(200, "yes", "Connection: close\r\n"), true));
        Client client(server.serverPort());
        for (int i = 0; i < 3; ++i)
            QCOMPARE(client.ask(), "yes");
        QCOMPARE(server.connections(), 3);
    }

    void anAnswerMayEndWithItsConnection()
    {
        ScriptedServer server(always("HTTP/1.1 200 OK\r\n\r\nall of it", true));
        Client client(server.serverPort());
        QCOMPARE(client.ask(), "all of it");
        QCOMPARE(client.ask(), "all of it");
    }

    void anIdleConnectionMayEnd()
    {
        ScriptedServer server([](const ScriptedServer::Request &request) {
            request.socket->write(httpAnswer(200, "yes"));
            request.socket->disconnectFromHost(); // without a word of it
        });
        Client client(server.serverPort());
        QCOMPARE(client.ask(), "yes");
        QTRY_VERIFY(server.findChildren<QTcpSocket *>().isEmpty());
        QCoreApplication::processEvents(); // now the client can know, too
        QCOMPARE(client.ask(), "yes");
        QCOMPARE(client.outcomes().size(), 1);
    }

    void aCutAnswerIsALostConnection_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nContent-");
        QTest::newRow("half a body") << httpAnswer(200, "body").chopped(2);
        QTest::newRow("half a chunk")
            << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbo");
    }

    void aCutAnswerIsALostConnection()
    {
        QFETCH(const QByteArray, bytes);
        ScriptedServer server(always(bytes, true));
        Client client(server.serverPort());
        QCOMPARE(client.ask(), "lost");
        QCOMPARE(client.ask(), "lost");
        QCOMPARE(server.connections(), 2);
    }

    void aResetIsALostConnection()
    {
        ScriptedServer server([](const ScriptedServer::Request &request) { request.socket->abort(); });
        Client client(server.serverPort());
        QCOMPARE(client.ask(), "lost");
    }

    void garbageIsMalformedAndCostsTheConnection()
    {
        ScriptedServer server(always("\x16\x03\x01 this is no HTTP\r\n\r\n"));
        Client client(server.serverPort());
        QCOMPARE(client.ask(), "malformed");
        QCOMPARE(client.ask(), "malformed");
        QCOMPARE(server.connections(), 2);
    }

    void whatNobodyAskedForCostsTheConnection()
    {
        ScriptedServer server(always(httpAnswer(200, "yes") + httpAnswer(200, "again")));
        Client client(server.serverPort());
        QCOMPARE(client.ask(), "malformed");
        QTRY_VERIFY(server.findChildren<QTcpSocket *>().isEmpty());
    }

    void silenceEndsAtTheDeadline()
    {
        ScriptedServer server([](const ScriptedServer::Request &) {});
        Client client(server.serverPort());
        const Instant begin = monotonicNow();
        QCOMPARE(client.ask(query, 50ms), "timed out");
        const auto took = monotonicNow() - begin;
        QVERIFY(took >= 50ms);
        QVERIFY(took < 1s);
    }

    void aDeadlineCountsForItsOwnRequestOnly()
    {
        bool silent = false;
        ScriptedServer server([&](const ScriptedServer::Request &request) {
            if (!silent)
                request.socket->write(httpAnswer(200, "yes"));
        });
        Client client(server.serverPort());
        // The second request's deadline comes before the first's, the third's after the second's.
        QCOMPARE(client.ask(query, 4s), "yes");
        QCOMPARE(client.ask(query, 100ms), "yes");
        silent = true;
        const Instant begin = monotonicNow();
        QCOMPARE(client.ask(query, 400ms), "timed out");
        QVERIFY(monotonicNow() - begin >= 400ms);
        QVERIFY(monotonicNow() - begin < 3s);
    }

    void aRefusedConnectionIsSaidAndTriedLessAndLessOften()
    {
        quint16 port = 0;
        {
            ScriptedServer server(always({}));
            port = server.serverPort();
        }
        Client client(port);
        QCOMPARE(client.ask(), "refused");
        const Instant begin = monotonicNow();
        for (int i = 0; i < 7; ++i)
            QCOMPARE(client.ask(), "refused");
        const auto took = monotonicNow() - begin; // 5, 10, 20, 40, 80, 100, 100 ms
        QVERIFY(took >= 355ms);
        QVERIFY(took < 2s);
    }

    void aServerThatComesBackIsFound()
    {
        auto server = std::make_unique<ScriptedServer>(always(httpAnswer(200, "yes")));
        const quint16 port = server->serverPort();
        Client client(port);
        QCOMPARE(client.ask(), "yes");
        server->shut();
        QTRY_COMPARE(client.ask(), "refused");
        QVERIFY(server->listen(QHostAddress::LocalHost, port));
        QCOMPARE(client.ask(), "yes");
    }

    void abortingCallsNobodyAndTheConnectionCanBeUsedAgain()
    {
        bool silent = true;
        ScriptedServer server([&](const ScriptedServer::Request &request) {
            if (!silent)
                request.socket->write(httpAnswer(200, "yes"));
        });
        Client client(server.serverPort());
        client.send();
        QTRY_COMPARE(server.requests(), 1);
        client.connection().abort();
        QVERIFY(!client.connection().isBusy());
        QTRY_VERIFY(server.findChildren<QTcpSocket *>().isEmpty());
        QVERIFY(client.outcomes().isEmpty());
        silent = false;
        QCOMPARE(client.ask(), "yes");
    }
};

QTEST_GUILESS_MAIN(TestHttpClientConnection)
#include "tst_httpclientconnection.moc"
