// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Disks that are full or fail, under real processes that sell.

#include "protocol/ordermessages.h"
#include "support/httpconnection.h"
#include "support/operatedstore.h"
#include "support/recordedload.h"
#include "support/smalldisk.h"
#include "support/storechecks.h"

#include <QDir>
#include <QScopeGuard>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

const QList<QByteArray> toys{"Tux", "Rubber Duck", "Teddy Bear"};
const QStringList plenty{QStringLiteral("--stock"), QStringLiteral("1000000")};

constexpr qint64 megabyte = 1024 * 1024;
constexpr int patience = 20'000;         // ms, for what should take milliseconds
constexpr Milliseconds buyDeadline = 5s; // after which a buy is given up
constexpr Milliseconds slack = 1500ms;   // of a loaded machine

/// Makes flushes of a store's files fail, from when it is told to, in the processes started while it lives.
class FailingFlush
{
public:
    explicit FailingFlush(QString ordersFile) : m_orders(std::move(ordersFile))
    {
        qputenv("LD_PRELOAD", TOYSTORE_FAILING_FLUSH_LIBRARY);
        qputenv("TOYSTORE_FAILING_FLUSH", QFile::encodeName(m_orders));
        m_asanBefore = qgetenv("ASAN_OPTIONS");
        qputenv("ASAN_OPTIONS", m_asanBefore + ":verify_asan_link_order=0"); // where built with it
    }
    ~FailingFlush()
    {
        qunsetenv("LD_PRELOAD");
        qunsetenv("TOYSTORE_FAILING_FLUSH");
        if (m_asanBefore.isEmpty())
            qunsetenv("ASAN_OPTIONS");
        else
            qputenv("ASAN_OPTIONS", m_asanBefore);
    }
    FailingFlush(const FailingFlush &) = delete;
    FailingFlush &operator=(const FailingFlush &) = delete;

    [[nodiscard]] bool begin(const QString &directory) const
    {
        // At once: a service must not read half of it.
        return writeBytes(m_orders + QStringLiteral(".new"), QFile::encodeName(directory)) &&
               QFile::rename(m_orders + QStringLiteral(".new"), m_orders);
    }
    [[nodiscard]] bool end() const { return QFile::remove(m_orders); }

private:
    const QString m_orders;
    QByteArray m_asanBefore;
};

ProcessView viewOf(const StoreUnderTest &store, const QByteArray &service)
{
    const Result<Processes::Answer> answer = ask(store.supervisorPort(), Processes());
    for (const ProcessView &process : answer ? answer->processes : QList<ProcessView>()) {
        if (process.service == service)
            return process;
    }
    return {};
}

QByteArray roleOf(const StoreUnderTest &store, qint64 replica)
{
    const auto status = ask(store.portOf(replica), OrderStatus());
    return status ? status->role : QByteArray("no answer");
}

QString directoryOf(const StoreUnderTest &store, const QByteArray &service)
{
    return store.path(QString::fromLatin1(service));
}

/// Every line of a log is whole: it can be read while there is no room.
bool isReadable(const QByteArray &log)
{
    return log.startsWith("{\"format\":\"toystore-order-log\"") && log.endsWith("\"}\n");
}

HttpAnswer buy(HttpConnection &client)
{
    return client.post("/orders", "{\"name\":\"Tux\",\"quantity\":1}");
}

} // namespace

class TestDisk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aReplicaWithoutRoomIsNotNoticed_data()
    {
        QTest::addColumn<qint64>("replica");
        QTest::newRow("a follower") << qint64{8091};
        QTest::newRow("the leader") << qint64{8093};
    }

    void aReplicaWithoutRoomIsNotNoticed()
    {
        QFETCH(const qint64, replica);
        StoreUnderTest store(plenty);
        const QByteArray name = StoreUnderTest::nameOf(replica);
        SmallDisk disk(directoryOf(store, name), 4 * megabyte);
        QVERIFY(store.open());
        const qint64 pid = viewOf(store, name).pid;
        RecordedLoad shoppers(buyers(store.httpPort(), 8, toys));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 200, patience);

        QVERIFY(disk.fill(pid));

        QTRY_COMPARE_WITH_TIMEOUT(roleOf(store, replica), QByteArray("syncing"), patience);
        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, patience);
        QVERIFY(store.leader().value != replica);
        QVERIFY(isReadable(store.logOf(replica)));
        // Not said at each try; a second time if a few orders found room in the file's last page.
        const QString serviceLog =
            store.path(QStringLiteral("logs/") + QString::fromLatin1(name) + QStringLiteral(".log"));
        QVERIFY(bytesOf(serviceLog).count("append_failed") <= 2);
        HttpConnection client(store.httpPort());
        QCOMPARE(client.get("/orders/1").status, 200);
        QVERIFY(disk.makeRoom(pid));
        QTRY_COMPARE_WITH_TIMEOUT(roleOf(store, replica), QByteArray("follower"), patience);
        QVERIFY(shoppers.stop());
        QCOMPARE(shoppers.figures().allErrors(), 0);
        QCOMPARE(viewOf(store, name).pid, pid); // it never ended
        closeAndCheck(store, shoppers.calls());
    }

    void withoutRoomForAnyLogNothingIsSoldAndQueriesGoOn()
    {
        StoreUnderTest store(plenty);
        std::vector<std::unique_ptr<SmallDisk>> disks;
        for (const qint64 replica : store.replicas())
            disks.push_back(std::make_unique<SmallDisk>(directoryOf(store, StoreUnderTest::nameOf(replica)),
                                                        4 * megabyte));
        QVERIFY(store.open());
        QList<qint64> pids;
        for (const qint64 replica : store.replicas())
            pids.append(viewOf(store, StoreUnderTest::nameOf(replica)).pid);
        RecordedLoad shoppers(buyers(store.httpPort(), 8, toys));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 200, patience);
        for (std::size_t i = 0; i < disks.size(); ++i)
            QVERIFY(disks[i]->fill(pids[qsizetype(i)]));
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.figures().allErrors() > 0, patience);
        QVERIFY(shoppers.stop());

        HttpConnection client(store.httpPort());
        const HttpAnswer refused = buy(client);
        QVERIFY2(refused.status == 500, refused.body);
        QVERIFY(refused.took < buyDeadline + slack);
        QCOMPARE(client.get("/products/Tux").status, 200);
        QCOMPARE(client.get("/orders/1").status, 200);
        for (const qint64 replica : store.replicas())
            QVERIFY(isReadable(store.logOf(replica)));

        for (std::size_t i = 0; i < disks.size(); ++i)
            QVERIFY(disks[i]->makeRoom(pids[qsizetype(i)]));
        QTRY_VERIFY_WITH_TIMEOUT(buy(client).status == 200, patience);
        QCOMPARE(shoppers.figures().errorsOf(LoadError::ServerError), shoppers.figures().allErrors());
        closeAndCheck(store, shoppers.calls());
    }

    void aCatalogWithoutRoomSellsNothingAndAnswersQueries()
    {
        StoreUnderTest store(plenty);
        SmallDisk disk(directoryOf(store, "catalog"), 32 * megabyte);
        QVERIFY(store.open());
        const qint64 pid = viewOf(store, "catalog").pid;
        RecordedLoad shoppers(buyers(store.httpPort(), 8, toys));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 200, patience);

        QVERIFY(disk.fill(pid));

        QTRY_VERIFY_WITH_TIMEOUT(shoppers.figures().allErrors() >= 8, patience);
        QVERIFY(shoppers.stop());
        // No reason to elect another leader, thousands of times.
        QCOMPARE(store.leader().value, store.replicas().last());
        QVERIFY(bytesOf(store.path(QStringLiteral("logs/frontend.log"))).count('\n') < 20);
        QVERIFY(shoppers.figures().longestWait < buyDeadline + slack);
        HttpConnection client(store.httpPort());
        const HttpAnswer refused = buy(client);
        QCOMPARE(refused.status, 500);
        QVERIFY2(refused.body.contains("no room"), refused.body);
        QCOMPARE(client.get("/products/Tux").status, 200);
        QCOMPARE(client.get("/orders/1").status, 200);
        QVERIFY2(bytesOf(store.path(QStringLiteral("logs/catalog.log")))
                     .contains("nothing can be sold or restocked"),
                 "the catalog's log does not say it");
        QVERIFY(disk.makeRoom(pid));
        QTRY_VERIFY_WITH_TIMEOUT(buy(client).status == 200, patience);
        QCOMPARE(shoppers.figures().errorsOf(LoadError::ServerError), shoppers.figures().allErrors());
        QCOMPARE(viewOf(store, "catalog").pid, pid);
        closeAndCheck(store, shoppers.calls());
    }

    void aStoreWithoutAnyRoomSaysSoAndSellsAgain()
    {
        OperatedStore store;
        SmallDisk disk(store.data(), 48 * megabyte);
        const auto closed = qScopeGuard([&store] { store.run("down"); }); // while its disk is there
        if (!disk.isMounted())
            QSKIP("a whole store shares a disk only where one can be mounted");
        QCOMPARE(store.up().exitCode, 0);
        QCOMPARE(store.buy().exitCode, 0);
        QVERIFY(disk.fill(0));

        QTRY_COMPARE_WITH_TIMEOUT(store.buy().exitCode, 5, patience);
        QCOMPARE(store.run("product Tux").exitCode, 0);
        QCOMPARE(store.run("order 1").exitCode, 0);
        QCOMPARE(store.run("status").exitCode, 0);
        for (const char *command : {"kill catalog", "start catalog", "kill frontend", "start frontend"})
            QCOMPARE(store.run(command).exitCode, 0); // nor do they need room to start

        QVERIFY(disk.makeRoom(0));
        QTRY_COMPARE_WITH_TIMEOUT(store.buy().exitCode, 0, patience);
        QCOMPARE(store.run("order 1").exitCode, 0);
        QCOMPARE(store.run("down").exitCode, 0);
        QCOMPARE(store.run("verify --all-logs").exitCode, 0);
    }

    void aStoreDoesNotOpenOnAFullDiskAndSaysWhy()
    {
        OperatedStore store;
        SmallDisk disk(store.data(), 2 * megabyte);
        const auto closed = qScopeGuard([&store] { store.run("down"); }); // while its disk is there
        if (!disk.isMounted())
            QSKIP("a whole store shares a disk only where one can be mounted");
        QVERIFY(disk.fill(0));

        const Outcome refused = store.up();

        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("there is no room left on the disk of " + store.data().toUtf8()),
                 refused.all());
        QVERIFY(disk.makeRoom(0));
        QCOMPARE(store.up().exitCode, 0);
        QCOMPARE(store.buy().exitCode, 0);
    }

    void aFailedFlushEndsTheProcessLoudly_data()
    {
        QTest::addColumn<QByteArray>("service");
        QTest::newRow("a follower") << QByteArray("order-8091");
        QTest::newRow("the leader") << QByteArray("order-8093");
        QTest::newRow("the catalog") << QByteArray("catalog");
    }

    void aFailedFlushEndsTheProcessLoudly()
    {
        QFETCH(const QByteArray, service);
        StoreUnderTest store(plenty);
        const FailingFlush flush(store.path(QStringLiteral("failing-flush")));
        QVERIFY(store.open());
        RecordedLoad shoppers(buyers(store.httpPort(), 8, toys));
        shoppers.start();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > 200, patience);

        QVERIFY(flush.begin(directoryOf(store, service)));

        QCOMPARE(store.waitForState(service, "failed"), QByteArray("failed"));
        const QByteArray reason = viewOf(store, service).reason;
        QVERIFY2(reason.contains("crashed with SIGABRT"), reason);
        QVERIFY2(reason.contains(service == "catalog" ? "what is on disk is unknown" : "can't flush"),
                 reason);
        QVERIFY2(reason.contains(directoryOf(store, service).toUtf8()), reason);
        // It ends again: a replica when it starts, the catalog when it has something to commit.
        static_cast<void>(store.command<StartService>(service));
        QCOMPARE(store.waitForState(service, "failed"), QByteArray("failed"));

        QVERIFY(flush.end());
        QVERIFY(store.command<StartService>(service).has_value());
        const qint64 then = shoppers.acknowledged();
        QTRY_VERIFY_WITH_TIMEOUT(shoppers.acknowledged() > then + 200, patience);
        QVERIFY(shoppers.stop());
        if (service != "catalog")
            QCOMPARE(shoppers.figures().allErrors(), 0);
        closeAndCheck(store, shoppers.calls());
    }
};

QTEST_GUILESS_MAIN(TestDisk)
#include "tst_disk.moc"
