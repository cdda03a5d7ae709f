// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/eventclient.h"
#include "support/frontendsuite.h"
#include "support/processfigures.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

const QByteArray oneTux = "{\"name\":\"Tux\",\"quantity\":1}";

qint64 cursorOf(const EventClient::Message &message)
{
    return message.id.mid(message.id.indexOf('-') + 1).toLongLong();
}

} // namespace

/// `GET /events` of a real frontend, as browsers read it.
class TestEventStream : public FrontendSuite
{
    Q_OBJECT

private:
    [[nodiscard]] qint64 sessions() const { return m_frontend->ask(FrontendStatus())->sessions; }
    /// Leadership that comes and goes: two events or more.
    void changeLeader()
    {
        m_store->stopReplica(2);
        QTRY_COMPARE(m_frontend->ask(FrontendStatus())->leaderId, m_store->replicaId(1));
        m_store->startReplica(2);
    }

private Q_SLOTS:
    void whatHappenedAndWhatHappensComesInOrder()
    {
        EventClient client(port());
        QTRY_VERIFY(!client.messages("happened", "\"kind\":\"leader_changed\"").isEmpty()); // before it came
        QVERIFY(client.head().startsWith("HTTP/1.1 200 OK\r\n"));
        QVERIFY(client.head().contains("Content-Type: text/event-stream\r\n"));
        QVERIFY(client.head().contains("Cache-Control: no-store\r\n"));
        QVERIFY(client.head().contains("Connection: close\r\n"));
        QVERIFY(client.head().contains("X-Request-Id: "));
        QVERIFY(!client.head().contains("Content-Length"));

        changeLeader();
        QTRY_COMPARE(client.messages("happened", "\"kind\":\"leader_changed\"").size(), 2);
        QCOMPARE(client.messages("happened", "\"kind\":\"leader_lost\"").size(), 1);
        qint64 last = 0;
        for (const EventClient::Message &message : client.messages("happened")) {
            QCOMPARE(cursorOf(message), last + 1);
            last = cursorOf(message);
            const QJsonObject event = QJsonDocument::fromJson(message.data).object();
            QCOMPARE(event[QStringLiteral("cursor")].toInteger(), last);
        }
    }

    void theStatusIsTold()
    {
        EventClient client(port());
        const QByteArray leader = "\"leader_id\":" + QByteArray::number(m_store->replicaId(2).value);
        QTRY_VERIFY(!client.messages("status", leader).isEmpty());
        QCOMPARE(httpPost(port(), "/orders", oneTux).status, 200);
        QTRY_VERIFY(!client.messages("status", "\"last_order_number\":1").isEmpty());
        // And as a sign of life.
        const qsizetype before = client.messages("status").size();
        QTRY_VERIFY(client.messages("status").size() >= before + 2);
    }

    void whoComesBackMissesNothing()
    {
        auto first = std::make_unique<EventClient>(port());
        QTRY_VERIFY(!first->messages("happened", "\"kind\":\"leader_changed\"").isEmpty());
        QTRY_VERIFY(!first->messages("happened", "\"kind\":\"subscribed\"").isEmpty());
        const QByteArray last = first->lastId();
        const qint64 cursor = cursorOf(first->messages("happened").last());
        first.reset();
        changeLeader();

        EventClient second(port(), "Last-Event-ID: " + last + "\r\n");
        QTRY_VERIFY(!second.messages("happened", "\"kind\":\"leader_changed\"").isEmpty());
        QCOMPARE(cursorOf(second.messages("happened").first()), cursor + 1);
    }

    void afterARestartTheStreamBeginsAnew()
    {
        auto first = std::make_unique<EventClient>(port());
        QTRY_VERIFY(!first->messages("happened", "\"kind\":\"leader_changed\"").isEmpty());
        const QByteArray last = first->lastId();
        restart();
        EventClient second(port(), "Last-Event-ID: " + last.left(last.indexOf('-')) + "-4000000\r\n");
        QTRY_VERIFY(!second.messages("happened").isEmpty());
        QCOMPARE(cursorOf(second.messages("happened").first()), 1);
        QVERIFY(second.lastId().left(8) != last.left(8));
    }

    void anIdThatIsNoneIsPassedOver()
    {
        for (const char *id : {"", "x", "-", "1-x", "1-2-3", "99999999999999999999-1", "\xff-1"}) {
            EventClient client(port(), "Last-Event-ID: " + QByteArray(id) + "\r\n");
            QTRY_VERIFY(!client.messages("happened").isEmpty());
            QCOMPARE(cursorOf(client.messages("happened").first()), 1);
        }
    }

    void aHeartbeatIsAComment()
    {
        EventClient client(port());
        QTRY_COMPARE(client.comments(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(client.comments(), 2, 4000);
    }

    void aClientThatGoesIsForgotten()
    {
        QTRY_COMPARE(sessions(), 0);
        auto client = std::make_unique<EventClient>(port());
        QTRY_VERIFY(!client->messages().isEmpty());
        QCOMPARE(sessions(), 1);
        client->socket().abort();
        QTRY_COMPARE(sessions(), 0);
    }

    void beyondTheCapAStreamIsRefused()
    {
        std::vector<std::unique_ptr<EventClient>> clients;
        for (int i = 0; i < 64; ++i)
            clients.push_back(std::make_unique<EventClient>(port()));
        for (const auto &client : clients)
            QTRY_VERIFY(!client->messages().isEmpty());
        const RawHttp::Answer refused = httpGet(port(), "/events");
        QCOMPARE(refused.status, 503);
        QVERIFY(refused.head.contains("Retry-After: 1\r\n"));
        QVERIFY(refused.body.contains("there are 64 event streams already"));
        QCOMPARE(httpGet(port(), "/products/Tux").status, 200); // shopping goes on
        clients.pop_back();
        QTRY_COMPARE(sessions(), 63);
        EventClient next(port());
        QTRY_VERIFY(!next.messages().isEmpty());
    }

    // Many watchers and few threads: a stream holds none of them.
    void streamsHoldNoThread()
    {
        std::vector<std::unique_ptr<EventClient>> clients;
        for (int i = 0; i < 40; ++i)
            clients.push_back(std::make_unique<EventClient>(port()));
        for (const auto &client : clients)
            QTRY_VERIFY(!client->messages().isEmpty());
        for (int i = 0; i < 40; ++i)
            QCOMPARE(httpGet(port(), "/products/Tux").status, 200);
        QCOMPARE(httpPost(port(), "/orders", oneTux).status, 200);
        for (const auto &client : clients)
            QTRY_VERIFY(!client->messages("status", "\"last_order_number\":1").isEmpty());
    }

    void whoDoesNotReadIsCutOff()
    {
        // News enough to fill what the kernel holds for a reader.
        const QByteArray toy(256, 'x');
        m_store->addToy(toy);
        const QByteArray order = "{\"name\":\"" + toy + "\",\"quantity\":1}";
        EventClient reader(port());
        RawHttp buyer(port());
        qint64 bought = 0;
        const auto news = [&reader] {
            qsizetype bytes = 0;
            for (const EventClient::Message &message : reader.messages("happened"))
                bytes += message.data.size();
            return bytes;
        };
        while (news() < 160'000 && bought < 100'000) {
            m_store->setStock(toy, 100);
            const QByteArray key = QByteArray::number(++bought).rightJustified(128, 'k');
            buyer.post("/orders", order, "Idempotency-Key: " + key + "\r\n");
            QCOMPARE(buyer.read().status, 200);
        }
        const qint64 before = ownMemoryOf(m_frontend->ask(FrontendStatus())->pid);

        QTcpSocket deaf;
        deaf.setReadBufferSize(1024);
        deaf.connectToHost(QStringLiteral("127.0.0.1"), port());
        QVERIFY(deaf.waitForConnected());
        deaf.setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 4096);
        deaf.write("GET /events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: another-1\r\n\r\n");
        QTRY_VERIFY(deaf.bytesAvailable() > 0);
        const Instant began = monotonicNow();
        QCOMPARE(sessions(), 3);
        QTRY_COMPARE_WITH_TIMEOUT(sessions(), 2, 20'000);

        const auto took = monotonicNow() - began; // the kernel by itself would take 10 s
        QVERIFY2(took > 4s && took < 9500ms, QByteArray::number(qint64(took / 1ms)).constData());
        QVERIFY(!reader.isClosed());
        const qint64 grown = ownMemoryOf(m_frontend->ask(FrontendStatus())->pid) - before;
        QVERIFY2(!memoryIsExact || grown < 1024 * 1024, QByteArray::number(grown).constData());
    }

    void whatAWatcherSendsIsDropped()
    {
        EventClient client(port());
        QTRY_VERIFY(!client.messages().isEmpty());
        client.socket().write("GET /products/Tux HTTP/1.1\r\nHost: x\r\n\r\n" + QByteArray(100'000, 'x'));
        const qsizetype before = client.messages("status").size();
        QTRY_VERIFY(client.messages("status").size() > before + 1);
        QVERIFY(!client.isClosed());
    }

    void aStoreThatClosesEndsTheStreams()
    {
        EventClient client(port());
        QTRY_VERIFY(!client.messages().isEmpty());
        m_frontend->terminate();
        QCOMPARE(m_frontend->exitCode(), 0);
        QTRY_VERIFY(client.isClosed());
    }
};

QTEST_GUILESS_MAIN(TestEventStream)
#include "tst_eventstream.moc"
