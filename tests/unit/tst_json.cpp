// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/jsontree.h"
#include "protocol/jsonwriter.h"

#include <QTest>

using namespace toystore;

namespace
{

QByteArray nested(int depth)
{
    return QByteArray("{\"a\":").repeated(depth - 1) + "{}" + QByteArray("}").repeated(depth - 1);
}

} // namespace

/// What JSON is read and written: the strict tree that messages and orders are read from, and the writer.
class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonThatIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<ErrorCode>("code");
        const auto malformed = [](const char *name, const QByteArray &text) {
            QTest::newRow(name) << text << ErrorCode::MalformedMessage;
        };
        malformed("empty", "");
        malformed("blank", "  ");
        malformed("no JSON", "hello");
        malformed("array", "[1]");
        malformed("number", "1");
        malformed("text", "\"a\"");
        malformed("null", "null");
        malformed("not closed", "{\"a\":1");
        malformed("trailing bytes", "{\"a\":1}x");
        malformed("second object", "{\"a\":1}{\"a\":1}");
        malformed("NUL and more", QByteArray("{\"a\":1}\0{\"a\":2}", 16));
        malformed("NUL at the end", QByteArray("{\"a\":1}\0", 8));
        malformed("trailing comma", "{\"a\":1,}");
        malformed("comment", "{\"a\":1/**/}");
        malformed("single quotes", "{'a':1}");
        malformed("byte order mark", "\xef\xbb\xbf{\"a\":1}");
        malformed("key twice", "{\"a\":1,\"a\":1}");
        malformed("key twice, once escaped", "{\"a\":1,\"\\u0061\":2}");
        malformed("key twice, deeper", "{\"x\":[{\"b\":0,\"a\":1,\"c\":0,\"a\":1}]}");
        malformed("NaN", "{\"a\":NaN}");
        malformed("Infinity", "{\"a\":Infinity}");
        malformed("-Infinity", "{\"a\":-Infinity}");
        malformed("plus", "{\"a\":+1}");
        malformed("leading zero", "{\"a\":01}");
        malformed("no digit after the point", "{\"a\":1.}");
        malformed("hexadecimal", "{\"a\":0x10}");
        malformed("control in a string", "{\"a\":\"\x01\"}");
        malformed("bad escape", "{\"a\":\"\\x\"}");
        malformed("bad UTF-8", "{\"a\":\"\xff\"}");
        malformed("overlong UTF-8", "{\"a\":\"\xc0\xaf\"}");
        malformed("UTF-8 beyond Unicode", "{\"a\":\"\xf4\x90\x80\x80\"}");
        malformed("cut UTF-8", "{\"a\":\"\xe2\x98\"}");
        malformed("bad UTF-8 in a key", "{\"\xff\":1}");
        malformed("raw surrogate", "{\"a\":\"\xed\xa0\x80\"}");
        malformed("lone high surrogate", "{\"a\":\"\\ud800\"}");
        malformed("lone low surrogate", "{\"a\":\"\\udc00\"}");
        malformed("low surrogate in a key", "{\"\\udc00\":1}");
        malformed("high surrogate twice", "{\"a\":\"\\ud800\\ud800\"}");
        QTest::newRow("65 levels") << nested(65) << ErrorCode::MessageTooLarge;
        QTest::newRow("100,000 levels") << "{\"a\":" + QByteArray(100'000, '[') << ErrorCode::MessageTooLarge;
        QTest::newRow("too many values")
            << "{\"a\":[" + QByteArray("1,").repeated(JsonTree::maxNodes - 2) + "1]}"
            << ErrorCode::MessageTooLarge;
        QTest::newRow("1e400") << QByteArray("{\"a\":1e400}") << ErrorCode::OutOfRange;
        QTest::newRow("1e400, long") << QByteArray("{\"a\":1" + QByteArray(400, '0') + ",\"b\":1e400}")
                                     << ErrorCode::OutOfRange;
        QTest::newRow("1e-400") << QByteArray("{\"a\":1e-400}") << ErrorCode::OutOfRange;
        QTest::newRow("1.8e308") << QByteArray("{\"a\":1.8e308}") << ErrorCode::OutOfRange;
    }

    void jsonThatIsRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(ErrorCode, code);
        const Result<JsonTree> tree = JsonTree::parse(text);
        QVERIFY(!tree);
        QCOMPARE(tree.error().code, code);
        QVERIFY(!tree.error().message.isEmpty() && tree.error().message.size() < 200);
    }

    void aKeyGivenTwiceIsNamedButNotAtLength()
    {
        QCOMPARE(JsonTree::parse("{\"id\":1,\"id\":2}").error().message, "id: given twice");
        const QByteArray key = '"' + QByteArray(100'000, 'k') + "\":1";
        QVERIFY(JsonTree::parse('{' + key + ',' + key + '}').error().message.size() < 200);
    }

    void jsonThatIsAllowed()
    {
        QVERIFY(JsonTree::parse(nested(64)));
        QVERIFY(JsonTree::parse("{\"a\":[" + QByteArray("1,").repeated(JsonTree::maxNodes - 3) + "1]}"));
        QVERIFY(JsonTree::parse(" {\"a\" : 1 } \t\r"));
        QVERIFY(JsonTree::parse("{\"a\":{\"x\":1},\"b\":{\"x\":1},\"\":0}"));
        const Result<JsonTree> text =
            JsonTree::parse("{\"a\":\"\\u00e9\\ud83e\\uddf8\\n\\\"\\/\\u0000\",\"b\":\"\u00e9\"}");
        QVERIFY(text);
        QCOMPARE(text->root().member("a")->text().toByteArray(), QByteArray("\u00e9\U0001f9f8\n\"/") + '\0');
        QCOMPARE(text->root().member("b")->text(), "\u00e9");
        QVERIFY(!text->root().member("c"));
    }

    void numbersKeepTheirKind_data()
    {
        using Kind = JsonValue::Kind;
        QTest::addColumn<QByteArray>("digits");
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("number");
        const auto row = [](const char *digits, Kind kind, double number) {
            QTest::newRow(digits) << QByteArray(digits) << int(kind) << number;
        };
        row("0", Kind::Integer, 0);
        row("-0", Kind::Integer, 0);
        row("9007199254740993", Kind::Integer, 9007199254740992.0);
        row("9223372036854775807", Kind::Integer, 9223372036854775808.0);
        row("-9223372036854775808", Kind::Integer, -9223372036854775808.0);
        row("9223372036854775808", Kind::BigInteger, 9223372036854775808.0);
        row("-9223372036854775809", Kind::BigInteger, -9223372036854775808.0);
        row("1.0", Kind::Fraction, 1);
        row("1e3", Kind::Fraction, 1000);
        row("1E-2", Kind::Fraction, 0.01);
        row("-1.5", Kind::Fraction, -1.5);
        row("1.7976931348623157e308", Kind::Fraction, 1.7976931348623157e308);
    }

    void numbersKeepTheirKind()
    {
        QFETCH(QByteArray, digits);
        QFETCH(int, kind);
        QFETCH(double, number);
        const Result<JsonTree> tree = JsonTree::parse("{\"n\":" + digits + '}');
        QVERIFY(tree);
        const JsonValue value = *tree->root().member("n");
        QCOMPARE(int(value.kind()), kind);
        QCOMPARE(value.number(), number);
        if (value.kind() == JsonValue::Kind::Integer)
            QCOMPARE(value.integer(), digits.toLongLong());
    }

    void anIntegerMayBeOfAnyLength_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::newRow("alone") << QByteArray();
        QTest::newRow("after a string") << QByteArray("\"s\":\"\\\"" + QByteArray(400, '7') + "\\\\\",");
        QTest::newRow("after its like") << QByteArray("\"s\":-" + QByteArray(1000, '7') + ',');
    }
    void anIntegerMayBeOfAnyLength()
    {
        QFETCH(QByteArray, before);
        for (const qsizetype digits : {20, 300, 308, 309, 310, 400, 60'000}) {
            const QByteArray text = '{' + before + "\"n\":" + QByteArray(digits, '9') + ",\"m\":7}";
            const Result<JsonTree> tree = JsonTree::parse(text);
            QVERIFY2(tree, QByteArray::number(digits));
            QCOMPARE(int(tree->root().member("n")->kind()), int(JsonValue::Kind::BigInteger));
            QVERIFY(tree->root().member("n")->number() > 9e18);
            QCOMPARE(tree->root().member("m")->integer(), 7);
            if (before.contains('"' + QByteArray("\\")))
                QVERIFY(tree->root().member("s")->text().contains(QByteArray(400, '7')));
        }
    }

    void theWriterEscapesNoMoreThanItMust()
    {
        JsonWriter writer;
        writer.beginObject().key("a").text("\"\\\x01\u00e9/").key("b").beginArray().value(qint64(-1));
        writer.value(true).value(0.1).value(1e300).beginObject().endObject().endArray().endObject();
        QCOMPARE(writer.json(), "{\"a\":\"\\\"\\\\\\u0001\u00e9/\",\"b\":[-1,true,0.1,1e+300,{}]}");
        JsonWriter broken;
        broken.text("a\xff");
        QCOMPARE(broken.json(), "\"a\ufffd\"");
    }
};

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
