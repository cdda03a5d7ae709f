// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What a dashboard hears of a real store.

#include "cluster/clustermonitor.h"
#include "load/loadengine.h"
#include "support/httpconnection.h"
#include "support/storeundertest.h"

#include <QElapsedTimer>
#include <QFile>

#include <csignal>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

LoadPlan buyers(const StoreUnderTest &store, int clients)
{
    LoadPlan plan;
    plan.shop.port = store.httpPort();
    plan.clients = clients;
    plan.mix.toys = {"Tux", "Rubber Duck", "Whale"};
    plan.mix.purchase = 1;
    plan.maxRepeats = 0;
    return plan;
}

[[nodiscard]] bool finish(LoadEngine &load)
{
    load.stop();
    return QTest::qWaitFor([&load] { return load.isIdle(); }, 20'000);
}

/// A store that buys go on in, and a monitor that watches it.
struct WatchedStore {
    [[nodiscard]] bool open()
    {
        if (!store.open())
            return false;
        monitor.attach(store.path(QString()));
        return QTest::qWaitFor([this] { return isWhole(); }, 20'000);
    }
    [[nodiscard]] const ClusterSnapshot &now() const { return monitor.snapshot(); }
    [[nodiscard]] bool isWhole() const
    {
        return now().attachment == Attachment::Live && now().services.size() == 5 && now().leader != 0 &&
               now().replicasUp == 3;
    }

    StoreUnderTest store;
    ClusterMonitor monitor;
};

} // namespace

class TestDashboard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aKilledLeaderIsShownWithinAFractionOfASecond()
    {
        WatchedStore watched;
        QVERIFY(watched.open());
        ClusterMonitor &monitor = watched.monitor;
        QList<Order> orders;
        QList<OrderWay> ways;
        connect(&monitor, &ClusterSource::ordersAdded, this,
                [&](const QList<Order> &added) { orders += added; });
        connect(&monitor, &ClusterSource::orderTravelled, this,
                [&](const OrderWay &way) { ways.append(way); });
        LoadEngine shoppers(buyers(watched.store, 4));
        shoppers.start();
        QTRY_VERIFY(watched.now().lastOrder > 50);
        const QByteArray killed = StoreUnderTest::nameOf(watched.now().leader);
        const qint64 before = watched.now().leader;

        QElapsedTimer watch;
        std::optional<qint64> shownAfter;
        connect(&monitor, &ClusterSource::snapshotChanged, this, [&](const ClusterSnapshot &snapshot) {
            if (!shownAfter && watch.isValid() && snapshot.service(killed)->state == ServiceState::Down)
                shownAfter = watch.elapsed();
        });
        watch.start();
        QCOMPARE(::kill(static_cast<pid_t>(watched.now().service(killed)->pid), SIGKILL), 0);

        QTRY_VERIFY(shownAfter);
        qInfo("shown as down after %lld ms", static_cast<long long>(*shownAfter));
        QVERIFY2(*shownAfter < 300, QByteArray::number(*shownAfter).constData());
        QTRY_VERIFY(watched.now().leader != 0 && watched.now().leader != before);
        QTRY_VERIFY(watched.now().failover && watched.now().failover->isOver);
        QCOMPARE(watched.now().failover->lostLeader, before);
        QCOMPARE(watched.now().logsIdentical.state == VerdictState::Broken, false);

        monitor.start(killed);

        QTRY_VERIFY_WITH_TIMEOUT(watched.isWhole(), 20'000);
        QVERIFY(finish(shoppers));
        QCOMPARE(shoppers.figures().allErrors(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(watched.now().logsIdentical.state, VerdictState::Ok, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(watched.now().stockConserved.state, VerdictState::Ok, 20'000);
        QCOMPARE(watched.now().clientsNoticed.state, VerdictState::Ok);
        QTRY_COMPARE(orders.size(), watched.now().lastOrder);
        QVERIFY(!ways.isEmpty());
        const bool isOneWhole = std::any_of(ways.begin(), ways.end(), [](const OrderWay &way) {
            return way.stages.size() >= 6 && way.orderNumber > 0 &&
                   way.stages.first().place == OrderStage::Place::Received &&
                   way.stages.last().place == OrderStage::Place::Answered;
        });
        QVERIFY(isOneWhole);
    }

    void aByteThatChangesOnADiskIsFound()
    {
        WatchedStore watched;
        QVERIFY(watched.open());
        LoadEngine shoppers(buyers(watched.store, 4));
        shoppers.start();
        QTRY_VERIFY(watched.now().lastOrder > 50);
        QVERIFY(finish(shoppers));
        QTRY_COMPARE_WITH_TIMEOUT(watched.now().logsIdentical.state, VerdictState::Ok, 20'000);
        QFile log(watched.store.path(QStringLiteral("order-8091/orders.log")));
        const qsizetype place = watched.store.logOf(8091).indexOf("\"name\":\"") + 8; // of the first order

        QVERIFY(log.open(QIODevice::ReadWrite));
        QVERIFY(log.seek(place) && log.putChar('x'));
        log.close();

        QTRY_COMPARE_WITH_TIMEOUT(watched.now().logsIdentical.state, VerdictState::Broken, 20'000);
        QVERIFY2(watched.now().logsIdentical.tooltip.contains("Between order 1 and "),
                 watched.now().logsIdentical.tooltip.constData());
        QVERIFY(watched.now().logsIdentical.tooltip.contains("8091 (SHA-256 "));
    }

    void aPausedLeaderIsAliveToTheSupervisorAndDeadToTheFrontend()
    {
        WatchedStore watched;
        QVERIFY(watched.open());
        const QByteArray paused = StoreUnderTest::nameOf(watched.now().leader);
        const auto card = [&] { return *watched.now().service(paused); };

        watched.monitor.pause(paused);

        QTRY_COMPARE(card().stateText, "PAUSED");
        QTRY_COMPARE(card().frontendSees, "silent");
        QVERIFY(card().pid != 0);
        watched.monitor.resume(paused);
        QTRY_COMPARE(card().state, ServiceState::Follower);
        QTRY_VERIFY(watched.isWhole());
    }

    void whatTheFrontendAnsweredIsMeasured()
    {
        WatchedStore watched;
        QVERIFY(watched.open());
        LoadEngine shoppers(buyers(watched.store, 2));
        shoppers.start();

        QTRY_VERIFY(watched.now().traffic.value(1).perSecond > 0);

        QVERIFY(finish(shoppers));
        const ShopTraffic &buys = watched.now().traffic.value(1);
        QCOMPARE(buys.kind, TrafficKind::Buy);
        QVERIFY(buys.p50Ms && buys.p99Ms && *buys.p50Ms > 0 && *buys.p99Ms >= *buys.p50Ms);
        QCOMPARE(buys.errorsPerSecond, 0.0);
        for (const ServiceCard &card : watched.now().services) {
            if (card.role == ServiceRole::OrderReplica)
                watched.monitor.kill(card.name);
        }
        QTRY_COMPARE(watched.now().replicasUp, 0);
        HttpConnection client(watched.store.httpPort());
        QCOMPARE(client.post("/orders", "{\"name\":\"Tux\",\"quantity\":1}").status, 500);
        QTRY_COMPARE(watched.now().clientErrors, 1);
        QCOMPARE(watched.now().clientsNoticed.state, VerdictState::Broken);
    }
};

QTEST_GUILESS_MAIN(TestDashboard)
#include "tst_dashboard.moc"
