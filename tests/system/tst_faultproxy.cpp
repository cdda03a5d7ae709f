// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The fault proxy between the services of a real store.

#include "protocol/faultmessages.h"
#include "support/httpconnection.h"
#include "support/operatedstore.h"
#include "support/processfigures.h"
#include "support/rawhttp.h"
#include "support/recordedload.h"
#include "support/storechecks.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

const QList<QByteArray> toys{"Tux", "Rubber Duck"};
const Fault cut{"cut", {}, {}, {}, {}};
const Fault silent{"silent", {}, {}, {}, {}};

Fault delayOf(qint64 ms)
{
    return {"delay", {}, ms, {}, {}};
}

Fault lossOf(double percent)
{
    return {"loss", {}, {}, {}, percent};
}

/// A store whose links can have faults.
class FaultyStore : public StoreUnderTest
{
public:
    FaultyStore()
        : StoreUnderTest(
              {QStringLiteral("--allow-faults"), QStringLiteral("--stock"), QStringLiteral("10000000")})
    {
    }

    Result<Faults::Answer> set(const QByteArray &from, const QByteArray &to, const Fault &fault)
    {
        SetFault request;
        static_cast<Fault &>(request) = fault;
        request.from = from;
        request.to = to;
        request.token = token();
        return ask(supervisorPort(), request);
    }

    [[nodiscard]] bool clear() { return ask(supervisorPort(), ClearFaults{{}, {}, {}, token()}).has_value(); }

    [[nodiscard]] LinkView link(const QByteArray &from, const QByteArray &to) const
    {
        const Result<Faults::Answer> answer = ask(supervisorPort(), Faults());
        if (answer) {
            for (const LinkView &view : answer->links) {
                if (view.from == from && view.to == to)
                    return view;
            }
        }
        return {};
    }

    [[nodiscard]] qint64 pidOf(const QByteArray &service) const
    {
        const Result<Processes::Answer> answer = ask(supervisorPort(), Processes());
        for (const ProcessView &process : answer ? answer->processes : QList<ProcessView>()) {
            if (process.service == service)
                return process.pid;
        }
        return 0;
    }

    [[nodiscard]] bool sellsAgain() const
    {
        return QTest::qWaitFor([this] { return buy().status == 200; }, 10'000);
    }

    /// `toystore` with @p words, spaces between.
    [[nodiscard]] Outcome run(const char *words) const
    {
        return runToystore(QStringList{QStringLiteral("--data"), path(QString())} +
                           QString::fromLatin1(words).split(u' '));
    }

    [[nodiscard]] HttpAnswer buy() const
    {
        return HttpConnection(httpPort()).post("/orders", "{\"name\":\"Tux\",\"quantity\":1}");
    }
};

/// The quantity that a query shows; nothing if it was refused.
std::optional<qint64> stockShown(HttpConnection &client)
{
    const HttpAnswer answer = client.get("/products/Tux");
    if (answer.status != 200)
        return std::nullopt;
    const QJsonObject object = QJsonDocument::fromJson(answer.body).object();
    return object.value(QLatin1String("data")).toObject().value(QLatin1String("quantity")).toInteger();
}

} // namespace

class TestFaultProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theStoreSellsThroughTheProxy()
    {
        FaultyStore store;
        QVERIFY(store.open());
        QVERIFY(store.sellsAgain());
        const Result<Faults::Answer> answer = ask(store.supervisorPort(), Faults());
        QVERIFY(answer);
        QCOMPARE(answer->links.size(), 13);
        for (const LinkView &link : answer->links) {
            QVERIFY(link.faults.isEmpty());
            QVERIFY2(link.connections == 1, link.from + " to " + link.to);
        }
        const LinkView link = store.link(StoreUnderTest::nameOf(store.leader().value), "catalog");
        QVERIFY(link.forward.messages > 0 && link.backward.messages > 0);
        QCOMPARE(store.waitForState("faultproxy", "ready"), QByteArray("ready"));
        QVERIFY(store.close());
    }

    void faultsMustBeAllowedWhenTheStoreIsOpened()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        const Result<Faults::Answer> listed = ask(store.supervisorPort(), Faults());
        QVERIFY(!listed);
        QCOMPARE(listed.error().code, ErrorCode::FaultsNotAllowed);
        const Result<Faults::Answer> cleared =
            ask(store.supervisorPort(), ClearFaults{{}, {}, {}, store.token()});
        QVERIFY(!cleared);
        QCOMPARE(cleared.error().code, ErrorCode::FaultsNotAllowed);
    }

    void changesWantTheToken()
    {
        FaultyStore store;
        QVERIFY(store.open());
        const Result<Faults::Answer> cleared = ask(store.supervisorPort(), ClearFaults{{}, {}, {}, "guess"});
        QVERIFY(!cleared);
        QCOMPARE(cleared.error().code, ErrorCode::Unauthorized);
        const Result<Faults::Answer> unknown = store.set("catalog", "frontend", cut);
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::UnknownService);
        const Result<Faults::Answer> wrong = store.set("frontend", "catalog", {"flood", {}, {}, {}, {}});
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().code, ErrorCode::InvalidField);
    }

    void anotherLeaderIsFoundAndNobodyNotices_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QByteArray>("kind");
        QTest::newRow("cut from the frontend") << QByteArray("frontend") << QByteArray("leader") << cut.kind;
        QTest::newRow("silent to the frontend")
            << QByteArray("frontend") << QByteArray("leader") << silent.kind;
        QTest::newRow("cut from the catalog") << QByteArray("leader") << QByteArray("catalog") << cut.kind;
    }
    void anotherLeaderIsFoundAndNobodyNotices()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QByteArray, kind);
        FaultyStore store;
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store.httpPort(), 8, toys));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 100, 20'000);
        const ReplicaId leader = store.leader();

        QVERIFY(store.set(from, to, {kind, {}, {}, {}, {}}));
        const auto anotherLeads = [&] {
            const ReplicaId now = store.leader(); // asked once: between two answers it may be nobody
            return !now.isNone() && now != leader;
        };
        QTRY_VERIFY_WITH_TIMEOUT(anotherLeads(), 10'000);
        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, 20'000);

        QVERIFY(store.clear());
        QVERIFY(shoppers.stop());
        QCOMPARE(shoppers.figures().allErrors(), 0);
        closeAndCheck(store, shoppers.calls());
    }

    // I10, with the frontend's connection to the catalog broken in each way: a query after an acknowledged
    // buy shows that buy or nothing.
    void noQueryIsStale_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("direction");
        QTest::newRow("invalidations don't arrive") << QByteArray("silent") << QByteArray("backward");
        QTest::newRow("acknowledgements don't arrive") << QByteArray("silent") << QByteArray("forward");
        QTest::newRow("nothing passes") << QByteArray("silent") << QByteArray("both");
        QTest::newRow("cut") << QByteArray("cut") << QByteArray("both");
    }
    void noQueryIsStale()
    {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, direction);
        FaultyStore store;
        QVERIFY(store.open());
        QVERIFY(store.sellsAgain());
        HttpConnection client(store.httpPort());
        const std::optional<qint64> before = stockShown(client);
        QVERIFY(before);
        QCOMPARE(stockShown(client), before); // it is in the cache now

        QVERIFY(store.set("frontend", "catalog", {kind, direction, {}, {}, {}}));
        QCOMPARE(store.buy().status, 200);
        const std::optional<qint64> after = stockShown(client);
        QVERIFY2(!after || *after == *before - 1, QByteArray::number(after.value_or(-1)));

        QVERIFY(store.clear());
        QTRY_COMPARE_WITH_TIMEOUT(stockShown(client), std::optional(*before - 1), 10'000);
        QVERIFY(store.link("frontend", "catalog").faults.isEmpty());
    }

    void aDelayIsSeenAndCounted()
    {
        FaultyStore store;
        QVERIFY(store.open());
        QVERIFY(store.sellsAgain());
        QVERIFY(store.set("frontend", "all", delayOf(50)));
        const Instant begin = monotonicNow();
        QCOMPARE(store.buy().status, 200);
        QVERIFY(monotonicNow() - begin >= 100ms); // there and back
        const LinkView link = store.link("frontend", StoreUnderTest::nameOf(store.leader().value));
        QCOMPARE(link.faults, QList<Fault>{delayOf(50)});
        QVERIFY(link.forward.delayed > 0 && link.backward.delayed > 0);
    }

    void messagesThatAreLostLoseNoOrder()
    {
        FaultyStore store;
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store.httpPort(), 8, toys));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 100, 20'000);
        const Result<Faults::Answer> set = store.set("all", "all", lossOf(5));
        QVERIFY(set);
        QCOMPARE(set->links.size(), 13);
        const Instant begin = monotonicNow();
        QTRY_VERIFY_WITH_TIMEOUT(monotonicNow() - begin > 4s, 10'000);
        QVERIFY(store.link("frontend", "catalog").forward.dropped > 0);
        QVERIFY(store.clear());
        QVERIFY(shoppers.stop());
        QVERIFY(store.sellsAgain());
        QVERIFY(store.waitForEqualLogs(5s));
        compareWithLog(shoppers.calls(), store.logOf(8091));
    }

    // What is lost would be learnt of by deadlines, 2 s of a `sell` and 5 s of a buy.
    void whatALossLeftWaitingGoesOnWhenItEnds_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QByteArray>("direction");
        QTest::newRow("sell") << QByteArray("leader") << QByteArray("catalog") << QByteArray("forward");
        QTest::newRow("sold") << QByteArray("leader") << QByteArray("catalog") << QByteArray("backward");
        QTest::newRow("buy") << QByteArray("frontend") << QByteArray("leader") << QByteArray("forward");
        QTest::newRow("bought") << QByteArray("frontend") << QByteArray("leader") << QByteArray("backward");
    }
    void whatALossLeftWaitingGoesOnWhenItEnds()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QByteArray, direction);
        FaultyStore store;
        QVERIFY(store.open());
        QVERIFY(store.sellsAgain());
        const QByteArray leader = StoreUnderTest::nameOf(store.leader().value);
        const auto nameOf = [&leader](const QByteArray &side) { return side == "leader" ? leader : side; };
        Fault loss = lossOf(100);
        loss.direction = direction;
        QVERIFY(store.set(nameOf(from), nameOf(to), loss));

        RawHttp client(store.httpPort());
        client.post("/orders", "{\"name\":\"Tux\",\"quantity\":1}");
        const auto lost = [&] {
            const LinkView link = store.link(nameOf(from), nameOf(to));
            return link.forward.dropped + link.backward.dropped > 0;
        };
        QTRY_VERIFY_WITH_TIMEOUT(lost(), 2000);
        const Instant healed = monotonicNow();
        QVERIFY(store.clear());
        QCOMPARE(client.read().status, 200);
        const auto waited = std::chrono::duration_cast<Milliseconds>(monotonicNow() - healed);
        QVERIFY2(waited < 1s, QByteArray::number(static_cast<qint64>(waited.count())));
        QVERIFY(store.link(nameOf(from), nameOf(to)).cut >= 1);
    }

    void aCutIsCountedAndItsEndIsTheEndOfIt()
    {
        FaultyStore store;
        QVERIFY(store.open());
        QVERIFY(store.sellsAgain());
        QVERIFY(store.set("all", "catalog", cut));
        const LinkView link = store.link("frontend", "catalog");
        QCOMPARE(link.cut, 1);
        QCOMPARE(link.connections, 0);
        QTcpSocket knock;
        knock.connectToHost(QString::fromUtf8(link.address.split(':').first()),
                            link.address.split(':').last().toUShort());
        QVERIFY(!knock.waitForConnected(2000));
        QVERIFY(store.clear());
        QVERIFY(store.sellsAgain());
    }

    void whoSendsIntoALinkThatIsSilentHasToWait()
    {
        FaultyStore store;
        QVERIFY(store.open());
        QVERIFY(store.set("frontend", "catalog", silent));
        const QByteArray address = store.link("frontend", "catalog").address;
        const qint64 pid = store.pidOf("faultproxy");
        const qint64 before = residentOf(pid);
        QTcpSocket sender;
        sender.connectToHost(QString::fromUtf8(address.split(':').first()),
                             address.split(':').last().toUShort());
        QVERIFY(sender.waitForConnected(2000));
        constexpr qint64 much = 64 * 1024 * 1024;
        sender.write(QByteArray(much, 'x'));
        // Until the proxy takes no more, for a while.
        qint64 left = much;
        Instant changed = monotonicNow();
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                if (sender.bytesToWrite() != left)
                    changed = monotonicNow();
                left = sender.bytesToWrite();
                return monotonicNow() - changed > 500ms;
            }(),
            20'000);
        QVERIFY2(left > much / 2, QByteArray::number(left));
        QVERIFY2(residentOf(pid) - before < 20 * 1024 * 1024, QByteArray::number(residentOf(pid)));
        QVERIFY(store.clear());
        QVERIFY(store.sellsAgain());
    }

    void withoutTheProxyNothingPassesAndWithItThereAreNoFaults()
    {
        FaultyStore store;
        QVERIFY(store.open());
        QVERIFY(store.set("frontend", "catalog", delayOf(1)));
        QVERIFY(store.command<KillService>("faultproxy"));
        QCOMPARE(store.buy().status, 500);
        const Result<Faults::Answer> listed = ask(store.supervisorPort(), Faults());
        QVERIFY(!listed);
        QCOMPARE(listed.error().code, ErrorCode::WrongState);

        QVERIFY(store.command<RestartService>("faultproxy"));
        QVERIFY(store.sellsAgain());
        QVERIFY(store.link("frontend", "catalog").faults.isEmpty());
        QVERIFY(store.close());
    }

    void theCommandLineSetsListsAndClears()
    {
        FaultyStore store;
        QVERIFY(store.open());
        const Outcome set = store.run("fault set frontend catalog delay 5 --jitter 2");
        QVERIFY2(set.exitCode == 0 && set.out.contains("frontend -> catalog  delay 5 ms + up to 2 ms"),
                 set.all());
        const Outcome silenced = store.run("fault set 8091 all silent --direction backward");
        QCOMPARE(silenced.exitCode, 0);
        QCOMPARE(silenced.out.count("silent, backward"), 3);

        const Outcome list = store.run("fault list -o json");
        QCOMPARE(list.exitCode, 0);
        const QJsonArray links =
            QJsonDocument::fromJson(list.out).object().value(QLatin1String("links")).toArray();
        QCOMPARE(links.size(), 13);
        QCOMPARE(links.at(0).toObject().value(QLatin1String("faults")).toArray().size(), 1);

        const Outcome some = store.run("fault clear frontend");
        QCOMPARE(some.exitCode, 0);
        QCOMPARE(some.out.count("silent, backward"), 0);
        const Outcome all = store.run("fault clear");
        QCOMPARE(all.exitCode, 0);
        QCOMPARE(all.out.count("silent"), 0);

        const Outcome soon = store.run("fault set frontend catalog delay soon");
        QVERIFY2(soon.exitCode == 2 && soon.err.contains("AMOUNT: 'soon'"), soon.all());
        const Outcome nobody = store.run("fault set frontend nobody cut");
        QVERIFY2(nobody.exitCode == 3 && nobody.err.contains("no link from 'frontend' to 'nobody'"),
                 nobody.all());
    }
};

QTEST_GUILESS_MAIN(TestFaultProxy)
#include "tst_faultproxy.moc"
