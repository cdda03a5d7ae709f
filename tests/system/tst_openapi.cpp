// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/version.h"
#include "support/eventclient.h"
#include "support/frontendsuite.h"
#include "support/openapidocument.h"

#include <QJsonDocument>
#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

const QByteArray host = "Host: x\r\n";
const QByteArray oneTux = "{\"name\":\"Tux\",\"quantity\":1}";

QJsonObject object(const char *json)
{
    QByteArray text(json);
    return QJsonDocument::fromJson(text.replace('\'', '"')).object();
}

/// A path of the document with something in the place of what is in braces.
QByteArray exampleOf(QString path)
{
    return path.replace(QLatin1String("{name}"), QLatin1String("Tux"))
        .replace(QLatin1String("{number}"), QLatin1String("1"))
        .toLatin1();
}

} // namespace

/// `/openapi.json` against what a frontend really answers.
class TestOpenApi : public FrontendSuite
{
    Q_OBJECT

private:
    std::unique_ptr<OpenApiDocument> m_document;

    [[nodiscard]] RawHttp::Answer answerTo(const QByteArray &method, const QByteArray &path,
                                           const QByteArray &headers = {}, const QByteArray &body = {}) const
    {
        RawHttp http(port());
        const QByteArray length =
            body.isEmpty() ? QByteArray() : "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
        http.send(method + ' ' + path + " HTTP/1.1\r\n" + host + length + headers + "\r\n" + body);
        return http.read(8s, method == "HEAD");
    }
    void check(const QString &path, const QByteArray &method, int status, const RawHttp::Answer &answer) const
    {
        QCOMPARE(answer.status, status);
        const QString wrong = m_document->mismatch(path, QString::fromLatin1(method).toLower(), answer);
        QVERIFY2(wrong.isEmpty(), qUtf8Printable(wrong));
    }

private Q_SLOTS:
    void init()
    {
        FrontendSuite::init();
        const RawHttp::Answer answer = httpGet(port(), "/openapi.json");
        QCOMPARE(answer.status, 200);
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(answer.body, &error);
        QCOMPARE(error.error, QJsonParseError::NoError);
        m_document = std::make_unique<OpenApiDocument>(document.object());
        QCOMPARE(document[QStringLiteral("openapi")].toString(), QStringLiteral("3.1.0"));
        QCOMPARE(document[QStringLiteral("info")][QStringLiteral("version")].toString(),
                 QString::fromLatin1(version));
    }

    void everyReferenceLeadsSomewhere() { QCOMPARE(m_document->brokenReferences(), QStringList()); }

    // In both directions: what the document lists is known, and what is known is listed.
    void everyPathKnowsItsMethodsAndNoOther()
    {
        QCOMPARE(m_document->paths().size(), 13);
        QCOMPARE(httpPost(port(), "/orders", oneTux).status, 200); // there is an order 1
        for (const QString &path : m_document->paths()) {
            const QStringList methods = m_document->methods(path);
            for (const char *method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}) {
                if (path == QLatin1String("/events") && qstrcmp(method, "GET") == 0)
                    continue; // whose answer has no end
                const bool buys = qstrcmp(method, "POST") == 0;
                const RawHttp::Answer answer =
                    answerTo(method, exampleOf(path), {}, buys ? oneTux : QByteArray());
                if (methods.contains(QLatin1String(method))) {
                    check(path, method, qstrcmp(method, "OPTIONS") == 0 ? 204 : 200, answer);
                } else {
                    QVERIFY2(answer.status == 405, (method + exampleOf(path)).constData());
                    QByteArrayList allowed = headersOf(answer).value("Allow").split(',');
                    for (QByteArray &one : allowed)
                        one = one.trimmed();
                    std::sort(allowed.begin(), allowed.end());
                    QCOMPARE(QString::fromLatin1(allowed.join(',')), methods.join(u','));
                }
            }
        }
    }

    void anAnswerWithoutAnEndBeginsAsItShould()
    {
        EventClient client(port());
        QTRY_VERIFY(!client.messages().isEmpty());
        check(QStringLiteral("/events"), "GET", 200, {200, client.head(), {}});
    }

    void everyFailureHasItsForm()
    {
        const QString orders = QStringLiteral("/orders");
        const QString product = QStringLiteral("/products/{name}");
        check(product, "GET", 404, answerTo("GET", "/products/Nix"));
        check(product, "GET", 400, answerTo("GET", "/products/%ff"));
        check(product, "GET", 400, answerTo("GET", "/products/Tux", host));
        check(product, "GET", 431,
              answerTo("GET", "/products/Tux", "A: " + QByteArray(17'000, 'a') + "\r\n"));
        check(product, "GET", 417, answerTo("GET", "/products/Tux", "Expect: nothing\r\n"));
        check(QStringLiteral("/orders/{number}"), "GET", 404, answerTo("GET", "/orders/7"));
        check(orders, "POST", 404, answerTo("POST", "/orders", {}, "{\"name\":\"Nix\",\"quantity\":1}"));
        check(orders, "POST", 400, answerTo("POST", "/orders", {}, "{}"));
        check(orders, "POST", 415, answerTo("POST", "/orders", "Content-Type: text/plain\r\n", oneTux));
        check(orders, "POST", 413, answerTo("POST", "/orders", "Content-Length: 70000\r\n"));
        check(orders, "POST", 501, answerTo("POST", "/orders", "Transfer-Encoding: gzip\r\n"));
        const QByteArray key = "Idempotency-Key: once\r\n";
        check(orders, "POST", 200, answerTo("POST", "/orders", key, oneTux));
        check(orders, "POST", 422, answerTo("POST", "/orders", key, "{\"name\":\"Tux\",\"quantity\":2}"));
        m_store->refuseBuys(ErrorCode::Overloaded);
        check(orders, "POST", 503, answerTo("POST", "/orders", {}, oneTux));
        m_store->refuseBuys(std::nullopt);
        for (int i = 0; i < 3; ++i)
            m_store->stopReplica(i);
        QTRY_COMPARE(answerTo("POST", "/orders", {}, oneTux).status, 500);
        check(orders, "POST", 500, answerTo("POST", "/orders", {}, oneTux));
        check(QStringLiteral("/readyz"), "GET", 503, answerTo("GET", "/readyz"));
    }

    // The checker, which the tests above rely on, sees what is wrong.
    void whatIsNotAsTheSchemaSaysIsSeen_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("wrong");
        const auto row = [](const char *value, const char *wrong) {
            QTest::newRow(value) << QByteArray(value) << QString::fromLatin1(wrong);
        };
        row("{'n':1,'l':[{'s':'a'}]}", "");
        row("{'n':1.5,'l':[]}", "it.n is no integer");
        row("{'n':'1','l':[]}", "it.n is no integer");
        row("{'l':[]}", "it.n is missing");
        row("{'n':1,'l':{}}", "it.l is no array");
        row("{'n':1,'l':[{'s':'c'}]}", "it.l[0].s is none of its values");
        row("{'n':1,'l':[{'s':'a'},{}]}", "it.l[1].s is missing");
        row("{'n':1,'l':[],'x':0}", "it.x is not in the document");
    }
    void whatIsNotAsTheSchemaSaysIsSeen()
    {
        QFETCH(QByteArray, value);
        QFETCH(QString, wrong);
        const OpenApiDocument document(object("{'schemas':{'S':{'type':'string','enum':['a','b']}}}"));
        const QJsonObject schema = object(
            "{'type':'object','required':['n','l'],'additionalProperties':false,'properties':{'n':{'type':"
            "'integer'},'l':{'type':'array','items':{'type':'object','required':['s'],'properties':{'s':{"
            "'$ref':'#/schemas/S'}}}}}}");
        QCOMPARE(document.mismatch(object(value), schema, QStringLiteral("it")), wrong);
        QVERIFY(
            document.mismatch(QJsonValue(1), object("{'type':'integer','maximum':0}")).contains(u"keyword"));
        QCOMPARE(OpenApiDocument(object("{'a':[{'$ref':'#/b'}]}")).brokenReferences(),
                 QStringList{QStringLiteral("#/b")});
    }
};

QTEST_GUILESS_MAIN(TestOpenApi)
#include "tst_openapi.moc"
