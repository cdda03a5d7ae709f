// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcclient.h"
#include "net/rpcserver.h"
#include "protocol/catalogmessages.h"
#include "protocol/ordermessages.h"

#include <QTcpSocket>
#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

class TestNet : public QObject
{
    Q_OBJECT

private:
    static Endpoint placeOf(const RpcServer &server) { return {QStringLiteral("127.0.0.1"), server.port()}; }

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
        RpcServer server;
        std::mutex mutex;
        std::vector<Reply<Empty>> kept;
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
        RpcServer server;
        std::atomic_int inside = 0;
        std::atomic_int most = 0;
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
};

QTEST_GUILESS_MAIN(TestNet)
#include "tst_net.moc"
