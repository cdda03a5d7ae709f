// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcclient.h"
#include "net/rpcserver.h"
#include "protocol/catalogmessages.h"
#include "protocol/ordermessages.h"
#include "support/rpctesting.h"

#include <QSignalSpy>
#include <QTest>

#include <semaphore>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

// A message handler is a plain function.
std::atomic_int refusedAccepts = 0;
void countRefusedAccepts(QtMsgType, const QMessageLogContext &, const QString &message)
{
    refusedAccepts += message.contains(QLatin1String("can't accept a connection")) ? 1 : 0;
}

/// Before a renewal is answered its peer is sent so many lines of a MiB.
void pushAtRenewals(RpcServer &server, int lines)
{
    server.handle<Renew>([lines](const Renew &, const Reply<Empty> &reply) {
        for (int i = 0; i < lines; ++i)
            reply.peer()->pushLine(QByteArray(1024 * 1024, 'x') + '\n');
        reply.succeed({});
    });
}

} // namespace

/// What a server does to its peers, well-meaning or not.
class TestRpcServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatNobodyWouldAnswerIsAnswered()
    {
        RpcServer server;
        server.handle<Renew>([](const Renew &, const Reply<Empty> &) {}); // forgets its reply
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        RpcClient client(placeOf(server));
        client.start();
        CallOutcome forgotten;
        CallOutcome unknown;
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

    void theLastAnswerLeavesWithoutTheLoop()
    {
        KeepingServer server;
        RawPeer peer(server.port());
        peer.send(numbered(1, Renew{1}));
        QTRY_COMPARE(server.kept.size(), 1);

        server.kept.succeedAll();

        QVERIFY(peer.socket().waitForReadyRead(5000)); // which lets nobody else's events happen
        QCOMPARE(peer.lines().size(), 2);
    }

    void aPeerThatSendsNoMoreIsStillAnswered()
    {
        KeepingServer server;
        QSignalSpy gone(&server, &RpcServer::peerDisconnected);
        RawPeer peer(server.port());

        peer.send(numbered(2, Renew{1}));
        QTRY_COMPARE(server.kept.size(), 2);
        ::shutdown(static_cast<int>(peer.socket().socketDescriptor()), SHUT_WR);
        QTRY_COMPARE(gone.size(), 1);
        QVERIFY(peer.isOpen());
        server.kept.succeedAll();

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
        pushAtRenewals(server, 32);
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
        pushAtRenewals(server, 8);
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
        KeepingServer server(limits);
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
        QTRY_COMPARE(server.kept.size(), 3);
        server.kept.succeedAll();

        QTRY_COMPARE(answered, 3);
        QCOMPARE(server.unanswered(), 0);
        CallOutcome next;
        client.call<Renew>({1}, 20s, noting<Empty>(next));
        QTRY_COMPARE(server.kept.size(), 1);
        server.kept.succeedAll();
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
        CallOutcome outcome;

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
        KeepingServer server;
        QSignalSpy gone(&server, &RpcServer::peerDisconnected);
        for (int i = 0; i < 50; ++i) {
            RawPeer peer(server.port());
            peer.send(numbered(3, Renew{1}));
        }
        QTRY_COMPARE(gone.size(), 50);
        QTRY_COMPARE(server.kept.size(), 150);
        server.kept.succeedAll();
        RawPeer peer(server.port());
        peer.send(numbered(1, OrderDetails{7}));
        QTRY_COMPARE(peer.lines().size(), 2);
        QTRY_COMPARE(server.unanswered(), 0);
    }
};

QTEST_GUILESS_MAIN(TestRpcServer)
#include "tst_rpcserver.moc"
