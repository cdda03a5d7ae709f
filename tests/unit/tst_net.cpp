// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/eventpublisher.h"
#include "net/rpcclient.h"
#include "net/rpcserver.h"
#include "protocol/catalogmessages.h"
#include "protocol/eventmessages.h"
#include "protocol/ordermessages.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <semaphore>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

/// Keeps the replies of a handler until the test gives them.
template <typename Answer>
class Kept
{
public:
    void keep(const Reply<Answer> &reply)
    {
        const std::scoped_lock lock(m_mutex);
        m_replies.push_back(reply);
    }
    [[nodiscard]] int size()
    {
        const std::scoped_lock lock(m_mutex);
        return static_cast<int>(m_replies.size());
    }
    void succeedAll(const Answer &answer = {})
    {
        const std::scoped_lock lock(m_mutex);
        for (const auto &reply : std::exchange(m_replies, {}))
            reply.succeed(answer);
    }

private:
    std::mutex m_mutex;
    std::vector<Reply<Answer>> m_replies;
};

/// A person with `nc`: sends bytes, sees lines.
class RawPeer
{
public:
    explicit RawPeer(quint16 port)
    {
        m_socket.connectToHost(QHostAddress::LocalHost, port);
        m_socket.waitForConnected(5000);
    }

    void send(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.flush();
    }
    /// What came so far, line by line.
    [[nodiscard]] QByteArrayList lines()
    {
        m_seen += m_socket.readAll();
        return m_seen.split('\n');
    }
    [[nodiscard]] bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    [[nodiscard]] QTcpSocket &socket() { return m_socket; }

private:
    QTcpSocket m_socket;
    QByteArray m_seen;
};

void serveOrderDetails(RpcServer &server)
{
    server.handle<OrderDetails>([](const OrderDetails &request, const Reply<OrderDetails::Answer> &reply) {
        reply.succeed({request.number, "Tux", 1});
    });
}

// A message handler is a plain function.
std::atomic_int refusedAccepts = 0;
void countRefusedAccepts(QtMsgType, const QMessageLogContext &, const QString &message)
{
    refusedAccepts += message.contains(QLatin1String("can't accept a connection")) ? 1 : 0;
}

template <typename R>
QByteArray numbered(int count, const R &request)
{
    QByteArray lines;
    for (int id = 1; id <= count; ++id)
        lines += requestLine(id, request);
    return lines;
}

} // namespace

class TestNet : public QObject
{
    Q_OBJECT

private:
    static Endpoint placeOf(const RpcServer &server) { return {QStringLiteral("127.0.0.1"), server.port()}; }

    /// The error that @p call ended with; nothing while it waits, `internal` and "answered" if it was
    /// answered.
    using Outcome = std::optional<Error>;
    template <typename Answer>
    static std::function<void(Result<Answer>)> noting(Outcome &outcome)
    {
        return [&outcome](const Result<Answer> &answer) {
            outcome = answer ? Error{ErrorCode::Internal, "answered"} : answer.error();
        };
    }
    static bool isAnswered(const Outcome &outcome) { return outcome && outcome->message == "answered"; }
    static bool isCode(const Outcome &outcome, ErrorCode code)
    {
        return outcome && outcome->code == code && outcome->message != "answered";
    }

private Q_SLOTS:
    void answersComeBackToTheirCalls()
    {
        RpcServer server;
        server.handle<OrderDetails>(
            [](const OrderDetails &request, const Reply<OrderDetails::Answer> &reply) {
                if (request.number == 3)
                    reply.fail({ErrorCode::OrderNotFound, "order not found"});
                else
                    reply.succeed({request.number, "Tux", request.number * 2});
            });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        client.start();
        QList<qint64> quantities;
        std::optional<Error> refused;
        for (qint64 number = 1; number <= 1000; ++number) {
            client.call<OrderDetails>({number}, 5s, [&, number](const Result<OrderDetails::Answer> &answer) {
                if (answer) {
                    QCOMPARE(answer->number, number);
                    quantities.append(answer->quantity);
                } else {
                    refused = answer.error();
                }
            });
        }
        QTRY_COMPARE(quantities.size(), 999);
        QCOMPARE(refused, (Error{ErrorCode::OrderNotFound, "order not found"}));
    }

    void aThousandWaitingRequestsHoldNoThread()
    {
        std::mutex mutex;
        std::vector<Reply<Empty>> kept;
        RpcServer server;
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) {
            const std::scoped_lock lock(mutex);
            kept.push_back(reply);
        });
        server.handle<OrderDetails>(
            [](const OrderDetails &request, const Reply<OrderDetails::Answer> &reply) {
                reply.succeed({request.number, "Tux", 1});
            });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        client.start();
        int released = 0;
        for (int i = 0; i < 1000; ++i)
            client.call<Renew>({i}, 10s, [&](const Result<Empty> &answer) { released += answer ? 1 : 0; });
        bool served = false;
        client.call<OrderDetails>(
            {7}, 5s, [&](const Result<OrderDetails::Answer> &answer) { served = answer.has_value(); });
        QTRY_VERIFY(served);
        QCOMPARE(released, 0);
        {
            const std::scoped_lock lock(mutex);
            for (const auto &reply : kept)
                reply.succeed({});
        }
        QTRY_COMPARE(released, 1000);
    }

    void aHundredIdleConnectionsLeaveAllTenThreadsFree()
    {
        std::atomic_int inside = 0;
        std::atomic_int most = 0;
        RpcServer server;
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) {
            const int now = ++inside;
            for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
            }
            // Ten handlers meet here only if ten threads are free; the deadline ends the wait if they are
            // not.
            const Instant until = monotonicNow() + 5s;
            while (most < 10 && monotonicNow() < until)
                std::this_thread::yield();
            --inside;
            reply.succeed({});
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        std::vector<std::unique_ptr<QTcpSocket>> idle;
        for (int i = 0; i < 100; ++i) {
            idle.push_back(std::make_unique<QTcpSocket>());
            idle.back()->connectToHost(QHostAddress::LocalHost, server.port());
            QVERIFY(idle.back()->waitForConnected(5000));
        }
        std::vector<std::unique_ptr<RpcClient>> clients;
        int answered = 0;
        for (int i = 0; i < 10; ++i) {
            clients.push_back(std::make_unique<RpcClient>(placeOf(server)));
            clients.back()->start();
            clients.back()->call<Renew>({1}, 10s,
                                        [&](const Result<Empty> &answer) { answered += answer ? 1 : 0; });
        }
        QTRY_COMPARE_WITH_TIMEOUT(answered, 10, 10000);
        QCOMPARE(most.load(), 10);
    }
    void requestsOfOneConnectionAreHandledInTheirOrder()
    {
        std::mutex mutex;
        std::vector<qint64> handled;
        RpcServer server;
        server.handle<OrderDetails>(
            [&](const OrderDetails &request, const Reply<OrderDetails::Answer> &reply) {
                const std::scoped_lock lock(mutex);
                handled.push_back(request.number);
                reply.succeed({request.number, "Tux", 1});
            });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        client.start();
        std::vector<qint64> expected;
        int answered = 0;

        for (qint64 number = 1; number <= 5000; ++number) {
            expected.push_back(number);
            client.call<OrderDetails>({number}, 10s, [&](const auto &) { ++answered; });
        }
        QTRY_COMPARE(answered, 5000);

        const std::scoped_lock lock(mutex);
        QCOMPARE(handled, expected);
    }

    void theDeadlineEndsACallAndALateAnswerHarmsNobody()
    {
        Kept<Empty> kept;
        RpcServer server;
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) { kept.keep(reply); });
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        client.start();
        Outcome late;
        Outcome patient;

        client.call<Renew>({1}, 10s, noting<Empty>(patient));
        client.call<Renew>({1}, 30ms, noting<Empty>(late));
        QTRY_VERIFY(isCode(late, ErrorCode::DeadlineExceeded));
        QVERIFY(!patient);
        late.reset();
        kept.succeedAll();

        QTRY_VERIFY(isAnswered(patient));
        Outcome next;
        client.call<OrderDetails>({7}, 5s, noting<OrderDetails::Answer>(next));
        QTRY_VERIFY(isAnswered(next));
        QVERIFY(!late);
    }

    void aCallOverItsDeadlineIsNotSent()
    {
        Kept<Empty> kept;
        RpcServer server;
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) { kept.keep(reply); });
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        client.start();
        QTRY_VERIFY(client.isConnected());
        Outcome late;
        Outcome next;

        client.call<Renew>({1}, 0ms, noting<Empty>(late));
        client.call<OrderDetails>({7}, 5s, noting<OrderDetails::Answer>(next));

        QTRY_VERIFY(isAnswered(next));
        QVERIFY(isCode(late, ErrorCode::DeadlineExceeded));
        QCOMPARE(kept.size(), 0);
    }

    void aLostConnectionFailsItsCallsAndIsMadeAgain()
    {
        Kept<Empty> kept;
        auto server = std::make_unique<RpcServer>();
        server->handle<Renew>([&](const Renew &, const Reply<Empty> &reply) { kept.keep(reply); });
        QVERIFY(server->listen(QHostAddress::LocalHost, 0));
        const quint16 port = server->port();
        RpcClient client(placeOf(*server));
        QSignalSpy connects(&client, &RpcClient::connected);
        QSignalSpy losses(&client, &RpcClient::disconnected);
        client.start();
        Outcome waiting;
        client.call<Renew>({1}, 10s, noting<Empty>(waiting));
        QTRY_COMPARE(kept.size(), 1);

        server.reset();
        QTRY_VERIFY(isCode(waiting, ErrorCode::ConnectionLost));
        QTRY_COMPARE(losses.size(), 1);
        QVERIFY(!client.isConnected());
        RpcServer again;
        serveOrderDetails(again);
        QVERIFY(again.listen(QHostAddress::LocalHost, port));

        QTRY_COMPARE(connects.size(), 2);
        Outcome next;
        client.call<OrderDetails>({7}, 5s, noting<OrderDetails::Answer>(next));
        QTRY_VERIFY(isAnswered(next));
        QCOMPARE(losses.size(), 1);
    }

    void withNobodyThereACallFailsAtOnce()
    {
        QTcpServer free; // a port that nobody listens on
        QVERIFY(free.listen(QHostAddress::LocalHost, 0));
        const Endpoint nowhere{QStringLiteral("127.0.0.1"), free.serverPort()};
        free.close();
        RpcClient client(nowhere);
        QSignalSpy losses(&client, &RpcClient::disconnected);
        client.start();
        QTRY_COMPARE(losses.size(), 1);

        const Instant begin = monotonicNow();
        for (int i = 0; i < 20; ++i) {
            Outcome outcome;
            client.call<Renew>({1}, 60s, noting<Empty>(outcome));
            QVERIFY(!outcome); // never inside call()
            QTRY_VERIFY(isCode(outcome, ErrorCode::CannotConnect));
        }

        QVERIFY(monotonicNow() - begin < 5s);
        QCOMPARE(losses.size(), 1);
    }

    void aCallMadeBeforeTheConnectionWaitsForIt()
    {
        RpcServer server;
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        Outcome outcome;
        client.start();
        client.call<OrderDetails>({7}, 5s, noting<OrderDetails::Answer>(outcome));
        QVERIFY(!client.isConnected());
        QTRY_VERIFY(isAnswered(outcome));
    }

    void aServiceThatSendsNonsenseIsLeft()
    {
        QTcpServer service;
        QVERIFY(service.listen(QHostAddress::LocalHost, 0));
        connect(&service, &QTcpServer::newConnection, &service, [&] {
            QTcpSocket *socket = service.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->write("hello\n"); });
        });
        RpcClient client({QStringLiteral("127.0.0.1"), service.serverPort()});
        client.start();
        Outcome outcome;
        client.call<Renew>({1}, 10s, noting<Empty>(outcome));
        QTRY_VERIFY(isCode(outcome, ErrorCode::ConnectionLost));
        QVERIFY2(outcome->message.contains("no message"), outcome->message.constData());
    }

    void aServiceThatDoesNotReadCostsABoundedBuffer()
    {
        QTcpServer service; // accepts, as a paused process does, and reads nothing
        QVERIFY(service.listen(QHostAddress::LocalHost, 0));
        service.pauseAccepting();
        RpcClient client({QStringLiteral("127.0.0.1"), service.serverPort()});
        client.start();
        QTRY_VERIFY(client.isConnected());
        const AppendOrders page{1, {8091}, 1, {Order{1, QByteArray(500'000, 'x'), 1, "f-1", 1, "now"}}};
        int refused = 0;

        for (int i = 0; i < 100; ++i) {
            client.call<AppendOrders>(page, 60s, [&](const Result<AppendOrders::Answer> &answer) {
                refused += answer.error().code == ErrorCode::Overloaded ? 1 : 0;
            });
        }

        QTRY_VERIFY(refused > 50 && refused < 100);
    }

    void aClientMayBeDestroyedInAnyOfItsCallbacks_data()
    {
        QTest::addColumn<QByteArray>("when");
        for (const char *when :
             {"answer", "refusal", "deadline", "loss", "connected", "disconnected", "push"})
            QTest::newRow(when) << QByteArray(when);
    }

    void aClientMayBeDestroyedInAnyOfItsCallbacks()
    {
        QFETCH(QByteArray, when);
        Kept<Empty> kept;
        auto server = std::make_unique<RpcServer>();
        serveOrderDetails(*server);
        server->handle<Renew>([&](const Renew &, const Reply<Empty> &reply) {
            reply.peer()->push(Invalidate{1, "Tux", 2}, 1);
            kept.keep(reply);
        });
        QVERIFY(server->listen(QHostAddress::LocalHost, 0));
        auto client = std::make_unique<RpcClient>(placeOf(*server));
        int callsAfter = 0;
        const auto destroy = [&](const auto &...) {
            callsAfter += client ? 0 : 1;
            client.reset();
        };
        if (when == "connected")
            connect(client.get(), &RpcClient::connected, this, destroy);
        if (when == "disconnected")
            connect(client.get(), &RpcClient::disconnected, this, destroy);
        if (when == "push")
            client->onPush<Invalidate>(destroy);
        if (when != "refusal")
            client->start();
        if (when == "answer" || when == "refusal") {
            for (int i = 0; i < 3; ++i)
                client->call<OrderDetails>({7}, 5s, destroy);
        } else {
            for (int i = 0; i < 3; ++i)
                client->call<Renew>({7}, when == "deadline" ? 20ms : 10s, [&](const auto &answer) {
                    if (when == "deadline" || when == "loss")
                        destroy(answer);
                });
        }
        if (when == "loss" || when == "disconnected") {
            QTRY_COMPARE(kept.size(), 3);
            server.reset();
        }
        QTRY_VERIFY(!client);
        QCOMPARE(callsAfter, 0);
    }

    void whatNobodyWouldAnswerIsAnswered()
    {
        RpcServer server;
        server.handle<Renew>([](const Renew &, const Reply<Empty> &) {}); // forgets its reply
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        client.start();
        Outcome forgotten;
        Outcome unknown;
        client.call<Renew>({1}, 10s, noting<Empty>(forgotten));
        client.call<OrderDetails>({1}, 10s, noting<OrderDetails::Answer>(unknown));
        QTRY_VERIFY(isCode(forgotten, ErrorCode::Internal));
        QTRY_VERIFY(isCode(unknown, ErrorCode::UnknownMethod));
        QVERIFY2(unknown->message.contains("order_details"), unknown->message.constData());
    }

    void aPersonWithNcIsAnsweredLineForLine()
    {
        RpcServer server;
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer peer(server.port());

        peer.send("{\"method_name\":\"order_details\",\"number\":7}\r\n\r\n");
        QTRY_COMPARE(peer.lines(), (QByteArrayList{
                                       R"({"status":"Success","number":7,"name":"Tux","quantity":1})",
                                       "",
                                   }));
        peer.send("hello\n"
                  "{\"id\":3,\"method_name\":\"order_details\"}\n"
                  "{\"id\":4,\"method_name\":\"order_details\",\"number\":1.0}\n"
                  "{\"method_name\":\"dance\"}\n");
        QTRY_COMPARE(peer.lines().size(), 6);

        const QByteArrayList lines = peer.lines();
        QVERIFY2(lines[1].startsWith(R"({"status":"Error","code":"malformed_message","message":)"), lines[1]);
        QCOMPARE(lines[2],
                 R"({"id":3,"status":"Error","code":"invalid_field","message":"number: is missing"})");
        QVERIFY2(lines[3].startsWith(R"({"id":4,"status":"Error","code":"invalid_field",)"), lines[3]);
        QVERIFY2(lines[4].startsWith(R"({"status":"Error","code":"unknown_method",)"), lines[4]);
        QVERIFY(peer.isOpen());
    }

    void aPeerThatSendsNoMoreIsStillAnswered()
    {
        Kept<Empty> kept;
        RpcServer server;
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) { kept.keep(reply); });
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        QSignalSpy gone(&server, &RpcServer::peerDisconnected);
        RawPeer peer(server.port());

        peer.send(numbered(2, Renew{1}));
        QTRY_COMPARE(kept.size(), 2);
        ::shutdown(static_cast<int>(peer.socket().socketDescriptor()), SHUT_WR);
        QTRY_COMPARE(gone.size(), 1);
        QVERIFY(peer.isOpen());
        kept.succeedAll();

        QTRY_COMPARE(peer.lines().size(), 3);
        QTRY_VERIFY(!peer.isOpen());
        std::vector<std::unique_ptr<RawPeer>> people; // with `echo ... | nc -N`
        for (int i = 0; i < 100; ++i) {
            people.push_back(std::make_unique<RawPeer>(server.port()));
            people.back()->send(numbered(1, OrderDetails{7}));
            ::shutdown(static_cast<int>(people.back()->socket().socketDescriptor()), SHUT_WR);
        }
        for (const auto &person : people)
            QTRY_COMPARE(person->lines().size(), 2);
        QTRY_COMPARE(server.unanswered(), 0);
    }

    void anOverlongLineIsRefusedAndClosed()
    {
        RpcServer server;
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer peer(server.port());

        peer.send(QByteArray(maxLineBytes + 1, 'x'));

        QTRY_VERIFY(!peer.isOpen());
        QCOMPARE(peer.lines().size(), 2);
        QVERIFY2(peer.lines()[0].startsWith(R"({"status":"Error","code":"message_too_large",)"),
                 peer.lines()[0]);
    }

    void linesThatAreNotCompleteAreBoundedAltogether()
    {
        RpcServer::Limits limits;
        limits.incompleteLineBytes = 3000;
        RpcServer server(limits);
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer first(server.port());
        RawPeer second(server.port());
        RawPeer third(server.port());
        const QByteArray piece(2000, ' ');
        const QByteArray request = "{\"id\":1,\"method_name\":\"nothing\"}\n";

        first.send(piece + request); // a whole line does not count
        QTRY_COMPARE(first.lines().size(), 2);
        first.send(piece);
        second.send("{\"id\":2}\n");
        QTRY_COMPARE(second.lines().size(), 2); // so the first one's piece was read
        second.send(piece);

        QTRY_VERIFY(!second.isOpen());
        QVERIFY2(second.lines()[1].contains("\"overloaded\""), second.lines()[1]);
        third.send(piece.left(900) + request); // there is room again
        QTRY_COMPARE(third.lines().size(), 2);
        first.send(request);
        QTRY_COMPARE(first.lines().size(), 3);
        third.send(piece);
        third.send(request);
        QTRY_COMPARE(third.lines().size(), 3);
    }

    void aPeerThatNeverReadsIsClosed()
    {
        RpcServer::Limits limits;
        limits.unsentBytes = 1024 * 1024;
        RpcServer server(limits);
        server.handle<Renew>([](const Renew &, const Reply<Empty> &reply) {
            for (int i = 0; i < 32; ++i)
                reply.peer()->pushLine(QByteArray(1024 * 1024, 'x') + '\n');
            reply.succeed({});
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        QSignalSpy gone(&server, &RpcServer::peerDisconnected);
        RawPeer peer(server.port());
        peer.socket().setReadBufferSize(1);

        peer.send(requestLine(1, Renew{1}));

        QTRY_COMPARE(gone.size(), 1);
        QCOMPARE(server.unsentBytes(gone[0][0].toULongLong()), std::nullopt);
    }

    void aPeerThatDoesNotTakeItsRefusalIsClosedAllTheSame()
    {
        RpcServer server;
        server.handle<Renew>([](const Renew &, const Reply<Empty> &reply) {
            for (int i = 0; i < 8; ++i)
                reply.peer()->pushLine(QByteArray(1024 * 1024, 'x') + '\n');
            reply.succeed({});
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        QSignalSpy gone(&server, &RpcServer::peerDisconnected);
        RawPeer peer(server.port());
        peer.socket().setReadBufferSize(1);
        peer.send(requestLine(1, Renew{1}));
        QTRY_VERIFY(server.unsentBytes(1).value_or(0) > 0);

        peer.send(QByteArray(2 * maxLineBytes, 'x'));

        QTRY_COMPARE(gone.size(), 1);
    }

    void requestsBeyondTheLimitAreRefusedWithTheirId()
    {
        RpcServer::Limits limits;
        limits.unansweredRequests = 3;
        Kept<Empty> kept;
        RpcServer server(limits);
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) { kept.keep(reply); });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        client.start();
        int overloaded = 0;
        int answered = 0;

        for (int i = 0; i < 10; ++i) {
            client.call<Renew>({1}, 20s, [&](const Result<Empty> &answer) {
                answered += answer ? 1 : 0;
                overloaded += !answer && answer.error().code == ErrorCode::Overloaded ? 1 : 0;
            });
        }
        QTRY_COMPARE(overloaded, 7);
        QCOMPARE(server.unanswered(), 3);
        QTRY_COMPARE(kept.size(), 3);
        kept.succeedAll();

        QTRY_COMPARE(answered, 3);
        QCOMPARE(server.unanswered(), 0);
        Outcome next;
        client.call<Renew>({1}, 20s, noting<Empty>(next));
        QTRY_COMPARE(kept.size(), 1);
        kept.succeedAll();
        QTRY_VERIFY(isAnswered(next));
    }

    void acknowledgementsPassAPeersLimitOfRequests()
    {
        RpcServer::Limits limits;
        limits.unansweredRequests = 2;
        Kept<Empty> kept;
        std::atomic_int acknowledged = 0;
        RpcServer server(limits);
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) { kept.keep(reply); });
        server.setAnswerHandler([&](quint64, qint64 id, const std::optional<Error> &error) {
            acknowledged += id == 99 && !error ? 1 : 0;
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer peer(server.port());

        peer.send(numbered(2, Renew{1}));
        QTRY_COMPARE(kept.size(), 2);
        peer.send(answerLine(99, Empty()));

        QTRY_COMPARE(acknowledged.load(), 1);
        QTRY_COMPARE(server.unanswered(), 2);
    }

    void aPeerThatSendsTooFastIsMadeToWaitAndThenServed()
    {
        RpcServer::Limits limits;
        limits.queuedBytes = 1024 * 1024;
        std::binary_semaphore mayWork{0};
        std::atomic_int handled = 0;
        RpcServer server(limits);
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) {
            if (++handled == 1)
                mayWork.acquire();
            reply.succeed({});
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer peer(server.port());
        // 64 MiB: more than the limit, the buffers of Qt and those of the kernel hold together.
        const int count = 128;
        const QByteArray filler(512 * 1024, 'x');
        for (int id = 1; id <= count; ++id)
            peer.send("{\"id\":" + QByteArray::number(id) +
                      ",\"method_name\":\"renew\",\"subscription\":1,\"filler\":\"" + filler + "\"}\n");

        QTRY_COMPARE(handled.load(), 1);
        QTRY_VERIFY(server.unanswered() >= 2);
        const int queued = server.unanswered();
        QVERIFY2(queued < 16, QByteArray::number(queued).constData());
        QVERIFY(peer.socket().bytesToWrite() > 0);
        mayWork.release();

        QTRY_COMPARE(handled.load(), count);
        QTRY_COMPARE(peer.lines().size(), count + 1);
    }

    void whatIsPushedIsAcknowledged()
    {
        std::atomic<qint64> acknowledgedId = 0;
        std::atomic<quint64> acknowledgedPeer = 0;
        RpcServer server;
        server.handle<SubscribeInvalidations>(
            [](const SubscribeInvalidations &, const Reply<SubscribeInvalidations::Answer> &reply) {
                reply.succeed({5});
                reply.peer()->push(Invalidate{5, "Tux", 2}, 41);
                reply.peer()->push(Invalidate{5, "Tux", 3});
            });
        server.setAnswerHandler([&](quint64 peer, qint64 id, const std::optional<Error> &error) {
            if (!error) {
                acknowledgedPeer = peer;
                acknowledgedId = id;
            }
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        std::vector<qint64> versions;
        client.onPush<Invalidate>([&](const Invalidate &message, std::optional<qint64> id) {
            versions.push_back(message.version);
            if (id)
                client.acknowledge(*id);
        });
        client.start();
        Outcome outcome;

        client.call<SubscribeInvalidations>({}, 5s, noting<SubscribeInvalidations::Answer>(outcome));

        QTRY_COMPARE(versions, (std::vector<qint64>{2, 3}));
        QTRY_COMPARE(acknowledgedId.load(), 41);
        QCOMPARE(acknowledgedPeer.load(), 1U);
        QVERIFY(isAnswered(outcome));
        QTRY_COMPARE(server.unanswered(), 0);
    }

    void drainingFinishesWhatWasBegunAndTakesNothingNew()
    {
        Kept<Empty> kept;
        std::atomic_int handled = 0;
        RpcServer server;
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) {
            ++handled;
            kept.keep(reply);
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        const quint16 port = server.port();
        RawPeer peer(port);
        peer.send(numbered(1, Renew{1}));
        QTRY_COMPARE(kept.size(), 1);

        server.drain();
        peer.send(numbered(5, Renew{1}));
        RawPeer late(port);
        QVERIFY(!late.isOpen());
        QCOMPARE(server.unanswered(), 1);
        kept.succeedAll();

        QTRY_COMPARE(peer.lines().size(), 2);
        QCOMPARE(server.unanswered(), 0);
        QCOMPARE(handled.load(), 1);
    }

    void drainingWaitsForTheHandlersAtWork()
    {
        std::atomic_bool inside = false;
        std::atomic_bool finished = false;
        RpcServer server;
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) {
            inside = true;
            const Instant until = monotonicNow() + 50ms;
            while (monotonicNow() < until)
                std::this_thread::yield();
            finished = true;
            reply.succeed({});
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer peer(server.port());
        peer.send(numbered(1, Renew{1}));
        QTRY_VERIFY(inside);
        server.drain();
        QVERIFY(finished);
    }

    void aPortInUseIsNamed()
    {
        RpcServer first;
        QVERIFY(first.listen(QHostAddress::LocalHost, 0));
        RpcServer second;
        const Result<void> result = second.listen(QHostAddress::LocalHost, first.port());
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::AlreadyInUse);
        QVERIFY(result.error().message.contains(QByteArray::number(first.port())));
    }

    void theServerAcceptsAgainWhenThereAreDescriptorsAgain()
    {
        RpcServer server;
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
        const rlimit few{std::min<rlim_t>(256, before.rlim_cur), before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &few), 0);
        RawPeer peer(server.port());
        std::vector<int> taken;
        for (int fd = ::dup(STDIN_FILENO); fd >= 0; fd = ::dup(STDIN_FILENO))
            taken.push_back(fd);

        refusedAccepts = 0;
        const QtMessageHandler handlerBefore = qInstallMessageHandler(countRefusedAccepts);
        const bool failed = QTest::qWaitFor([] { return refusedAccepts > 0; });
        qInstallMessageHandler(handlerBefore);
        for (const int fd : taken)
            ::close(fd);
        ::setrlimit(RLIMIT_NOFILE, &before);
        QVERIFY(failed);

        peer.send(numbered(1, OrderDetails{7}));
        QTRY_COMPARE(peer.lines().size(), 2);
    }

    void connectionsBeyondTheLimitAreRefused()
    {
        RpcServer::Limits limits;
        limits.connections = 2;
        RpcServer server(limits);
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer first(server.port());
        auto second = std::make_unique<RawPeer>(server.port());
        second->send(numbered(1, OrderDetails{7}));
        QTRY_COMPARE(second->lines().size(), 2);
        RawPeer third(server.port());
        QTRY_VERIFY(!third.isOpen());
        QVERIFY2(third.lines()[0].contains("overloaded"), third.lines()[0]);

        QSignalSpy gone(&server, &RpcServer::peerDisconnected);
        second.reset();
        QTRY_COMPARE(gone.size(), 1);

        RawPeer fourth(server.port());
        fourth.send(numbered(1, OrderDetails{7}));
        QTRY_COMPARE(fourth.lines().size(), 2);
    }

    void aPeerThatLeavesBeforeItsAnswerIsHarmless()
    {
        Kept<Empty> kept;
        RpcServer server;
        server.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) { kept.keep(reply); });
        serveOrderDetails(server);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        QSignalSpy gone(&server, &RpcServer::peerDisconnected);
        for (int i = 0; i < 50; ++i) {
            RawPeer peer(server.port());
            peer.send(numbered(3, Renew{1}));
        }
        QTRY_COMPARE(gone.size(), 50);
        QTRY_COMPARE(kept.size(), 150);
        kept.succeedAll();
        RawPeer peer(server.port());
        peer.send(numbered(1, OrderDetails{7}));
        QTRY_COMPARE(peer.lines().size(), 2);
        QTRY_COMPARE(server.unanswered(), 0);
    }

    void eventsAreFollowedOverAReconnect()
    {
        EventRing ring;
        RpcServer server;
        const EventPublisher publisher(server, ring);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        std::vector<qint64> seen;
        qint64 cursor = 0;
        const auto follow = [&](RpcClient &client) {
            client.onPush<Events>([&](const Events &push, std::optional<qint64>) {
                for (const EventFields &event : push.events)
                    seen.push_back(event.count.value_or(0));
                cursor = push.cursor;
            });
            client.start();
            client.call<Subscribe>({cursor}, 5s, [](const auto &) {});
        };
        const auto happen = [&](qint64 count) { ring.add({.kind = "test", .count = count}); };
        std::vector<qint64> expected;
        for (qint64 i = 1; i <= 1600; ++i)
            expected.push_back(i);

        auto client = std::make_unique<RpcClient>(placeOf(server));
        happen(1);
        follow(*client);
        QTRY_COMPARE(seen.size(), 1U);
        for (qint64 i = 2; i <= 1200; ++i) // more than one push may carry
            happen(i);
        QTRY_COMPARE(seen.size(), 1200U);
        client.reset();
        for (qint64 i = 1201; i <= 1600; ++i)
            happen(i);
        client = std::make_unique<RpcClient>(placeOf(server));
        follow(*client);

        QTRY_COMPARE(seen, expected);
    }

    void subscriptionsBeginWhereTheyAsk()
    {
        EventRing ring;
        RpcServer server;
        const EventPublisher publisher(server, ring);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        for (int i = 0; i < 3; ++i)
            ring.add({.kind = "before"});
        const auto firstSeen = [&](std::optional<qint64> cursor, QByteArray expectedAnswer) {
            RawPeer peer(server.port());
            peer.send(requestLine(1, Subscribe{cursor}));
            QTRY_VERIFY(peer.lines().size() >= 2);
            QCOMPARE(peer.lines()[0], "{\"id\":1,\"status\":\"Success\",\"cursor\":" + expectedAnswer + '}');
            ring.add({.kind = "after"});
            QTRY_VERIFY(peer.lines().size() >= 3);
            QVERIFY2(peer.lines()[1].contains(cursor ? "before" : "after"), peer.lines()[1]);
        };
        firstSeen(std::nullopt, "3");
        firstSeen(0, "0");
        firstSeen(4711, "0"); // a cursor of before the service's restart
    }

    void aSubscriberThatDoesNotReadCostsLittleAndIsToldWhatItMissed()
    {
        EventRing ring(1000);
        RpcServer server;
        const EventPublisher publisher(server, ring);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer peer(server.port());
        peer.socket().setReadBufferSize(1);
        peer.send(requestLine(1, Subscribe{0}));
        QTRY_VERIFY(peer.socket().bytesAvailable() > 0);
        const auto happen = [&] {
            for (int i = 0; i < 100; ++i)
                ring.add({.message = QByteArray(4096, 'x')});
        };

        // Until it has stopped sending: what its own side took is all that it gets.
        qsizetype most = 0;
        const auto isHeldBack = [&] {
            happen();
            most = std::max(most, server.untakenBytes(1).value_or(0));
            return most > 64 * 1024;
        };
        QVERIFY(QTest::qWaitFor(isHeldBack, 20'000));
        RawPeer reader(server.port());
        reader.send(requestLine(1, Subscribe()));
        QTRY_COMPARE(reader.lines().size(), 2);
        for (int round = 1; round <= 20; ++round) {
            happen();
            QTRY_VERIFY(reader.lines().size() > round + 1); // one that reads gets a push each time
            most = std::max(most, server.untakenBytes(1).value_or(0));
        }
        QVERIFY2(most < 2 * 1024 * 1024, QByteArray::number(most).constData());
        peer.socket().setReadBufferSize(0);

        QTRY_VERIFY_WITH_TIMEOUT(peer.lines().join().contains("\"missed\":"), 10'000);
        const auto missedSome = [&] {
            for (const QByteArray &text : peer.lines()) {
                const auto push = parseLine(text);
                const auto events = push ? decodeFields<Events>(push->body.root()) : failure({});
                if (events && events->missed > 0)
                    return true;
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(missedSome(), 10'000);
    }

    void aSubscriberIsToldInWhichLifeItIs()
    {
        EventRing ring;
        RpcServer server;
        const EventPublisher publisher(server, ring);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        for (int i = 0; i < 3; ++i)
            ring.add({.kind = "before"});
        RpcClient client(placeOf(server));
        client.start();
        const auto subscribe = [&client](const Subscribe &request) {
            std::optional<Subscribe::Answer> got;
            client.call(request, 5s, std::function<void(Result<Subscribe::Answer>)>([&got](auto answer) {
                            got = *answer;
                        }));
            return QTest::qWaitFor([&got] { return got.has_value(); }) ? *got : Subscribe::Answer();
        };

        const Subscribe::Answer first = subscribe({2, 0});
        QVERIFY(first.incarnation.value_or(0) > 0);
        QCOMPARE(first.cursor, 2);
        QCOMPARE(subscribe({2, first.incarnation}).cursor, 2);
        // The cursor of another life, though this one has got as far: all of it is news.
        QCOMPARE(subscribe({2, *first.incarnation + 1}).cursor, 0);
        QCOMPARE(subscribe({2, *first.incarnation + 1}).incarnation, first.incarnation);
        QCOMPARE(subscribe({2}).incarnation, std::nullopt);
    }

    void theStatusIsPushedWhenItChangesAndAsASignOfLife()
    {
        EventRing ring;
        RpcServer server;
        EventPublisher publisher(server, ring);
        int asked = 0;
        QByteArray status = "{\"method_name\":\"quiet\"}\n";
        publisher.setStatus([&](const EventPublisher::TakeStatus &take) {
            ++asked;
            take(status);
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer other(server.port());
        other.send(requestLine(1, Subscribe{0}));
        QTRY_COMPARE(other.lines().size(), 2);
        QCOMPARE(asked, 0); // nobody wants it
        RawPeer peer(server.port());
        peer.send(requestLine(1, Subscribe{0, std::nullopt, true}));
        QElapsedTimer watch;

        QTRY_VERIFY(peer.lines().size() >= 3); // at once,
        watch.start();
        QTRY_VERIFY(peer.lines().size() >= 6); // and every 250 ms
        QVERIFY2(watch.elapsed() > 500, QByteArray::number(watch.elapsed()).constData());
        status = "{\"method_name\":\"changed\"}\n";
        watch.start();
        QTRY_VERIFY(peer.lines().join().contains("changed"));
        QVERIFY2(watch.elapsed() < 150, QByteArray::number(watch.elapsed()).constData());
        QCOMPARE(other.lines().size(), 2);
    }

    void aStatusIsNotPiledUpForASubscriberThatDoesNotRead()
    {
        EventRing ring;
        RpcServer server;
        EventPublisher publisher(server, ring);
        const QByteArray much(200 * 1024, 'x');
        int asked = 0;
        publisher.setStatus([&](const EventPublisher::TakeStatus &take) {
            take("{\"method_name\":\"much\",\"n\":" + QByteArray::number(++asked) + ",\"text\":\"" + much +
                 "\"}\n");
        });
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer stopped(server.port());
        stopped.socket().setReadBufferSize(1);
        stopped.send(requestLine(1, Subscribe{0, std::nullopt, true}));
        RawPeer reader(server.port());
        reader.send(requestLine(1, Subscribe{0, std::nullopt, true}));

        qsizetype most = 0;
        QTRY_VERIFY_WITH_TIMEOUT((most = std::max(most, server.untakenBytes(1).value_or(0))) > 64 * 1024,
                                 20'000);
        const auto got = reader.lines().size();
        QTRY_VERIFY(
            (most = std::max(most, server.untakenBytes(1).value_or(0)), reader.lines().size() > got + 20));

        QVERIFY2(most < 512 * 1024, QByteArray::number(most).constData());
    }

    void aPublisherMayGoBeforeItsServer()
    {
        EventRing ring;
        RpcServer server;
        auto publisher = std::make_unique<EventPublisher>(server, ring);
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RawPeer peer(server.port());
        peer.send(requestLine(1, Subscribe{0}));
        QTRY_COMPARE(peer.lines().size(), 2);
        publisher.reset();
        peer.send(requestLine(2, Subscribe{0}));
        QTRY_COMPARE(peer.lines().size(), 3);
        QVERIFY2(peer.lines()[1].contains("internal"), peer.lines()[1]);
    }
};

QTEST_GUILESS_MAIN(TestNet)
#include "tst_net.moc"
