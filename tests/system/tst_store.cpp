// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The whole store, as people use it and break it.

#include "protocol/catalogmessages.h"
#include "protocol/frontendmessages.h"
#include "support/httpconnection.h"
#include "support/recordedload.h"
#include "support/storechecks.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

/// Of three toys of which the store sells two.
LoadPlan buyers(const StoreUnderTest &store, int clients)
{
    return toystore::buyers(store.httpPort(), clients, {"Tux", "Rubber Duck", "Teddy Bear"});
}

QByteArray buyBody(const QByteArray &name, qint64 quantity)
{
    return "{\"name\":\"" + name + "\",\"quantity\":" + QByteArray::number(quantity) + "}";
}

qint64 stockOf(HttpConnection &client, const QByteArray &target)
{
    const QJsonObject answer = QJsonDocument::fromJson(client.get(target).body).object();
    return answer.value(QLatin1String("data")).toObject().value(QLatin1String("quantity")).toInteger(-1);
}

qint64 numberIn(const HttpAnswer &answer)
{
    const QJsonObject data =
        QJsonDocument::fromJson(answer.body).object().value(QLatin1String("data")).toObject();
    return data.value(QLatin1String("order_number")).toInteger(-1);
}

} // namespace

class TestStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSpecifiedAnswersToTheLetter()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        HttpConnection client(store.httpPort());

        HttpAnswer answer = client.get("/products/Tux");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, "{\"data\":{\"name\":\"Tux\",\"price\":19.9,\"quantity\":100}}");

        answer = client.get("/products/Rubber%20Duck");
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.body.startsWith("{\"data\":{\"name\":\"Rubber Duck\","));

        answer = client.get("/products/Sold%20nowhere");
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.body, "{\"error\":{\"code\":404,\"message\":\"product not found\"}}");

        answer = client.post("/orders", buyBody("Tux", 1));
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, "{\"data\":{\"order_number\":1}}");
        answer = client.post("/order", buyBody("Tux", 2));
        QCOMPARE(answer.body, "{\"data\":{\"order_number\":2}}");
        QCOMPARE(stockOf(client, "/products/Tux"), 97);

        for (const QByteArray &target : {QByteArray("/orders/2"), QByteArray("/order/2")}) {
            answer = client.get(target);
            QCOMPARE(answer.status, 200);
            QCOMPARE(answer.body, "{\"number\":2,\"name\":\"Tux\",\"quantity\":2}");
        }
        answer = client.get("/orders/3");
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.body, "{\"error\":{\"code\":404,\"message\":\"order not found\"}}");

        for (const QByteArray &body :
             {buyBody("Tux", 0), buyBody("Tux", -1), buyBody("Tux", 98), buyBody("Sold nowhere", 1)}) {
            answer = client.post("/orders", body);
            QCOMPARE(answer.status, 404);
            QCOMPARE(answer.body, "{\"error\":{\"code\":404,\"message\":\"couldn't place the order\"}}");
        }
        QCOMPARE(client.post("/orders", "{\"name\":\"Tux\",\"quantity\":1.0}").status, 400);
        QCOMPARE(client.post("/orders", "{\"name\":\"Tux\"}").status, 400);
        QCOMPARE(client.get("/nowhere").status, 404);
        QVERIFY(store.close());
    }

    void aKeyBuysOnce()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        HttpConnection client(store.httpPort());
        const QByteArray key = "Idempotency-Key: once\r\n";

        QCOMPARE(numberIn(client.post("/orders", buyBody("Tux", 1), key)), 1);
        QCOMPARE(numberIn(client.post("/orders", buyBody("Tux", 1), key)), 1);
        QCOMPARE(client.post("/orders", buyBody("Tux", 2), key).status, 422);
        QCOMPARE(stockOf(client, "/products/Tux"), 99);
    }

    void aQueryIsCachedAndInvalidatedByABuy()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        HttpConnection client(store.httpPort());

        QCOMPARE(stockOf(client, "/products/Tux"), 100);
        QCOMPARE(stockOf(client, "/products/Tux"), 100);
        const auto status = ask(store.adminPort(), FrontendStatus());
        QVERIFY(status.has_value());
        QCOMPARE(status->cacheHits, 1);
        QCOMPARE(status->cacheEntries, 1);
        for (qint64 left = 99; left >= 90; --left) {
            QCOMPARE(client.post("/orders", buyBody("Tux", 1)).status, 200);
            QCOMPARE(stockOf(client, "/products/Tux"), left);
        }
    }

    void whatIsSoldOutIsRestocked()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("3"),
                              QStringLiteral("--restock-interval"), QStringLiteral("300"),
                              QStringLiteral("--restock-level"), QStringLiteral("7")});
        QVERIFY(store.open());
        HttpConnection client(store.httpPort());
        QCOMPARE(stockOf(client, "/products/Tux"), 3);
        QCOMPARE(client.post("/orders", buyBody("Tux", 3)).status, 200);
        QTRY_COMPARE_WITH_TIMEOUT(stockOf(client, "/products/Tux"), 7, 5000);
    }

    void openingAgainRestocksAndKeepsTheOrders()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        {
            HttpConnection client(store.httpPort());
            QCOMPARE(numberIn(client.post("/orders", buyBody("Tux", 5))), 1);
        }
        QVERIFY(store.close());
        QVERIFY(store.open());
        HttpConnection client(store.httpPort());
        QCOMPARE(stockOf(client, "/products/Tux"), 100);
        QCOMPARE(client.get("/orders/1").body, "{\"number\":1,\"name\":\"Tux\",\"quantity\":5}");
        QCOMPARE(numberIn(client.post("/orders", buyBody("Tux", 1))), 2);
    }

    void everyKeepAliveClientIsServed_data()
    {
        QTest::addColumn<int>("clients");
        QTest::newRow("12") << 12;
        QTest::newRow("100") << 100;
    }

    void everyKeepAliveClientIsServed()
    {
        QFETCH(const int, clients);
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("100000")});
        QVERIFY(store.open());
        std::vector<std::unique_ptr<HttpConnection>> idle;
        for (int i = 0; i < clients; ++i) {
            idle.push_back(std::make_unique<HttpConnection>(store.httpPort()));
            QCOMPARE(idle.back()->get("/products/Tux").status, 200);
        }
        RecordedLoad shoppers(buyers(store, clients));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() >= clients * 5, 20'000);
        QVERIFY(shoppers.stop());
        QCOMPARE(shoppers.figures().allErrors(), 0);
        for (const auto &client : idle)
            QCOMPARE(client->get("/products/Tux").status, 200);
        closeAndCheck(store, shoppers.calls());
    }

    void aFollowerMayBeKilledAndCatchesUp()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("1000000")});
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store, 8));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 100, 20'000);
        const qint64 follower = store.replicas().first();
        QVERIFY(store.command<KillService>(StoreUnderTest::nameOf(follower)).has_value());
        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, 20'000);
        QVERIFY(store.command<StartService>(StoreUnderTest::nameOf(follower)).has_value());
        QCOMPARE(store.waitForState(StoreUnderTest::nameOf(follower), "ready"), "ready");
        QVERIFY(shoppers.stop());
        QCOMPARE(shoppers.figures().allErrors(), 0);
        QVERIFY(store.waitForEqualLogs(2s));
        closeAndCheck(store, shoppers.calls());
    }

    void noClientNoticesThatTheLeaderIsKilled()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("1000000")});
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store, 8));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 100, 20'000);
        const ReplicaId leader = store.leader();
        QCOMPARE(leader.value, store.replicas().last()); // the highest id

        shoppers.takeFigures();
        QVERIFY(store.command<KillService>("leader").has_value());

        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, 20'000);
        QCOMPARE(store.leader().value, store.replicas().at(1));
        QVERIFY(store.command<StartService>(QByteArray::number(leader.value)).has_value());
        QCOMPARE(store.waitForState(StoreUnderTest::nameOf(store.replicas().last()), "ready"), "ready");
        QVERIFY(shoppers.stop());
        QCOMPARE(shoppers.figures().allErrors(), 0);
        const auto wait = std::chrono::duration<double, std::milli>(shoppers.takeFigures().longestWait);
        QVERIFY2(wait <= 250ms, QByteArray::number(wait.count()));
        QVERIFY(store.waitForEqualLogs(2s));
        QCOMPARE(store.leader().value, store.replicas().at(1)); // leadership does not move back
        closeAndCheck(store, shoppers.calls());
    }

    void theLeaderMayBePaused()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("1000000")});
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store, 8));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 100, 20'000);
        QVERIFY(store.command<PauseService>("leader").has_value());
        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, 20'000);
        QVERIFY(store.command<ResumeService>(StoreUnderTest::nameOf(store.replicas().last())).has_value());
        const qint64 resumed = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > resumed + 200, 20'000);
        QVERIFY(shoppers.stop());
        QCOMPARE(shoppers.figures().allErrors(), 0);
        QCOMPARE(store.leader().value, store.replicas().at(1));
        closeAndCheck(store, shoppers.calls());
    }

    void withoutReplicasBuysFailAtOnceAndQueriesGoOn()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        HttpConnection client(store.httpPort());
        QCOMPARE(numberIn(client.post("/orders", buyBody("Tux", 1))), 1);
        for (const qint64 replica : store.replicas())
            QVERIFY(store.command<KillService>(StoreUnderTest::nameOf(replica)).has_value());
        QTRY_VERIFY(client.post("/orders", buyBody("Tux", 1)).status == 500);
        const HttpAnswer refused = client.post("/orders", buyBody("Tux", 1));
        QCOMPARE(refused.status, 500);
        QVERIFY(refused.took < 500ms);
        QCOMPARE(client.get("/products/Tux").status, 200);
        QCOMPARE(client.get("/orders/1").status, 500);
        for (const qint64 replica : store.replicas())
            QVERIFY(store.command<StartService>(StoreUnderTest::nameOf(replica)).has_value());
        QTRY_COMPARE_WITH_TIMEOUT(client.post("/orders", buyBody("Tux", 1)).status, 200, 10'000);
        QCOMPARE(client.get("/orders/1").status, 200);
    }

    void buysWaitForTheCatalogToComeBack()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("1000000")});
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store, 8));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 100, 20'000);
        QVERIFY(store.command<KillService>("catalog").has_value());
        QVERIFY(store.command<StartService>("catalog").has_value());
        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, 20'000);
        QVERIFY(shoppers.stop());
        QCOMPARE(shoppers.figures().allErrors(), 0);
        closeAndCheck(store, shoppers.calls());
    }

    void theFrontendMayBeKilled()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("1000000")});
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store, 8));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 100, 20'000);
        QVERIFY(store.command<KillService>("frontend").has_value());
        QVERIFY(store.command<StartService>("frontend").has_value());
        QCOMPARE(store.waitForState("frontend", "ready"), "ready");
        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, 20'000);
        QVERIFY(shoppers.stop());
        const LoadFigures figures = shoppers.figures();
        QCOMPARE(figures.allErrors(),
                 figures.errorsOf(LoadError::Refused) + figures.errorsOf(LoadError::ConnectionLost));
        closeAndCheck(store, shoppers.calls());
    }

    void nothingAcknowledgedIsLostWhenAllAreKilledAtOnce()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("1000000")});
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store, 16));
        for (int round = 0; round < 10; ++round) {
            const qint64 before = shoppers.acknowledged();
            shoppers.start();
            QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > before + 200, 20'000);
            store.killAll();
            QVERIFY(shoppers.stop());
            QVERIFY(store.open());
            QVERIFY(store.waitForEqualLogs(5s));
            compareWithLog(shoppers.calls(), store.logOf(store.replicas().first()));
        }
        closeAndCheck(store, shoppers.calls());
    }

    void aReplicaThatLostItsDiskCopiesEverything()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("1000000")});
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store, 16));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 2500, 30'000); // several pages
        QVERIFY(shoppers.stop());
        const qint64 replica = store.replicas().at(1);
        const QByteArray name = StoreUnderTest::nameOf(replica);
        QVERIFY(store.command<KillService>(name).has_value());
        QVERIFY(QFile::remove(store.path(QString::fromLatin1(name) + QStringLiteral("/orders.log"))));
        QVERIFY(store.command<StartService>(name).has_value());
        QCOMPARE(store.waitForState(name, "ready"), "ready");
        QVERIFY(store.waitForEqualLogs(2s));
        closeAndCheck(store, shoppers.calls());
    }

    void aLostLedgerGetsItsOrdersBackFromTheReplicas()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("1000000")});
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store, 16));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 1500, 30'000);
        QVERIFY(shoppers.stop());
        const qint64 before = shoppers.acknowledged();
        QVERIFY(store.close());
        for (const char *file : {"ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"})
            QFile::remove(store.path(QStringLiteral("catalog/") + QString::fromLatin1(file)));
        QVERIFY(store.open());
        HttpConnection client(store.httpPort());
        QCOMPARE(numberIn(client.post("/orders", buyBody("Tux", 1))), before + 1);
        QCOMPARE(client.get("/orders/" + QByteArray::number(before)).status, 200);
        // What a rebuilt ledger no longer knows is how the stock was at each time.
        closeAndCheck(store, shoppers.calls(), "Nothing is broken; not decided: I10.");
    }

    void checksumsOfEqualLogsAreEqualAndThoseOfTheFile()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        HttpConnection client(store.httpPort());
        for (int i = 0; i < 5; ++i)
            QCOMPARE(client.post("/orders", buyBody("Tux", 1)).status, 200);
        QVERIFY(store.waitForEqualLogs(2s));
        const QByteArray expected =
            QCryptographicHash::hash(store.logOf(store.replicas().first()), QCryptographicHash::Sha256)
                .toHex();
        for (const qint64 replica : store.replicas()) {
            const auto checksum = ask(store.portOf(replica), LogChecksum());
            QVERIFY(checksum.has_value());
            QCOMPARE(checksum->upTo, 5);
            QCOMPARE(checksum->sha256, expected);
        }
    }
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
