// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/catalogmessages.h"
#include "protocol/envelope.h"
#include "protocol/eventmessages.h"
#include "protocol/faultmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/ordermessages.h"
#include "protocol/storefiles.h"
#include "protocol/supervisormessages.h"
#include "support/messagefields.h"

#include <QDirIterator>
#include <QFile>
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

} // namespace

/// The messages themselves: what they look like, and that docs/protocol.md shows it.
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

    void anEventIsCutToWhatAReaderAccepts()
    {
        Event event;
        event.kind = event.requestId = event.subject = event.message = QByteArray(10'000, 'x');
        const auto again = decoded<EventFields>(encoded(EventFields(event)));
        QVERIFY2(again, again ? "" : again.error().message.constData());
        QCOMPARE(again->message.size(), 4096);
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
};

QTEST_GUILESS_MAIN(TestProtocol)
#include "tst_protocol.moc"
