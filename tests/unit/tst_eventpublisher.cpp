// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/eventpublisher.h"
#include "net/rpcclient.h"
#include "protocol/eventmessages.h"
#include "support/rpctesting.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

/// A publisher, what it publishes, and the server, which listens.
struct Published {
    explicit Published(std::function<void(EventPublisher::TakeStatus)> status = {})
    {
        publisher.setStatus(std::move(status));
        const Result<void> listening = server.listen(QHostAddress::LocalHost, 0);
        TOYSTORE_ENSURE(listening.has_value());
    }

    EventRing ring;
    RpcServer server;
    EventPublisher publisher{server, ring};
};

} // namespace

/// What subscribers are told, and when.
class TestEventPublisher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventsAreFollowedOverAReconnect()
    {
        Published here;
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
        const auto happen = [&](qint64 count) { here.ring.add({.kind = "test", .count = count}); };
        std::vector<qint64> expected;
        for (qint64 i = 1; i <= 1600; ++i)
            expected.push_back(i);

        auto client = std::make_unique<RpcClient>(placeOf(here.server));
        happen(1);
        follow(*client);
        QTRY_COMPARE(seen.size(), 1U);
        for (qint64 i = 2; i <= 1200; ++i) // more than one push may carry
            happen(i);
        QTRY_COMPARE(seen.size(), 1200U);
        client.reset();
        for (qint64 i = 1201; i <= 1600; ++i)
            happen(i);
        client = std::make_unique<RpcClient>(placeOf(here.server));
        follow(*client);

        QTRY_COMPARE(seen, expected);
    }

    void subscriptionsBeginWhereTheyAsk()
    {
        Published here;
        for (int i = 0; i < 3; ++i)
            here.ring.add({.kind = "before"});
        const auto firstSeen = [&](std::optional<qint64> cursor, QByteArray expectedAnswer) {
            RawPeer peer(here.server.port());
            peer.send(requestLine(1, Subscribe{cursor}));
            QTRY_VERIFY(peer.lines().size() >= 2);
            QCOMPARE(peer.lines()[0], "{\"id\":1,\"status\":\"Success\",\"cursor\":" + expectedAnswer + '}');
            here.ring.add({.kind = "after"});
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
        Published here;
        for (int i = 0; i < 3; ++i)
            here.ring.add({.kind = "before"});
        RpcClient client(placeOf(here.server));
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
        int asked = 0;
        QByteArray status = "{\"method_name\":\"quiet\"}\n";
        Published here([&](const EventPublisher::TakeStatus &take) {
            ++asked;
            take(status);
        });
        RawPeer other(here.server.port());
        other.send(requestLine(1, Subscribe{0}));
        QTRY_COMPARE(other.lines().size(), 2);
        QCOMPARE(asked, 0); // nobody wants it
        RawPeer peer(here.server.port());
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
        const QByteArray much(200 * 1024, 'x');
        int asked = 0;
        Published here([&](const EventPublisher::TakeStatus &take) {
            take("{\"method_name\":\"much\",\"n\":" + QByteArray::number(++asked) + ",\"text\":\"" + much +
                 "\"}\n");
        });
        RawPeer stopped(here.server.port());
        stopped.socket().setReadBufferSize(1);
        stopped.send(requestLine(1, Subscribe{0, std::nullopt, true}));
        RawPeer reader(here.server.port());
        reader.send(requestLine(1, Subscribe{0, std::nullopt, true}));

        qsizetype most = 0;
        QTRY_VERIFY_WITH_TIMEOUT((most = std::max(most, here.server.untakenBytes(1).value_or(0))) > 64 * 1024,
                                 20'000);
        const auto got = reader.lines().size();
        QTRY_VERIFY((most = std::max(most, here.server.untakenBytes(1).value_or(0)),
                     reader.lines().size() > got + 20));

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

QTEST_GUILESS_MAIN(TestEventPublisher)
#include "tst_eventpublisher.moc"
