// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/clisuite.h"
#include "support/fakeshop.h"

#include <QTest>

using namespace toystore;

/// The commands that ask a shop, and what becomes of its answers.
class TestCliShop : public CliSuite
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerDecidesTheExitCode_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("name");
        const QByteArray error = R"({"error":{"code":1,"message":"no luck"}})";
        const QString product = QStringLiteral("product Tux");
        const QString buy = QStringLiteral("buy Tux 1");
        const QString order = QStringLiteral("order 7");
        QTest::newRow("product not found") << product << 404 << error << 3 << QByteArray("product_not_found");
        QTest::newRow("order not found") << order << 404 << error << 3 << QByteArray("order_not_found");
        QTest::newRow("rejected") << buy << 404 << error << 4 << QByteArray("order_rejected");
        QTest::newRow("mismatch") << buy << 422 << error << 4 << QByteArray("request_mismatch");
        QTest::newRow("bad request") << buy << 400 << error << 4 << QByteArray("invalid_field");
        QTest::newRow("server error") << buy << 500 << error << 5 << QByteArray("internal");
        QTest::newRow("overloaded") << product << 503 << error << 5 << QByteArray("overloaded");
        QTest::newRow("silence") << product << 0 << error << 7 << QByteArray("deadline_exceeded");
        QTest::newRow("no JSON") << product << 200 << QByteArray("<html>") << 1
                                 << QByteArray("malformed_message");
        QTest::newRow("other JSON") << product << 200 << QByteArray("{}") << 1
                                    << QByteArray("malformed_message");
    }

    void anAnswerDecidesTheExitCode()
    {
        QFETCH(QString, command);
        QFETCH(int, status);
        QFETCH(QByteArray, answer);
        QFETCH(int, exitCode);
        QFETCH(QByteArray, name);
        FakeShop shop;
        shop.answer(status, answer);
        const QStringList arguments =
            command.split(QLatin1Char(' ')) +
            QStringList{QStringLiteral("--url"), shop.url(), QStringLiteral("--timeout=500")};

        const Outcome forPeople = run(arguments);
        QCOMPARE(forPeople.exitCode, exitCode);
        QCOMPARE(forPeople.out, QByteArray());
        QVERIFY2(forPeople.err.startsWith("toystore: can't "), forPeople.err);
        QVERIFY2(forPeople.err.contains(shop.url().toUtf8()), forPeople.err);

        const Outcome forPrograms =
            run(arguments + QStringList{QStringLiteral("-o"), QStringLiteral("json")});
        QCOMPARE(forPrograms.exitCode, exitCode);
        QCOMPARE(forPrograms.err, QByteArray());
        QCOMPARE(textAt(forPrograms, "error.name"), name);
        if (status >= 400) {
            QVERIFY(textAt(forPrograms, "error.message").contains("no luck"));
            QVERIFY(textAt(forPrograms, "error.message").contains(QByteArray::number(status)));
        }
    }

    void nobodyThereIsExitCode6()
    {
        FakeShop shop;
        const QString url = shop.url();
        shop.close();
        const Outcome outcome = run("product Tux --url", {url});
        QCOMPARE(outcome.exitCode, 6);
        QVERIFY2(outcome.err.contains("toystore up"), outcome.err);
    }

    void productShowsPriceAndQuantity()
    {
        FakeShop shop;
        shop.answer(200, R"({"data":{"name":"Bouncing Ball","price":4.5,"quantity":0}})");
        const Outcome table = run({QStringLiteral("product"), QStringLiteral("Bouncing Ball"),
                                   QStringLiteral("--url"), shop.url() + QLatin1Char('/')});
        QCOMPARE(table.exitCode, 0);
        QCOMPARE(table.out, QByteArray("NAME           PRICE  QUANTITY\nBouncing Ball   4.50         0\n"));
        QCOMPARE(shop.requestLine(), QByteArray("GET /products/Bouncing%20Ball HTTP/1.1"));
        const Outcome json = run("-o json product Ball --url", {shop.url()});
        QCOMPARE(json.out, QByteArray("{\"name\":\"Bouncing Ball\",\"price\":4.5,\"quantity\":0}\n"));
    }

    void namesAreEncoded_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("slash") << QStringLiteral("a/b") << QByteArray("/products/a%2Fb");
        QTest::newRow("query") << QStringLiteral("a?b#c") << QByteArray("/products/a%3Fb%23c");
        QTest::newRow("percent") << QStringLiteral("100%41") << QByteArray("/products/100%2541");
        QTest::newRow("unicode") << QStringLiteral("Bär") << QByteArray("/products/B%C3%A4r");
    }

    void namesAreEncoded()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, path);
        FakeShop shop;
        shop.answer(404, "{}");
        QCOMPARE(run({QStringLiteral("product"), name, QStringLiteral("--url"), shop.url()}).exitCode, 3);
        QCOMPARE(shop.requestLine(), "GET " + path + " HTTP/1.1");
    }

    void buySendsAKeyAndTellsTheOrder()
    {
        FakeShop shop;
        shop.answer(200, R"({"data":{"order_number":192}})");
        const Outcome table = run("buy Tux 2 --url", {shop.url()});
        QCOMPARE(table.exitCode, 0);
        QCOMPARE(table.out, QByteArray("Order 192: 2 x Tux\n"));
        QCOMPARE(shop.requestLine(), QByteArray("POST /orders HTTP/1.1"));
        QCOMPARE(shop.body(), QByteArray(R"({"name":"Tux","quantity":2})"));
        QVERIFY2(shop.head().toLower().contains("\r\nidempotency-key: "), shop.head());
        const Outcome json = run("buy Tux -2 --key my-key -o json --url", {shop.url()});
        QCOMPARE(json.out,
                 QByteArray("{\"order_number\":192,\"name\":\"Tux\",\"quantity\":-2,\"key\":\"my-key\"}\n"));
        QVERIFY2(shop.head().contains(": my-key"), shop.head());
    }

    void aBuyOfUnknownOutcomeNamesItsKey()
    {
        FakeShop shop;
        shop.answer(500, R"({"error":{"code":500,"message":"the outcome is unknown"}})");
        const Outcome outcome = run("buy Tux 1 --key k7 --url", {shop.url()});
        QCOMPARE(outcome.exitCode, 5);
        QVERIFY2(outcome.err.contains("--key k7"), outcome.err);
    }

    void orderShowsWhatWasBought()
    {
        FakeShop shop;
        shop.answer(200, R"({"number":7,"name":"Tux","quantity":3})");
        QCOMPARE(run("order 7 --url", {shop.url()}).out, QByteArray("Order 7: 3 x Tux\n"));
        QCOMPARE(shop.requestLine(), QByteArray("GET /orders/7 HTTP/1.1"));
        QCOMPARE(run("order 7 -o json --url", {shop.url()}).out,
                 QByteArray("{\"number\":7,\"name\":\"Tux\",\"quantity\":3}\n"));
    }

    void whatAShopSaysCannotDriveTheTerminal()
    {
        FakeShop shop;
        shop.answer(200, "{\"number\":7,\"name\":\"\\u001b[2J\",\"quantity\":3}");
        const Outcome outcome = run("order 7 --url", {shop.url()});
        QVERIFY2(!outcome.out.contains('\x1b'), outcome.out);
    }

    void theUrlComesFromFlagThenEnvironmentThenFile()
    {
        FakeShop flag;
        FakeShop environment;
        FakeShop file;
        for (FakeShop *shop : {&flag, &environment, &file})
            shop->answer(404, "{}");
        QFile config(m_home.filePath(QStringLiteral("test.conf")));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("url = " + file.url().toUtf8() + '\n');
        config.close();
        const QStringList useFile = {QStringLiteral("--config"), config.fileName()};

        run("product Tux", useFile);
        QCOMPARE(file.requests(), 1);
        m_environment.insert(QStringLiteral("TOYSTORE_URL"), environment.url());
        run("product Tux", useFile);
        QCOMPARE(environment.requests(), 1);
        run("product Tux --url", QStringList{flag.url()} + useFile);
        m_environment.remove(QStringLiteral("TOYSTORE_URL"));
        QCOMPARE(flag.requests(), 1);
        QCOMPARE(file.requests() + environment.requests(), 2);
    }
};

QTEST_GUILESS_MAIN(TestCliShop)
#include "tst_clishop.moc"
