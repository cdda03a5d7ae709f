// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/randomshopper.h"
#include "load/shoppingsession.h"

#include <QHash>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <cstdlib>

using namespace toystore;

namespace
{

using Outcome = ShopAnswer::Outcome;

LoadMix mixOf(double purchase, double lookUp, qint64 maxQuantity = 1)
{
    return {{"Tux", "Rubber Duck", "Teddy Bear"}, purchase, lookUp, maxQuantity, 1};
}

ShopAnswer left(qint64 quantity)
{
    return {Outcome::Ok, 0, {}, quantity};
}

ShopAnswer bought(qint64 number)
{
    return {Outcome::Ok, number, {}, 0};
}

ShopAnswer found(const QByteArray &name, qint64 quantity)
{
    return {Outcome::Ok, 0, name, quantity};
}

/// Lets @p shopper shop to its end, at most @p most requests; buys are numbered 1, 2, …
std::vector<ShopRequest> shop(Shopper &shopper, std::size_t most)
{
    std::vector<ShopRequest> requests;
    qint64 orders = 0;
    while (requests.size() < most) {
        const std::optional<ShopRequest> request = shopper.next();
        if (!request)
            break;
        requests.push_back(*request);
        shopper.settled(*request, request->kind == RequestKind::Buy ? bought(++orders) : left(100));
    }
    return requests;
}

qint64 countOf(const std::vector<ShopRequest> &requests, RequestKind kind)
{
    return std::count_if(requests.begin(), requests.end(), [&](const auto &one) { return one.kind == kind; });
}

} // namespace

class TestShoppers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requestsAreWrittenToTheLetter()
    {
        QByteArray bytes = "what was there";
        writeHttp({RequestKind::Query, "Bouncing Ball/\xc3\xa4", 0, {}, 0}, "shop:80", bytes);
        QCOMPARE(bytes, "GET /products/Bouncing%20Ball%2F%C3%A4 HTTP/1.1\r\nHost: shop:80\r\n\r\n");
        writeHttp({RequestKind::LookUp, {}, 0, {}, 192}, "shop:80", bytes);
        QCOMPARE(bytes, "GET /orders/192 HTTP/1.1\r\nHost: shop:80\r\n\r\n");
        writeHttp({RequestKind::Buy, "a \"Tux\"", 2, "k-1", 0}, "shop:80", bytes);
        QCOMPARE(bytes, "POST /orders HTTP/1.1\r\nHost: shop:80\r\nContent-Type: application/json\r\n"
                        "Idempotency-Key: k-1\r\nContent-Length: 33\r\n\r\n"
                        "{\"name\":\"a \\\"Tux\\\"\",\"quantity\":2}");
    }

    void answersAreUnderstood()
    {
        const ShopRequest query{RequestKind::Query, "Tux", 0, {}, 0};
        const ShopRequest buy{RequestKind::Buy, "Tux", 1, "k", 0};
        const ShopRequest lookUp{RequestKind::LookUp, {}, 0, {}, 192};
        QVERIFY(readAnswer(query, 200, "{\"data\":{\"name\":\"Tux\",\"price\":19.9,\"quantity\":7}}") ==
                left(7));
        QVERIFY(readAnswer(buy, 200, "{\"data\":{\"order_number\":5}}") == bought(5));
        QVERIFY(readAnswer(lookUp, 200, "{\"number\":192,\"name\":\"Tux\",\"quantity\":3}") ==
                found("Tux", 3));
        QVERIFY(readAnswer(query, 404, {})->outcome == Outcome::NotFound);
        QVERIFY(readAnswer(lookUp, 404, {})->outcome == Outcome::NotFound);
        QVERIFY(readAnswer(buy, 404, {})->outcome == Outcome::Rejected);
        QVERIFY(readAnswer(buy, 422, {})->outcome == Outcome::Mismatch);
    }

    void whatNoToyStoreAnswersIsNotUnderstood()
    {
        const ShopRequest query{RequestKind::Query, "Tux", 0, {}, 0};
        const ShopRequest buy{RequestKind::Buy, "Tux", 1, "k", 0};
        const ShopRequest lookUp{RequestKind::LookUp, {}, 0, {}, 192};
        for (const char *body : {"", "no JSON", "[]", "{}", "{\"data\":5}", "{\"data\":{\"name\":\"Tux\"}}",
                                 "{\"data\":{\"name\":\"Tux\",\"quantity\":\"7\"}}",
                                 "{\"data\":{\"name\":\"Duck\",\"quantity\":7}}"})
            QVERIFY2(!readAnswer(query, 200, body), body);
        for (const char *body : {"{\"data\":{}}", "{\"data\":{\"order_number\":0}}", "{\"order_number\":5}",
                                 "{\"data\":{\"order_number\":1.5}}"})
            QVERIFY2(!readAnswer(buy, 200, body), body);
        for (const char *body : {"{\"number\":192,\"name\":\"Tux\"}", "{\"number\":192,\"quantity\":1}",
                                 "{\"number\":191,\"name\":\"Tux\",\"quantity\":1}"})
            QVERIFY2(!readAnswer(lookUp, 200, body), body);
        for (const int status : {100, 204, 301, 400, 405, 413, 500, 503})
            QVERIFY(!readAnswer(buy, status, "{\"data\":{\"order_number\":5}}"));
        QVERIFY(!readAnswer(query, 422, {}));
    }

    void theMixIsKept()
    {
        const LoadMix mix = mixOf(0.3, 0.1, 3);
        RandomShopper shopper(mix, 1, "p");
        const std::vector<ShopRequest> requests = shop(shopper, 20'000);
        QCOMPARE(requests.size(), 20'000u);
        QVERIFY(std::abs(countOf(requests, RequestKind::Buy) - 6000) < 300);
        QVERIFY(std::abs(countOf(requests, RequestKind::LookUp) - 2000) < 200);
        QHash<QByteArray, int> toys;
        QHash<qint64, int> quantities;
        QSet<QByteArray> keys;
        for (const ShopRequest &request : requests) {
            if (request.kind != RequestKind::LookUp)
                ++toys[request.name];
            if (request.kind == RequestKind::Buy) {
                ++quantities[request.quantity];
                keys.insert(request.key);
            }
        }
        QCOMPARE(toys.size(), 3);
        for (const int count : toys)
            QVERIFY(std::abs(count - 6000) < 400);
        QCOMPARE(quantities.size(), 3);
        for (const int count : quantities)
            QVERIFY(std::abs(count - 2000) < 200);
        QCOMPARE(keys.size(), countOf(requests, RequestKind::Buy)); // each its own
        QVERIFY(keys.contains("p-000000001-1"));
    }

    void onlyOwnOrdersAreLookedUpTheLastOnes()
    {
        const LoadMix mix = mixOf(0.5, 0.5);
        RandomShopper shopper(mix, 1, "p");
        qint64 orders = 0;
        for (const ShopRequest &request : shop(shopper, 20'000)) {
            if (request.kind == RequestKind::Buy)
                ++orders;
            if (request.kind == RequestKind::LookUp)
                QVERIFY(request.number <= orders &&
                        request.number > orders - qint64(RandomShopper::maxOrders));
        }
        LoadMix never = mixOf(0, 1);
        RandomShopper without(never, 1, "p");
        QCOMPARE(countOf(shop(without, 100), RequestKind::Query), 100);
    }

    void theSameSeedAndClientAskForTheSame()
    {
        const auto requestsOf = [](quint64 seed, qint64 client) {
            LoadMix mix = mixOf(0.3, 0.1, 3);
            mix.seed = seed;
            RandomShopper shopper(mix, client, "p");
            return shop(shopper, 100);
        };
        QVERIFY(requestsOf(1, 1) == requestsOf(1, 1));
        QVERIFY(requestsOf(1, 1) != requestsOf(2, 1));
        QVERIFY(requestsOf(1, 1) != requestsOf(1, 2));
    }

    void aChangedMixCountsFromTheNextRequestOn()
    {
        LoadMix mix = mixOf(0, 0);
        RandomShopper shopper(mix, 1, "p");
        QCOMPARE(countOf(shop(shopper, 50), RequestKind::Buy), 0);
        mix.purchase = 1;
        QCOMPARE(countOf(shop(shopper, 50), RequestKind::Buy), 50);
    }

    void aShopperMayHaveEnough()
    {
        const LoadMix mix = mixOf(0.5, 0);
        RandomShopper shopper(mix, 1, "p", 7);
        QCOMPARE(shop(shopper, 100).size(), 7u);
        QVERIFY(!shopper.next());
        QVERIFY(!shopper.next());
    }

    void aSessionQueriesBuysAndLooksUpWhatItBought()
    {
        const LoadMix mix = mixOf(0.4, 0, 5);
        ShoppingSession session(mix, 1, "p", 1000);
        std::vector<ShopRequest> buys;
        std::optional<ShopRequest> last;
        qint64 queries = 0;
        std::size_t lookUps = 0;
        while (const std::optional<ShopRequest> request = session.next()) {
            if (request->kind == RequestKind::Query) {
                QCOMPARE(lookUps, 0u); // only before it leaves
                ++queries;
                session.settled(*request, left(3));
            } else if (request->kind == RequestKind::Buy) {
                QVERIFY(last && last->kind == RequestKind::Query && last->name == request->name);
                QVERIFY(request->quantity >= 1 && request->quantity <= 3); // not more than there is
                buys.push_back(*request);
                session.settled(*request, bought(qint64(buys.size()) + 7));
            } else {
                const ShopRequest &buy = buys.at(lookUps++);
                QCOMPARE(request->number, qint64(lookUps) + 7);
                session.settled(*request, found(buy.name, buy.quantity));
            }
            last = request;
        }
        QCOMPARE(queries, 1000);
        QVERIFY(std::abs(qint64(buys.size()) - 400) < 60);
        QCOMPARE(lookUps, buys.size());
        const ShoppingSession::Summary &summary = session.summary();
        QCOMPARE(summary.queries, 1000);
        QCOMPARE(summary.bought, qint64(buys.size()));
        QCOMPARE(summary.lookedUp, qint64(buys.size()));
        QCOMPARE(summary.mismatches, QByteArrayList());
    }

    void aSessionBuysNothingThatIsSoldOut()
    {
        const LoadMix mix = mixOf(1, 0);
        ShoppingSession session(mix, 1, "p", 5);
        for (int i = 0; i < 5; ++i) {
            const std::optional<ShopRequest> request = session.next();
            QVERIFY(request && request->kind == RequestKind::Query);
            session.settled(*request, i % 2 == 0 ? left(0) : ShopAnswer{Outcome::NotFound, 0, {}, 0});
        }
        QVERIFY(!session.next());
    }

    void aSessionSaysWhatIsNotAsItRemembers_data()
    {
        QTest::addColumn<ShopAnswer>("atTheEnd");
        QTest::addColumn<QByteArray>("mismatch");
        QTest::newRow("another toy") << found("Duck", 1)
                                     << QByteArray("order 9 was 1 x 'Tux' and is 1 x 'Duck'");
        QTest::newRow("another quantity")
            << found("Tux", 2) << QByteArray("order 9 was 1 x 'Tux' and is 2 x 'Tux'");
        QTest::newRow("lost") << ShopAnswer{Outcome::NotFound, 0, {}, 0}
                              << QByteArray("order 9 was 1 x 'Tux' and is not found");
    }

    void aSessionSaysWhatIsNotAsItRemembers()
    {
        QFETCH(const ShopAnswer, atTheEnd);
        LoadMix mix = mixOf(1, 0);
        mix.toys = {"Tux"};
        ShoppingSession session(mix, 1, "p", 1);
        session.settled(*session.next(), left(5));
        session.settled(*session.next(), bought(9));
        session.settled(*session.next(), atTheEnd);
        QVERIFY(!session.next());
        QTEST(session.summary().mismatches.value(0), "mismatch");
        QCOMPARE(session.summary().lookedUp, 0);
    }

    void aSessionLeavesInTheEndWhateverItIsAnswered()
    {
        const LoadMix mix = mixOf(1, 0);
        ShoppingSession session(mix, 1, "p", 3);
        for (const ShopAnswer &answer :
             {ShopAnswer(), left(5), ShopAnswer(), left(5), ShopAnswer{Outcome::Rejected, 0, {}, 0}}) {
            const std::optional<ShopRequest> request = session.next();
            QVERIFY(request);
            session.settled(*request, answer);
        }
        QVERIFY(!session.next());
        QCOMPARE(session.summary().unanswered, 2);
        QCOMPARE(session.summary().rejected, 1);
        QCOMPARE(session.summary().queries, 2);
    }
};

QTEST_APPLESS_MAIN(TestShoppers)
#include "tst_shoppers.moc"
