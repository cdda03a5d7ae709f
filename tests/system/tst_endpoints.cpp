// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/version.h"
#include "support/frontendsuite.h"
#include "support/plainsocket.h"
#include "support/prometheusreader.h"
#include "support/storeundertest.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <set>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

const QByteArray host = "Host: x\r\n";
const QByteArray oneTux = "{\"name\":\"Tux\",\"quantity\":1}";

/// A header's value in an answer's head; empty if it is not there.
QByteArray headerOf(const RawHttp::Answer &answer, const QByteArray &name)
{
    QByteArray value;
    for (const QByteArray &line : answer.head.split('\n')) {
        if (line.startsWith(name + ": "))
            value = line.mid(name.size() + 2).trimmed();
    }
    return value;
}

QJsonObject jsonOf(const RawHttp::Answer &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

} // namespace

/// What there is to see over HTTP besides shopping, and what every answer says.
class TestEndpoints : public FrontendSuite
{
    Q_OBJECT

private:
    [[nodiscard]] PrometheusReader metrics() const { return PrometheusReader(get("/metrics").body); }

private Q_SLOTS:
    void init()
    {
        FrontendSuite::init();
        QTRY_VERIFY(m_frontend->isSubscribed());
    }

    void allToysAreListedAsTheyAreNow()
    {
        QCOMPARE(get("/products/Tux").status, 200); // is cached from now on
        m_store->setStock("Whale", 7);
        m_store->setStock("Tux", 0);
        const RawHttp::Answer answer = get("/products");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray("{\"data\":[{\"name\":\"A/B\",\"price\":19.9,\"quantity\":100},"
                                         "{\"name\":\"Rubber Duck\",\"price\":19.9,\"quantity\":100},"
                                         "{\"name\":\"Tux\",\"price\":19.9,\"quantity\":0},"
                                         "{\"name\":\"Whale\",\"price\":19.9,\"quantity\":7}]}"));
        QCOMPARE(headerOf(answer, "X-Cache"), QByteArray("miss"));
    }

    void aListWaitsForTheCatalog()
    {
        m_store->stopCatalog();
        QTRY_VERIFY(!m_frontend->isSubscribed());
        RawHttp waiting(port());
        waiting.get("/products");
        QTRY_COMPARE(get("/healthz").status, 200);
        m_store->startCatalog();
        const RawHttp::Answer answer = waiting.read();
        QCOMPARE(answer.status, 200);
        QCOMPARE(jsonOf(answer)[QStringLiteral("data")].toArray().size(), 4);
    }

    void withoutACatalogAListIsGivenUp()
    {
        m_store->stopCatalog();
        const Instant began = monotonicNow();
        const RawHttp::Answer answer = get("/products");
        const auto took = monotonicNow() - began;
        QCOMPARE(answer.status, 500);
        QVERIFY(answer.body.contains("the catalog did not answer within 5 s"));
        QVERIFY2(took > 4800ms && took < 6500ms, QByteArray::number(qint64(took / 1ms)).constData());
    }

    void aProcessThatLivesSaysSo()
    {
        m_store->stopCatalog();
        for (int i = 0; i < 3; ++i)
            m_store->stopReplica(i);
        const RawHttp::Answer answer = get("/healthz");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray("{\"status\":\"ok\"}"));
    }

    void readinessNeedsCatalogAndLeader()
    {
        RawHttp::Answer answer = get("/readyz");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray("{\"ready\":true,\"missing\":[]}"));

        for (int i = 0; i < 3; ++i)
            m_store->stopReplica(i);
        QTRY_COMPARE(get("/readyz").status, 503);
        answer = get("/readyz");
        QCOMPARE(answer.body, QByteArray("{\"ready\":false,\"missing\":[\"no order replica leads\"]}"));
        QCOMPARE(headerOf(answer, "Retry-After"), QByteArray("1"));

        m_store->stopCatalog();
        QTRY_COMPARE(get("/readyz").body, QByteArray("{\"ready\":false,\"missing\":[\"the catalog can't be "
                                                     "reached\",\"no order replica leads\"]}"));
        m_store->startCatalog();
        m_store->startReplica(0);
        QTRY_COMPARE(get("/readyz").status, 200);
    }

    void aSilentCatalogIsNoneToBeReady()
    {
        m_store->muteSubscriptions(); // accepts connections, but the lease ends
        m_store->muteRenewals(true);
        QTRY_COMPARE(get("/readyz").status, 503);
        QVERIFY(get("/readyz").body.contains("the catalog can't be reached"));
    }

    void theVersionIsTold()
    {
        const RawHttp::Answer answer = get("/version");
        QCOMPARE(answer.status, 200);
        QCOMPARE(jsonOf(answer)[QStringLiteral("name")].toString(), QStringLiteral("toystore"));
        QCOMPARE(jsonOf(answer)[QStringLiteral("version")].toString(), QString::fromLatin1(version));
    }

    void everyAnswerHasARequestIdAndIsNotToBeStored_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        const auto row = [](const char *tag, const QByteArray &request, int status) {
            QTest::newRow(tag) << request << status;
        };
        const auto asked = [](const QByteArray &line, const QByteArray &headers = {}) {
            return line + " HTTP/1.1\r\n" + host + "X-Request-Id: trace-7\r\n" + headers + "\r\n";
        };
        row("query", asked("GET /products/Tux"), 200);
        row("no toy", asked("GET /products/Nix"), 404);
        row("buy", asked("POST /orders", "Content-Length: 27\r\n") + oneTux, 200);
        row("order", asked("GET /orders/99"), 404);
        row("method", asked("DELETE /products/Tux"), 405);
        row("options", asked("OPTIONS /products/Tux"), 204);
        row("head", asked("HEAD /products/Tux"), 200);
        row("events", asked("HEAD /events"), 200);
        row("path", asked("GET /nothing"), 404);
        row("page", asked("GET /"), 200);
        row("host twice", asked("GET /", host), 400);
        row("body too long", asked("POST /orders", "Content-Length: 70000\r\n"), 413);
    }
    void everyAnswerHasARequestIdAndIsNotToBeStored()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        RawHttp http(port());
        http.send(request);
        const RawHttp::Answer answer = http.read(8s, request.startsWith("HEAD"));
        QCOMPARE(answer.status, status);
        QCOMPARE(headerOf(answer, "X-Request-Id"), QByteArray("trace-7"));
        QCOMPARE(headerOf(answer, "Cache-Control"), QByteArray("no-store"));
        QCOMPARE(answer.head.count("X-Request-Id"), 1);
    }

    void whoBringsNoUsableIdIsGivenOne()
    {
        std::set<QByteArray> ids;
        for (const QByteArray &header :
             {QByteArray(), QByteArray("X-Request-Id: two words\r\n"), QByteArray("X-Request-Id:\r\n"),
              "X-Request-Id: " + QByteArray(129, 'x') + "\r\n"}) {
            for (const char *line : {"GET /products/Tux", "BAD"}) {
                const RawHttp::Answer answer =
                    answerTo(QByteArray(line) + " HTTP/1.1\r\n" + host + header + "\r\n");
                const QByteArray id = headerOf(answer, "X-Request-Id");
                QVERIFY2(id.size() >= 10 && id.size() <= 29, id.constData());
                ids.insert(id);
            }
        }
        QCOMPARE(ids.size(), std::size_t(8)); // each another
        RawHttp http(port());
        http.get("/nothing");
        const QByteArray first = headerOf(http.read(), "X-Request-Id");
        http.get("/nothing");
        const QByteArray second = headerOf(http.read(), "X-Request-Id");
        QCOMPARE(second.left(9), first.left(9)); // of one thread
        QVERIFY(second != first);
    }

    void anIdIsOneRequestsOnly()
    {
        RawHttp http(port());
        http.send("GET /products/Tux HTTP/1.1\r\n" + host + "X-Request-Id: mine\r\n\r\n" +
                  "GET /products/Tux HTTP/1.1\r\n" + host + "\r\n");
        QCOMPARE(headerOf(http.read(), "X-Request-Id"), QByteArray("mine"));
        QVERIFY(headerOf(http.read(), "X-Request-Id") != "mine");
    }

    void queriesSayWhetherTheCacheKnew()
    {
        QCOMPARE(headerOf(get("/products/Tux"), "X-Cache"), QByteArray("miss"));
        QCOMPARE(headerOf(get("/products/Tux"), "X-Cache"), QByteArray("hit"));
        m_store->setStock("Tux", 99);
        QTRY_COMPARE(m_store->acknowledged(), 1);
        QCOMPARE(headerOf(get("/products/Tux"), "X-Cache"), QByteArray("miss"));
        QCOMPARE(headerOf(get("/products/Nix"), "X-Cache"), QByteArray("miss"));
        QCOMPARE(headerOf(get("/orders/1"), "X-Cache"), QByteArray());
    }

    void everyNewPathNamesItsMethods_data()
    {
        QTest::addColumn<QByteArray>("path");
        for (const char *path :
             {"/", "/products", "/healthz", "/readyz", "/version", "/metrics", "/events", "/openapi.json"})
            QTest::newRow(path) << QByteArray(path);
    }
    void everyNewPathNamesItsMethods()
    {
        QFETCH(QByteArray, path);
        const QByteArray methods = "GET, HEAD, OPTIONS";
        for (const char *method : {"POST", "DELETE", "PATCH", "TRACE"}) {
            const auto answer = answerTo(QByteArray(method) + ' ' + path + " HTTP/1.1\r\n" + host + "\r\n");
            QCOMPARE(answer.status, 405);
            QCOMPARE(headerOf(answer, "Allow"), methods);
        }
        const auto options = answerTo("OPTIONS " + path + " HTTP/1.1\r\n" + host + "\r\n");
        QCOMPARE(options.status, 204);
        QCOMPARE(headerOf(options, "Allow"), methods);
        RawHttp http(port());
        http.send("HEAD " + path + " HTTP/1.1\r\n" + host + "\r\n");
        QCOMPARE(http.read(8s, true).status, 200);
        http.get("/healthz?how=well"); // nothing followed the head
        QCOMPARE(http.read().body, QByteArray("{\"status\":\"ok\"}"));
    }

    void theFiguresAreThoseOfWhatWasDone()
    {
        for (int i = 0; i < 5; ++i)
            QCOMPARE(get("/products/Tux").status, 200);
        QCOMPARE(get("/products/Nix").status, 404);
        QCOMPARE(httpPost(port(), "/orders", oneTux).status, 200);
        QCOMPARE(get("/orders/1").status, 200);
        QCOMPARE(answerTo("BAD\r\n\r\n").status, 400);
        QTRY_COMPARE(m_store->acknowledged(), 1);

        const RawHttp::Answer answer = get("/metrics");
        QCOMPARE(answer.status, 200);
        QCOMPARE(headerOf(answer, "Content-Type"), QByteArray("text/plain; version=0.0.4; charset=utf-8"));
        const PrometheusReader reader(answer.body);
        QCOMPARE(reader.error(), QByteArray());
        const QByteArray requests = "toystore_http_requests_total";
        QCOMPARE(reader.value(requests + "{route=\"/products/{name}\",status=\"200\"}"), 5);
        QCOMPARE(reader.value(requests + "{route=\"/products/{name}\",status=\"404\"}"), 1);
        QCOMPARE(reader.value(requests + "{route=\"/orders\",status=\"200\"}"), 1);
        QCOMPARE(reader.value(requests + "{route=\"/orders/{number}\",status=\"200\"}"), 1);
        QCOMPARE(reader.value(requests + "{route=\"refused\",status=\"400\"}"), 1);
        const QByteArray took = "toystore_http_request_seconds";
        QCOMPARE(reader.type(took), QByteArray("histogram"));
        QCOMPARE(reader.value(took + "_count{route=\"/products/{name}\"}"), 6);
        const double seconds = reader.value(took + "_sum{route=\"/products/{name}\"}").value_or(0);
        QVERIFY(seconds > 0 && seconds < 5);
        QCOMPARE(reader.value("toystore_cache_hits_total"), 4);
        QCOMPARE(reader.value("toystore_cache_misses_total"), 2);
        QCOMPARE(reader.value("toystore_cache_invalidations_total"), 1);
        QCOMPARE(reader.value("toystore_cache_evictions_total"), 0);
        QCOMPARE(reader.value("toystore_cache_entries"), 0);
        QCOMPARE(reader.value("toystore_catalog_up"), 1);
        QCOMPARE(reader.value("toystore_epoch"), 1);
        QCOMPARE(reader.value("toystore_failovers_total"), 0);
        QCOMPARE(reader.sum("toystore_replica_up"), 3);
        QCOMPARE(reader.sum("toystore_replica_leader"), 1);
    }

    void theFiguresOfTheServicesAreTheirs()
    {
        const PrometheusReader reader = metrics();
        QCOMPARE(reader.error(), QByteArray());
        const QByteArray leader = "{replica=\"" + QByteArray::number(m_store->replicaId(2).value) + "\"}";
        QCOMPARE(reader.value("toystore_replica_leader" + leader), 1);
        QCOMPARE(reader.value("toystore_log_flush_seconds_sum" + leader), 1.5);
        QCOMPARE(reader.value("toystore_log_flush_seconds_count" + leader), 4);
        QCOMPARE(reader.value("toystore_batch_orders_sum" + leader), 9);
        QCOMPARE(reader.value("toystore_batch_orders_count" + leader), 3);
        QCOMPARE(reader.value("toystore_ledger_transaction_seconds_sum"), 3);
        QCOMPARE(reader.value("toystore_ledger_transaction_orders_sum"), 7);
        QCOMPARE(reader.sum("toystore_service_answered"), 4);
    }

    void aLostLeaderIsCounted()
    {
        m_store->stopReplica(2);
        QTRY_COMPARE(m_frontend->ask(FrontendStatus())->leaderId, m_store->replicaId(1));
        const Instant began = monotonicNow();
        const PrometheusReader reader = metrics();
        QVERIFY(monotonicNow() - began < 2s);
        QCOMPARE(reader.error(), QByteArray());
        QCOMPARE(reader.value("toystore_failovers_total"), 1);
        const double seconds = reader.value("toystore_failover_seconds_total").value_or(-1);
        QVERIFY2(seconds >= 0 && seconds < 2, QByteArray::number(seconds).constData());
        const QByteArray lost = QByteArray::number(m_store->replicaId(2).value);
        QCOMPARE(reader.value("toystore_replica_up{replica=\"" + lost + "\"}"), 0);
        QCOMPARE(reader.value("toystore_service_answered{service=\"order-" + lost + "\"}"), 0);
        QCOMPARE(reader.value("toystore_log_flush_seconds_sum{replica=\"" + lost + "\"}"), std::nullopt);
    }

    void manyMayScrapeAtOnce()
    {
        std::vector<std::unique_ptr<RawHttp>> scrapers;
        for (int i = 0; i < 50; ++i) {
            scrapers.push_back(std::make_unique<RawHttp>(port()));
            scrapers.back()->get("/metrics");
        }
        for (const auto &scraper : scrapers)
            QCOMPARE(PrometheusReader(scraper->read().body).error(), QByteArray());
    }

    // The services of a real store, not what a fake says of them.
    void aRealStoreCountsItsBatchesAndFlushes()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        QVERIFY(store.waitForLeader());
        for (int i = 0; i < 5; ++i)
            QCOMPARE(httpPost(store.httpPort(), "/orders", oneTux).status, 200);
        const PrometheusReader reader(httpGet(store.httpPort(), "/metrics").body);
        QCOMPARE(reader.error(), QByteArray());
        QCOMPARE(reader.value("toystore_last_order_number"), 5);
        QCOMPARE(reader.value("toystore_batch_orders_sum{replica=\"8093\"}"), 5);
        QCOMPARE(reader.value("toystore_batch_orders_count{replica=\"8093\"}"), 5);
        QCOMPARE(reader.value("toystore_ledger_transaction_orders_sum"), 5);
        QCOMPARE(reader.value("toystore_ledger_transaction_orders_count"), 5);
        QVERIFY(reader.value("toystore_log_flush_seconds_count{replica=\"8093\"}").value_or(0) >= 5);
        QVERIFY(reader.value("toystore_log_flush_seconds_sum{replica=\"8093\"}").value_or(0) > 0);
        QVERIFY(reader.value("toystore_ledger_transaction_seconds_sum").value_or(0) > 0);
        QCOMPARE(reader.value("toystore_replica_last_order_number{replica=\"8093\"}").value_or(-1) <= 5,
                 true);
        QCOMPARE(jsonOf(httpGet(store.httpPort(), "/products"))[QStringLiteral("data")].toArray().size(), 12);
    }
};

QTEST_GUILESS_MAIN(TestEndpoints)
#include "tst_endpoints.moc"
