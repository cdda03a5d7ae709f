// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/catalogmessages.h"
#include "protocol/envelope.h"
#include "protocol/eventmessages.h"
#include "protocol/faultmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/lineframer.h"
#include "protocol/ordermessages.h"
#include "protocol/storefiles.h"
#include "protocol/supervisormessages.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <functional>
#include <tuple>

using namespace toystore;

namespace
{

// Every struct of core/protocol that lists fields; allStructsAreListed() notices one that is missing here.
using Structs =
    std::tuple<Order, OrdersAfter, OrdersAfter::Answer, Product, ProductQuery, ProductsQuery,
               ProductsQuery::Answer, SellEntry, SellOutcome, Sell, Sell::Answer, Leadership,
               Leadership::Answer, BeginEpoch, ImportOrders, ImportOrders::Answer, SubscribeInvalidations,
               SubscribeInvalidations::Answer, Renew, Invalidate, CatalogStatus, CatalogStatus::Answer,
               HealthCheck, HealthCheck::Answer, UpdateLeader, UpdateLeader::Answer, PlaceOrder,
               PlaceOrder::Answer, OrderDetails, OrderDetails::Answer, AppendOrders, AppendOrders::Answer,
               LogChecksum, LogChecksum::Answer, OrderStatus, OrderStatus::Answer, ReplicaView,
               FrontendStatus, FrontendStatus::Answer, CacheEntry, CacheContents, CacheContents::Answer,
               SetCache, CacheStatistics, CacheStatistics::Answer, WriteFigures, ProcessView, Processes,
               Processes::Answer, ServiceCommand, StartCommand, Fault, Traffic, LinkView, Faults,
               Faults::Answer, SetFault, ClearFaults, EventFields, Subscribe, Subscribe::Answer, Events,
               StoreFile, StockSum, StockAudit, StockAudit::Answer, TrafficView, FailoverView, Authorize>;

template <typename T>
constexpr bool isList = false;
template <typename T>
constexpr bool isList<QList<T>> = true;

/// Gives every field a value of its own.
class Filler
{
public:
    explicit Filler(bool withOptional) : m_withOptional(withOptional) {}

    template <typename T>
    void operator()(QByteArrayView, T &value, qsizetype limit = noLimit)
    {
        fill(value, limit);
    }
    template <typename T>
    void operator()(QByteArrayView, std::optional<T> &value, qsizetype limit = noLimit)
    {
        value.reset();
        if (m_withOptional)
            fill(value.emplace(), limit);
    }

private:
    void fill(qint64 &value, qsizetype)
    {
        constexpr qint64 extremes[] = {std::numeric_limits<qint64>::max(), std::numeric_limits<qint64>::min(),
                                       (qint64(1) << 53) + 1};
        ++m_count;
        value = m_count <= 3 ? extremes[m_count - 1] : m_count * 1'000'003;
    }
    void fill(double &value, qsizetype) { value = 19.9 + static_cast<double>(++m_count); }
    void fill(bool &value, qsizetype) { value = (++m_count % 2) == 0; }
    void fill(QByteArray &value, qsizetype limit)
    {
        value = ("\"\\\n\u00e9\u2603\U0001f9f8" + QByteArray::number(++m_count)).left(limit);
    }
    void fill(ReplicaId &value, qsizetype) { value.value = 8000 + ++m_count; }
    void fill(ErrorCode &value, qsizetype) { value = static_cast<ErrorCode>(++m_count % 5); }
    template <typename T>
    void fill(QList<T> &list, qsizetype)
    {
        list.resize(2);
        for (T &element : list)
            fill(element, noLimit);
    }
    template <typename T>
    void fill(T &message, qsizetype)
    {
        T::fields(message, *this);
    }

    bool m_withOptional;
    qint64 m_count = 0;
};

template <typename T>
T filled(bool withOptional)
{
    T message;
    Filler fill(withOptional);
    T::fields(message, fill);
    return message;
}

template <typename T>
QByteArray encoded(const T &message)
{
    JsonWriter writer;
    writer.beginObject();
    FieldEncoder encode(writer);
    T::fields(message, encode);
    writer.endObject();
    return writer.take();
}

template <typename T>
Result<T> decoded(const QByteArray &json)
{
    const Result<JsonTree> tree = JsonTree::parse(json);
    return tree ? decodeFields<T>(tree->root()) : failure(tree.error());
}

/// What a field may not look like, as JSON text; and what it may.
struct Forms {
    QByteArray path; ///< as errors name it
    QList<QByteArray> bad;
    QList<QByteArray> good;
    bool mayBeAbsent = false;
};

/// Collects the Forms of a struct's fields, those of nested structs and of lists' elements included.
class FormCollector
{
public:
    explicit FormCollector(QList<Forms> &out, QByteArray prefix = {})
        : m_out(out), m_prefix(std::move(prefix))
    {
    }

    template <typename T>
    void operator()(QByteArrayView name, T &value, qsizetype limit = noLimit)
    {
        describe(m_prefix + name.toByteArray(), value, limit, false);
    }
    template <typename T>
    void operator()(QByteArrayView name, std::optional<T> &value, qsizetype limit = noLimit)
    {
        describe(m_prefix + name.toByteArray(), *value, limit, true);
    }

private:
    void describe(const QByteArray &path, qint64 &, qsizetype, bool optional)
    {
        m_out.append({path,
                      {"null", "true", "\"7\"", "1.0", "1.5", "1e3", "[1]", "{}", "9223372036854775808",
                       "-9223372036854775809", "100000000000000000000000000"},
                      {"-0", "9007199254740993"},
                      optional});
    }
    void describe(const QByteArray &path, double &, qsizetype, bool optional)
    {
        m_out.append({path, {"null", "false", "\"19.9\"", "[]", "{}"}, {"1", "1e3", "-0.5"}, optional});
    }
    void describe(const QByteArray &path, bool &, qsizetype, bool optional)
    {
        m_out.append({path, {"null", "0", "\"true\"", "[]", "{}"}, {"true", "false"}, optional});
    }
    void describe(const QByteArray &path, QByteArray &, qsizetype limit, bool optional)
    {
        Forms forms{path, {"null", "1", "true", "[]", "{}"}, {"\"\""}, optional};
        if (limit != noLimit) {
            forms.good.append('"' + QByteArray(limit, 'x') + '"');
            forms.bad.append('"' + QByteArray(limit + 1, 'x') + '"');
        }
        m_out.append(forms);
    }
    void describe(const QByteArray &path, ReplicaId &, qsizetype, bool optional)
    {
        m_out.append({path,
                      {"null", "true", "1.0", "[]", "{}", "9223372036854775808", "\"\"", "\"x\"", "\"1.0\"",
                       "\" 1\"", "\"1 \"", "\"+1\"", "\"0x1\"", "\"9223372036854775808\""},
                      {"8093", "\"8093\""},
                      optional});
    }
    void describe(const QByteArray &path, ErrorCode &, qsizetype, bool optional)
    {
        m_out.append({path, {"null", "1", "{}"}, {"\"behind\"", "\"a_code_of_tomorrow\""}, optional});
    }
    template <typename T>
    void describe(const QByteArray &path, QList<T> &list, qsizetype limit, bool optional)
    {
        Forms forms{path, {"null", "1", "\"x\"", "{}"}, {"[]"}, optional};
        if (limit != noLimit) {
            const QByteArray element = elementText(list.first());
            forms.good.append('[' + QByteArray(element + ',').repeated(limit).chopped(1) + ']');
            forms.bad.append('[' + QByteArray(element + ',').repeated(limit + 1).chopped(1) + ']');
        }
        m_out.append(forms);
        describe(path + "[0]", list.first(), noLimit, true);
    }
    template <typename T>
    void describe(const QByteArray &path, T &message, qsizetype, bool optional)
    {
        m_out.append({path, {"null", "1", "\"x\"", "[]"}, {}, optional});
        FormCollector inner(m_out, path + '.');
        T::fields(message, inner);
    }

    static QByteArray elementText(ReplicaId id) { return QByteArray::number(id.value); }
    template <typename T>
    static QByteArray elementText(const T &message)
    {
        return encoded(message);
    }

    QList<Forms> &m_out;
    QByteArray m_prefix;
};

/// @p object with what stands at @p path, like "orders[0].number", replaced; taken out if @p by is undefined.
QJsonValue replaced(const QJsonValue &at, const QByteArray &path, const QJsonValue &by)
{
    if (path.isEmpty())
        return by;
    if (path.startsWith('[')) {
        QJsonArray array = at.toArray();
        array[0] = replaced(array.at(0), path.mid(path.startsWith("[0].") ? 4 : 3), by);
        return array;
    }
    const qsizetype end = std::min(QByteArray(path + '.').indexOf('.'), QByteArray(path + '[').indexOf('['));
    const QString name = QString::fromLatin1(path.left(end));
    const QByteArray rest = path.mid(path.mid(end, 1) == "." ? end + 1 : end);
    QJsonObject object = at.toObject();
    const QJsonValue value = replaced(object.value(name), rest, by);
    if (value.isUndefined())
        object.remove(name);
    else
        object.insert(name, value);
    return object;
}

/// @p json with the value at @p path given as JSON text, which QJsonValue could not hold.
QByteArray withForm(const QByteArray &json, const QByteArray &path, const QByteArray &form)
{
    const QString mark = QStringLiteral("@@here@@");
    const QJsonValue marked = replaced(QJsonDocument::fromJson(json).object(), path, mark);
    return QJsonDocument(marked.toObject()).toJson(QJsonDocument::Compact).replace("\"@@here@@\"", form);
}

QByteArray without(const QByteArray &json, const QByteArray &path)
{
    const QJsonValue rest =
        replaced(QJsonDocument::fromJson(json).object(), path, QJsonValue(QJsonValue::Undefined));
    return QJsonDocument(rest.toObject()).toJson(QJsonDocument::Compact);
}

/// What is wrong with the round trip of T; nothing if all is well.
template <typename T>
void checkRoundTrip(QByteArrayList &wrong)
{
    for (const bool withOptional : {true, false}) {
        const QByteArray json = encoded(filled<T>(withOptional));
        const Result<T> again = decoded<T>(json);
        if (!again)
            wrong.append(json + ": " + again.error().message);
        else if (encoded(*again) != json)
            wrong.append(json + " came back as " + encoded(*again));
        const QByteArray extended =
            "{\"unknown\":{\"a\":[1,null]}" + QByteArray(json.size() > 2 ? "," : "") + json.mid(1);
        const Result<T> known = decoded<T>(extended);
        if (!known || encoded(*known) != json)
            wrong.append(extended + ": the unknown field is not ignored");
    }
}

/// Which malformed forms T takes, which good ones it refuses, and which errors do not name their field.
template <typename T>
void checkMalformed(QByteArrayList &wrong)
{
    T message = filled<T>(true);
    const QByteArray json = encoded(message);
    QList<Forms> all;
    FormCollector collect(all);
    T::fields(message, collect);
    const auto refuses = [&](const QByteArray &changed, const Forms &forms, const QByteArray &what) {
        const Result<T> result = decoded<T>(changed);
        if (result)
            wrong.append(what + " is taken for " + forms.path + " in " + json.left(200));
        else if (!result.error().message.startsWith(forms.path + ": "))
            wrong.append(what + " for " + forms.path + ": " + result.error().message);
    };
    for (const Forms &forms : all) {
        for (const QByteArray &form : forms.bad)
            refuses(withForm(json, forms.path, form), forms, form.left(40));
        for (const QByteArray &form : forms.good) {
            if (const Result<T> result = decoded<T>(withForm(json, forms.path, form)); !result)
                wrong.append(form.left(40) + " for " + forms.path + ": " + result.error().message);
        }
        if (forms.path.endsWith(']'))
            continue;
        if (!forms.mayBeAbsent)
            refuses(without(json, forms.path), forms, "nothing");
        else if (!decoded<T>(without(json, forms.path)))
            wrong.append(forms.path + " should be optional");
    }
}

/// Notes which names and members a struct lists.
struct ListingCollector {
    QList<QByteArray> names = {};
    QList<const void *> members = {};

    template <typename T>
    void operator()(QByteArrayView name, const T &member, qsizetype = noLimit)
    {
        names.append(name.toByteArray());
        members.append(&member);
    }
};

/// Names that are no lower_case_words, and names or members that T lists twice.
template <typename T>
void checkListing(QByteArrayList &wrong)
{
    const T message;
    ListingCollector listing;
    T::fields(message, listing);
    static const QRegularExpression words(QStringLiteral("^[a-z0-9]+(_[a-z0-9]+)*$"));
    for (const QByteArray &name : listing.names) {
        if (!words.match(QString::fromLatin1(name)).hasMatch() || listing.names.count(name) != 1)
            wrong.append(name + " in " + listing.names.join(' '));
    }
    for (qsizetype i = 0; i < listing.members.size(); ++i) {
        if (listing.members.count(listing.members[i]) != 1)
            wrong.append("the member of " + listing.names[i] + " is listed twice");
    }
}

/// Messages by the section of docs/protocol.md that describes them: two services may have a method of one
/// name.
struct Documented {
    QByteArray section;
    QByteArray method;
    std::function<QByteArray(const Incoming &)> requestAgain; ///< read and written again, without its LF
    std::function<QByteArray(const Incoming &)> answerAgain;
};

template <typename T>
std::function<QByteArray(const Incoming &)> again()
{
    return [](const Incoming &incoming) -> QByteArray {
        const Result<T> message = decodeFields<T>(incoming.body.root());
        if (!message)
            return message.error().message;
        if constexpr (requires { T::method; })
            return requestLine(incoming.id, *message).chopped(1);
        else
            return answerLine(incoming.id, *message).chopped(1);
    };
}

template <typename T>
QByteArray answerAgain(const Incoming &incoming)
{
    const auto message = decodeFields<typename T::Answer>(incoming.body.root());
    return message ? answerLine(incoming.id, *message).chopped(1) : message.error().message;
}

template <typename... T>
void document(QList<Documented> &out, const char *section)
{
    const auto add = [&]<typename M>() {
        Documented message{section, M::method.toByteArray(), again<M>(), {}};
        if constexpr (requires { typename M::Answer; })
            message.answerAgain = answerAgain<M>;
        out.append(message);
    };
    (add.template operator()<T>(), ...);
}

QList<Documented> documentedMessages()
{
    QList<Documented> all;
    document<HealthCheck, UpdateLeader, PlaceOrder, OrderDetails, AppendOrders, OrdersAfter, LogChecksum,
             OrderStatus, OrderStatusPush>(all, "Order replica");
    document<ProductQuery, ProductsQuery, Sell, Leadership, BeginEpoch, ImportOrders, OrdersAfter,
             SubscribeInvalidations, Renew, Invalidate, CatalogStatus, CatalogStatusPush, StockAudit>(
        all, "Catalog");
    document<FrontendStatus, FrontendStatusPush, CacheContents, CacheStatistics, SetCache>(all, "Frontend");
    document<Processes, ProcessesPush, Authorize, StartService, StopService, KillService, PauseService,
             ResumeService, RestartService, Faults, SetFault, ClearFaults>(all, "Supervisor");
    document<Subscribe, Events>(all, "Events");
    return all;
}

/// The fields of a message or answer that an envelope has too.
template <typename T>
QByteArrayList clashesWithEnvelope()
{
    const T message;
    ListingCollector listing;
    T::fields(message, listing);
    QByteArrayList clashes;
    for (const char *name : {"id", "method_name", "status"}) {
        if (listing.names.contains(name))
            clashes.append(name);
    }
    return clashes;
}

/// Fields of T, as a message or as an answer, that the envelope would hide.
template <typename T>
void checkEnvelope(QByteArrayList &wrong)
{
    if constexpr (requires { T::method; })
        wrong += clashesWithEnvelope<T>();
    if constexpr (requires {
                      T::method;
                      typename T::Answer;
                  })
        wrong += clashesWithEnvelope<typename T::Answer>();
}

template <typename Check>
QByteArrayList forAllStructs(Check check)
{
    QByteArrayList wrong;
    [&]<typename... T>(std::tuple<T...> *) {
        (check.template operator()<T>(wrong), ...);
    }(static_cast<Structs *>(nullptr));
    return wrong;
}

Result<std::optional<QByteArray>> line(const char *text)
{
    return std::optional(QByteArray(text));
}

} // namespace

class TestProtocol : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allStructsAreListed()
    {
        const QRegularExpression listing(QStringLiteral("\\n    +static void fields\\("));
        qsizetype inHeaders = 0;
        QDirIterator headers(QStringLiteral(TOYSTORE_SOURCE_DIR "/core/protocol"), {QStringLiteral("*.h")});
        while (headers.hasNext()) {
            QFile header(headers.next());
            if (headers.fileName() == QLatin1String("fields.h"))
                continue;
            QVERIFY(header.open(QIODevice::ReadOnly));
            inHeaders += QString::fromUtf8(header.readAll()).count(listing);
        }
        QCOMPARE(qsizetype(std::tuple_size_v<Structs>), inHeaders);
    }

    void everyFieldIsListedOnce()
    {
        const QByteArrayList wrong =
            forAllStructs([]<typename T>(QByteArrayList &out) { checkListing<T>(out); });
        QVERIFY2(wrong.isEmpty(), wrong.join('\n').constData());
    }

    void noFieldHidesTheEnvelopes()
    {
        const QByteArrayList wrong =
            forAllStructs([]<typename T>(QByteArrayList &out) { checkEnvelope<T>(out); });
        QVERIFY2(wrong.isEmpty(), wrong.join(' ').constData());
    }

    void everyMessageIsDocumentedWithExamplesThatAreTrue()
    {
        QFile page(QStringLiteral(TOYSTORE_SOURCE_DIR "/docs/protocol.md"));
        QVERIFY(page.open(QIODevice::ReadOnly));
        QList<Documented> open = documentedMessages();
        const QList<Documented> all = open;
        QByteArray section;
        Documented last;
        while (!page.atEnd()) {
            const QByteArray text = page.readLine().chopped(1);
            if (text.startsWith("## "))
                section = text.mid(3);
            if (!text.startsWith("    -> ") && !text.startsWith("    <- "))
                continue;
            const QByteArray example = text.mid(7);
            const auto incoming = parseLine(example);
            QVERIFY2(incoming, example.constData());
            const bool isRequest = incoming->type == Incoming::Type::Request;
            if (isRequest) {
                const auto isIt = [&](const Documented &message) {
                    // The envelope is shown with messages of the section after it.
                    const QByteArray where = section == "JSON lines" ? "Order replica" : section;
                    return message.section == where && message.method == incoming->method;
                };
                const auto found = std::find_if(all.begin(), all.end(), isIt);
                QVERIFY2(found != all.end(), example.constData());
                last = *found;
                open.removeIf([&](const Documented &message) {
                    return section == last.section && message.section == last.section &&
                           message.method == last.method;
                });
                QCOMPARE(last.requestAgain(*incoming), example);
            } else if (incoming->error) {
                QCOMPARE(errorLine(incoming->id, *incoming->error).chopped(1), example);
            } else {
                QVERIFY2(last.answerAgain, example.constData());
                QCOMPARE(last.answerAgain(*incoming), example);
            }
        }
        for (const Documented &message : open)
            QFAIL((message.section + ": " + message.method + " has no example").constData());
    }

    void everyErrorIsDocumentedWithItsStatus()
    {
        QFile page(QStringLiteral(TOYSTORE_SOURCE_DIR "/docs/protocol.md"));
        QVERIFY(page.open(QIODevice::ReadOnly));
        const QByteArray text = page.readAll();
        for (int i = 0; i <= static_cast<int>(ErrorCode::Internal); ++i) {
            const auto code = static_cast<ErrorCode>(i);
            const QByteArray row =
                "| `" + wireName(code).toByteArray() + "` | " + QByteArray::number(httpStatus(code)) + " |";
            QVERIFY2(text.contains(row), row.constData());
        }
    }

    void everyMessageComesBackAsItWas()
    {
        const QByteArrayList wrong =
            forAllStructs([]<typename T>(QByteArrayList &out) { checkRoundTrip<T>(out); });
        QVERIFY2(wrong.isEmpty(), wrong.join('\n').constData());
    }

    void everyMalformedFieldIsRefusedByName()
    {
        const QByteArrayList wrong =
            forAllStructs([]<typename T>(QByteArrayList &out) { checkMalformed<T>(out); });
        QVERIFY2(wrong.isEmpty(), wrong.join('\n').constData());
    }

    void anIntegerBeyondSixtyFourBitsIsOutOfRange()
    {
        const auto result = decoded<OrderDetails>("{\"number\":9223372036854775808}");
        QCOMPARE(result.error().code, ErrorCode::OutOfRange);
        QCOMPARE(decoded<OrderDetails>("{\"number\":1.5}").error().code, ErrorCode::InvalidField);
        QCOMPARE(decoded<OrderDetails>("{\"number\":9223372036854775807}")->number,
                 std::numeric_limits<qint64>::max());
        QCOMPARE(decoded<OrderDetails>("{\"number\":-9223372036854775808}")->number,
                 std::numeric_limits<qint64>::min());
        QCOMPARE(decoded<OrderDetails>("{\"number\":9007199254740993}")->number, 9007199254740993);
    }

    void leaderIdIsTakenAsTextToo()
    {
        const auto result = decoded<UpdateLeader>("{\"leader_id\":\"8093\"}");
        QVERIFY(result);
        QCOMPARE(result->leaderId.value, 8093);
        QVERIFY(!result->epoch);
    }

    void aTextIsClippedBetweenCharacters()
    {
        QCOMPARE(clipText("abc", 3), "abc");
        QCOMPARE(clipText("abc", 2), "ab");
        QCOMPARE(clipText("a\u2603", 3), "a");
        QCOMPARE(clipText("a\u2603", 4), "a\u2603");
        QCOMPARE(clipText("\U0001f9f8", 3), "");
        QVERIFY(clipText(QByteArray(10, '\xff'), 10).isValidUtf8());
        QVERIFY(clipText(QByteArray(10, '\xff'), 10).size() <= 10);
    }

    void aRequestIsReadWithOrWithoutItsId()
    {
        const auto with = parseLine(R"({"id":7,"method_name":"health_check"})");
        QVERIFY(with);
        QCOMPARE(with->type, Incoming::Type::Request);
        QCOMPARE(with->id, 7);
        QCOMPARE(with->method, "health_check");
        const auto bare = parseLine(R"({"method_name":"update_leader","leader_id":"8093"})");
        QVERIFY(bare);
        QVERIFY(!bare->id);
        QCOMPARE(decodeFields<UpdateLeader>(bare->body.root())->leaderId.value, 8093);
    }

    void anAnswerIsReadWithItsErrorAndWhatIsCurrent()
    {
        const auto success = parseLine(R"({"id":7,"status":"Success","order_number":3})");
        QVERIFY(success && success->type == Incoming::Type::Answer && !success->error);
        QCOMPARE(decodeFields<PlaceOrder::Answer>(success->body.root())->orderNumber, 3);
        const auto refused = parseLine(
            R"({"id":8,"status":"Error","code":"stale_epoch","message":"m","epoch":4,"leader_id":8093,)"
            R"("last_order_number":192})");
        QVERIFY(refused);
        QCOMPARE(refused->error, (Error{ErrorCode::StaleEpoch, "m", {4, 8093, 192}}));
        const auto newer = parseLine(R"({"id":9,"status":"Error","code":"a_code_of_tomorrow"})");
        QVERIFY(newer);
        QCOMPARE(newer->error, (Error{ErrorCode::Internal, ""}));
    }

    void aBadLineKeepsTheIdIfThereIsOne_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("hasId");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char *text, bool hasId, const char *message) {
            QTest::newRow(text) << QByteArray(text) << hasId << QByteArray(message);
        };
        row(R"({"id":7})", true, "method_name: is missing");
        row(R"({})", false, "method_name: is missing");
        row(R"({"id":"7","method_name":"x"})", false, "id: must be an integer, is a string");
        row(R"({"id":null,"method_name":"x"})", false, "id: must be an integer, is null");
        row(R"({"id":7.0,"method_name":"x"})", false,
            "id: must be an integer, is a number with fraction or exponent");
        row(R"({"id":7,"method_name":5})", true, "method_name: must be a string, is an integer");
        row(R"({"id":7,"status":true})", true, "status: must be a string, is true or false");
        row(R"({"id":7,"status":"Error"})", true, "code: is missing");
        row(R"({"id":7,"status":"Error","code":"behind","epoch":"4"})", true,
            "epoch: must be an integer, is a string");
    }

    void aBadLineKeepsTheIdIfThereIsOne()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, hasId);
        QFETCH(QByteArray, message);
        const auto incoming = parseLine(text);
        QVERIFY(!incoming);
        QCOMPARE(incoming.error().id, hasId ? std::optional<qint64>(7) : std::nullopt);
        QCOMPARE(incoming.error().error.message, message);
        QCOMPARE(incoming.error().error.code, ErrorCode::InvalidField);
    }

    void theMethodNameHasALimit()
    {
        const auto ofBytes = [](int bytes) {
            return parseLine("{\"method_name\":\"" + QByteArray(bytes, 'x') + "\"}");
        };
        QVERIFY(ofBytes(64));
        QVERIFY(!ofBytes(65));
    }

    void linesAreWrittenAsDocumented()
    {
        QCOMPARE(requestLine(7, HealthCheck()), "{\"id\":7,\"method_name\":\"health_check\"}\n");
        QCOMPARE(requestLine(std::nullopt, Renew{3}), "{\"method_name\":\"renew\",\"subscription\":3}\n");
        QCOMPARE(answerLine(7, PlaceOrder::Answer{192}),
                 "{\"id\":7,\"status\":\"Success\",\"order_number\":192}\n");
        QCOMPARE(answerLine(std::nullopt, Empty()), "{\"status\":\"Success\"}\n");
        QCOMPARE(errorLine(8, {ErrorCode::StaleEpoch, "epoch 3 is over", {4, 8093, {}}}),
                 "{\"id\":8,\"status\":\"Error\",\"code\":\"stale_epoch\",\"message\":\"epoch 3 is over\","
                 "\"epoch\":4,\"leader_id\":8093}\n");
    }

    void everyErrorCanBeReadByTheOtherSide_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("quotes and controls") << QByteArray("\"a\"\\\n\x1b");
        QTest::newRow("long") << QByteArray(5000, 'x');
        QTest::newRow("long, cut within a character") << QByteArray("x\U0001f9f8").repeated(1000);
        QTest::newRow("long and no UTF-8") << QByteArray(5000, '\xff');
    }

    void everyErrorCanBeReadByTheOtherSide()
    {
        QFETCH(QByteArray, message);
        const QByteArray text = errorLine(1, {ErrorCode::Internal, message});
        QCOMPARE(text.count('\n'), 1);
        const auto incoming = parseLine(text.chopped(1));
        QVERIFY2(incoming, incoming ? "" : incoming.error().error.message.constData());
        QVERIFY(incoming->error->message.size() <= 1024);
        QVERIFY(incoming->error->message.startsWith(QString::fromUtf8(message.left(4)).toUtf8().left(1)));
    }

    void anEventIsCutToWhatAReaderAccepts()
    {
        Event event;
        event.kind = event.requestId = event.subject = event.message = QByteArray(10'000, 'x');
        const auto again = decoded<EventFields>(encoded(EventFields(event)));
        QVERIFY2(again, again ? "" : again.error().message.constData());
        QCOMPARE(again->message.size(), 4096);
    }

    void linesAreFoundHoweverTheBytesAreSplit()
    {
        const QByteArray stream = "one\ntwo\r\n\n\r\nthr\ree\nrest";
        const QByteArrayList expected{"one", "two", "thr\ree"};
        for (qsizetype first = 0; first <= stream.size(); ++first) {
            for (qsizetype second = first; second <= stream.size(); ++second) {
                LineFramer framer;
                QByteArrayList lines;
                for (const QByteArray &part :
                     {stream.left(first), stream.mid(first, second - first), stream.mid(second)}) {
                    framer.feed(part);
                    for (auto next = framer.next(); next && *next; next = framer.next())
                        lines.append(**next);
                }
                QCOMPARE(lines, expected);
            }
        }
    }

    void aLineMayBeAsLongAsTheLimit()
    {
        LineFramer framer(4);
        framer.feed("abcd\nabcde");
        QCOMPARE(framer.next(), line("abcd"));
        const auto tooLong = framer.next();
        QVERIFY(!tooLong);
        QCOMPARE(tooLong.error().code, ErrorCode::MessageTooLarge);
        QCOMPARE(tooLong.error().message, "a line is longer than 4 bytes");
        QVERIFY(!framer.next()); // and the stream stays out of step

        LineFramer ended(4);
        ended.feed("abcde\n");
        QVERIFY(!ended.next());

        LineFramer byteByByte(4);
        for (int i = 0; i < 4; ++i) {
            byteByByte.feed("x");
            QCOMPARE(byteByByte.next(), (Result<std::optional<QByteArray>>(std::nullopt)));
        }
        byteByByte.feed("x");
        QVERIFY(!byteByByte.next());
    }

    void theFramerForgetsWhatWasTaken()
    {
        LineFramer framer(10);
        for (int i = 0; i < 100'000; ++i) {
            framer.feed("123456\n12");
            QCOMPARE(framer.next(), line(i == 0 ? "123456" : "12123456"));
        }
    }

    void placesAreReadInAllTheirForms()
    {
        const auto places = parsePlaces(QStringLiteral("8091, store2:8092 ,7@10.0.0.3:8093,9@8094"));
        QVERIFY(places);
        const QString local = QStringLiteral("127.0.0.1");
        const QList<ReplicaPlace> expected{{{8091}, {local, 8091}},
                                           {{8092}, {QStringLiteral("store2"), 8092}},
                                           {{7}, {QStringLiteral("10.0.0.3"), 8093}},
                                           {{9}, {local, 8094}}};
        QCOMPARE(*places, expected);
        QCOMPARE(parseEndpoint(QStringLiteral("8084")), (Endpoint{local, 8084}));
        QCOMPARE(places->at(1).endpoint.toByteArray(), "store2:8092");
    }

    void badPlacesAreNamed_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char *text, const char *names) {
            QTest::newRow(text) << QString::fromLatin1(text) << QByteArray(names);
        };
        row("", "''");
        row("8091,", "''");
        row("8091,,8092", "''");
        row("0", "'0'");
        row("65536", "'65536'");
        row("-1", "'-1'");
        row("80x", "'80x'");
        row("host:", "'host:'");
        row(":8091", "':8091'");
        row("x@8091", "'x@8091'");
        row("0@8091", "'0@8091'");
        row("-7@8091", "'-7@8091'");
        row("@8091", "'@8091'");
        row("8091,8091", "8091 is given twice");
        row("1@a:80,1@b:80", "1 is given twice");
        row("1@a:80,2@a:80", "a:80");
        row("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "more than 16");
    }

    void badPlacesAreNamed()
    {
        QFETCH(QString, text);
        QFETCH(QByteArray, names);
        const auto places = parsePlaces(text);
        QVERIFY(!places);
        QCOMPARE(places.error().code, ErrorCode::InvalidField);
        QVERIFY2(places.error().message.contains(names), places.error().message.constData());
    }
};

QTEST_GUILESS_MAIN(TestProtocol)
#include "tst_protocol.moc"
