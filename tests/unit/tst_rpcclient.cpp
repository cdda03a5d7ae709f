// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcclient.h"
#include "net/rpcserver.h"
#include "protocol/catalogmessages.h"
#include "protocol/ordermessages.h"
#include "support/rpctesting.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QThread>

#include <thread>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

/// A server with a thread of its own, so that it goes on while the test's thread does nothing.
class ServerElsewhere
{
public:
    explicit ServerElsewhere(const std::function<void(RpcServer &)> &prepare,
                             const RpcServer::Limits &limits = {})
    {
        m_there.moveToThread(&m_thread);
        m_thread.start();
        QMetaObject::invokeMethod(
            &m_there,
            [&] {
                m_server = std::make_unique<RpcServer>(limits);
                prepare(*m_server);
                const Result<void> listening = m_server->listen(QHostAddress::LocalHost, 0);
                TOYSTORE_ENSURE(listening.has_value());
            },
            Qt::BlockingQueuedConnection);
    }
    ~ServerElsewhere()
    {
        QMetaObject::invokeMethod(
            &m_there, [this] { m_server.reset(); }, Qt::BlockingQueuedConnection);
        m_thread.quit();
        m_thread.wait();
    }

    [[nodiscard]] Endpoint place() const { return placeOf(*m_server); }

private:
    QThread m_thread;
    QObject m_there;
    std::unique_ptr<RpcServer> m_server;
};

} // namespace

/// Calls and their ends, as who calls sees them.
class TestRpcClient : public QObject
{
    Q_OBJECT

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
        KeepingServer server;
        RpcClient client(placeOf(server));
        client.start();
        CallOutcome late;
        CallOutcome patient;

        client.call<Renew>({1}, 10s, noting<Empty>(patient));
        client.call<Renew>({1}, 30ms, noting<Empty>(late));
        QTRY_VERIFY(isCode(late, ErrorCode::DeadlineExceeded));
        QVERIFY(!patient);
        late.reset();
        server.kept.succeedAll();

        QTRY_VERIFY(isAnswered(patient));
        CallOutcome next;
        client.call<OrderDetails>({7}, 5s, noting<OrderDetails::Answer>(next));
        QTRY_VERIFY(isAnswered(next));
        QVERIFY(!late);
    }

    void aCallOverItsDeadlineIsNotSent()
    {
        KeepingServer server;
        RpcClient client(placeOf(server));
        client.start();
        QTRY_VERIFY(client.isConnected());
        CallOutcome late;
        CallOutcome next;

        client.call<Renew>({1}, 0ms, noting<Empty>(late));
        client.call<OrderDetails>({7}, 5s, noting<OrderDetails::Answer>(next));

        QTRY_VERIFY(isAnswered(next));
        QVERIFY(isCode(late, ErrorCode::DeadlineExceeded));
        QCOMPARE(server.kept.size(), 0);
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
        CallOutcome waiting;
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
        CallOutcome next;
        client.call<OrderDetails>({7}, 5s, noting<OrderDetails::Answer>(next));
        QTRY_VERIFY(isAnswered(next));
        QCOMPARE(losses.size(), 1);
    }

    void anotherThreadsCallLeavesWithoutTheLoop()
    {
        QSemaphore handled;
        ServerElsewhere server([&](RpcServer &made) {
            made.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) {
                handled.release();
                reply.succeed({});
            });
        });
        RpcClient client(server.place());
        client.start();
        QTRY_VERIFY(client.isConnected());
        CallOutcome first;
        std::thread([&] { client.call<Renew>({1}, 10s, noting<Empty>(first)); }).join();
        QTRY_VERIFY(isAnswered(first)); // the loop has armed the timer of the deadlines
        QVERIFY(handled.tryAcquire(1));

        CallOutcome second;
        std::thread([&] { client.call<Renew>({1}, 10s, noting<Empty>(second)); }).join();
        QVERIFY(handled.tryAcquire(1, 5000)); // and no event of ours happens meanwhile
        QVERIFY(!second);
        QTRY_VERIFY(isAnswered(second));
    }

    void deadlinesOfOtherThreadsCallsAreKept()
    {
        Kept<Empty> kept;
        ServerElsewhere server([&](RpcServer &made) {
            made.handle<Renew>([&](const Renew &, const Reply<Empty> &reply) { kept.keep(reply); });
        });
        RpcClient client(server.place());
        client.start();
        QTRY_VERIFY(client.isConnected());
        for (int turn = 0; turn < 3; ++turn) { // the timer is armed for another call, for none, and again
            CallOutcome late;
            CallOutcome later;
            std::thread([&] {
                client.call<Renew>({1}, 100ms, noting<Empty>(later));
                client.call<Renew>({1}, 30ms, noting<Empty>(late));
            }).join();
            QTRY_VERIFY_WITH_TIMEOUT(isCode(late, ErrorCode::DeadlineExceeded), 1000);
            QTRY_VERIFY_WITH_TIMEOUT(isCode(later, ErrorCode::DeadlineExceeded), 1000);
        }
    }

    void linesOfManyThreadsStayWhole_data()
    {
        QTest::addColumn<int>("grouping");
        QTest::newRow("own calls together") << static_cast<int>(RpcClient::Grouping::Turn);
        QTest::newRow("own calls at once") << static_cast<int>(RpcClient::Grouping::None);
    }

    void linesOfManyThreadsStayWhole()
    {
        constexpr int callers = 4;
        constexpr int callsOfEach = 15; // together less than may wait
        // Longer than what the kernel takes at once, so that lines wait, and threads meet.
        AppendOrders page{1, {8091}, maxPageOrders, {}};
        for (qint64 number = 1; number <= maxPageOrders; ++number)
            page.orders.append({number, "Tux", 1, QByteArray(100, 'f'), 1, "now"});
        RpcServer::Limits limits;
        limits.queuedBytes = 1000; // it reads no faster than it handles
        std::atomic_int whole = 0;
        std::atomic_int acknowledged = 0; // what the server pushes
        ServerElsewhere server(
            [&](RpcServer &made) {
                made.handle<AppendOrders>(
                    [&](const AppendOrders &got, const Reply<AppendOrders::Answer> &reply) {
                        reply.peer()->push(Invalidate{1, "Tux", 1}, whole);
                        whole += got.orders == page.orders ? 1 : 0;
                        reply.succeed({});
                    });
                made.setAnswerHandler([&](quint64, qint64, const std::optional<Error> &error) {
                    acknowledged += error ? 0 : 1;
                });
            },
            limits);
        QFETCH(const int, grouping);
        RpcClient client(server.place(), static_cast<RpcClient::Grouping>(grouping));
        client.onPush<Invalidate>(
            [&client](const Invalidate &, std::optional<qint64> id) { client.acknowledge(*id); });
        client.start();
        QTRY_VERIFY(client.isConnected());
        std::atomic_int answered = 0;
        const auto callOften = [&] {
            for (int i = 0; i < callsOfEach; ++i)
                client.call<AppendOrders>(page, 30s, [&](const Result<AppendOrders::Answer> &answer) {
                    answered += answer ? 1 : 0;
                });
        };
        for (int turn = 1; turn <= 3; ++turn) { // in the first, the loop has a timer to arm
            std::vector<std::thread> threads;
            for (int i = 0; i < callers; ++i)
                threads.emplace_back(callOften);
            callOften();
            for (std::thread &thread : threads)
                thread.join();
            QTRY_COMPARE_WITH_TIMEOUT(answered.load(), turn * (callers + 1) * callsOfEach, 20'000);
        }
        QCOMPARE(whole.load(), answered.load());
        QTRY_COMPARE(acknowledged.load(), answered.load());
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
            CallOutcome outcome;
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
        CallOutcome outcome;
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
        CallOutcome outcome;
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
};

QTEST_GUILESS_MAIN(TestRpcClient)
#include "tst_rpcclient.moc"
